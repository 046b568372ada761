import type { Clock } from '@app/kernel';
import type { CallEventName, RingoverCallFacts } from './call-events.js';
import {
  AFTER_CALL_EVENTS,
  type AfterCallEvent,
  afterCallJson,
  codeJson,
  faxJson,
  HOOK_SECTIONS,
  type HookSection,
  questionJson,
  searchJson,
  smsJson,
  voicemailJson,
} from './webhook-bodies.js';
import { type Delivery, type HookAnswer, WebhookSender, type WebhookSwitches } from './webhook-sender.js';
import type { Signature } from './webhook-signature.js';

export interface RingoverHooksOptions {
  /** `http://…` of the api, without a path. */
  apiUrl: string;
  /** As it was entered in the dashboard, without a path; the api's own when not said. */
  publicUrl?: string;
  webhookToken: string;
  keys: Readonly<Record<HookSection, string>>;
  switches: Omit<WebhookSwitches, 'signature'> & { signatures?: Partial<Record<HookSection, Signature>> };
  clock: Clock;
}

/** All webhooks of one account at the virtual Ringover: each section at its address, with its key, in its way. */
export class RingoverHooks {
  readonly #senders: Readonly<Record<HookSection, WebhookSender>>;

  constructor(private readonly options: RingoverHooksOptions) {
    this.#senders = Object.fromEntries(HOOK_SECTIONS.map((section) => [section, this.#senderOf(section)])) as Record<
      HookSection,
      WebhookSender
    >;
  }

  get deliveries(): Delivery[] {
    return HOOK_SECTIONS.flatMap((section) => this.#senders[section].deliveries);
  }

  tell(event: CallEventName, call: RingoverCallFacts): Promise<void> {
    return this.#senders['call-event'].send(event, call);
  }

  leaveVoicemail(call: RingoverCallFacts): Promise<void> {
    return this.#senders['call-event'].deliver('voicemail', (options) => voicemailJson(call, options));
  }

  afterCall(event: AfterCallEvent, call: RingoverCallFacts): Promise<void> {
    return this.#senders['call-event'].deliver(event, (options) => afterCallJson(event, call, options));
  }

  async everythingAfter(call: RingoverCallFacts): Promise<void> {
    for (const event of AFTER_CALL_EVENTS) await this.afterCall(event, call);
  }

  message(event: 'sent' | 'received', call: RingoverCallFacts): Promise<void> {
    return this.#senders['call-event'].deliver(`sms ${event}`, (options) => smsJson(event, call, options));
  }

  fax(): Promise<void> {
    const bodyOf = ({ timestampS, attempt }: { timestampS: number; attempt: number }) => faxJson(timestampS, attempt);
    return this.#senders['call-event'].deliver('fax', bodyOf);
  }

  typeCode(code: number, call: RingoverCallFacts): Promise<void> {
    return this.#senders['smart-routing'].deliver('code', (options) => codeJson(code, call, options));
  }

  askRoute(call: RingoverCallFacts): Promise<HookAnswer> {
    return this.#senders['smart-routing'].ask('routing', (options) => questionJson('routing', call, options));
  }

  askWhoCalls(call: RingoverCallFacts): Promise<HookAnswer> {
    return this.#senders['contact-call'].ask('contact', (options) => questionJson('contact', call, options));
  }

  search(words: string, spelling: 'resource' | 'ressource' = 'resource'): Promise<HookAnswer> {
    return this.#senders['contact-search'].ask('search', ({ timestampS }) => searchJson(words, timestampS, spelling));
  }

  #senderOf(section: HookSection): WebhookSender {
    const { apiUrl, publicUrl = apiUrl, webhookToken, keys, switches, clock } = this.options;
    const path = `/api/v1/webhooks/ringover/${section}/${webhookToken}`;
    const { signatures = {}, ...common } = switches;
    const signature = signatures[section] ?? 'jwt-v1';
    const target = { url: `${publicUrl}${path}`, sentTo: `${apiUrl}${path}`, key: keys[section] };
    return new WebhookSender(target, { ...common, signature }, clock);
  }
}
