import { systemClock } from '@app/kernel';
import { CentreClient } from '../../apps/lab/src/call/centre-client.js';
import type { Dial } from '../../apps/lab/src/ringover/rest/dial.js';
import { type DialEvent, type DialOutcome, DialScript } from '../../apps/lab/src/ringover/rest/dial-script.js';
import { LAB_KEYS } from '../../apps/lab/src/ringover/rest/virtual-ringover.js';
import { RingoverHooks } from '../../apps/lab/src/ringover/ringover-hooks.js';
import { factsOf } from '../dial-facts.js';
import { Phone } from '../phone.js';
import { until } from '../until.js';
import { hurryingClock, servedRingover, type ServedRingover } from '../virtual-ringover.js';
import type { Caller } from './caller.js';
import { FaultCentre, type Node } from './fault-centre.js';

const AGENT = 'brightwater-dental';
const CARRIED = 'stream of a second leg is carried for another node';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const LOOK_EVERY_MS = 200;

/** As `until`, for what a node is asked: not so often that it has nothing else to do. @throws when it does not come */
export async function eventually(isSo: () => Promise<boolean>, forMs = 15_000): Promise<void> {
  const lastMs = systemClock.nowMs() + forMs;
  while (!(await isSo())) {
    if (systemClock.nowMs() > lastMs) throw new Error(`not within ${forMs} ms: ${isSo.toString()}`);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

/** Somebody who may be called to take a call over. */
export interface Person {
  e164: string;
  phone: Phone;
  /** What the carrier told of their telephone. */
  told: DialEvent[];
}

/**
 * Two nodes and one virtual Ringover: callers are carried by the first node, everything is asked of the second, and
 * whatever the carrier brings of persons who are called, sound and webhooks, comes to the second too.
 */
export class TransferWorld {
  /** Carries the calls that ring from now on. */
  owner: Node;
  readonly #persons = new Map<string, { outcome: DialOutcome; person: Person }>();
  readonly #hooks: RingoverHooks;

  private constructor(
    readonly centre: FaultCentre,
    private readonly served: ServedRingover,
    owner: Node,
    readonly asked: Node,
  ) {
    this.owner = owner;
    const { apiUrl, ringover } = asked.centre;
    const keys = { 'call-event': ringover.callEventKey, 'contact-call': '', 'contact-search': '', 'smart-routing': '' };
    const switches = { idsAs: 'number', retryDelaysMs: [250, 1_000], duplicates: false } as const;
    const at = { apiUrl, webhookToken: ringover.webhookToken, keys };
    this.#hooks = new RingoverHooks({ ...at, switches, clock: systemClock });
    served.ringover.onDial((dial) => void this.#play(dial));
  }

  static async open(): Promise<TransferWorld> {
    const served = await servedRingover(hurryingClock());
    const account = served.ringover.accountIn('eu');
    const centre = await FaultCentre.open(
      {
        ...{ RINGOVER_API_KEY: LAB_KEYS.eu, RINGOVER_API_URL: served.addresses.eu, RINGOVER_OUTBOUND: 'ivr-callback' },
        ...{ RINGOVER_IVR_ID: String(account.ivrs[0]?.ivr_id), RINGOVER_RING_S: '20' },
        RINGOVER_HANGUP_PATH: '/channels/{channel_id}/events/hangup',
      },
      { keepsSound: true },
    );
    const nodes = await Promise.all([centre.startNode(), centre.startNode({ LOG_LEVEL: 'info' })]);
    const numbers = nodes[0].centre.numbers.map(({ e164 }) => ({ number: Number(e164) }));
    account.ivrs = account.ivrs.map((ivr) => ({ ...ivr, numbers })); // every agent's number may be shown
    return new TransferWorld(centre, served, ...nodes);
  }

  /** Each is called once at most. */
  person(e164: string, outcome: DialOutcome): Person {
    const person: Person = { e164, phone: new Phone(), told: [] };
    this.#persons.set(e164.slice(1), { outcome, person });
    return person;
  }

  /** Another node in place of one that was killed. */
  async replaceOwner(): Promise<void> {
    this.owner = await this.centre.startNode();
  }

  /** Of the second node. */
  async order(path: string, body: object): Promise<Answer> {
    return this.#fetch(this.asked, `calls/${path}`, { method: 'POST', body: JSON.stringify(body) });
  }

  /** As the second node tells it, or another. */
  async look(path: string, node = this.asked): Promise<Record<string, unknown>> {
    return (await this.#fetch(node, `calls${path}`)).body;
  }

  async #fetch({ centre }: Node, path: string, request: RequestInit = {}): Promise<Answer> {
    const { apiUrl, apiKey } = centre;
    const answer = await fetch(`${apiUrl}/api/v1/${path}`, {
      ...request,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** The second node says that it has the sound of somebody who was called for this call. @returns the id of that leg */
  async carriedLeg({ callId }: Caller): Promise<string> {
    let legId: string | undefined;
    await until(() => (legId = this.#carriedFor(callId)) !== undefined);
    return legId ?? '';
  }

  /** What the voice made of this, for a call or a leg of one. */
  async voiced(id: string, text: string): Promise<Buffer> {
    const evidence = await new CentreClient(this.owner.centre, systemClock).evidence(id);
    const pieces = [...(evidence?.pieces ?? []), ...(evidence?.sharedPieces ?? [])];
    const piece = pieces.findLast((each) => each.text.trim() === text);
    if (!piece) throw new Error(`the voice never said ${text}`);
    return Buffer.from(piece.pcm, 'base64');
  }

  async close(): Promise<void> {
    await this.centre.close();
    await this.served.close();
  }

  #carriedFor(callId: string): string | undefined {
    const line = this.asked.program.printed.split('\n').find((one) => one.includes(CARRIED) && one.includes(callId));
    return line === undefined ? undefined : (JSON.parse(line) as { legId: string }).legId;
  }

  async #play(dial: Dial): Promise<void> {
    const called = this.#persons.get(dial.facts.toNumber);
    if (!called) throw new Error(`nobody has the number ${dial.facts.toNumber}`);
    const { outcome, person } = called;
    const facts = factsOf(dial);
    const script = new DialScript(systemClock, {
      tell: (event, _dial, details) => {
        person.told.push(event);
        void (event === 'voicemail' ? this.#hooks.leaveVoicemail(facts) : this.#hooks.tell(event, { ...facts, ...details })); // prettier-ignore
      },
      stream: (_dial, signal) => person.phone.talk(this.#mediaUrl, dial, signal),
    });
    script.queue(outcome);
    await script.play(dial);
  }

  get #mediaUrl(): string {
    const { apiUrl, numbers } = this.asked.centre;
    const number = numbers.find(({ agent }) => agent === AGENT);
    return `${apiUrl.replace('http', 'ws')}/api/v1/media/ringover/${number?.mediaToken}`;
  }
}
