import type { SampleRateHz } from '@app/audio';

/** What a carrier lets us do with a call's sound. A conversation asks here, never who the carrier is. */
export interface LineCapabilities {
  /** The carrier tells when a mark in the sound was reached: what was heard is then known, not estimated. */
  marks: boolean;
  /** The carrier's playback can be made quieter at once while the caller speaks over it. */
  duck: boolean;
  /** Digits can be sent to the caller's side. */
  sendsDigits: boolean;
  /** The call can be sent to another number. */
  transfers: boolean;
}

/** How much sound goes to the carrier at a time, and how much may lie there unheard. Milliseconds. */
export interface LinePacing {
  /** Length of one message of sound; at least 20. The first message of a reply is one frame. */
  chunkMs: number;
  /** The most that may lie at the carrier, not yet heard: more rides out a stall, less makes a barge-in quicker. */
  leadMs: number;
}

/** Why a line ended. `lost`: it broke, without a goodbye of the carrier. */
export type LineEnd = 'closed' | 'lost';

/** Receives all that comes from the caller's side, in order. Its methods return at once and never throw. */
export interface LineListener {
  /**
   * One frame, 20 ms at the line's rate; silence where the carrier sent none, so that frames keep time. The array belongs to the line: copy what must outlive the call.
   */
  frame(samples: Int16Array): void;
  /** One of 0-9, *, #, A-D. */
  digit(digit: string): void;
  /** A mark was reached, or dropped by `clear` (then `heard` is false). Only with the capability. */
  mark(name: string, heard: boolean): void;
  /** The last thing ever told. */
  closed(end: LineEnd): void;
}

/** The two-way sound of one call: all that a conversation sees of a carrier. */
export interface Line {
  readonly rateHz: SampleRateHz;
  readonly pacing: LinePacing;
  readonly capabilities: LineCapabilities;

  /** How long nothing of the caller's side came from the carrier, silence of it included. Absent: nobody can tell. */
  readonly quietMs?: number | undefined;

  /** Starts to tell; what came before is told first, as far as it was kept (at most 1 s). Called once. */
  listen(listener: LineListener): void;

  /** Sends sound to the caller now. The array may be used again after the call. On a closed line: nothing. */
  send(samples: Int16Array): void;

  /** Names this place in the sound. Only with the capability. */
  mark(name: string): void;

  /** Drops what the carrier holds and has not played. */
  clear(): void;

  /** Sends DTMF (0-9, *, #). @throws CarrierError `cannot` without the capability, or for digits it cannot express */
  sendDigits(digits: string): void;

  /** Sends the call elsewhere, blind (E.164). The line closes soon after. @throws CarrierError `cannot` */
  transfer(to: string): void;

  /** Ends the call from our side, the way this carrier is ended. Twice is once. */
  hangUp(): void;

  /** Lets go of the line without ending its call: another node has it. Absent: nobody can tell the two apart. */
  leave?(): void;
}
