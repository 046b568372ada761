import type { CallEvent, CallUsage, ProviderUsage, UsageWaste } from '../ports/index.js';
import type { Effect } from './effect.js';
import type { LogEntry } from './entry.js';
import type { HeardSoFar, Input } from './input.js';

/** So many replies are kept open for what is told of them late; then what they used is told on. */
const KEPT_REPLIES = 8;

interface Piece {
  text: string;
}

/** What is known of one reply that matters for what it cost. */
interface ReplyUsage {
  /** Of the turn that it answered, once that is told. */
  turn: number | null;
  /** The last turn when it was begun. */
  after: number;
  released: boolean;
  audible: boolean;
  /** A function ran for it. */
  acted: boolean;
  over: boolean;
  pieces: Piece[];
  /** Undefined while it is not over, or when all of it was heard. */
  heard: HeardSoFar | undefined;
  usages: { usage: ProviderUsage; piece: Piece | undefined; agentId: string }[];
}

/** Reads off a call's log, as it is written or afterwards, what was used of which provider, for which turn, and what of it served. */
export class UsageBook {
  readonly #replies = new Map<number, ReplyUsage>();
  #agentId = '';
  #turn = 0;
  #ended = false;

  /** @param tell is told each usage once, as soon as it is known whether it served */
  constructor(private readonly tell: (usage: CallUsage) => void) {}

  /** Does not throw. */
  take({ input, effects }: LogEntry): void {
    if (input.type === 'call-started') this.#agentId = input.settings.agent.id;
    if (input.type === 'provider-used') this.#note(input);
    else if ('epoch' in input && input.epoch !== undefined) this.#hear(input.epoch, input);
    for (const effect of effects) this.#see(effect);
  }

  /** No more entries come: what is open is told as it stands. */
  finish(): void {
    for (const epoch of [...this.#replies.keys()]) this.#settle(epoch);
  }

  #note({ usage, epoch, piece }: Input & { type: 'provider-used' }): void {
    const reply = epoch === undefined ? undefined : this.#replies.get(epoch);
    if (reply) {
      const of = piece === undefined ? undefined : reply.pieces[piece];
      return void reply.usages.push({ usage, piece: of, agentId: this.#agentId });
    }
    const turn = epoch !== undefined || this.#ended ? this.#turn : this.#turn + 1; // a recogniser hears what is not a turn yet
    this.tell({ turn, agentId: this.#agentId, usage, waste: usage.lost ?? null });
  }

  #hear(epoch: number, input: Input): void {
    const reply = this.#replies.get(epoch);
    if (!reply) return;
    if (input.type === 'reply-audible') reply.audible = true;
    if (input.type === 'reply-finished') reply.over = true;
    if (input.type !== 'reply-stopped') return;
    reply.over = true;
    reply.heard = input.heard;
  }

  #see(effect: Effect): void {
    switch (effect.type) {
      case 'think':
        return void this.#replyOf(effect.epoch);
      case 'speak':
        return this.#put(effect);
      case 'insert':
        return void this.#replyOf(effect.epoch).pieces.splice(effect.piece, 0, { text: effect.text });
      case 'play':
        this.#replyOf(effect.epoch).pieces[effect.piece] = { text: '' };
        return;
      case 'release':
        this.#replyOf(effect.epoch).released = true;
        return;
      case 'stop-reply': {
        const reply = this.#replyOf(effect.epoch);
        reply.over ||= !reply.audible;
        return;
      }
      case 'run-function': {
        const newest = [...this.#replies.values()].at(-1);
        if (newest) newest.acted = true;
        return;
      }
      case 'tell':
        return this.#told(effect.event);
      default:
    }
  }

  /** One that is asked for again is the same piece. */
  #put({ epoch, piece, text }: Effect & { type: 'speak' }): void {
    const { pieces } = this.#replyOf(epoch);
    pieces[piece] ??= { text };
  }

  #told(event: CallEvent): void {
    switch (event.type) {
      case 'turn.ended':
      case 'agent.spoke':
        this.#replyOf(event.epoch).turn = event.turn;
        this.#turn = Math.max(this.#turn, event.turn);
        return;
      case 'caller.spoke':
        this.#turn = Math.max(this.#turn, event.turn);
        return;
      case 'agent.changed':
        this.#agentId = event.agentId;
        return;
      case 'call.ended':
        this.#ended = true;
        return;
      default:
    }
  }

  #replyOf(epoch: number): ReplyUsage {
    const known = this.#replies.get(epoch);
    if (known) return known;
    const made: ReplyUsage = {
      turn: null,
      after: this.#turn,
      released: false,
      audible: false,
      acted: false,
      over: false,
      pieces: [],
      heard: undefined,
      usages: [],
    };
    this.#replies.set(epoch, made);
    if (this.#replies.size > KEPT_REPLIES) this.#settle(Math.min(...this.#replies.keys()));
    return made;
  }

  #settle(epoch: number): void {
    const reply = this.#replies.get(epoch);
    if (!reply) return;
    this.#replies.delete(epoch);
    const turn = reply.turn ?? (reply.released ? reply.after : reply.after + 1);
    for (const { usage, piece, agentId } of reply.usages)
      for (const part of partsOf(usage, piece, reply)) this.tell({ turn, agentId, ...part });
  }
}

/** All that a call used, in the order in which it was known; undefined where nobody counted: a log of an older program. */
export function usagesOf(entries: readonly LogEntry[]): CallUsage[] | undefined {
  const first = entries[0]?.input;
  const usedNothing = first?.type === 'call-started' && first.turnedAway !== undefined;
  if (!usedNothing && !entries.some(({ input }) => input.type === 'provider-used')) return undefined;
  const usages: CallUsage[] = [];
  const book = new UsageBook((usage) => usages.push(usage));
  for (const entry of entries) book.take(entry);
  book.finish();
  return usages;
}

type Part = Pick<CallUsage, 'usage' | 'waste'>;

/** What of it served, and what did not. */
function partsOf(usage: ProviderUsage, piece: Piece | undefined, reply: ReplyUsage): Part[] {
  const waste = wasteOf(usage, reply);
  if (waste !== null || usage.stage !== 'voice' || !piece || !reply.heard) return [{ usage, waste }];
  const share = heardShare(reply.pieces.indexOf(piece), piece, reply.heard);
  if (share === 1) return [{ usage, waste: null }];
  const [served, lost] = split(usage, share);
  return share === 0 ? [{ usage, waste: 'unheard' }] : [{ usage: served, waste: null }, { usage: lost, waste: 'unheard' }]; // prettier-ignore
}

function wasteOf({ lost, stage }: ProviderUsage, { released, audible, acted, over }: ReplyUsage): UsageWaste | null {
  if (lost) return lost;
  if (!over) return null;
  if (!released) return 'speculation';
  return audible || (acted && stage === 'model') ? null : 'unheard';
}

function heardShare(index: number, { text }: Piece, { wholePieces, partText }: HeardSoFar): number {
  if (index < wholePieces) return 1;
  if (index > wholePieces || text === '') return 0;
  return Math.min(1, partText.length / text.length);
}

function split(usage: ProviderUsage & { stage: 'voice' }, share: number): [served: ProviderUsage, lost: ProviderUsage] {
  const characters = Math.round(usage.characters * share);
  const soundMs = Math.round(usage.soundMs * share);
  const lost = { characters: usage.characters - characters, soundMs: usage.soundMs - soundMs };
  return [
    { ...usage, characters, soundMs },
    { ...usage, ...lost },
  ];
}
