// `npm test`: every test. With arguments, these go to Jest as they are: `npm test -- libs/audio`.
//
// Three passes: what tests code runs side by side and is measured for coverage; what tests the whole waits for calls most of
// its time, and runs three at a time; what measures them has the machine to itself.
import { availableParallelism } from 'node:os';
import { generate } from '../build/build.js';
import { type Counts, runJest } from './jest.js';

/** Suites in which a busy machine would be heard. */
const MEASURING = ['/faults/', '/load\\.e2e', '/call-verbs\\.e2e', '/ringover-routing\\.store'];
/** Specs also wait for stores and sockets: on two processors three at a time took 284 s where two took 344 s. */
const CODE_WORKERS = Math.ceil(availableParallelism() * 1.5);

const args = process.argv.slice(2);
await generate();

const passes: Counts[] = [];
if (args.length > 0) passes.push(await runJest('chosen', args));
else {
  const others = ['--testPathIgnorePatterns', ...MEASURING];
  const code = ['--selectProjects', 'unit', 'store', '--coverage', `--maxWorkers=${CODE_WORKERS}`];
  const measured = ['--selectProjects', 'store', 'e2e', '--runInBand', '--testPathPatterns', ...MEASURING];
  passes.push(await runJest('code', [...code, ...others]));
  passes.push(await runJest('whole', ['--selectProjects', 'e2e', '--maxWorkers=3', ...others]));
  passes.push(await runJest('measured', measured));
}

const sum = (of: keyof Counts) => passes.reduce((total, counts) => total + counts[of], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
