import type { Metrics } from '@app/boot';
import type { Effect, LogEntry } from '@app/conversation';
import type { CallEvent } from '@app/conversation/ports';

type Turn = CallEvent & { type: 'turn.ended' } & { endedMs: number; settledMs: number | undefined };

/** How far a reply has come; ms on the call's clock. */
interface Way {
  epoch: number;
  askedMs?: number;
  tokenMs?: number;
  sentenceMs?: number;
  audioMs?: number;
}

/** Reads off a call's log, as it is written, how long the stages of its turns took, for `/metrics`. One for one call. */
export class TurnMeter {
  #settledMs: number | undefined;
  #way: Way = { epoch: 0 };
  #turn: Turn | undefined;

  /** @param setUpMs from the line's arrival to the beginning of the call's clock */
  constructor(
    private readonly metrics: Pick<
      Metrics,
      'callSetUp' | 'callTurnedAway' | 'turnStage' | 'providerFailed' | 'providerSwitched'
    >,
    private readonly setUpMs: number,
  ) {}

  /** Does not throw. */
  take({ atMs, input, effects }: LogEntry): void {
    if (input.type === 'words-settled') this.#settledMs = atMs;
    if ('epoch' in input && input.epoch === this.#way.epoch) this.#goOn(input.type, atMs);
    for (const effect of effects) this.#see(effect, atMs);
  }

  #goOn(type: LogEntry['input']['type'], atMs: number): void {
    const way = this.#way;
    if (type === 'model-answered') way.tokenMs ??= atMs;
    if (type === 'sentence-ready') way.sentenceMs ??= atMs;
    if (type === 'piece-sounded') way.audioMs ??= atMs;
    if (type !== 'reply-audible' || this.#turn?.epoch !== way.epoch) return;
    this.#measure(this.#turn, way, atMs);
    this.#turn = undefined;
  }

  #see(effect: Effect, atMs: number): void {
    if (effect.type === 'think' && effect.epoch !== this.#way.epoch) {
      this.#way = { epoch: effect.epoch, askedMs: atMs };
    }
    if (effect.type === 'tell') this.#hear(effect.event, atMs);
  }

  #hear(event: CallEvent, atMs: number): void {
    switch (event.type) {
      case 'turn.ended':
        this.#turn = { ...event, endedMs: atMs, settledMs: this.#settledMs };
        this.#settledMs = undefined;
        return;
      case 'agent.spoke':
        if (event.kind === 'greeting') this.metrics.callSetUp(this.setUpMs + event.startMs);
        return;
      case 'call.turned-away':
        return this.metrics.callTurnedAway(
          event.reason,
          event.transferTo ? 'transferred' : event.told ? 'told' : 'hung-up',
        );
      case 'provider.failed':
        return this.metrics.providerFailed(event.stage, event.provider, event.code);
      case 'provider.switched':
        return this.metrics.providerSwitched(event.stage, event.from, event.to, event.reason);
      default:
    }
  }

  /** The stages of `TurnLatency`; `ours` is what of it no provider and no caller was waited for. */
  #measure(turn: Turn, { askedMs, tokenMs, sentenceMs, audioMs }: Way, audibleMs: number): void {
    const { voiceStoppedMs, settledMs, endedMs, speculated } = turn;
    this.#stage('settle', settledMs === undefined ? undefined : voiceStoppedMs, settledMs, 0);
    this.#stage('decide', settledMs && Math.max(settledMs, voiceStoppedMs), endedMs);
    const askMs = this.#stage('ask', speculated ? settledMs : endedMs, askedMs, 0);
    this.#stage('first-token', askedMs, tokenMs);
    this.#stage('sentence', tokenMs, sentenceMs);
    this.#stage('voice', sentenceMs, audioMs);
    const playMs = this.#stage('play', audioMs && Math.max(audioMs, endedMs), audibleMs);
    if (playMs !== undefined) this.metrics.turnStage('ours', (askMs ?? 0) + playMs);
    this.metrics.turnStage('whole', audibleMs - voiceStoppedMs);
  }

  /** Nothing where one end is not known, or (without `least`) where they are the wrong way round. */
  #stage(name: string, fromMs: number | undefined, toMs: number | undefined, least?: number): number | undefined {
    if (fromMs === undefined || toMs === undefined) return undefined;
    const tookMs = Math.max(toMs - fromMs, least ?? -Infinity);
    if (tookMs < 0) return undefined;
    this.metrics.turnStage(name, tookMs);
    return tookMs;
  }
}
