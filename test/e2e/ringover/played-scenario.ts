import { systemClock } from '@app/kernel';
import { CentreClient } from '../../../apps/lab/src/call/centre-client.js';
import { type PlacedCall, placeCall } from '../../../apps/lab/src/call/place-call.js';
import { utterancesOf } from '../../../apps/lab/src/caller/utterances-of.js';
import type { PlayedCall } from '../../../apps/lab/src/report/played-call.js';
import { newCallFacts, type RingoverCallFacts } from '../../../apps/lab/src/ringover/call-events.js';
import { type RingoverRoute, USUAL_SWITCHES } from '../../../apps/lab/src/ringover/ringover-call.js';
import { RingoverHooks } from '../../../apps/lab/src/ringover/ringover-hooks.js';
import type { Dial } from '../../../apps/lab/src/ringover/rest/dial.js';
import { type DialEvent, DialScript } from '../../../apps/lab/src/ringover/rest/dial-script.js';
import { factsOf } from '../../dial-facts.js';
import type { RingoverWorld } from './ringover-world.js';
import type { RingoverScenario } from './scenario.js';

const RINGS_FOR_MS = 300;
/** The least that Ringover takes. */
const RING_S = 20;
const KNOWN_WITHIN_MS = 10_000;
/** It rings for 20 s, or is spoken in for half a minute; machines may be busy. */
const OVER_WITHIN_MS = 75_000;
const TRIES = 3;

/** What was seen of one call from outside. */
export interface PlayedScenario {
  carrierCallId: string;
  channelId: string;
  /** Undefined: it never was brought to us. */
  played: PlayedCall | undefined;
  answers: Record<string, unknown>;
  /** `ringing 200`, section by section. */
  told: string[];
}

/** Plays one scenario at the virtual Ringover. Resolves when the call is over there. */
export function playScenario(world: RingoverWorld, scenario: RingoverScenario): Promise<PlayedScenario> {
  const stage = new Stage(world, scenario);
  const late = Promise.withResolvers<never>();
  const cancel = systemClock.after(OVER_WITHIN_MS, () =>
    late.reject(new Error(`it was not over after ${OVER_WITHIN_MS} ms; it had come to: ${stage.reached}`)),
  );
  const over = scenario.way === 'inbound' ? stage.ring() : stage.place();
  return Promise.race([over, late.promise]).finally(cancel);
}

class Stage {
  readonly #hooks: RingoverHooks;
  readonly #client: CentreClient;
  readonly #answers: Record<string, unknown> = {};
  /** Carillon's id of the call; undefined: it does not know of it. */
  readonly #known = Promise.withResolvers<string | undefined>();

  /** The last that began, for whoever waits in vain. */
  reached = 'nothing';

  constructor(
    private readonly world: RingoverWorld,
    private readonly scenario: RingoverScenario,
  ) {
    const { apiUrl, ringover } = world.node.centre;
    const switches = { idsAs: 'number', retryDelaysMs: [250, 1_000], duplicates: false } as const;
    const at = { apiUrl, webhookToken: ringover.webhookToken, keys: world.keys };
    this.#hooks = new RingoverHooks({ ...at, switches, clock: systemClock });
    this.#client = new CentreClient(world.node.centre, systemClock);
  }

  /** Somebody rings a number of ours. */
  async ring(): Promise<PlayedScenario> {
    const { carrier, other } = this.scenario;
    const numbers = { fromNumber: other.slice(1), toNumber: this.#number.e164.slice(1) };
    const facts = newCallFacts({ ...numbers, startedAtS: systemClock.date().getTime() / 1_000 });
    const { book } = this.world.served.ringover.accountIn('eu');
    const [callId, channelId] = [BigInt(facts.callId), BigInt(facts.channelId)];
    const call = book.begin({
      ...{ direction: 'IN', from: Number(numbers.fromNumber), to: Number(numbers.toNumber), userId: null, ivrId: null },
      ...{ startedAt: systemClock.date(), callId, channelId },
    });
    await this.#ask(facts);
    await this.#tell('ringing', facts);
    await systemClock.sleep(RINGS_FOR_MS);
    if (!carrier.isTaken) {
      book.end(call, { at: systemClock.date(), lastState: 'MISSED' });
      await this.#tell('missed', facts);
      return this.#seen(facts, undefined);
    }
    Object.assign(call, { status: 'ANSWERED', answeredAt: systemClock.date() });
    await this.#tell('answered', facts);
    const hungUp = new Promise<void>((resolve) => (call.told = ({ type }) => type === 'hang-up' && resolve()));
    const played = await this.#talk(facts);
    if (carrier.outlivesStream) await hungUp;
    book.end(call, { at: systemClock.date(), lastState: 'ANSWERED', hungUpBy: 'CALLER' });
    await this.#tell('hangup', facts);
    return this.#seen(facts, played);
  }

  /** We ring somebody. */
  async place(): Promise<PlayedScenario> {
    const { agent, other, way } = this.scenario;
    const over = Promise.withResolvers<PlayedScenario>();
    this.world.callees.set(other.slice(1), (dial) => void this.#dialled(dial).then(over.resolve, over.reject));
    const { apiUrl, apiKey } = this.world.node.centre;
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ agent, to: other, way, ringTimeoutS: RING_S });
    const answer = await fetch(`${apiUrl}/api/v1/calls`, { method: 'POST', headers, body });
    if (answer.status !== 202) throw new Error(`the call was not placed: ${answer.status} ${await answer.text()}`);
    const { id } = (await answer.json()) as { id: string };
    this.#known.resolve(id);
    return over.promise;
  }

