import { createLogger, readEnv, startStop } from '@app/boot';
import { systemClock } from '@app/kernel';
import { startWorker } from './worker.js';
import { workerEnv } from './worker.env.js';

const clock = systemClock;
const log = createLogger({ name: 'worker', level: 'info' });

await startStop({
  log,
  clock,
  host: process,
  start: () => {
    const config = readEnv(workerEnv, process.env);
    log.level = config.log.level;
    return startWorker(config, { clock, log });
  },
});
