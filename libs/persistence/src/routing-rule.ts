import { z } from 'zod';
import { isOpen, openingHours } from './opening-hours.js';

const e164 = z.string().regex(/^\+[1-9]\d{4,14}$/, 'must be a number with + and digits');
const some = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(100).optional();

/** When a rule is for a call: all that it names must be so. */
export const ruleConditions = z.strictObject({
  /** Our number that was called is one of these. */
  numbers: some(e164),
  /** The caller's number begins with one of these. */
  callerPrefixes: some(z.string().regex(/^\+\d{0,14}$/, 'must be + and the first digits')),
  hours: openingHours.optional(),
  /** The caller is a contact whose language is one of these, or a kind of it: `fr` is also `fr-CA`. */
  languages: some(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 tag')),
  /** Whether the caller is one of our contacts. */
  contact: z.enum(['known', 'unknown']).optional(),
  /** Whether the caller spoke with one of our agents in the last 90 days. */
  spokeBefore: z.boolean().optional(),
  /** Less than this part of the agent's lines is in use, 0 to 1. */
  loadBelow: z.number().gt(0).max(1).optional(),
});
export type RuleConditions = z.output<typeof ruleConditions>;

/** What is known of a call when it is to be routed. */
export interface RoutedFacts {
  from: string | undefined;
  to: string;
  now: Date;
  /** Undefined: the caller is none, or nobody could say so in time. */
  contact: { language: string | null } | undefined;
  lastAgentId: string | undefined;
  /** Of the rule's agent, 0 to 1; 0 where the rule has none. */
  load: number;
}

/** What is wrong with conditions, and where. */
export const conditionFaults = (conditions: unknown): { field: string; problem: string }[] =>
  (ruleConditions.safeParse(conditions).error?.issues ?? []).map(({ path, message }) => ({
    field: path.join('.') || 'conditions',
    problem: message,
  }));

/** Whether a rule is for a call. */
export function ruleHolds(when: RuleConditions, facts: RoutedFacts): boolean {
  const { from, to, now, contact, lastAgentId, load } = facts;
  return (
    (when.numbers?.includes(to) ?? true) &&
    (when.callerPrefixes?.some((prefix) => from?.startsWith(prefix)) ?? true) &&
    (when.hours === undefined || isOpen(when.hours, now)) &&
    (when.languages?.some((language) => isKindOf(contact?.language, language)) ?? true) &&
    (when.contact === undefined || (when.contact === 'known') === (contact !== undefined)) &&
    (when.spokeBefore === undefined || when.spokeBefore === (lastAgentId !== undefined)) &&
    (when.loadBelow === undefined || load < when.loadBelow)
  );
}

/** Whether the address book must be asked. */
export const asksForContact = ({ languages, contact }: RuleConditions): boolean =>
  languages !== undefined || contact !== undefined;

function isKindOf(language: string | null | undefined, wanted: string): boolean {
  const [one, other] = [language?.toLowerCase(), wanted.toLowerCase()];
  return one !== undefined && (one === other || one.startsWith(`${other}-`));
}
