import type { Logger, Metrics } from '@app/boot';
import { type AgentParts, Conversation, type ConversationParts, Dialogue, type PhraseCache } from '@app/conversation';
import {
  type CallEvent,
  type CallSettings,
  type EndReason,
  type FunctionRunner,
  type LanguageModel,
  StoreError,
  type TurnedAwayReason,
  type VoiceDetector,
} from '@app/conversation/ports';
import type { PlayoutClock } from '@app/audio';
import type { CallId, Clock } from '@app/kernel';
import type { CommandAnswer, CommandTaker, OpenCallLog } from '@app/live-state';
import { type PriceList, type ProviderCatalog, type ProviderChains, UnknownProvider } from '@app/providers';
import { type ArrivedCall, CallCarrier } from './arrived-call.js';
import type { CallBooks, NotedCall } from './call-books.js';
import { CostMeter } from './cost/cost-meter.js';
import { ofOrder, withVariables } from './call-variables.js';
import { answerOf, giveUpQuiet } from './command-answers.js';
import { OverheardLine, type Overhearing } from '../listening-in/overheard-line.js';
import type { PhraseWarmer } from './phrase-warmer.js';
import type { SecondLegs } from '../second-legs/second-legs.js';
import type { RecordedLine } from './recording/recorded-line.js';
import type { Recordings } from './recording/recordings.js';
import { TurnMeter } from './turn-meter.js';
import { hungUpOn, MOST_ANSWERS, NOBODY, turnedAwayOf } from './turned-away.js';

export interface CallRunnerParts {
  clock: Clock;
  log: Logger;
  metrics: Pick<
    Metrics,
    | 'callsLive'
    | 'callSetUp'
    | 'callTurnedAway'
    | 'turnStage'
    | 'providerFailed'
    | 'providerSwitched'
    | 'providerCost'
    | 'providerUnpriced'
  >;
  books: Pick<
    CallBooks,
    | 'settingsOf'
    | 'takeLine'
    | 'takeOver'
    | 'moveLine'
    | 'noteAgent'
    | 'giveLineBack'
    | 'openLog'
    | 'publish'
    | 'begin'
    | 'end'
    | 'miss'
    | 'noteRecording'
  >;
  chains: Pick<ProviderChains, 'of' | 'recogniser' | 'canCarry' | 'cheaperModel'>;
  catalog: Pick<ProviderCatalog, 'speech'>;
  detector: VoiceDetector;
  playout: PlayoutClock;
  phrases: PhraseCache;
  /** Absent: what is not rendered when a call begins is made live in it. */
  warmer?: Pick<PhraseWarmer, 'soon'>;
  recordings: Pick<Recordings, 'of' | 'finish'>;
  functionsFor: (settings: CallSettings) => FunctionRunner;
  persons: Pick<SecondLegs, 'callerFrom'>;
  prices: Pick<PriceList, 'usdOf'>;
}

/** What one call has besides its settings. */
interface Means {
  log: Logger;
  line: OverheardLine;
  callLog: OpenCallLog;
  arrivedMs: number;
  /** Undefined: the agent keeps no recordings. */
  recorded: RecordedLine | undefined;
  costs: CostMeter;
  /** On which it began, `YYYY-MM-DD`, UTC: prices are of that day. */
  day: string;
}

/** Who hears, thinks and speaks in a call. */
type Voices = Pick<
  ConversationParts,
  'recogniser' | 'model' | 'voice' | 'cheaperModel' | 'forPerson' | 'detector' | 'turnedAway'
>;

interface Carried {
  conversation: Conversation;
  line: OverheardLine;
  arrived: ArrivedCall;
  /** Who has it now. */
  agentId: string;
}

/** To compare models by what they cost. */
const USUAL_ANSWER = { inputTokens: 2_000, cachedInputTokens: 1_500, outputTokens: 60 };

interface Asker {
  author: string;
  commandId: string;
}

/** Carries calls: builds a conversation for each from its agent's parts, and keeps the books about it. */
export class CallRunner extends CallCarrier {
  readonly #live = new Map<string, Carried>();
  /** Those of them that are not served; of these, those that get an answer. */
  readonly #turnedAway = new Set<string>();
  readonly #answered = new Set<string>();

  constructor(private readonly parts: CallRunnerParts) {
    super();
  }

  /** Calls that this process serves now. */
  get size(): number {
    return this.#live.size - this.#turnedAway.size;
  }

