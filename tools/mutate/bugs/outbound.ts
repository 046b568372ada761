import type { Bug } from '../bug.js';

const ATTEMPTS = ['libs/persistence/src/attempt.store-spec.ts'];
const MACHINES = ['libs/conversation/src/turns/answering-machine.spec.ts'];

export const BUGS: readonly Bug[] = [
  {
    file: 'libs/persistence/src/order-queue.store.ts',
    find: "updateMany({ where: { callId, state: 'queued' }, data });",
    replace: 'updateMany({ where: { callId }, data });',
    specs: ATTEMPTS,
    why: 'Two who take the same try out of the queue both dial it.',
  },
  {
    file: 'libs/persistence/src/order-terms.ts',
    find: 'rung > most)',
    replace: 'rung > most + 1)',
    specs: ATTEMPTS,
    why: 'Somebody is called once more often than was ordered.',
  },
  {
    file: 'libs/persistence/src/attempt-rows.ts',
    find: '> 0) return;',
    replace: '< 0) return;',
    specs: ATTEMPTS,
    why: 'A machine that is told of twice is an error.',
  },
  {
    file: 'libs/persistence/src/contact.store.ts',
    find: "said('ai-calls') === false ||",
    replace: '',
    specs: ATTEMPTS,
    why: 'Who took their consent back is called.',
  },
  {
    file: 'libs/persistence/src/opening-hours.ts',
    find: 'minutes > HOUR_MINUTES ? minutes - HOUR_MINUTES : minutes',
    replace: 'minutes',
    specs: ['libs/persistence/src/opening-hours.spec.ts'],
    why: 'After a night in which the clocks are changed, calls begin an hour late.',
  },
  {
    file: 'libs/jobs/src/job-workers.ts',
    find: 'if (error instanceof NotYet) {',
    replace: 'if (error === null) {',
    specs: ['libs/jobs/src/jobs.store-spec.ts'],
    why: 'A call that waits for a line counts as a job that fails.',
  },
  {
    file: 'libs/audio/src/tone-detector.ts',
    find: 'const SPREAD_HZ = 70;',
    replace: 'const SPREAD_HZ = 700;',
    specs: ['libs/audio/src/tone-detector.spec.ts'],
    why: 'A vowel is taken for the tone of a machine.',
  },
  {
    file: 'libs/conversation/src/turns/answerer.ts',
    find: " || answerer.state === 'told-untimely'",
    replace: '',
    specs: MACHINES,
    why: 'A message that was begun before the tone is kept by the machine without its beginning.',
  },
  {
    file: 'libs/conversation/src/turns/answerer.ts',
    find: 'const NO_TONE_MS = 3_500;',
    replace: 'const NO_TONE_MS = 300;',
    specs: MACHINES,
    why: 'The message begins in a pause of the greeting.',
  },
  {
    file: 'libs/conversation/src/turns/overlap.ts',
    find: "  'voicemail',\n",
    replace: '',
    specs: MACHINES,
    why: 'A machine that goes on talking takes the floor from its message.',
  },
  {
    file: 'apps/worker/src/jobs/finish-call.job.ts',
    find: "kind === 'message' && !interrupted",
    replace: "kind === 'message'",
    specs: ['apps/worker/src/jobs/finish-call.store-spec.ts'],
    why: 'A machine that heard half of its message counts as told.',
  },
];
