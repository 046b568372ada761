import type { Logger, Metrics } from '@app/boot';
import { Conversation, type PhraseCache } from '@app/conversation';
import type { CallEvent, CallSettings, FunctionRunner, VoiceDetector } from '@app/conversation/ports';
import type { PlayoutClock } from '@app/audio';
import type { CallId, Clock } from '@app/kernel';
import type { CommandAnswer, CommandTaker } from '@app/live-state';
import type { ProviderCatalog } from '@app/providers';
import { type ArrivedCall, CallCarrier } from './arrived-call.js';
import type { CallBooks } from './call-books.js';
import { TurnMeter } from './turn-meter.js';

export interface CallRunnerParts {
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  books: CallBooks;
  catalog: Pick<ProviderCatalog, 'recogniser' | 'model' | 'voice'>;
  detector: VoiceDetector;
  playout: PlayoutClock;
  phrases: PhraseCache;
  functionsFor: (settings: CallSettings) => FunctionRunner;
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
    const { log, clock } = this.parts;
    const callId = arrived.id;
    const callLog = log.child({ callId, carrier: arrived.carrier, matchedBy: arrived.matchedBy });
    const arrivedMs = clock.nowMs();
    try {
      const settings = await this.parts.books.settingsOf(arrived.number.agentId);
      if (await this.parts.books.takeLine(callId, arrived.number.agentId)) {
        await this.#converse(callId, arrived, settings, { log: callLog, arrivedMs });
      } else {
        callLog.warn({ agentId: settings.agent.id }, 'no line free');
        arrived.line.hangUp();
      }
    } catch (error) {
      callLog.error({ error }, 'call could not be carried');
      arrived.line.hangUp();
    } finally {
      this.#forget(callId);
      await this.parts.books.giveLineBack(callId);
    }
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

  async #converse(
    callId: CallId,
    arrived: ArrivedCall,
    settings: CallSettings,
    { log, arrivedMs }: { log: Logger; arrivedMs: number },
  ): Promise<void> {
    const { books, metrics, clock, catalog, detector, playout, phrases } = this.parts;
    const { providers } = settings;
    const callLog = books.openLog(callId);
    const meter = new TurnMeter(metrics, clock.nowMs() - arrivedMs);
    const conversation = new Conversation({
      callId,
      line: arrived.line,
      direction: arrived.direction,
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
    this.#live.set(callId, conversation);
    metrics.callsLive(this.#live.size);
    log.info({ agentId: settings.agent.id, agentVersion: settings.agent.version }, 'call started');
    const begun = books.begin(callId, arrived, settings); // the greeting does not wait for it
    const endReason = await conversation.run();
    this.#forget(callId);
    log.info({ endReason }, 'call ended');
    await begun;
    await books.end(callId, arrived, settings, { endReason, callLog });
  }

  #forget(callId: string): void {
    this.#live.delete(callId);
    this.parts.metrics.callsLive(this.#live.size);
  }
}
