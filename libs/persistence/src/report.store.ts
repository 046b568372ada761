import type { PrismaClient } from './prisma-client.js';
import { storableJson, storableText } from './storable.js';
import { stored } from './stored.js';

/** What came of the call, for whoever called. `no-conversation`: the caller said nothing that was understood. */
export const REPORT_OUTCOMES = ['resolved', 'follow-up', 'transferred', 'unresolved', 'no-conversation'] as const;
export type ReportOutcome = (typeof REPORT_OUTCOMES)[number];

export const REPORT_SENTIMENTS = ['positive', 'neutral', 'negative', 'mixed'] as const;
/** How the caller sounded in words. */
export type ReportSentiment = (typeof REPORT_SENTIMENTS)[number];

/** Who has to do it. */
export type FollowUpBy = 'centre' | 'caller';

/** Something that was left to be done. */
export interface FollowUp {
  what: string;
  by: FollowUpBy;
}

/** Why there is no report of a call, and none is tried for any more. */
export type ReportFailure =
  | 'answer-unfit' // the model's answer does not have the shape that was asked for
  | 'answer-cut-off'
  | 'model-refused' // to write about this call
  | 'provider-refused' // our key, our request or our account
  | 'provider-unavailable'
  | 'no-such-model' // the agent's model is not configured in the worker
  | 'broken'; // a fault of ours

export interface ReadyReport {
  state: 'ready';
  /** `vendor/model`; `rule` where there was nothing to be read. */
  madeBy: string;
  /** BCP 47 of the texts. */
  language: string;
  summary: string;
  outcome: ReportOutcome;
  /** Null where the caller said nothing. */
  sentiment: ReportSentiment | null;
  followUps: readonly FollowUp[];
  /** What it cost; null where nothing was asked, or it was not told. */
  tokens: { input: number; output: number } | null;
  madeAt: Date;
}

export interface FailedReport {
  state: 'failed';
  madeBy: string;
  failure: ReportFailure;
  madeAt: Date;
}

export type CallReport = ReadyReport | FailedReport;

/** One report a call: what is stored is not changed. */
export class ReportStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** `already`: another was stored before, and stays. @throws StoreError `not-found`: there is no such call */
  async save(callId: string, report: CallReport): Promise<'stored' | 'already'> {
    const data = { callId, ...rowOf(report) };
    const count = await stored(
      this.prisma.$transaction(async (tx) => {
        const made = await tx.callReport.createMany({ data, skipDuplicates: true });
        if (made.count > 0 && report.state === 'ready')
          await tx.call.update({ where: { id: callId }, data: { reportOutcome: report.outcome } });
        return made.count;
      }),
    );
    return count > 0 ? 'stored' : 'already';
  }

  /** @param callId a UUID @throws StoreError */
  async get(callId: string): Promise<CallReport | undefined> {
    const row = await stored(this.prisma.callReport.findUnique({ where: { callId } }));
    return row ? reportOf(row) : undefined;
  }
}

type Row = NonNullable<Awaited<ReturnType<PrismaClient['callReport']['findUnique']>>>;

function rowOf(report: CallReport) {
  const { state, madeBy, madeAt } = report;
  if (report.state === 'failed') return { state, madeBy, madeAt, failure: report.failure };
  const { language, summary, outcome, sentiment, followUps, tokens } = report;
  return {
    ...{ state, madeBy, madeAt, language, outcome, sentiment },
    summary: storableText(summary),
    followUps: storableJson(followUps),
    inputTokens: tokens?.input ?? null,
    outputTokens: tokens?.output ?? null,
  };
}

function reportOf(row: Row): CallReport {
  const { madeBy, madeAt, inputTokens, outputTokens } = row;
  if (row.state === 'failed') return { state: 'failed', madeBy, madeAt, failure: row.failure as ReportFailure };
  return {
    ...{ state: 'ready', madeBy, madeAt },
    language: row.language ?? 'und',
    summary: row.summary ?? '',
    outcome: row.outcome as ReportOutcome,
    sentiment: row.sentiment as ReportSentiment | null,
    followUps: row.followUps as unknown as FollowUp[],
    tokens: inputTokens === null || outputTokens === null ? null : { input: inputTokens, output: outputTokens },
  };
}
