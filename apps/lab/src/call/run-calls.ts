import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadResampler } from '@app/audio';
import type { Clock } from '@app/kernel';
import { parseScenario, type Scenario, ScenarioError } from '../caller/scenario.js';
import type { CallCommand } from '../command-line.js';
import type { SpeechEngine } from '../engines/speech-engine.js';
import { reportLines, transcriptLines } from '../report/print.js';
import { readCentre } from './centre.js';
import { judgeCall, type JudgedCall } from './judge-call.js';
import { labCall, type LabCallOptions } from './lab-call.js';
import { liveLine } from './live-print.js';

export interface RunOptions {
  command: CallCommand;
  /** The installation's private folder. */
  home: string;
  /** Where the scenarios that come with the lab are. */
  scenarios: string;
  openEngine: () => Promise<SpeechEngine>;
  clock: Clock;
  print: (line: string) => void;
}

const LARGEST_SEED = 2 ** 32;

/** Plays the calls that the command asks for. @returns whether all of them were good. @throws OperationalError */
export async function runCalls(options: RunOptions): Promise<boolean> {
  const { command, home, clock, print } = options;
  const scenario = await scenarioOf(options);
  const centre = await readCentre(home);
  if (!command.json) print(`Lab call: ${scenario.name}`);
  await loadResampler();
  const engine = await options.openEngine();
  try {
    const seed = command.seed ?? randomInt(LARGEST_SEED);
    const common = { centre, scenario, switches: command.switches, engine, clock };
    const calls = await Promise.all(
      Array.from({ length: command.calls }, (_, index) =>
        labCall({ ...common, index, seed: seed + index, onlooker: onlookerOf(options, index) }),
      ),
    );
    const folder = join(home, 'lab', clock.date().toISOString().replace(/[:.]/g, '-'));
    const judged: JudgedCall[] = [];
    for (const call of calls) judged.push(await judgeCall(call, folder)); // now that no call can feel it
    printCalls(judged, options);
    return judged.every(({ ok }) => ok);
  } finally {
    await engine.close();
  }
}

async function scenarioOf({ command, scenarios }: RunOptions): Promise<Scenario> {
  const usual = command.name === 'rehearse' ? 'rehearsal.yaml' : 'default.yaml';
  const file = command.scenario ?? join(scenarios, usual);
  const yaml = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ScenarioError(`there is no scenario ${file}`, { cause: error });
  });
  return parseScenario(yaml, file);
}

function onlookerOf({ command, print }: RunOptions, index: number): LabCallOptions['onlooker'] {
  if (command.json) return null;
  const which = command.calls > 1 ? `${index + 1} ` : '';
  return (moment) => print(`${which}${liveLine(moment)}`);
}

function printCalls(calls: readonly JudgedCall[], { command, print }: RunOptions): void {
  const [first] = calls;
  if (command.json)
    return print(JSON.stringify(calls.length === 1 ? first : { ok: calls.every(({ ok }) => ok), calls }, null, 2));
  for (const { report, failures, files } of calls) {
    print('');
    if (command.name === 'call') for (const line of [...transcriptLines(report), '']) print(line);
    for (const line of reportLines(report)) print(line);
    print(`  sound ${files.wav}${files.log === null ? '' : `, log ${files.log}`}`);
    print(failures.length === 0 ? '  The call was good.' : `  ${failures.length} things were wrong:`);
    for (const failure of failures) print(`    - ${failure}`);
  }
}
