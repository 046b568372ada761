import { watch } from 'node:fs';
import { join } from 'node:path';
import { build, ROOT } from '../build/build.js';
import { CannotStart } from '../processes/cannot-start.js';
import { type Running, stopGroup } from '../processes/process-group.js';
import { type Centre, launchPrograms, type Start } from './start.js';

const QUIET_MS = 300;
const GRACE_MS = 5_000;
const WATCHED = ['apps', 'libs', 'prisma'];

/**
 * Builds again and restarts api and worker whenever a source was written. While the build is broken, the last good ones
 * run on. Returns what is not restarted.
 */
export function restartOnChange(start: Start, centre: Centre): { stores: Running[] } {
  let programs = centre.running.filter(({ name }) => name === 'api' || name === 'worker');
  let work = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const restart = async () => {
    try {
      await build();
      for (const program of [...programs].reverse()) await stopGroup(program, GRACE_MS);
      programs = await launchPrograms(start, centre.told);
      start.say('restarted api and worker');
    } catch (error) {
      if (start.register.open) start.say(error instanceof CannotStart ? error.message : String(error));
    }
  };
  for (const folder of WATCHED)
    watch(join(ROOT, folder), { recursive: true }, (_event, file) => {
      if (!file || !/\.(ts|prisma)$/.test(file) || /generated|spec\.ts$/.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void (work = work.then(restart)), QUIET_MS);
    });
  return { stores: centre.running.filter((running) => !programs.includes(running)) };
}
