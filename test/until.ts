import { jest } from '@jest/globals';
import { systemClock } from '@app/kernel';

const LOOK_EVERY_MS = 5;
const LOOK_FOR_MS = 15_000;

// a suite that waits for other servers gets the time for it, also on a machine that is busy
jest.setTimeout(LOOK_FOR_MS + 5_000);

/** Waits for what another process, or another server, is about to do. @throws when it does not come, so that a test ends */
export async function until(isSo: () => boolean | Promise<boolean>, forMs = LOOK_FOR_MS): Promise<void> {
  const lastMs = systemClock.nowMs() + forMs;
  while (!(await isSo())) {
    if (systemClock.nowMs() > lastMs) throw new Error(`not within ${forMs} ms: ${isSo.toString()}`);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}
