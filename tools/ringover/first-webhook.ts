import type { Clock } from '@app/kernel';

export interface WaitOptions {
  /** Of the running centre, whose `/metrics` counts what came. */
  centreUrl: string;
  withinMs: number;
  clock: Clock;
  lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
const ASK_WITHIN_MS = 3_000;
const LINE = /^carillon_webhooks_total\{([^}]*)\} (\d+)/;

/** How many webhooks of Ringover's came, by section and what became of them. */
type Counts = ReadonlyMap<string, number>;

/** Waits until a webhook of Ringover's reaches the centre. `good`: it was taken. */
export async function firstWebhook(options: WaitOptions): Promise<{ good: boolean; line: string }> {
  const { centreUrl, withinMs, clock, lookEveryMs = LOOK_EVERY_MS } = options;
  const before = await countsAt(centreUrl);
  if (!before) return { good: false, line: `unreachable: the centre does not answer at ${centreUrl}; is it running?` };
  for (const lastMs = clock.nowMs() + withinMs; clock.nowMs() < lastMs;) {
    await clock.sleep(lookEveryMs);
    const news = newIn(before, (await countsAt(centreUrl)) ?? before);
    if (news) return told(news);
  }
  return {
    good: false,
    line: `nothing came in ${Math.round(withinMs / 1_000)} s: is the address pasted, and the event ticked?`,
  };
}

function told({ section, outcome }: { section: string; outcome: string }): { good: boolean; line: string } {
  if (outcome === 'refused')
    return {
      good: false,
      line: `refused: a webhook of ${section} came, and its signature or token was wrong; paste the key of this section`,
    };
  if (outcome === 'failed')
    return { good: false, line: `not kept: a webhook of ${section} came, and the stores are gone` };
  return { good: true, line: `received: a webhook of ${section}` };
}

/** What was taken before what was not. */
function newIn(before: Counts, now: Counts): { section: string; outcome: string } | undefined {
  const grown = [...now].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name.split(' '));
  const [section = '', outcome = ''] =
    grown.find(([, how]) => how === 'accepted' || how === 'repeated') ?? grown[0] ?? [];
  return section === '' ? undefined : { section, outcome };
}

async function countsAt(centreUrl: string): Promise<Counts | undefined> {
  try {
    const answer = await fetch(`${centreUrl}/metrics`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) });
    return answer.ok ? countsIn(await answer.text()) : undefined;
  } catch {
    return undefined; // nobody answers there
  }
}

function countsIn(text: string): Counts {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, labels = '', count] = LINE.exec(line) ?? [];
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (label('carrier') === 'ringover') counts.set(`${label('section')} ${label('outcome')}`, Number(count));
  }
  return counts;
}
