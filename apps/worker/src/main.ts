import { createLogger, letOthersGoFirst, readEnv, startStop } from '@app/boot';
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
    letOthersGoFirst(); // what is put off can wait, a call cannot
    return startWorker(config, { clock, log });
  },
});
