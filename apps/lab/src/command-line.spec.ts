import { describe, expect, it } from '@jest/globals';
import { readCommand, UsageError } from './command-line.js';
import { USUAL_SWITCHES } from './ringover/ringover-call.js';

describe('the command line of the lab', () => {
  it('plays one usual call unless it is told otherwise', () => {
    expect(readCommand(['call'])).toEqual({
      name: 'call',
      scenario: undefined,
      calls: 1,
      seed: undefined,
      json: false,
      switches: USUAL_SWITCHES,
    });
  });

  it('takes what can be chosen', () => {
    const args = [
      'call',
      '--scenario',
      'a.yaml',
      '--calls',
      '4',
      '--seed',
      '7',
      '--json',
      '--carrier',
      'metadata=none',
    ];
    const more = ['--carrier', 'retryDelaysMs=10,20', '--carrier', 'duplicateWebhooks=true'];
    expect(readCommand([...args, ...more])).toMatchObject({
      ...{ scenario: 'a.yaml', calls: 4, seed: 7, json: true },
      switches: { ...USUAL_SWITCHES, metadata: 'none', retryDelaysMs: [10, 20], duplicateWebhooks: true },
    });
  });

  it('leaves the arguments of the doubles to them', () => {
    expect(readCommand(['serve', '--port', '0'])).toEqual({ name: 'serve', args: ['--port', '0'] });
    expect(readCommand(['providers', '--json'])).toEqual({ name: 'providers', args: ['--json'] });
  });

  it('puts a load upon one node unless more are asked for, and kills none that is alone', () => {
    expect(readCommand(['load'])).toMatchObject({ nodes: 1, reconnects: false });
    const killed = ['load', '--faults', 'node-kill', '--reconnects', 'yes'];
    expect(readCommand([...killed, '--nodes', '2'])).toMatchObject({ nodes: 2, reconnects: true, faults: 'node-kill' });
    expect(() => readCommand(killed)).toThrow(UsageError);
    expect(() => readCommand(['load', '--reconnects', 'perhaps'])).toThrow(UsageError);
  });

  it('puts no fault upon a load unless one is named', () => {
    expect(readCommand(['load'])).toMatchObject({
      calls: 15,
      seconds: 60,
      attach: false,
      api: false,
      faults: undefined,
    });
    expect(readCommand(['load', '--api'])).toMatchObject({ api: true });
    expect(readCommand(['load', '--faults', 'provider-outage', '--json'])).toMatchObject({
      faults: 'provider-outage',
      json: true,
    });
  });

  it.each([
    [['load', '--faults', 'rain'], '--faults takes provider-outage, '],
    [[], 'usage:'],
    [['dial'], 'no command "dial": there are call, rehearse, load, soak, bare, providers and serve'],
    [['call', '--foo'], "Unknown option '--foo'"],
    [['call', 'file.yaml'], 'file.yaml'],
    [['rehearse', '--json'], "Unknown option '--json'"],
    [['call', '--calls', '5'], '--calls takes a whole number from 1 to 4, not "5"'],
    [['call', '--seed', '1.5'], '--seed takes a whole number'],
    [['call', '--scenario'], 'scenario'],
    [['call', '--carrier', 'mood=bad'], 'mood'],
    [['call', '--carrier', 'metadata=some'], 'metadata'],
  ])('refuses %j, and says why', (args, why) => {
    expect(() => readCommand(args)).toThrow(UsageError);
    expect(() => readCommand(args)).toThrow(why);
  });

  it.each([[['help']], [['--help']], [['call', '--help']], [['providers', '--help']]])(
    'helps when asked by %j',
    (args) => {
      expect(readCommand(args)).toEqual({ name: 'help' });
    },
  );
});