  async carry(call: ArrivedCall): Promise<void> {
    const { clock, books } = this.parts;
    const line = new OverheardLine(call.line, clock);
    const arrived = { ...call, line };
    const { id: callId, carrier, matchedBy, number, takenOver } = arrived;
    const log = this.parts.log.child({ callId, carrier, matchedBy });
    const since = { startedAt: takenOver?.startedAt ?? clock.date(), arrivedMs: clock.nowMs() };
    let settings: CallSettings;
    try {
      settings = takenOver?.call.settings ?? ofOrder(await books.settingsOf(number.agentId), arrived);
    } catch (error) {
      log.error({ error, agentId: number.agentId }, 'call could not be carried');
      line.hangUp();
      return books.miss(arrived);
    }
    const noted = { arrived, settings, startedAt: since.startedAt };
    const callLog = books.openLog(callId, takenOver);
    const { metrics, prices } = this.parts;
    const day = since.startedAt.toISOString().slice(0, 10);
    const costs = new CostMeter({ metrics, prices, day });
    const endReason = await this.#converse(noted, {
      ...{ log, line, costs, day },
      callLog,
      arrivedMs: since.arrivedMs,
      recorded: settings.recording?.enabled && !takenOver ? this.parts.recordings.of(callId, line) : undefined,
    });
    costs.finish();
    log.info({ endReason }, 'call ended');
    await books.end(noted, endReason, callLog);
  }

  /** Does at once what was asked of a call; of one that is not here, says so. */
  readonly take: CommandTaker = async (callId, { author, ...command }, commandId): Promise<CommandAnswer> => {
    const carried = this.#live.get(callId);
    if (!carried) return { state: 'no-such-call' };
    if (command.type === 'confirm') return { state: 'done', effect: 'carried' };
    const { conversation } = carried;
    if (command.type === 'tell-counts')
      return { state: 'done', effect: 'told', counts: { ...conversation.lineCounts } };
    if (command.type === 'carrier-gone') return giveUpQuiet(carried.line);
    if (command.type === 'hand-over') return this.#handOver(carried, command.agentId, { author, commandId });
    return answerOf(conversation.command(command, author, commandId));
  };

  /** Lets somebody listen to a call; undefined when it is not here, or over. */
  overhear(callId: string, told: Overhearing): { rateHz: number; stop: () => void } | 'too-many' | undefined {
    const line = this.#live.get(callId)?.line;
    const stop = line?.overhear(told);
    return line && (stop ? { rateHz: line.rateHz, stop } : 'too-many');
  }

  /** Another node has the call: it is over here, and its caller is not told. */
  leave(callId: string): void {
    this.#live.get(callId)?.conversation.leave();
  }

  /** Ends every call that is left, politely as the carrier allows. */
  endAll(): void {
    for (const { conversation } of [...this.#live.values()]) conversation.command({ type: 'hang-up' }, 'shutdown');
  }

  /** The other agent must be there, with a line and with its providers; else the call stays as it is. */
  async #handOver(carried: Carried, agentId: string, { author, commandId }: Asker): Promise<CommandAnswer> {
    const { books, chains, functionsFor } = this.parts;
    const { conversation, arrived } = carried;
    let agent: AgentParts;
    try {
      const settings = withVariables(await books.settingsOf(agentId), arrived.variables);
      if (!chains.canCarry(settings.providers)) return { state: 'refused', why: 'agent-unable' };
      agent = { settings, functions: functionsFor(settings), ...this.#providersOf(settings) };
    } catch (error) {
      if (error instanceof UnknownProvider) return { state: 'refused', why: 'agent-unable' };
      if (error instanceof StoreError && !error.retryable) return { state: 'refused', why: 'no-such-agent' };
      throw error;
    }
    if (!(await books.moveLine(arrived.id, agentId))) return { state: 'refused', why: 'no-free-line' };
    const result = conversation.handOver(agent, author, commandId);
    if ('refused' in result) await books.moveLine(arrived.id, carried.agentId);
    else {
      carried.agentId = agentId;
      await books.noteAgent(arrived.id, agent.settings.agent);
    }
    return answerOf(result);
  }

  /** Never rejects. The line of the agent is free again when it resolves. */
  async #converse(call: NotedCall, means: Means): Promise<EndReason> {
    const { books, metrics } = this.parts;
    const { arrived, settings } = call;
    const { log } = means;
    const { id: agentId, version: agentVersion } = settings.agent;
    let begun: Promise<void> | undefined;
    try {
      const conversation = await this.#conversationOf(call, means);
      this.#live.set(arrived.id, { conversation, line: means.line, arrived, agentId });
      metrics.callsLive(this.size);
      log.info({ agentId, agentVersion }, 'call started');
      this.parts.warmer?.soon(settings);
      begun = arrived.takenOver ? undefined : books.begin(call); // the greeting does not wait for it
      return await conversation.run();
    } catch (error) {
      log.error({ error }, 'call could not be carried');
      arrived.line.hangUp();
      return 'failed';
    } finally {
      this.#forget(arrived.id);
      await Promise.all([
        books.giveLineBack(arrived.id),
        Promise.resolve(begun).then(() => this.#keepRecording(arrived.id, means)),
      ]);
    }
  }

  /** With the agent, if it has a line and its providers are here and well; else one in which the caller is turned away. */
  async #conversationOf(call: NotedCall, means: Means): Promise<Conversation> {
    const { books, detector } = this.parts;
    const { arrived, settings } = call;
    const { chains } = this.parts;
    const { takenOver } = arrived;
    if (takenOver) {
      await books.takeOver(arrived.id, settings.agent.id, takenOver);
      const cheaperModel = this.#cheaperModelOf(settings, means);
      return this.#begin(call, means, { ...this.#providersOf(settings), cheaperModel, detector });
    }
    if (!chains.canCarry(settings.providers)) return this.#turnAway(call, means, 'provider-lost');
    if (!(await books.takeLine(arrived.id, settings.agent.id))) return this.#turnAway(call, means, 'no-line');
    try {
      const cheaperModel = this.#cheaperModelOf(settings, means);
      return this.#begin(call, means, { ...this.#providersOf(settings), cheaperModel, detector });
    } catch (error) {
      if (!(error instanceof UnknownProvider)) throw error;
      means.log.error({ error }, 'call could not be carried');
      await books.giveLineBack(arrived.id);
      return this.#turnAway(call, means, 'provider-lost');
    }
  }

  #turnAway(call: NotedCall, means: Means, reason: TurnedAwayReason): Conversation {
    const { settings, arrived } = call;
    const { line, id } = arrived;
    const mayAnswer = this.#answered.size < MOST_ANSWERS;
    means.log.warn({ agentId: settings.agent.id, reason, mayAnswer }, 'call turned away');
    this.#turnedAway.add(id);
    if (mayAnswer) this.#answered.add(id);
    const { phrases } = this.parts;
    const turnedAway = mayAnswer ? turnedAwayOf(reason, { settings, line, phrases }) : hungUpOn(reason);
    return this.#begin(call, means, { ...NOBODY, turnedAway });
  }

  /** @throws UnknownProvider */
  #providersOf({ providers }: CallSettings): Pick<AgentParts, 'recogniser' | 'model' | 'voice' | 'forPerson'> {
    const { catalog, chains } = this.parts;
    const speech = catalog.speech(providers.model);
    if (!speech) return chains.of(providers);
    const dialogue = () => new Dialogue({ speech, recogniser: chains.recogniser(providers) });
    const { recogniser, model, voice } = dialogue();
    return { recogniser, model, voice, forPerson: dialogue };
  }

  /** Only where it may be needed. */
  #cheaperModelOf(settings: CallSettings, { day }: Pick<Means, 'day'>): LanguageModel | undefined {
    const { chains, prices, catalog } = this.parts;
    if (!settings.budget || catalog.speech(settings.providers.model)) return undefined;
    return chains.cheaperModel(settings.providers, (provider) =>
      prices.usdOf({ stage: 'model', provider, tokens: USUAL_ANSWER }, day),
    );
  }

  #begin(
    { arrived, settings }: NotedCall,
    { log, callLog, arrivedMs, recorded, costs, day }: Means,
    voices: Voices,
  ): Conversation {
    const { books, metrics, clock, playout, phrases, prices } = this.parts;
    const { id: callId, direction, takenOver } = arrived;
    const line = recorded ?? arrived.line;
    const meter = new TurnMeter(metrics, clock.nowMs() - arrivedMs);
    return new Conversation({
      ...voices,
      callId,
      line,
      recorder: recorded,
      persons: this.parts.persons.callerFrom(arrived.number.e164),
      adopted: takenOver,
      direction,
      settings,
      clock,
      playout,
      functions: this.parts.functionsFor(settings),
      phrases,
      log: callLog,
      onEvent: (event: CallEvent, atMs: number) => books.publish(callId, atMs, event),
      onEntry: (entry) => {
        meter.take(entry);
        costs.take(entry);
      },
      priceOf: (usage) => prices.usdOf(usage, day),
      onBug: (error) => log.error({ error }, 'bug ended the call'),
    });
  }

  async #keepRecording(callId: CallId, { recorded }: Means): Promise<void> {
    const name = recorded && (await this.parts.recordings.finish(callId, recorded));
    if (name) await this.parts.books.noteRecording(callId, name);
  }

  #forget(callId: string): void {
    this.#live.delete(callId);
    this.#turnedAway.delete(callId);
    this.#answered.delete(callId);
    this.parts.metrics.callsLive(this.size);
  }
}
