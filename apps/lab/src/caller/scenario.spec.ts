import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseScenario, ScenarioError } from './scenario.js';

const FOLDER = join(import.meta.dirname, '../../scenarios');

function faultsOf(yaml: string): string[] {
  try {
    parseScenario(yaml, 'test.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('reading a scenario', () => {
  it('fills in what is usual', () => {
    const scenario = parseScenario('name: short\nsteps:\n  - say: Hello.\n  - hangUp', 'test.yaml');
    expect(scenario).toMatchObject({ name: 'short', voice: 'rms', carrierDelayMs: [40, 200], maxMs: 90_000 });
    expect(scenario.steps).toEqual([
      { kind: 'say', say: 'Hello.', after: 'reply', quietMs: 900, withinMs: 12_000 },
      { kind: 'hangUp', hangUp: true, after: 'reply', withinMs: 12_000 },
    ]);
  });

  it('makes a regular expression of what is expected, without regard to case', () => {
    const [step] = parseScenario('name: a\nsteps:\n  - expect: { agent: "booked|made" }', 'test.yaml').steps;
    expect(step).toEqual({ kind: 'expect', expect: { agent: /booked|made/iu } });
  });

  it.each([
    ['name: a\nsteps:\n  - sya: Hello.', 'test.yaml:3: steps[0]: has sya: a step is one of say, bargeIn'],
    ['name: a\nsteps:\n  - say: a\n    wait: 1', 'test.yaml:3: steps[0]: is say and wait at once: write two steps'],
    ['name: a\nsteps:\n  - say: a\n  - wait: -1', 'test.yaml:4: steps[1].wait: '],
    ['name: a\nsteps:\n  - say: a\n    quiet: 1', 'test.yaml:3: steps[0]: Unrecognized key: "quiet"'],
    ['name: a\nsteps:\n  - say: a\n    voice: bob', 'test.yaml:4: steps[0].voice: '],
    ['name: a\nsteps:\n  - expect: { agent: "(" }', 'test.yaml:3: steps[0].expect.agent: is not a regular expression'],
    ['name: a\nsteps:\n  - expect: {}', 'test.yaml:3: steps[0].expect: expects nothing'],
    ['name: a\nsteps:\n  - dtmf: 12x', 'test.yaml:3: steps[0].dtmf: has other keys'],
    ['name: a\nsteps: []', 'test.yaml:2: steps: '],
    ['steps:\n  - wait: 1', 'test.yaml:1: name: '],
    ['name: a\nnoise: loud\nsteps:\n  - wait: 1', 'test.yaml:2: noise: '],
    ['name: a\nsteps:\n  - { say', 'test.yaml:3: '],
    ['', 'test.yaml: the scenario: '],
  ])('says where %j is wrong', (yaml, fault) => {
    expect(faultsOf(yaml)[0]).toContain(fault);
  });

  it('names every fault at once', () => {
    expect(faultsOf('steps:\n  - wait: x\n  - sya: b')).toHaveLength(3);
  });

  it.each(readdirSync(FOLDER))('reads %s, which comes with the lab', (file) => {
    expect(parseScenario(readFileSync(join(FOLDER, file), 'utf8'), file).name).not.toBe('');
  });
});
