import { createHmac } from 'node:crypto';
import { StoreError } from '@app/conversation/ports';
import { JobQueue, JobsUnavailable } from '@app/jobs';
import {
  type InboxEntry,
  type LiveCall,
  LiveCalls,
  type RingingCall,
  RingingCalls,
  Lines,
  type NotedBy,
  NotedCalls,
  type Route,
  RoutedCalls,
  WebhookInbox,
} from '@app/live-state';
import {
  type ActiveRule,
  CallStore,
  type Contact,
  type CarrierNoteEntry,
  ContactStore,
  type KnownContact,
  type MissedCall,
  NumberStore,
  RoutingRuleStore,
  type RawWebhook,
  type RoutedNumber,
  WebhookStore,
} from '@app/persistence';
import { type RingoverWebhookRules, USUAL_ROUTE_STYLE } from '@app/telephony';
import type { Provider } from '@nestjs/common';
import type { WebhooksConfig } from '../webhooks.module.js';

/** Signs a body as Ringover was seen to, or as a forger would. */
export function sign(body: string, key: string, options: { claims?: string; alg?: string } = {}): string {
  const { claims = `{"url":"https://example.com","payload":${body}}`, alg = 'HS512' } = options;
  const encode = (json: string): string => Buffer.from(json).toString('base64url');
  const signed = `${encode(JSON.stringify({ alg, typ: 'JWT' }))}.${encode(claims)}`;
  return `${signed}.${createHmac('sha512', key).update(signed).digest('base64url')}`;
}

/** As the environment gives it, where only these are set. */
export const webhooksConfig = (given: {
  token: string;
  keys: RingoverWebhookRules['keys'];
  rules?: Partial<RingoverWebhookRules>;
  safeRoute?: readonly string[];
  unknownContact?: 404 | 204;
}): WebhooksConfig => ({
  ringover: {
    token: given.token,
    rules: { keys: given.keys, binding: 'strict', ...given.rules },
    publicUrl: 'https://centre.example.com',
  },
  answers: { route: USUAL_ROUTE_STYLE, unknownContact: given.unknownContact ?? 404, searchOrigin: '*' },
  routing: { safeRoute: given.safeRoute ?? ['+33184990099'], linesPerAgent: 3 },
});

/** What the effects of webhooks ask of stores and jobs, in memory; `down` names what is gone. */
export class FakeBack {
  readonly inbox: InboxEntry[] = [];
  readonly saved: RawWebhook[] = [];
  readonly notes: CarrierNoteEntry[] = [];
  readonly marks: string[] = [];
  readonly jobs: { name: string; key: string; payload: unknown }[] = [];
  /** Keys of `finish-call` jobs that wait. */
  readonly waiting = new Set<string>();
  readonly ringing = new Map<string, RingingCall>();
  readonly matched = new Set<string>();
  readonly live: LiveCall[] = [];
  readonly missed: MissedCall[] = [];
  readonly amended: { carrierCallId: string; ending: string; endedAt: Date }[] = [];
  readonly contacts: KnownContact[] = [];
  readonly numbers: RoutedNumber[] = [];
  readonly linesUsed = new Map<string, number>();
  readonly lastAgents = new Map<string, string>();
  readonly routes = new Map<string, Route>();
  readonly rules: ActiveRule[] = [];
  /** By number. */
  readonly bookedContacts = new Map<string, Contact>();
  readonly down = new Set<'redis' | 'postgres'>();
  /** These say nothing at all, until `unstick`. */
  readonly stuck = new Set<'redis' | 'postgres'>();
  readonly #waiting: (() => void)[] = [];

