import { expect, it } from '@jest/globals';
import { LatestMap } from './latest-map.js';

it('forgets who was set longest ago, when somebody new comes and there are as many as it keeps', () => {
  const latest = new LatestMap<string, number>(2);
  latest.set('a', 1).set('b', 2).set('a', 3).set('c', 4);
  expect([...latest]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
  latest.set('c', 5);
  expect([...latest.values()]).toEqual([3, 5]);
});
