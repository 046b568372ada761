// `npm run test:faults`: what happens to calls when something else breaks, all of it. `npm test` has a short form.
//
// One suite after the other, and nothing beside them: they measure what callers hear, in real time.
import { generate } from '../build/build.js';
import { runJest } from './jest.js';

await generate();
const { passed, failed } = await runJest('faults', ['--selectProjects', 'faults', '--runInBand', ...process.argv.slice(2)]); // prettier-ignore
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
