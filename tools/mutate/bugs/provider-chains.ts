import type { Bug } from '../bug.js';

const CHAIN = 'libs/providers/src/chain';
const GATE = 'libs/live-state/src/provider-gate';
const MODEL = `${CHAIN}/fallback-language-model.spec.ts`;
const EARS = `${CHAIN}/fallback-speech-to-text.spec.ts`;
const VOICE = `${CHAIN}/fallback-text-to-speech.spec.ts`;
const LOCAL = `${GATE}/local-provider-gate.spec.ts`;
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  ...{ file, find, replace, specs: [spec], why },
});

/** Who is asked when a provider fails or is late, and when it is tried again. */
export const BUGS: readonly Bug[] = [
  bug(
    `${CHAIN}/race.ts`,
    MODEL,
    ["    if (this.#askNext()) this.#why = 'slow';\n", ''],
    'A model that says nothing is waited for until the caller has gone.',
  ),
  bug(
    `${CHAIN}/race.ts`,
    MODEL,
    ['if (this.#newest === index) this.#patience.met();', ''],
    'A function whose arguments take long is asked for twice, of two models.',
  ),
  bug(
    `${CHAIN}/race.ts`,
    MODEL,
    ['if (winner && contender.parts.probe) this.#watch(contender);\n      else contender.stop();', ''],
    'Every model that lost goes on to its end, and is paid for.',
  ),
  bug(
    `${CHAIN}/race.ts`,
    MODEL,
    ["      question.chain.avoid(winner.index, 'failed');\n", ''],
    'A model that broke off is asked again with the same words, and breaks off again.',
  ),
  bug(
    `${CHAIN}/race.ts`,
    MODEL,
    ['if (isBug) throw outcome.error;', ''],
    'A bug of ours looks like trouble of a vendor, and nobody hears of it.',
  ),
  bug(
    `${CHAIN}/chain.ts`,
    MODEL,
    ["?? this.#enter(left, 'last-resort')", ''],
    'When all are held for down, nobody is asked, although one may be back.',
  ),
  bug(
    `${CHAIN}/fallback-text-to-speech.ts`,
    VOICE,
    ['isAnswer: ({ samples }) => samples.length > 0', 'isAnswer: () => true'],
    'A voice that sends words without a sound wins, and the caller hears nothing.',
  ),
  bug(
    `${CHAIN}/fallback-text-to-speech.ts`,
    VOICE,
    ['voice.open({ ...this.options, voiceId })', 'voice.open(this.options)'],
    'A vendor is asked for a voice of another one.',
  ),
  bug(
    `${CHAIN}/fallback-speech-to-text.ts`,
    EARS,
    ['    session.push(kept);\n', ''],
    'What the caller was saying when a recogniser broke is lost.',
  ),
  bug(
    `${CHAIN}/fallback-speech-to-text.ts`,
    EARS,
    ['const isBusy = this.#isAsked || this.#hasUnsettled;', 'const isBusy = false;'],
    'A recogniser is changed in the middle of a sentence.',
  ),
  bug(
    `${CHAIN}/recent-sound.ts`,
    `${CHAIN}/recent-sound.spec.ts`,
    ['return Math.max(this.#from, this.#written - this.#ring.length);', 'return this.#from;'],
    'A long sentence is heard again as noise.',
  ),
  bug(
    `${GATE}/breaker.ts`,
    LOCAL,
    ['this.#failures = this.#openedMs === undefined ? 0 : this.settings.failuresToOpen - 1;', 'this.#failures = 0;'],
    'A provider that answers once in a while takes three callers down each time.',
  ),
  bug(
    `${GATE}/breaker.ts`,
    LOCAL,
    ['nowMs - this.#probedMs >= this.settings.probeEveryMs', 'true'],
    'A provider that is down is tried by every turn of every call.',
  ),
  bug(
    `${GATE}/provider-places.ts`,
    LOCAL,
    ["use === 'after-call' ? 1 - FOR_TURNS : 1", '1'],
    'Reports take the places of callers who wait.',
  ),
];
