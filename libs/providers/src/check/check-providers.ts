import type { Clock } from '@app/kernel';
import { retirementOf } from '../model-retirements.js';
import { catalogOf, type ProviderListing, type ProvidersConfig } from '../provider-catalog.js';
import type { VendorConfig } from '../vendor-config.js';
import { QUESTIONS, questionUrl, type VendorQuestion } from './vendor-models.js';

/** How it stands with the models of one vendor, in one line. */
export interface ProviderCheck {
  vendor: string;
  /** `warning`: it works today. */
  state: 'ok' | 'warning' | 'wrong';
  says: string;
  /** Null when nothing is to be done. */
  toDo: string | null;
  /** Of the vendor's answer; null when it was not asked. */
  tookMs: number | null;
}

export interface CheckParts {
  clock: Clock;
  fetch: typeof fetch;
  /** How long a vendor may take. */
  withinMs?: number;
}

const WITHIN_MS = 5_000;
/** Some vendors are named twice here and asked once. */
const ACCOUNTS: Readonly<Record<string, string>> = { 'elevenlabs-http': 'elevenlabs', 'openai-realtime': 'openai' };

/** Asks every configured vendor the cheapest thing that it can be asked. Never rejects; keys and answers are in no line. */
export async function checkProviders(config: ProvidersConfig, parts: CheckParts): Promise<ProviderCheck[]> {
  const listed = catalogOf(config, parts.clock).list();
  const vendors = [...new Set(listed.map(vendorIn))];
  return Promise.all(
    vendors.map((vendor) => {
      const of = listed.filter((listing) => vendorIn(listing) === vendor);
      return check(vendor, of, accountOf(vendor, config), parts);
    }),
  );
}

async function check(
  vendor: string,
  listed: readonly ProviderListing[],
  account: VendorConfig | undefined,
  parts: CheckParts,
): Promise<ProviderCheck> {
  // prettier-ignore
  const question = QUESTIONS[vendor];
  const models = [...new Set(listed.map(({ name }) => name.slice(name.indexOf('/') + 1)))];
  if (!question || !account)
    return {
      vendor,
      ...aged(vendor, models, parts, `not asked; ${models.join(', ')} is found by using it`),
      tookMs: null,
    };
  const beganMs = parts.clock.nowMs();
  const answer = await ask(question, account, parts);
  const tookMs = Math.round(parts.clock.nowMs() - beganMs);
  if ('problem' in answer) return { vendor, state: 'wrong', says: answer.problem, toDo: answer.toDo, tookMs };
  const missing = models.filter((model) => answer.models && !answer.models.some((id) => isKnownAs(model, id)));
  if (missing.length > 0) {
    const toDo = `choose one that the vendor lists, by the variable that ends in _MODEL, or in the agent`;
    return {
      vendor,
      state: 'wrong',
      says: `the key works, but ${missing.join(', ')} is not among its models`,
      toDo,
      tookMs,
    };
  }
  return { vendor, ...aged(vendor, models, parts, `the key works, and ${models.join(', ')} is there`), tookMs };
}

/** Whether one of its models ends. */
function aged(
  vendor: string,
  models: readonly string[],
  { clock }: CheckParts,
  says: string,
): Pick<ProviderCheck, 'state' | 'says' | 'toDo'> {
  // prettier-ignore
  const ends = models.flatMap((model) => retirementOf(`${vendor}/${model}`, clock.date()) ?? []);
  const [first] = ends;
  if (!first) return { state: 'ok', says, toDo: null };
  const verb = first.state === 'retired' ? 'ended' : 'ends';
  const toDo = first.replacement ? `change to ${first.replacement}` : 'change to another model';
  return { state: first.state === 'retired' ? 'wrong' : 'warning', says: `${says}; ${first.name} ${verb} on ${first.endsOn}`, toDo }; // prettier-ignore
}

type Answer = { models: string[] | undefined } | { problem: string; toDo: string };

async function ask(
  question: VendorQuestion,
  { apiKey, url }: VendorConfig,
  { fetch, withinMs = WITHIN_MS }: CheckParts,
): Promise<Answer> {
  // prettier-ignore
  try {
    const signal = AbortSignal.timeout(withinMs);
    const response = await fetch(questionUrl(url, question.path), { headers: question.headers(apiKey), signal });
    if (response.ok) return { models: question.models(JSON.parse(await response.text())) };
    await response.body?.cancel();
    return refusal(response.status, question);
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'TimeoutError') return { problem: `no answer within ${withinMs} ms`, toDo: 'try again; see the status page of the vendor' }; // prettier-ignore
    if (name === 'SyntaxError') return { problem: 'an answer that is no JSON', toDo: 'look at the address: is it the vendor’s API?' }; // prettier-ignore
    return { problem: `cannot be reached at ${new URL(url).host}`, toDo: 'look at the address, the network and the proxy' };
  }
}

function refusal(status: number, { console }: VendorQuestion): Answer {
  if (status === 401 || status === 403) return { problem: `the key is refused (${status})`, toDo: `make a new one at ${console}` }; // prettier-ignore
  if (status === 402 || status === 429) return { problem: `the account is used up (${status})`, toDo: `raise its limits at ${console}` }; // prettier-ignore
  if (status === 404) return { problem: 'nothing is at that address (404)', toDo: 'look at the address: does it end as the vendor’s does?' }; // prettier-ignore
  return { problem: `the vendor answers ${status}`, toDo: 'try again; see the status page of the vendor' };
}

/** Families are named by their beginning: `aura-2` for `aura-2-thalia-en`, `nova-3` for `nova-3-general`. */
const isKnownAs = (model: string, id: string): boolean => id === model || id.startsWith(`${model}-`);

const vendorIn = ({ name }: ProviderListing): string => {
  const vendor = name.slice(0, name.indexOf('/'));
  return ACCOUNTS[vendor] ?? vendor;
};

/** The first of its configurations: they differ by model alone. */
function accountOf(vendor: string, config: ProvidersConfig): VendorConfig | undefined {
  const accounts: Record<string, VendorConfig | undefined> = {
    deepgram: config.deepgram ?? config.voices?.deepgram,
    openai: config.openai ?? config.recognisers?.openai ?? config.openaiRealtime,
    'openai-compatible': config.openaiCompatible ?? config.recognisers?.openaiCompatible,
    anthropic: config.anthropic,
    gemini: config.gemini,
    elevenlabs: config.elevenlabs ?? config.recognisers?.elevenlabs,
  };
  return accounts[vendor];
}
