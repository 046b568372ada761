import { z } from 'zod';
import { isRecord } from '../lossless-json.js';
import { readId, readPhoneNumber } from '../ringover-values.js';
import { flag, id, needed, phoneNumber, rowsOf, text, userId } from './rest.values.js';

/** Numbers as plain integers, or as objects that hold one. */
const numbers = z
  .unknown()
  .optional()
  .transform((value) =>
    (Array.isArray(value) ? (value as readonly unknown[]) : []).flatMap((item) => {
      const number = readPhoneNumber(isRecord(item) ? item.number : item);
      return number === undefined ? [] : [number];
    }),
  );

const team = z.object({ team_id: id, name: text }).transform(({ team_id: teamId, name }) => ({ id: teamId, name }));
export type RingoverTeam = z.output<typeof team>;
/** The team itself, or a list of one. */
export const readTeam = (json: unknown): RingoverTeam =>
  isRecord(json) && json.team_id !== undefined
    ? team.parse(json)
    : (tryRows(json)[0] ?? { id: undefined, name: undefined });
const tryRows = (json: unknown): RingoverTeam[] => (json === undefined ? [] : rowsOf(json, team));

const ownNumber = z
  .object({
    ...{ number: needed(phoneNumber), label: text, type: text, user_id: userId, ivr_id: id, conference_id: id },
    ...{ is_sms: flag, is_sms_write: flag, is_callable: flag },
  })
  .transform((own) => ({
    e164: own.number,
    label: own.label,
    type: own.type,
    userId: own.user_id,
    ivrId: own.ivr_id,
    conferenceId: own.conference_id,
    canSendSms: own.is_sms_write ?? own.is_sms,
    isCallable: own.is_callable,
  }));
/** A number of the account. */
export type RingoverNumber = z.output<typeof ownNumber>;

const user = z
  .object({ user_id: needed(userId), firstname: text, lastname: text, email: text, numbers })
  .transform((one) => ({
    id: one.user_id,
    firstName: one.firstname,
    lastName: one.lastname,
    email: one.email,
    numbers: one.numbers,
  }));
export type RingoverUser = z.output<typeof user>;

const group = z.object({ group_id: needed(id), name: text, users: z.unknown().optional() }).transform((one) => ({
  id: one.group_id,
  name: one.name,
  userIds: (Array.isArray(one.users) ? (one.users as readonly unknown[]) : []).flatMap((member) => {
    const member_id = readId(isRecord(member) ? member.user_id : member);
    return member_id === undefined ? [] : [member_id];
  }),
}));
export type RingoverGroup = z.output<typeof group>;

const scenario = z
  .object({ scenario_id: needed(id), ivr_id: id, name: text, scenario_type: text, is_default: flag })
  .transform((one) => ({
    id: one.scenario_id,
    ivrId: one.ivr_id,
    name: one.name,
    type: one.scenario_type,
    isDefault: one.is_default,
  }));
export type RingoverScenario = z.output<typeof scenario>;

const ivr = z
  .object({ ivr_id: needed(id), name: text, numbers, is_open: flag, scenarios: z.unknown().optional() })
  .transform((one) => ({
    id: one.ivr_id,
    name: one.name,
    numbers: one.numbers,
    isOpen: one.is_open,
    scenarios: Array.isArray(one.scenarios) ? rowsOf(one.scenarios, scenario) : [],
  }));
export type RingoverIvr = z.output<typeof ivr>;

const contact = z
  .object({
    ...{ contact_id: id, id, firstname: text, lastname: text, company: text, numbers },
    ...{ is_shared: flag },
  })
  .transform((one) => ({
    id: one.contact_id ?? one.id,
    firstName: one.firstname,
    lastName: one.lastname,
    company: one.company,
    numbers: one.numbers,
    isShared: one.is_shared,
  }));
export type RingoverContact = z.output<typeof contact>;

export const readNumbers = (json: unknown): RingoverNumber[] => rowsOf(json, ownNumber);
export const readNumber = (json: unknown): RingoverNumber => ownNumber.parse(json);
export const readUsers = (json: unknown): RingoverUser[] => rowsOf(json, user);
export const readUser = (json: unknown): RingoverUser => user.parse(json);
export const readGroups = (json: unknown): RingoverGroup[] => rowsOf(json, group);
export const readGroup = (json: unknown): RingoverGroup => group.parse(json);
export const readIvrs = (json: unknown): RingoverIvr[] => rowsOf(json, ivr);
export const readIvr = (json: unknown): RingoverIvr => ivr.parse(json);
export const readScenarios = (json: unknown): RingoverScenario[] => rowsOf(json, scenario);
export const readContacts = (json: unknown): RingoverContact[] => rowsOf(json, contact);
export const readContact = (json: unknown): RingoverContact => contact.parse(json);
