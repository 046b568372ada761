// `npm run mutate [-- words]`: plants each bug of `bugs/`, one after another, in a copy of the repository, and runs the specs
// that must notice it. With words, only those bugs whose file or sentence holds all of them.
import { ROOT } from '../build/build.js';
import { type Bug, chosen, DoesNotApply } from './bug.js';
import { listed } from './listed.js';
import { Tree } from './tree.js';

/** True when it was caught. */
function tried(tree: Tree, bug: Bug): boolean {
  const say = (verdict: string) => console.log(`${verdict} ${bug.file}: ${bug.why}`);
  try {
    const missed = tree.missedBy(bug);
    say(missed.length === 0 ? 'caught           ' : 'NOT CAUGHT       ');
    for (const spec of missed) console.log(`                  ${spec} stays green`);
    return missed.length === 0;
  } catch (error) {
    if (!(error instanceof DoesNotApply)) throw error;
    say('NO LONGER APPLIES');
    console.log(`                  ${error.message}: ${JSON.stringify(bug.find)}`);
    return false;
  }
}

const bugs = chosen(await listed(), process.argv.slice(2));
const tree = new Tree(ROOT);
process.on('exit', () => tree.remove());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const redAnyway = tree.red([...new Set(bugs.flatMap(({ specs }) => specs))]);
if (redAnyway.length > 0) console.log(`red without any bug, and so no judge: ${redAnyway.join(', ')}`);
const caught = redAnyway.length > 0 ? [] : bugs.filter((bug) => tried(tree, bug));
console.log(`${caught.length} of ${bugs.length} caught`);
process.exitCode = caught.length === bugs.length && bugs.length > 0 ? 0 : 1;
