import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWav } from '@app/audio';
import type { PlayedCall } from '../report/played-call.js';

/** What is kept of a lab call; paths. */
export interface CallFiles {
  /** Stereo: the caller left, the agent as the caller heard it right. */
  wav: string;
  /** The call's log as the api gave it, JSON lines; null: it gave none. */
  log: string | null;
  report: string;
}

export async function writeCallFiles(
  folder: string,
  { call, log, judged }: { call: PlayedCall; log: string | null; judged: object },
): Promise<CallFiles> {
  await mkdir(folder, { recursive: true });
  const files: CallFiles = {
    wav: join(folder, 'call.wav'),
    log: log === null ? null : join(folder, 'log.jsonl'),
    report: join(folder, 'report.json'),
  };
  const { rateHz, callerSound, agentSound } = call;
  await writeFile(files.wav, encodeWav({ rateHz, channels: [callerSound, agentSound] }));
  if (files.log !== null && log !== null) await writeFile(files.log, log);
  await writeFile(files.report, `${JSON.stringify(judged, null, 2)}\n`);
  return files;
}
