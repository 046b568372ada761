import { describe, expect, it } from '@jest/globals';
import { growthOf, type Held, type SoakMoment } from './soak-verdict.js';

const HELD: Held = { heldMb: 100, rssMb: 200, resources: { Timeout: 9 }, listeners: 500 };
const moment = (calls: number, held: Partial<Held> = {}, keys: Record<string, number> = {}): SoakMoment => ({
  calls,
  held: { api: { ...HELD, ...held } },
  keys: { 'carillon:calls:live': 1, ...keys },
});
const grownIn = (late: SoakMoment) =>
  growthOf(moment(200), late)
    .filter(({ grown }) => grown)
    .map(({ name }) => name);

describe('a soak', () => {
  it('bears what comes and goes', () => {
    const busy = moment(2_000, {
      heldMb: 105,
      rssMb: 220,
      resources: { Timeout: 15, TCPSocketWrap: 6 },
      listeners: 560,
    });
    expect(grownIn(busy)).toEqual([]);
  });

  it.each<[string, Partial<Held>]>([
    ['api: held MB', { heldMb: 105.1 }],
    ['api: resident MB', { rssMb: 220.1 }],
    ['api: Timeout', { resources: { Timeout: 30 } }],
    ['api: TCPSocketWrap', { resources: { Timeout: 9, TCPSocketWrap: 30 } }],
    ['api: listeners', { listeners: 601 }],
  ])('sees growth of %s', (name, held) => {
    expect(grownIn(moment(2_000, held))).toEqual([name]);
  });

  it('sees keys that were never there before', () => {
    expect(grownIn(moment(2_000, {}, { 'carillon:call:*': 1_800 }))).toEqual(['Redis keys carillon:call:*']);
  });
});
