/** What nobody outside knows of a routing reply; the defaults are those of their samples. */
export interface RouteStyle {
  /** 0 and 1 in three of their four samples, true and false in the fourth. */
  flagsAs: 'number' | 'boolean';
  dispatch: string;
  agentType: string;
  /** How long each of them rings. */
  ringS: number;
}

export const USUAL_ROUTE_STYLE: RouteStyle = {
  flagsAs: 'number',
  dispatch: 'ringall',
  agentType: 'agent_external',
  ringS: 25,
};

/**
 * The answer to `routing`: rings these numbers, in their order.
 *
 * @param numbers E.164 with `+`; none leaves the call to what comes next in the carrier's own scenario (inferred)
 */
export function routeReply(numbers: readonly string[], style: RouteStyle): Record<string, unknown> {
  const flag = (isSet: boolean) => (style.flagsAs === 'boolean' ? isSet : isSet ? 1 : 0);
  return {
    name: 'redirections',
    dispatch: style.dispatch,
    max_attempts: 1,
    start_delay: 0,
    is_stay_not_connected: flag(true),
    is_stay_in_call: flag(false),
    is_stay_planned_snoozed: flag(true),
    is_stay_snoozed: flag(false),
    ring_overlap: 0,
    agents: numbers.map((number, index) => ({
      agent_type: style.agentType,
      ring_duration: style.ringS,
      ring_delay: 0,
      order: index + 1,
      number: digitsOf(number),
      is_pre_answer: flag(false),
      is_caller_id: flag(true),
      is_head_line: flag(false),
    })),
  };
}

/** Somebody whom we know by a number. */
export interface ContactToTell {
  id: string;
  e164: string;
  name: string | null;
  /** Facts about them; only texts and numbers are told. */
  facts: Readonly<Record<string, unknown>>;
}

/** The answer to a contact call: who it is. */
export function contactReply({ id, name, facts }: ContactToTell): Record<string, unknown> {
  return { uuid: id, ...nameParts(name), company: companyOf(facts), url: '', data: textsOf(facts), is_shared: true };
}

/** The answer to a contact search: an array, also of none. */
export const searchReply = (contacts: readonly ContactToTell[]): Record<string, unknown>[] =>
  contacts.map(({ name, e164, facts }) => ({
    ...nameParts(name),
    company: companyOf(facts),
    url: '',
    numbers: [{ number: digitsOf(e164), type: 'mobile' }],
  }));

/** All but the last word are the first name: a guess that puts both on the screen. */
function nameParts(name: string | null): { firstname: string; lastname: string } {
  const words = (name ?? '').trim().split(/\s+/);
  return {
    firstname: words.slice(0, -1).join(' ') || (words[0] ?? ''),
    lastname: words.length > 1 ? (words.at(-1) ?? '') : '',
  };
}

const companyOf = ({ company }: Readonly<Record<string, unknown>>): string =>
  typeof company === 'string' ? company : '';

const textsOf = (facts: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[key, String(value)]] : [],
    ),
  );

/** Up to 15 digits: no number of JSON rounds them. */
const digitsOf = (e164: string): number => Number(e164.replace('+', ''));