  /** Ringover dials, and tells of it. */
  async #dialled(dial: Dial): Promise<PlayedScenario> {
    this.reached = 'being dialled';
    const facts = factsOf(dial);
    const telling: Promise<void>[] = [];
    const seen: { played?: PlayedCall } = {};
    const script = new DialScript(systemClock, {
      tell: (event, _dial, details) => void telling.push(this.#tell(event, { ...facts, ...details })),
      stream: async (_dial, signal) => {
        seen.played = await this.#talk(facts, signal);
        return seen.played.end === 'caller-hung-up' ? 'callee' : 'caller';
      },
    });
    if (this.scenario.carrier.dial) script.queue(this.scenario.carrier.dial);
    await script.play(dial);
    await Promise.all(telling);
    return this.#seen(facts, seen.played);
  }

  /** The media server's part, with a person at its other end. */
  async #talk(facts: RingoverCallFacts, signal?: AbortSignal): Promise<PlayedCall> {
    const { scenario } = this;
    const route = this.#route;
    const lines = await utterancesOf(scenario.caller, this.world.engine, route.rateHz);
    const switches = { ...USUAL_SWITCHES, lostWebhooks: 'all' } as const; // told from here
    const call = { route, switches, scenario: scenario.caller, lines, seed: Number(scenario.other.slice(-3)), facts };
    const placed = await placeCall({ ...call, clock: systemClock });
    this.reached = 'the stream';
    signal?.addEventListener('abort', () => placed.cut(), { once: true });
    if (scenario.way === 'inbound') this.#known.resolve(await this.#client.findCall(facts.callId, KNOWN_WITHIN_MS));
    await Promise.all([placed.over, this.#tellLines(placed), this.#press(facts.channelId)]);
    this.reached = 'the end of the stream';
    return placed.over;
  }

  /** The recogniser double cannot hear: it is told each line as it begins. */
  async #tellLines({ moments }: PlacedCall): Promise<void> {
    const id = await this.#known.promise;
    for await (const moment of moments)
      if (moment.type === 'caller-speaks' && id !== undefined)
        await this.#client.tellLines(id, [{ text: moment.text, lengthMs: moment.toMs - moment.fromMs }]);
  }

  async #press(channelId: string): Promise<void> {
    const { keys } = this.scenario.carrier;
    if (!keys) return;
    await systemClock.sleep(keys.afterMs);
    await this.world.rest.ask('sendDigits', { channelId, digits: keys.digits });
  }

  async #ask(facts: RingoverCallFacts): Promise<void> {
    const { asks, typed } = this.scenario.carrier;
    if (typed !== undefined) await this.#hooks.typeCode(typed, facts);
    if (asks.includes('route')) this.#answers['route'] = JSON.parse((await this.#hooks.askRoute(facts)).body);
    if (asks.includes('contact')) this.#answers['contact'] = JSON.parse(await this.#whoCalls(facts));
  }

  /** What would come late is answered with nothing, so that the phone rings on: on a busy machine it is asked again. */
  async #whoCalls(facts: RingoverCallFacts): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      const { body } = await this.#hooks.askWhoCalls(facts);
      if (body !== '' || tries === TRIES) return body;
    }
  }

  async #tell(event: DialEvent, facts: RingoverCallFacts): Promise<void> {
    if (this.scenario.carrier.lost.includes(event)) return;
    await (event === 'voicemail' ? this.#hooks.leaveVoicemail(facts) : this.#hooks.tell(event, facts));
  }

  #seen({ callId: carrierCallId, channelId }: RingoverCallFacts, played: PlayedCall | undefined): PlayedScenario {
    const told = this.#hooks.deliveries.map(({ event, status }) => `${event} ${status}`);
    return { carrierCallId, channelId, played, answers: this.#answers, told };
  }

  get #number() {
    const number = this.world.node.centre.numbers.find(({ agent }) => agent === this.scenario.agent);
    if (!number) throw new Error(`no number of ${this.scenario.agent}`);
    return number;
  }

  get #route(): RingoverRoute {
    const { apiUrl, ringover } = this.world.node.centre;
    const { webhookToken, callEventKey, streamRateHz: rateHz } = ringover;
    const { mediaToken, e164: toNumber } = this.#number;
    return { apiUrl, webhookToken, callEventKey, rateHz, mediaToken, fromNumber: this.scenario.other, toNumber };
  }
}
