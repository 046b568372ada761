import type { EndReason, HeardBasis, ReplyKind } from './call-record.js';
import type { PersonMissed } from './person-caller.port.js';
import type { AnsweredBy } from './answered-by.js';
import type { RecordingLoss } from './call-recorder.port.js';
import type { ProviderStage, ProviderSwitch } from './provider-switch.js';

/**
 * Everything that can be known about a call from outside it, while it lives.
 *
 * Published in this shape, stored in this shape, shown in this shape: to tell a new fact, add a case here and let the
 * compiler find its readers. Names are `noun.past-tense`. Times are ms on the call's clock, which starts with the line.
 */
export type CallEvent =
  | { type: 'call.started'; agentId: string; agentVersion: number; direction: 'inbound' | 'outbound' }
  /** Its process is gone, and another one goes on with it. */
  | { type: 'call.adopted'; fromNode: string; toNode: string }
  /** Not served: all that the caller gets is the overflow message (if `told`), and the transfer or the end. */
  | { type: 'call.turned-away'; reason: TurnedAwayReason; told: boolean; transferTo: string | null }
  | { type: 'caller.spoke'; turn: number; text: string; confidence: number; startMs: number; endMs: number }
  /** The caller gave the floor away; the reply of this epoch answers. `voiceStoppedMs`: their last voiced sound. */
  | { type: 'turn.ended'; turn: number; epoch: number; voiceStoppedMs: number; speculated: boolean }
  | {
      type: 'agent.spoke';
      turn: number;
      epoch: number;
      kind: ReplyKind;
      text: string;
      heard: string;
      basis: HeardBasis;
      startMs: number;
      endMs: number;
      interrupted: boolean;
    }
  | {
      type: 'overlap.decided';
      epoch: number;
      verdict: 'carry-on' | 'yield' | 'resume';
      onsetMs: number;
      by: 'words' | 'voice' | 'quiet';
    }
  | { type: 'function.called'; name: string; key: string }
  | { type: 'function.returned'; name: string; key: string; ok: boolean; failure: string | null; tookMs: number }
  | { type: 'provider.failed'; stage: ProviderStage; provider: string; code: string }
  /** From now on another provider does that stage: until the next one, it is `to` that hears, thinks or speaks. */
  | ({ type: 'provider.switched' } & ProviderSwitch)
  | { type: 'obligation.missed'; owner: string; step: string }
  /** Of a call that we placed; a person may turn out to be a machine. `afterMs`: since the line was up. */
  | { type: 'answer.judged'; by: AnsweredBy; why: 'words' | 'rhythm' | 'tone' | 'silence'; afterMs: number }
  | { type: 'tone.heard' }
  | { type: 'digit.pressed'; digit: string }
  /** An operator asked, and it is done or under way. `detail`: a side, a sound, a number, an agent's id. */
  | { type: 'command.obeyed'; command: string; detail: string | null; author: string; commandId: string | null }
  /** What operators had set was given up: nobody came back to it. */
  | { type: 'desk.left' }
  | { type: 'agent.changed'; agentId: string; agentVersion: number; before: string }
  /** Somebody is called to take the call over, while the caller hears music. */
  | { type: 'person.called'; to: string }
  /** They are being told what it is about. */
  | { type: 'person.answered'; to: string }
  /** Caller and person speak with each other from now on, and the agent is gone. */
  | { type: 'person.joined'; to: string }
  /** The agent has the caller back. */
  | { type: 'person.missed'; to: string; why: PersonMissed }
  | { type: 'carrier.refused'; asked: 'transfer' | 'digits' }
  /** From now on the call is careful: shorter answers, no guesses, a cheaper model where there is one. US dollars. */
  | { type: 'budget.near'; spentUsd: number; budgetUsd: number }
  /** The call ends as soon as nobody is talked over. */
  | { type: 'budget.spent'; spentUsd: number; budgetUsd: number }
  | { type: 'recording.started' }
  /** Before the call was over; what was recorded until then is kept. */
  | { type: 'recording.ended'; reason: RecordingLoss }
  | { type: 'call.ended'; reason: EndReason; durationMs: number }
  /** After the end, and not in the log: the report of the call is there, or will not come. */
  | { type: 'call.reported'; state: 'ready' | 'failed' };

/** No line was free, or no provider could carry the call. */
export type TurnedAwayReason = Extract<EndReason, 'no-line' | 'provider-lost'>;
