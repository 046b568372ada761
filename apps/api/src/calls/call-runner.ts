import type { Logger, Metrics } from '@app/boot';
import { Conversation, type PhraseCache } from '@app/conversation';
import type { CallEvent, CallSettings, EndReason, FunctionRunner, VoiceDetector } from '@app/conversation/ports';
import type { PlayoutClock } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { CommandAnswer, CommandTaker, OpenCallLog } from '@app/live-state';
import type { ProviderCatalog } from '@app/providers';
import { type ArrivedCall, CallCarrier } from './arrived-call.js';
import type { CallBooks, NotedCall } from './call-books.js';
import { withVariables } from './call-variables.js';
import { TurnMeter } from './turn-meter.js';

export interface CallRunnerParts {
  clock: Clock;
  log: Logger;
  metrics: Pick<Metrics, 'callsLive' | 'callSetUp' | 'turnStage' | 'providerFailed'>;
  books: Pick<CallBooks, 'settingsOf' | 'takeLine' | 'giveLineBack' | 'openLog' | 'publish' | 'begin' | 'end' | 'miss'>;
  catalog: Pick<ProviderCatalog, 'recogniser' | 'model' | 'voice'>;
  detector: VoiceDetector;
  playout: PlayoutClock;
  phrases: PhraseCache;
  functionsFor: (settings: CallSettings) => FunctionRunner;
}

/** What one call has besides its settings. */
interface Means {
  log: Logger;
  callLog: OpenCallLog;
  arrivedMs: number;
}

/** Carries calls: builds a conversation for each from its agent's parts, and keeps the books about it. */
export class CallRunner extends CallCarrier {
  readonly #live = new Map<string, Conversation>();

  constructor(private readonly parts: CallRunnerParts) {
    super();
  }

  /** Calls that this process carries now. */
  get size(): number {
    return this.#live.size;
  }

  async carry(arrived: ArrivedCall): Promise<void> {
    const { clock, books } = this.parts;
    const { id: callId, carrier, matchedBy, number, line } = arrived;
    const log = this.parts.log.child({ callId, carrier, matchedBy });
    const since = { startedAt: clock.date(), arrivedMs: clock.nowMs() };
    let settings: CallSettings;
    try {
      settings = withVariables(await books.settingsOf(number.agentId), arrived.variables);
    } catch (error) {
      log.error({ error, agentId: number.agentId }, 'call could not be carried');
      line.hangUp();
      return books.miss(arrived);
    }
    const call = { arrived, settings, startedAt: since.startedAt };
    const callLog = books.openLog(callId);
    const endReason = await this.#converse(call, { log, callLog, arrivedMs: since.arrivedMs });
    log.info({ endReason }, 'call ended');
    await books.end(call, endReason, callLog);
  }

  /** Does at once what was asked of a call; of one that is not here, says so. */
  readonly take: CommandTaker = (callId, { author, ...command }): Promise<CommandAnswer> => {
    const conversation = this.#live.get(callId);
    if (!conversation) return Promise.resolve({ state: 'no-such-call' });
    conversation.command(command, author);
    return Promise.resolve({ state: 'done', effect: 'hung-up' });
  };

  /** Ends every call that is left, politely as the carrier allows. */
  endAll(): void {
    for (const conversation of [...this.#live.values()]) conversation.command({ type: 'hang-up' }, 'shutdown');
  }

  /** Never rejects. The line of the agent is free again when it resolves. */
  async #converse(call: NotedCall, means: Means): Promise<EndReason> {
    const { books, metrics } = this.parts;
    const { arrived, settings } = call;
    const { log } = means;
    const { id: agentId, version: agentVersion } = settings.agent;
    let begun: Promise<void> | undefined;
    try {
      if (!(await books.takeLine(arrived.id, agentId))) {
        log.warn({ agentId }, 'no line free');
        arrived.line.hangUp();
        return 'failed';
      }
      const conversation = this.#conversationOf(call, means);
      this.#live.set(arrived.id, conversation);
      metrics.callsLive(this.#live.size);
      log.info({ agentId, agentVersion }, 'call started');
      begun = books.begin(call); // the greeting does not wait for it
      return await conversation.run();
    } catch (error) {
      log.error({ error }, 'call could not be carried');
      arrived.line.hangUp();
      return 'failed';
    } finally {
      this.#forget(arrived.id);
      await Promise.all([begun, books.giveLineBack(arrived.id)]);
    }
  }

  /** @throws UnknownProvider */
  #conversationOf({ arrived, settings }: NotedCall, { log, callLog, arrivedMs }: Means): Conversation {
    const { books, metrics, clock, catalog, detector, playout, phrases } = this.parts;
    const { id: callId, line, direction } = arrived;
    const { providers } = settings;
    const meter = new TurnMeter(metrics, clock.nowMs() - arrivedMs);
    return new Conversation({
      callId,
      line,
      direction,
      settings,
      clock,
      playout,
      recogniser: catalog.recogniser(providers.recogniser),
      model: catalog.model(providers.model),
      voice: catalog.voice(providers.voice),
      detector,
      functions: this.parts.functionsFor(settings),
      phrases,
      log: callLog,
      onEvent: (event: CallEvent, atMs: number) => {
        books.publish(callId, atMs, event);
        meter.take(event);
      },
      onBug: (error) => log.error({ error }, 'bug ended the call'),
    });
  }

  #forget(callId: string): void {
    this.#live.delete(callId);
    this.parts.metrics.callsLive(this.#live.size);
  }
}
