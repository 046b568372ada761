import { join } from 'node:path';
import { hearCall } from '../ear/hear-call.js';
import { type CallReport, reportOf } from '../report/call-report.js';
import { failuresOf } from '../report/verdict.js';
import { type CallFiles, writeCallFiles } from './call-files.js';
import type { LabCall } from './lab-call.js';

export interface JudgedCall {
  ok: boolean;
  failures: string[];
  report: CallReport;
  files: CallFiles;
}

/** Listens to a call that is over, judges it, and keeps its files in a folder of their own. */
export async function judgeCall(played: LabCall, folder: string): Promise<JudgedCall> {
  const { seed, call, record, log } = played;
  const evidence = await played.evidence();
  const report = reportOf({ seed, call, heard: evidence && hearCall(call, evidence), record });
  const failures = [...failuresOf(report), ...(log === null ? ['the api has no log of the call'] : [])];
  const judged = { ok: failures.length === 0, failures, report };
  return { ...judged, files: await writeCallFiles(join(folder, call.carrierCallId), { call, log, judged }) };
}
