import type { Metrics } from '@app/boot';
import type { CallEvent } from '@app/conversation/ports';

/** Reads off a call's events how long its turns took, for `/metrics`. One for one call. */
export class TurnMeter {
  #turn: { epoch: number; voiceStoppedMs: number } | undefined;

  /** @param setUpMs from the line's arrival to the beginning of the call's clock */
  constructor(
    private readonly metrics: Pick<Metrics, 'callSetUp' | 'callTurnedAway' | 'turnStage' | 'providerFailed'>,
    private readonly setUpMs: number,
  ) {}

  take(event: CallEvent): void {
    switch (event.type) {
      case 'turn.ended':
        this.#turn = event;
        return;
      case 'agent.spoke':
        if (event.kind === 'greeting') this.metrics.callSetUp(this.setUpMs + event.startMs);
        if (this.#turn?.epoch === event.epoch)
          this.metrics.turnStage('whole', event.startMs - this.#turn.voiceStoppedMs);
        return;
      case 'call.turned-away':
        return this.metrics.callTurnedAway(
          event.reason,
          event.transferTo ? 'transferred' : event.told ? 'told' : 'hung-up',
        );
      case 'provider.failed':
        return this.metrics.providerFailed(event.stage, event.provider, event.code);
      default:
    }
  }
}
