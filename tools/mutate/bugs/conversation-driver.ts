import type { Bug } from '../bug.js';

const SRC = 'libs/conversation/src';
const FUNCTIONS = `${SRC}/functions-in-a-call.spec.ts`;
const TROUBLE = `${SRC}/trouble-in-a-call.spec.ts`;
const LISTENER = `${SRC}/listening/listener.spec.ts`;
const LOG = `${SRC}/log/log.spec.ts`;
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  file: `${SRC}/${file}`,
  find,
  replace,
  specs: [spec],
  why,
});

/** The driver, the ears, and the log. */
export const BUGS: readonly Bug[] = [
  bug(
    'conversation.ts',
    TROUBLE,
    [
      '    this.parts.log.append(writeEntry(entry));\n    for (const effect of effects) this.#do(effect, call, atMs);\n',
      '    for (const effect of effects) this.#do(effect, call, atMs);\n    this.parts.log.append(writeEntry(entry));\n',
    ],
    'What was done is lost when the process dies before it was noted down.',
  ),
  bug(
    'conversation.ts',
    FUNCTIONS,
    ['      if (changes) await log.flush(LOG_WAIT_MS);\n', ''],
    'A booking is made that no log knows of.',
  ),
  bug(
    'call-timers.ts',
    TROUBLE,
    ['    for (const timer of [...this.#timers.keys()]) this.cancel(timer);\n', ''],
    'Every call leaves its timers behind.',
  ),
  bug(
    'call-timers.ts',
    TROUBLE,
    ['    this.cancel(timer);\n    const task', '    const task'],
    'A timer that was replaced falls due all the same.',
  ),
  bug(
    'conversation.ts',
    TROUBLE,
    ['    if (this.#taking) return;\n', ''],
    'An input is lived in the middle of another one.',
  ),
  bug(
    'conversation.ts',
    FUNCTIONS,
    ['      if (!(error instanceof CarrierError)) throw error;\n', '      throw error;\n'],
    'A carrier that cannot transfer counts as a bug of ours.',
  ),
  bug(
    'conversation.ts',
    TROUBLE,
    ["    this.#close('failed');\n    this.parts.line.hangUp();\n", "    this.#close('failed');\n"],
    'After a bug the caller stays on a dead line.',
  ),
  bug('conversation.ts', TROUBLE, ['tries < 2 &&', 'tries < 0 &&'], 'A call that a bug ended has no end in its log.'),
  bug(
    'conversation.ts',
    TROUBLE,
    ['tries < 2 &&', 'tries < 1 &&'],
    'What was heard of the last sentence is lost when the line is what broke.',
  ),
  bug(
    'conversation.ts',
    FUNCTIONS,
    ["    if (this.#ending.signal.aborted && !(input.type === 'provider-used' && this.#settling)) return;\n", ''],
    'A call that is over goes on living.',
  ),
  bug(
    'listening/listener.ts',
    LISTENER,
    ['    for (const samples of this.#kept) session.push(samples);\n', ''],
    'What the caller says while a recogniser opens is lost.',
  ),
  bug(
    'listening/listener.ts',
    LISTENER,
    ['this.#kept.push(samples.slice());', 'this.#kept.push(samples);'],
    'What was kept is overwritten by what came later.',
  ),
  bug(
    'listening/listener.ts',
    LISTENER,
    ['    this.#kept = [];\n    if (this.#voiced)', '    if (this.#voiced)'],
    'A recogniser that is opened anew hears the beginning of the call again.',
  ),
  bug(
    'listening/listener.ts',
    LISTENER,
    ['if (this.#kept.length > most) this.#kept.shift();', ''],
    'A recogniser that never opens fills the memory.',
  ),
  bug(
    'listening/listener.ts',
    LISTENER,
    ['    if (!signal.aborted) throw new ProviderError', '    if (signal.aborted) throw new ProviderError'],
    'A recogniser that ends by itself leaves a deaf agent.',
  ),
  bug(
    'listening/listener.ts',
    LISTENER,
    ['- behindMs - change.agoMs)', ')'],
    'A voice is noticed later than it was, and an overlap is decided late.',
  ),
  bug(
    'listening/listener.ts',
    LISTENER,
    ['    this.#closeRecogniser();\n    const stop', '    const stop'],
    'Two recognisers hear one caller, and every word comes twice.',
  ),
  bug(
    'listening/voice-gate.ts',
    `${SRC}/listening/voice-gate.spec.ts`,
    ['else if (probability < silenceThreshold)', 'else'],
    'A moment of doubt ends a voice.',
  ),
  bug(
    'log/replay.ts',
    LOG,
    ['JSON.stringify(next.effects) === JSON.stringify(entry.effects)', 'next.effects.length === entry.effects.length'],
    'A replay is blind to what is in an effect.',
  ),
  bug(
    'log/replay.ts',
    LOG,
    ['    call = next.call;\n', '    call ??= next.call;\n'],
    'A replay forgets what happened before.',
  ),
  bug(
    'log/entry.ts',
    LOG,
    ['if (entry.seq > entries.length) throw', 'if (entry.seq < 0) throw'],
    'A log with a gap is read as if it were whole.',
  ),
  bug(
    'log/entry.ts',
    LOG,
    ['if (entry.seq < entries.length) return;', ''],
    'A batch that was written twice makes a log unreadable.',
  ),
  bug(
    'log/entry.ts',
    LOG,
    ['if (entry.seq === 0 && entry.format !== LOG_FORMAT)', 'if (entry.seq < 0)'],
    'A log of another format is misread in silence.',
  ),
  bug(
    'log/record.ts',
    TROUBLE,
    ['pieces.filter(({ piece }) => isHeard(piece))', 'pieces'],
    'A call that broke off claims that all was heard.',
  ),
  bug(
    'log/record.ts',
    LOG,
    ['firstMs.get(`${type} ${epoch}`)', 'firstMs.get(`${type} ${epoch - 1}`)'],
    'The latency of a turn is that of another reply.',
  ),
];
