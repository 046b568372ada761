import { CallBook } from './call-book.js';

export const REGIONS = ['eu', 'us'] as const;
export type Region = (typeof REGIONS)[number];

/** What a key may be allowed, category by category. */
export const GRANTS = [
  ...['calls:read', 'calls:write', 'contacts:read', 'users:read', 'groups:read', 'numbers:read', 'ivrs:read'],
  ...['conversations:write', 'empower:read'],
] as const;
export type Grant = (typeof GRANTS)[number];

export interface UserRow {
  user_id: bigint;
  firstname: string;
  lastname: string;
  email: string;
  numbers: readonly { number: number }[];
}

export interface NumberRow {
  number: number;
  label: string;
  type: string;
  user_id: bigint | null;
  ivr_id: bigint | null;
  is_sms: boolean;
  is_sms_write: boolean;
  is_callable: boolean;
}

export interface IvrRow {
  ivr_id: bigint;
  name: string;
  color: string;
  numbers: readonly { number: number }[];
  scenarios: readonly ScenarioRow[];
  is_open: boolean;
}

export interface ScenarioRow {
  scenario_id: bigint;
  ivr_id: bigint;
  name: string;
  scenario_type: string;
  is_default: boolean;
}

export interface SentSms {
  from: string;
  to: string;
  text: string;
}

/** One customer of the virtual Ringover, with one key, in one region. */
export interface Account {
  readonly region: Region;
  readonly key: string;
  grants: Set<Grant>;
  /** Off: the key sees only what is its owner's own. */
  monitoring: boolean;
  readonly ownerId: bigint;
  users: UserRow[];
  numbers: NumberRow[];
  ivrs: IvrRow[];
  groups: { group_id: bigint; name: string; users: readonly { user_id: bigint }[] }[];
  contacts: {
    contact_id: bigint;
    firstname: string;
    lastname: string;
    company: string;
    is_shared: boolean;
    numbers: readonly { number: number; type: string }[];
  }[];
  readonly book: CallBook;
  readonly texts: SentSms[];
  /** Credits for text messages. */
  smsCredits: number;
}

/** Ids as large as theirs can be: beyond what a JavaScript number holds. */
const BIG = 18_345_678_901_234_000_000n;

/** An account with two users, an IVR with a number of its own, and one contact. */
export function newAccount(region: Region, key: string): Account {
  const [owner, other, ivrId] = [22_670_001n, 22_670_002n, BIG + 7n];
  const scenario = {
    scenario_id: BIG + 8n,
    ivr_id: ivrId,
    name: 'Voice agent',
    scenario_type: 'OPEN',
    is_default: true,
  };
  const country = region === 'eu' ? 33_184_990_000 : 12_025_550_000;
  const ofUser = (at: number, user: bigint): NumberRow => ({
    ...{ number: country + at, label: `Line ${at}`, type: 'LANDLINE', user_id: user, ivr_id: null },
    ...{ is_sms: true, is_sms_write: true, is_callable: true },
  });
  const ofIvr: NumberRow = {
    ...ofUser(22, owner),
    label: 'Support',
    user_id: null,
    ivr_id: ivrId,
    is_sms_write: false,
  };
  const person = (id: bigint, firstname: string, at: number): UserRow => ({
    ...{ user_id: id, firstname, lastname: 'Martin', email: `${firstname.toLowerCase()}@example.com` },
    numbers: [{ number: country + at }],
  });
  return {
    ...{ region, key, grants: new Set(GRANTS), monitoring: true, ownerId: owner, texts: [], smsCredits: 100 },
    users: [person(owner, 'Ana', 11), person(other, 'Lou', 12)],
    numbers: [ofUser(11, owner), ofUser(12, other), ofIvr],
    ivrs: [
      {
        ...{ ivr_id: ivrId, name: 'Support', color: '#00AA88', is_open: true, scenarios: [scenario] },
        numbers: [{ number: ofIvr.number }],
      },
    ],
    groups: [{ group_id: 501n, name: 'Front desk', users: [{ user_id: owner }, { user_id: other }] }],
    contacts: [
      {
        ...{ contact_id: BIG + 42n, firstname: 'Léa', lastname: 'Durand', company: 'ACME', is_shared: true },
        numbers: [{ number: 33_612_345_678, type: 'mobile' }],
      },
    ],
    book: new CallBook(),
  };
}
