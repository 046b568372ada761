// `npm run build`, and `npm run generate` with the word "generate": see build.ts.
import { CannotStart } from '../processes/cannot-start.js';
import { build, generate } from './build.js';

try {
  await (process.argv[2] === 'generate' ? generate() : build());
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
