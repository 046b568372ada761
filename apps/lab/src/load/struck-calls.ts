import type { Clock } from '@app/kernel';
import type { ApiCall } from '../call/api-call.js';
import { CentreClient } from '../call/centre-client.js';
import type { Centre } from '../call/centre.js';
import type { CallFigures } from './call-figures.js';
import type { CallersReport } from './figures.js';

/** What became of the calls whose node was killed, as the centre tells it. */
export interface StruckCalls {
  /** The carrier opened their streams again. */
  returned: number;
  /** Of these: with the history that they had, told once, and ended by their callers. */
  wentOn: number;
  /** Their streams did not come back. */
  lost: number;
  /** Of these: closed as such, with what was said. */
  closed: number;
  /** Functions that ran more often than they were asked for. */
  ranTwice: number;
  /** What was otherwise, by the carrier's id. */
  amiss: string[];
}

const FOUND_WITHIN_MS = 5_000;
/** A call that is lost is closed so late. */
const FINISHED_WITHIN_MS = 60_000;

/** Asks the centre for each of them, when all calls are over. @throws CentreError */
export async function struckCalls(
  reports: readonly CallersReport[],
  centre: Centre,
  clock: Clock,
): Promise<StruckCalls> {
  const client = new CentreClient(centre, clock);
  const found: StruckCalls = { returned: 0, wentOn: 0, lost: 0, closed: 0, ranTwice: 0, amiss: [] };
  for (const { carrierCallId, struck } of reports.flatMap(({ calls }) => calls)) {
    if (struck === null) continue;
    found[struck] += 1;
    const id = await client.findCall(carrierCallId, FOUND_WITHIN_MS);
    const call = id === undefined ? undefined : await client.finishedCall(id, FINISHED_WITHIN_MS);
    const twice = call ? ranTwice(call) : 0;
    const wrong = call ? amissIn(call, struck) : 'is not known';
    found.ranTwice += twice;
    if (wrong === null) found[struck === 'returned' ? 'wentOn' : 'closed'] += 1;
    else found.amiss.push(`${carrierCallId} ${wrong}`);
  }
  return found;
}

function amissIn({ endReason, events, transcript }: ApiCall, struck: 'returned' | 'lost'): string | null {
  const times = (type: string) => events.filter((event) => event.type === type).length;
  const wanted = struck === 'returned' ? { end: 'caller-hung-up', adopted: 1 } : { end: 'node-lost', adopted: 0 };
  if (endReason !== wanted.end) return `ended as ${endReason ?? 'nothing'}`;
  if (times('call.adopted') !== wanted.adopted) return `was adopted ${times('call.adopted')} times`;
  if (times('call.started') !== 1) return `began ${times('call.started')} times`;
  return transcript.length > 0 ? null : 'has no transcript';
}

/** A function's key is the same for the same arguments: whatever ran under it a second time, ran twice. */
function ranTwice({ events }: ApiCall): number {
  const done = events.filter(
    ({ type, data }) => type === 'function.returned' && data?.['ok'] === true && !isReading(data),
  );
  const keys = done.map(({ data }) => data?.['key']);
  return keys.length - new Set(keys).size;
}

/** A reading one is named after its reply, too. */
const isReading = (data: Readonly<Record<string, unknown>>): boolean => String(data['key']).includes('#');

/** The same report, in which calls whose node was killed say nothing of how quick the others were. */
export const withoutStruck = (report: CallersReport): CallersReport => ({
  ...report,
  calls: report.calls.map((call): CallFigures => (call.struck === null ? call : { ...call, ...NOTHING })),
});

const NOTHING = {
  ...{ turnMs: [], slowTurns: [], bargeInMs: [], unheededAtMs: [] },
  ...{ latenessMs: [], stalledLatenessMs: [], gaps: [], waitsMs: [] },
  failures: [],
};

export const struckLines = (struck: StruckCalls): string[] => [
  `node kill  ${struck.returned} calls came back, ${struck.wentOn} of them went on as they should; ${struck.lost} were lost, ${struck.closed} of them closed as such`,
  `           functions that ran twice: ${struck.ranTwice}`,
  ...struck.amiss.map((what) => `           amiss: ${what}`),
];

export const struckReasons = ({ returned, lost, ranTwice, amiss }: StruckCalls): string[] => [
  ...(returned + lost === 0 ? ['no call was up at the node that was killed'] : []),
  ...(ranTwice > 0 ? [`${ranTwice} functions ran twice`] : []),
  ...(amiss.length > 0 ? [`${amiss.length} calls of the node that was killed are not as they should be`] : []),
];
