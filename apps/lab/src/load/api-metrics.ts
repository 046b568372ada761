import type { Centre } from '../call/centre.js';

/** What the api tells of itself at `/metrics`. */
export interface ApiMetrics {
  /** Of its playout clock's lateness so far: messages by the upper end of their bucket, in ms. */
  playoutLate: ReadonlyMap<number, number>;
  /** Of its event loop, since it was asked last. */
  loopLateP99Ms: number;
  loopLateMaxMs: number;
  /** That it has stood still to collect garbage, so far. */
  collectingMs: number;
  chains: ChainCounts;
}

/** What became of chains of providers so far. */
export interface ChainCounts {
  /** Times that another provider took over, by stage. */
  switches: Readonly<Record<string, number>>;
  /** Times that one was gone back to because it was well again, by stage. */
  returns: Readonly<Record<string, number>>;
  /** Times that one which is down for all was tried, by stage and name. */
  probes: Readonly<Record<string, number>>;
}

const ANSWER_WITHIN_MS = 5_000;
const MS_PER_SECOND = 1_000;

export async function askMetrics({ apiUrl }: Centre): Promise<ApiMetrics> {
  const answer = await fetch(`${apiUrl}/metrics`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return readMetrics(await answer.text());
}

/** @param text in Prometheus' format */
export function readMetrics(text: string): ApiMetrics {
  const loopLate = (quantile: string) =>
    valuesOf(text, 'carillon_event_loop_lag_seconds').find(({ labels }) => labels.includes(`quantile="${quantile}"`));
  const collecting = valuesOf(text, 'nodejs_gc_duration_seconds_sum');
  return {
    playoutLate: playoutLate(text),
    loopLateP99Ms: (loopLate('0.99')?.value ?? 0) * MS_PER_SECOND,
    loopLateMaxMs: (loopLate('1')?.value ?? 0) * MS_PER_SECOND,
    collectingMs: collecting.reduce((sum, { value }) => sum + value, 0) * MS_PER_SECOND,
    chains: chainCounts(text),
  };
}

function chainCounts(text: string): ChainCounts {
  const switched = valuesOf(text, 'carillon_provider_switches_total');
  const back = ({ labels }: { labels: string }) => labelOf(labels, 'reason') === 'healed';
  return {
    switches: summed(switched.filter((each) => !back(each)), ['stage']), // prettier-ignore
    returns: summed(switched.filter(back), ['stage']),
    probes: summed(valuesOf(text, 'carillon_provider_probes_total'), ['stage', 'provider']),
  };
}

function summed(counters: readonly { labels: string; value: number }[], by: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { labels, value } of counters) {
    const key = by.map((name) => labelOf(labels, name)).join(' ');
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}

const labelOf = (labels: string, name: string): string =>
  new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';

/** A bucket of theirs holds all that is below it too. */
function playoutLate(text: string): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  let below = 0;
  for (const { labels, value } of valuesOf(text, 'carillon_playout_lateness_seconds_bucket')) {
    const end = /le="([^"]+)"/.exec(labels)?.[1] ?? '';
    counts.set(end === '+Inf' ? Infinity : Number(end) * MS_PER_SECOND, value - below);
    below = value;
  }
  return counts;
}

const valuesOf = (text: string, name: string): { labels: string; value: number }[] =>
  [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'))].map(([, labels = '', value]) => ({
    labels,
    value: Number(value),
  }));

/** The upper end of the bucket that the percentile of what was counted in between lies in. */
export function percentileBetween(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  share: number,
): number | undefined {
  const counted = [...after].map(([endMs, count]) => ({ endMs, count: count - (before.get(endMs) ?? 0) }));
  const rank = Math.ceil(counted.reduce((sum, { count }) => sum + count, 0) * share);
  let seen = 0;
  return rank === 0 ? undefined : counted.find(({ count }) => (seen += count) >= rank)?.endMs;
}
