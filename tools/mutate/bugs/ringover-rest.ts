import type { Bug } from '../bug.js';

const REST = 'libs/telephony/src/ringover/rest';
const CLIENT = `${REST}/ringover-rest.spec.ts`;
const GATE = 'libs/live-state/src/local-request-gate.spec.ts';
const CHECK = 'tools/ringover/check.spec.ts';
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  ...{ file, find, replace, specs: [spec], why },
});

/** Ringover's REST interface, and the rate at which it is asked. */
export const BUGS: readonly Bug[] = [
  bug(
    `${REST}/ringover-rest.ts`,
    CLIENT,
    ['      if (changes) return sent;\n', ''],
    'A callback that was told to slow down rings a person a second time.',
  ),
  bug(
    `${REST}/ringover-rest.ts`,
    CLIENT,
    ["isUncertain ? 'unknown' : before", 'before'],
    'A mute whose answer was lost is switched again, and the caller is heard.',
  ),
  bug(
    `${REST}/ringover-rest.ts`,
    CLIENT,
    ['      if (status === 401) return false;\n', '      if (status === 401) return true;\n'],
    'Somebody ticks grants for a key that is not known at all.',
  ),
  bug(
    `${REST}/ringover-rest.ts`,
    CLIENT,
    ["kind: 'safe', urgent: true, absent: 'nothing'", "kind: 'safe', absent: 'nothing'"],
    'A hang-up waits behind a list, and the call costs on.',
  ),
  bug(
    `${REST}/operation.ts`,
    CLIENT,
    ['parseLossless(text)', 'JSON.parse(text)'],
    'The id of a call loses its last digits, and the call is never found again.',
  ),
  bug(
    `${REST}/operation.ts`,
    CLIENT,
    ['!/^[\\w-]{1,64}$/.test(value)', 'value.length > 64'],
    'An id from outside leads the key to another address of the interface.',
  ),
  bug(
    `${REST}/exchange.ts`,
    CLIENT,
    ["const uncertain = changes && !NEVER_SENT.test(code ?? '');", 'const uncertain = false;'],
    'A callback whose connection broke is taken for not placed, and is placed again.',
  ),
  bug(
    `${REST}/refusal.ts`,
    CLIENT,
    ['reason !== undefined && KNOWN_REASONS.has(reason) ? reason : undefined', 'reason'],
    'What a carrier says about a person stands in our logs.',
  ),
  bug(
    'libs/live-state/src/local-request-gate.ts',
    GATE,
    ['return urgent && firstPatient >= 0 ? firstPatient : waiting.length;', 'return waiting.length;'],
    'A hang-up waits behind all that came before it.',
  ),
  bug(
    'libs/live-state/src/local-request-gate.ts',
    GATE,
    ['      queue.waiting = queue.waiting.filter((other) => other !== waiting);\n', ''],
    'Who gave up still takes a turn.',
  ),
  bug(
    'tools/ringover/account.ts',
    CHECK,
    ['if (!(there instanceof CarrierError))', 'if (there instanceof CarrierError)'],
    'A wrong key is told as one of the other region.',
  ),
  bug(
    'libs/telephony/src/ringover/ringover.line.ts',
    'libs/telephony/src/ringover/ringover.line.spec.ts',
    ['      this.#whenHungUp();\n', ''],
    'A call whose stream we closed goes on in its scenario, although a way to hang up was configured.',
  ),
  bug(
    'apps/api/src/media/rest-hang-ups.ts',
    'apps/api/src/media/rest-hang-ups.spec.ts',
    ['      if (isByChannel && channelId === undefined) return;\n', ''],
    'Each call that has ended by itself is an error in the log.',
  ),
];
