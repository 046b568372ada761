import type { Bug } from '../bug.js';

const BOOK = 'libs/conversation/src/log/usage-book';
const BUDGET = 'libs/conversation/src/turns/budget';
const CHAIN = 'libs/providers/src/chain';
const PRICES = 'libs/providers/src/prices/price-list';
const bug = (file: string, spec: string, [find, replace]: [string, string], why: string): Bug => ({
  ...{ file, find, replace, specs: [spec], why: `cost: ${why}` },
});

/** What calls cost, what of it was wasted, and what they may cost. */
export const BUGS: readonly Bug[] = [
  bug(
    `${BOOK}.ts`,
    `${BOOK}.spec.ts`,
    ["if (!released) return 'speculation';", ''],
    'A guess that was thrown away counts as served.',
  ),
  bug(`${BOOK}.ts`, `${BOOK}.spec.ts`, ['if (lost) return lost;', ''], 'Who lost a race counts as served.'),
  bug(
    `${BOOK}.ts`,
    `${BOOK}.spec.ts`,
    ['if (index < wholePieces) return 1;', 'if (index <= wholePieces) return 1;'],
    'A sentence that was cut off counts as heard.',
  ),
  bug(
    `${PRICES}.ts`,
    `${PRICES}.spec.ts`,
    ['cached * (rate.cachedInput ?? rate.input)', 'cached * (rate.cachedInput ?? 0)'],
    'What the cache held is free where nobody said so.',
  ),
  bug(
    `${PRICES}.ts`,
    `${PRICES}.spec.ts`,
    ['if (hasSound && !rate.audio) return undefined;', ''],
    'Sound without a price costs as much as text.',
  ),
  bug(
    `${PRICES}.ts`,
    `${PRICES}.spec.ts`,
    ['line.usd === null || usd === undefined ? null', 'false ? null'],
    'What has no price costs nothing, or NaN.',
  ),
  bug(
    `${CHAIN}/answer-count.ts`,
    `${CHAIN}/usages.spec.ts`,
    ["this.question.signal.aborted ? undefined : 'second'", 'undefined'],
    'A model that was asked in vain counts as the one that answered.',
  ),
  bug(
    `${CHAIN}/sound-count.ts`,
    `${CHAIN}/usages.spec.ts`,
    ['    this.#samples = 0;', ''],
    'Each utterance is paid for again with the next.',
  ),
  bug(
    `${BUDGET}.ts`,
    `${BUDGET}.spec.ts`,
    ["if (!draft.reply?.released && caller.floor === 'quiet') sayTimeIsUp(draft);", 'sayTimeIsUp(draft);'],
    'A call whose budget is spent cuts off what it has paid for, and the caller.',
  ),
  bug(
    `${BUDGET}.ts`,
    `${BUDGET}.spec.ts`,
    [' || desk.takenBy !== null', ''],
    'A budget ends the call of a person who took it over.',
  ),
  bug(
    'libs/conversation/src/conversation.ts',
    'libs/conversation/src/usages-of-a-call.spec.ts',
    ['this.#settleUses();', 'this.#settling = false;'],
    'What a call used last is forgotten.',
  ),
];
