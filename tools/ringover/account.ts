import { CarrierError, type ToggleStates } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { LocalRequestGate } from '@app/live-state';
import {
  RINGOVER_REQUEST_INTERVAL_MS,
  RINGOVER_REST_DEFAULTS,
  type RingoverNumber,
  type RingoverRegion,
  RingoverRest,
  type RingoverTeam,
} from '@app/telephony';
import type { CheckSettings } from './settings.js';

/** What was found out about the account. Lines are for a person; a fault makes the check fail. */
export interface AccountFindings {
  lines: string[];
  faults: string[];
  numbers: readonly RingoverNumber[];
}

export interface AccountParts {
  clock: Clock;
  /** Between two requests; the limit of Ringover is two a second. */
  intervalMs?: number;
}

/** Nothing is switched here. */
const NO_TOGGLES: ToggleStates = { claim: () => Promise.resolve('unknown'), settle: () => Promise.resolve() };

/** One look into each category of grants; nothing is changed by any of them. */
const LOOKS: readonly { what: string; look: (rest: RingoverRest) => Promise<unknown> }[] = [
  { what: 'calls', look: (rest) => rest.ask('currentCalls', { limit: 1 }) },
  { what: 'users', look: (rest) => rest.ask('users', { limit: 1 }) },
  { what: 'groups', look: (rest) => rest.ask('groups', { limit: 1 }) },
  { what: 'IVRs', look: (rest) => rest.ask('ivrs', { limit: 1 }) },
  { what: 'contacts', look: (rest) => rest.ask('contacts', { limit: 1 }) },
  // of a call that is none: whoever may hear recordings is told so, whoever may not is not let in
  { what: 'the calls of the whole team', look: (rest) => rest.ask('recording', { callId: '1', channelId: '1' }) },
];

/** Tries the key, lists the numbers, and looks for grants that are missing. */
export async function inspectAccount(settings: CheckSettings, parts: AccountParts): Promise<AccountFindings> {
  const rest = clientFor(settings, settings.region, parts);
  const team = await tried(rest.ask('team', {}));
  if (team instanceof CarrierError) return failed(await whyNot(team, settings, parts));
  const found: AccountFindings = { lines: [greeting(team, settings.region)], faults: [], numbers: [] };
  const numbers = await tried(rest.ask('numbers', {}));
  if (numbers instanceof CarrierError) found.faults.push(problemOf('numbers', numbers));
  else {
    found.numbers = numbers;
    found.lines.push(
      numbers.length > 0 ? `ok     numbers: ${numbers.map(described).join(', ')}` : 'ok     no numbers yet',
    );
  }
  for (const { what, look } of LOOKS) {
    const seen = await tried(look(rest));
    if (seen instanceof CarrierError) found.faults.push(problemOf(what, seen));
    else found.lines.push(`ok     may see ${what}`);
  }
  found.lines.push(
    '       not tried, since it would call or write to somebody: "Calls: write", "Conversations: write"',
  );
  return found;
}

function clientFor({ urls, apiKey }: CheckSettings, region: RingoverRegion, parts: AccountParts): RingoverRest {
  const { clock, intervalMs = RINGOVER_REQUEST_INTERVAL_MS } = parts;
  const url = urls[region] ?? '';
  const gate = new LocalRequestGate(clock, () => intervalMs);
  return new RingoverRest({ ...RINGOVER_REST_DEFAULTS, url, apiKey }, { gate, clock, fetch, toggles: NO_TOGGLES });
}

/** The answer, or why there is none. */
async function tried<T>(asked: Promise<T>): Promise<T | CarrierError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CarrierError) return error;
    throw error;
  }
}

const failed = (fault: string): AccountFindings => ({ lines: [], faults: [fault], numbers: [] });

/** A key that is unknown here may be known in the other region. */
async function whyNot(error: CarrierError, settings: CheckSettings, parts: AccountParts): Promise<string> {
  const { region, urls } = settings;
  if (error.failure !== 'wrong-key') return problemOf('the account', error, urls[region]);
  const other = region === 'eu' ? 'us' : 'eu';
  if (urls[other] === undefined) return `wrong key: ${urls[region]} does not know it`;
  const there = await tried(clientFor(settings, other, parts).ask('team', {}));
  if (!(there instanceof CarrierError))
    return `wrong region: the key is known in ${other}, not in ${region}; set RINGOVER_REGION=${other}`;
  return there.failure === 'wrong-key'
    ? 'wrong key: neither eu nor us knows it; copy it again from Developer, API keys'
    : `wrong key: ${region} does not know it, and ${other} could not be asked`;
}

function problemOf(what: string, error: CarrierError, url?: string): string {
  const at = url === undefined ? '' : ` at ${url}`;
  switch (error.failure) {
    case 'missing-grant':
      return error.grant === 'Monitoring'
        ? 'missing grant: "Monitoring" is off, so only the calls of the owner of the key are seen; switch it on for this key'
        : `missing grant: "${error.grant}", so ${what} cannot be seen; tick it for this key`;
    case 'unreachable':
      return `unreachable: Ringover does not answer${at} (${error.message.replace(/^ringover: /, '')})`;
    case 'timed-out':
      return `unreachable: Ringover did not answer in time${at}`;
    case 'cannot':
      return `wrong address: there is no such interface${at}; it ends in /v2`;
    default:
      return `not understood: asking for ${what} was answered with ${error.message}`;
  }
}

const greeting = ({ name }: RingoverTeam, region: RingoverRegion): string =>
  `ok     the key is known in ${region}${name === undefined ? '' : `, team "${name}"`}`;

const described = ({ e164, label }: RingoverNumber): string => (label === undefined ? e164 : `${e164} (${label})`);
