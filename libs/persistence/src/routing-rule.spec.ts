import { describe, expect, it } from '@jest/globals';
import { conditionFaults, type RoutedFacts, type RuleConditions, ruleHolds } from './routing-rule.js';

const MONDAY = new Date('2030-01-07T09:00:00Z');
const facts = (changes: Partial<RoutedFacts> = {}): RoutedFacts => ({
  ...{ from: '+33612345678', to: '+33184990011', now: MONDAY, contact: undefined, lastAgentId: undefined, load: 0 },
  ...changes,
});
const mornings = { timezone: 'Europe/Paris', week: { ...closed(), mon: [{ from: '09:00', to: '12:00' }] } };

function closed() {
  return { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
}

describe('a rule', () => {
  it.each<[RuleConditions, Partial<RoutedFacts>, boolean]>([
    [{}, {}, true],
    [{ numbers: ['+33184990011'] }, {}, true],
    [{ numbers: ['+33184990012'] }, {}, false],
    [{ callerPrefixes: ['+44', '+33'] }, {}, true],
    [{ callerPrefixes: ['+44'] }, {}, false],
    [{ callerPrefixes: ['+'] }, { from: undefined }, false],
    [{ hours: mornings }, {}, true],
    [{ hours: mornings }, { now: new Date('2030-01-07T11:00:00Z') }, false],
    [{ languages: ['fr'] }, { contact: { language: 'fr-CA' } }, true],
    [{ languages: ['fr'] }, { contact: { language: 'frr' } }, false],
    [{ languages: ['fr-CA'] }, { contact: { language: 'fr' } }, false],
    [{ languages: ['fr'] }, { contact: { language: null } }, false],
    [{ languages: ['fr'] }, {}, false],
    [{ contact: 'known' }, { contact: { language: null } }, true],
    [{ contact: 'known' }, {}, false],
    [{ contact: 'unknown' }, {}, true],
    [{ spokeBefore: true }, { lastAgentId: 'a' }, true],
    [{ spokeBefore: true }, {}, false],
    [{ spokeBefore: false }, {}, true],
    [{ loadBelow: 0.5 }, { load: 0.49 }, true],
    [{ loadBelow: 0.5 }, { load: 0.5 }, false],
    [{ numbers: ['+33184990011'], contact: 'known' }, {}, false],
  ])('%j is for a call with %j: %p', (conditions, known, holds) => {
    expect(ruleHolds(conditions, facts(known))).toBe(holds);
  });

  it('says all that is wrong with it', () => {
    const wrong = { numbers: ['0612'], loadBelow: 2, hours: { timezone: 'Mars', week: {} }, more: 1 };
    expect(conditionFaults(wrong).map(({ field }) => field)).toEqual([
      'numbers.0',
      'hours.timezone',
      'loadBelow',
      'conditions',
    ]);
    expect(conditionFaults({ numbers: [] })).toHaveLength(1);
    expect(conditionFaults({})).toEqual([]);
  });
});