  unstick(): void {
    this.stuck.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  providers(): (Provider & { provide: unknown })[] {
    const value = <Part extends object>(provide: abstract new (...parts: never[]) => Part, part: Partial<Part>) => ({
      provide,
      useValue: part,
    });
    return [
      value(WebhookInbox, { take: (entry) => this.#ask('redis', () => this.#take(entry)) }),
      value(NotedCalls, { mark: (carrier, by) => this.#ask('redis', () => this.#mark(carrier, by)) }),
      value(WebhookStore, { save: (webhook, note) => this.#ask('postgres', () => this.#save(webhook, note)) }),
      value(JobQueue, {
        add: async (name, key, payload) => {
          if (this.down.has('redis')) throw new JobsUnavailable('gone');
          this.jobs.push({ name, key, payload });
        },
        promote: async (_name, key) => this.waiting.delete(key),
      }),
      value(RingingCalls, {
        offer: (call) => this.#ask('redis', () => this.#offer(call)),
        withdraw: (_carrier, id) => this.#ask('redis', () => this.#withdraw(id)),
      }),
      value(LiveCalls, {
        findByCarrierCallId: (_carrier, id) => this.#ask('redis', () => this.#find(id)),
        update: (id, changes) => this.#ask('redis', () => this.#change((call) => call.id === id, changes)),
        noteHangUp: (_carrier, id, hungUpAt) =>
          this.#ask('redis', () => {
            this.#change((call) => call.carrierCallId === id, { hungUpAt });
            return this.#find(id);
          }),
      }),
      value(RoutedCalls, {
        note: (_carrier, id, route) => this.#ask('redis', () => void this.routes.set(id, route)),
        noteSpokeWith: (number, agentId) => this.#ask('redis', () => void this.lastAgents.set(number, agentId)),
        lastAgentOf: (number) => this.#ask('redis', () => this.lastAgents.get(number)),
      }),
      value(Lines, { count: (agentId) => this.#ask('redis', () => this.linesUsed.get(agentId) ?? 0) }),
      value(NumberStore, { routes: () => this.#ask('postgres', () => this.numbers) }),
      value(RoutingRuleStore, { active: () => this.#ask('postgres', () => this.rules) }),
      value(ContactStore, {
        byNumber: (e164) => this.#ask('postgres', () => this.bookedContacts.get(e164)),
        knownBy: (e164) => this.#ask('postgres', () => this.contacts.find((contact) => contact.e164 === e164)),
        search: (words) =>
          this.#ask('postgres', () => this.contacts.filter(({ name }) => name?.includes(words) ?? false)),
      }),
      value(CallStore, {
        noteMissed: (call) => this.#ask('postgres', () => void this.missed.push(call)),
        amendEnding: (_carrier, carrierCallId, ending) =>
          this.#ask('postgres', () => this.amended.push({ carrierCallId, ...ending }) > 0),
      }),
    ];
  }

  async #ask<T>(store: 'redis' | 'postgres', answer: () => T): Promise<T> {
    if (this.stuck.has(store)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.down.has(store)) throw new StoreError(store, 'unavailable');
    return answer();
  }

  #mark(carrier: string, { carrierCallId }: NotedBy): void {
    this.marks.push(`${carrier} ${carrierCallId}`);
  }

  #take(entry: InboxEntry): 'new' | 'duplicate' {
    const seen = this.inbox.some(({ dedupeKey }) => dedupeKey === entry.dedupeKey);
    this.inbox.push(entry);
    return seen ? 'duplicate' : 'new';
  }

  #save(webhook: RawWebhook, note: CarrierNoteEntry | undefined): 'new' | 'duplicate' {
    if (note) this.notes.push(note);
    if (this.saved.some(({ dedupeKey }) => dedupeKey === webhook.dedupeKey)) return 'duplicate';
    this.saved.push(webhook);
    return 'new';
  }

  #offer(call: RingingCall): void {
    if (!this.matched.has(call.carrierCallId)) this.ringing.set(call.carrierCallId, call);
  }

  #withdraw(carrierCallId: string): void {
    this.matched.add(carrierCallId);
    this.ringing.delete(carrierCallId);
  }

  #find = (id: string): LiveCall | undefined => this.live.find(({ carrierCallId }) => carrierCallId === id);

  #change(fits: (call: LiveCall) => boolean, changes: Partial<LiveCall>): void {
    const at = this.live.findIndex(fits);
    if (at >= 0) this.live[at] = { ...(this.live[at] as LiveCall), ...changes };
  }
}
