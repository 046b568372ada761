import type { Message, SpeechToSpeechSession, SpokenItem } from '../ports/index.js';

type Told = Exclude<Message, { role: 'system' }>;

interface Entry {
  message: Told;
  items: SpokenItem[];
  /** Of a reply that the model spoke itself: how long all of it sounds. */
  soundMs: number | null;
  /** How much of it the model still has. */
  keptMs: number | null;
  /** What was said before it in its name, to fill the time until it came. */
  filler: { text: string; item: SpokenItem } | null;
}

/**
 * What the model's own history holds, kept equal to what the caller lived: a reply that was interrupted is cut where it was,
 * one that was never heard is taken out, and what was said without the model is added, in its place.
 */
export class SpokenMemory {
  #entries: Entry[] = [];
  /** Those of which it is known to the sample how much was heard. */
  readonly #cut = new WeakSet<SpokenItem>();

  constructor(private readonly session: SpeechToSpeechSession) {}

  /** @param hasSound the caller said words that lie in the pushed sound, and not in the history yet */
  tell(messages: readonly Message[], hasSound: boolean): void {
    const all = messages.filter((message) => message.role !== 'system');
    let sound = hasSound;
    let same = 0;
    for (const [n, message] of all.entries()) {
      const entry = this.#entries[n];
      if (!entry || !isSame(entry, message, n === all.length - 1)) break;
      if (message.role === 'caller' && n === all.length - 1 && sound) {
        entry.items.push(this.session.takeTurn()); // the caller went on after a guess at the end of the turn
        sound = false;
      }
      this.#trim(entry, message);
      this.#fill(entry, message, this.#entries[n - 1]?.items.at(-1) ?? null);
      same = n + 1;
    }
    for (const { items, filler } of this.#entries.splice(same))
      for (const item of [...(filler ? [filler.item] : []), ...items]) this.session.drop(item);
    for (const [n, message] of all.entries()) {
      if (n < same) continue;
      const isTurn = message.role === 'caller' && n === all.length - 1 && sound;
      const item = isTurn ? this.session.takeTurn() : this.session.add(message);
      this.#entries.push({ message, items: [item], soundMs: null, keptMs: null, filler: null });
    }
  }

  /** The model said this itself; whether it was heard, the next messages tell. */
  said(message: Told & { role: 'agent' }, item: SpokenItem, soundMs: number): void {
    this.#entries.push({ message, items: [item], soundMs, keptMs: soundMs, filler: null });
  }

  /** What the model said itself was heard so far, and no further; also before it was `said`. */
  cut(item: SpokenItem, heardMs: number): void {
    this.#cut.add(item);
    this.session.truncate(item, Math.round(heardMs));
  }

  /** The model is told of what another said in its name, where the caller heard it. */
  #fill(entry: Entry, message: Told, behind: SpokenItem | null): void {
    const text = fillerOf(entry, message);
    if (text === (entry.filler?.text ?? '')) return;
    if (entry.filler) this.session.drop(entry.filler.item);
    entry.filler = text === '' ? null : { text, item: this.session.add({ role: 'agent', text }, behind) };
  }

  #trim(entry: Entry, message: Told): void {
    if (entry.items.some((item) => this.#cut.has(item))) return;
    if (entry.soundMs !== null && message.role === 'agent') {
      const before = plain(textOf(entry.message));
      const [whole, heard] = [before.length, heardOf(before, plain(message.text)) ?? 0];
      const heardMs = whole === 0 ? entry.soundMs : Math.round((entry.soundMs * heard) / whole);
      if (heard < whole && heardMs < (entry.keptMs ?? Infinity)) {
        entry.keptMs = heardMs;
        for (const item of entry.items) this.session.truncate(item, heardMs);
      }
      return; // the whole text stays: a later message may be compared with it again
    }
    entry.message = message;
  }
}

/** Without the dash that stands where a reply was interrupted. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().replace(/—$/, ''); // prettier-ignore
const textOf = (message: Told): string => (message.role === 'function' ? message.resultJson : message.text);

/** Whether a message is the one that was told before, perhaps shorter; the caller's last words may still change. */
function isSame({ message: told, soundMs }: Entry, message: Told, isLast: boolean): boolean {
  if (told.role === 'function') return message.role === 'function' && told.id === message.id && told.resultJson === message.resultJson; // prettier-ignore
  if (message.role === 'function' || told.role !== message.role) return false;
  if (told.role === 'caller') return isLast || plain(told.text) === plain(message.text);
  const [before, now] = [plain(told.text), plain(message.text)];
  if (soundMs === null) return before === now;
  if (before === '') return message.role === 'agent' && message.calls !== undefined && sameCalls(told, message); // words that filled the time beside a function
  return heardOf(before, now) !== undefined && sameCalls(told, message);
}

/** What the caller heard of a reply before the model's own words began. */
function fillerOf({ message: told, soundMs }: Entry, message: Told): string {
  if (soundMs === null || message.role !== 'agent') return '';
  const before = plain(textOf(told));
  if (before === '') return message.text;
  const now = plain(message.text);
  return now.slice(0, now.length - (heardOf(before, now) ?? 0)).trim();
}

/** Less than this may begin like a reply by chance. Characters. */
const TELLING = 8;

/**
 * How much of what the model said stands in what the caller heard of the reply: its beginning, perhaps behind words that
 * only filled the time until it came. Undefined: it is another reply.
 */
function heardOf(before: string, now: string): number | undefined {
  if (before.startsWith(now)) return now.length;
  for (let at = now.indexOf(' ') + 1; at > 0; at = now.indexOf(' ', at) + 1) {
    const rest = now.slice(at);
    if (rest.length >= Math.min(TELLING, before.length) && before.startsWith(rest)) return rest.length;
  }
  return undefined;
}

const sameCalls = (told: Told, message: Told): boolean => {
  const ids = (of: Told) => (of.role === 'agent' ? (of.calls ?? []) : []).map(({ id }) => id);
  const now = ids(message);
  return now.every((id) => ids(told).includes(id));
};
