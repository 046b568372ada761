// `npm start`: the whole centre on this machine, until Ctrl-C. `npm run dev` is the same with --watch.
import { CannotStart } from '../processes/cannot-start.js';
import { ProcessRegister } from '../processes/process-register.js';
import { Home } from './home.js';
import { stopAll } from './programs.js';
import { rehearse } from './rehearse.js';
import { loadEnvFiles } from './settings.js';
import { startCentre } from './start.js';
import { restartOnChange } from './watch.js';

const watching = process.argv.includes('--watch');
if (watching) process.env['NODE_ENV'] ??= 'development';

let stopping: Promise<never> | undefined;
const say = (line: string) => {
  if (!stopping) console.log(line);
};

try {
  loadEnvFiles();
  await run(new Home(process.env['CARILLON_HOME']));
} catch (error) {
  if (!stopping) fail(error);
}

async function run(home: Home): Promise<void> {
  home.claim();
  const register = new ProcessRegister(home.path);
  const stop = (code: number) => (stopping ??= end(home, register, code));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  try {
    await endLeftovers(home);
    const start = {
      env: process.env,
      home,
      register,
      say,
      output: watching ? ('terminal' as const) : ('files' as const),
    };
    const centre = await startCentre(start);
    const watch = watching ? restartOnChange(start, centre) : undefined;
    for (const { name, ended, logPath } of watch?.stores ?? centre.running)
      void ended.then((how) => {
        if (stopping) return;
        console.error(`${name} ${how}${logPath ? ` (see ${logPath})` : ''}; stopping everything`);
        void stop(1);
      });
    await rehearse(start, centre);
    say('Ring again with: npm run lab -- call     Stop everything with Ctrl-C.');
  } catch (error) {
    if (stopping) return;
    print(error);
    void stop(1);
  }
}

/** What a launcher that was killed left behind. */
async function endLeftovers(home: Home): Promise<void> {
  const left = new ProcessRegister(home.path);
  const names = left.running().map(({ name }) => name);
  if (names.length === 0) return;
  say(`ending what an earlier start left behind: ${names.join(', ')}`);
  await stopAll(left);
}

async function end(home: Home, register: ProcessRegister, code: number): Promise<never> {
  if (code === 0) console.log('\nstopping …');
  await stopAll(register, (name) => console.log(`stopped ${name}`));
  home.release();
  process.exit(code);
}

function fail(error: unknown): void {
  print(error);
  process.exitCode = 1;
}

/** What is in the way is told in its own words; anything else is a bug of ours, told whole. */
function print(error: unknown): void {
  console.error(error instanceof CannotStart ? `Carillon cannot start: ${error.message}` : error);
}
