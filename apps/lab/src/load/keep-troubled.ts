import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@app/kernel';
import { CentreClient } from '../call/centre-client.js';
import type { Centre } from '../call/centre.js';
import type { TroubledCall } from './figures.js';

/** More of the same teach nothing. */
const MOST_KEPT = 50;
const WITHIN_MS = 1_000;

/** Writes what went wrong in each of these calls, and the call's log for a replay. @throws CentreError */
export async function keepTroubled(
  troubled: readonly TroubledCall[],
  { centre, folder, clock }: { centre: Centre; folder: string; clock: Clock },
): Promise<void> {
  const client = new CentreClient(centre, clock);
  await mkdir(folder, { recursive: true });
  for (const call of troubled.slice(0, MOST_KEPT)) {
    const id = await client.findCall(call.carrierCallId, 0);
    const log = id === undefined ? undefined : await client.log(id, WITHIN_MS);
    await writeFile(join(folder, `${call.carrierCallId}.json`), JSON.stringify({ ...call, id }, null, 2));
    if (log !== undefined) await writeFile(join(folder, `${call.carrierCallId}.jsonl`), log);
  }
}
