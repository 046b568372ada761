import type { PriceKnowledge } from '@app/conversation/ports';
import type { Price, Rate, TokenRate } from './price.js';

const READ_ON = '2026-11-21';

type Known = Pick<Price, 'date' | 'knownFrom' | 'source'>;
const known = (knownFrom: PriceKnowledge, source: string): Known => ({ date: READ_ON, knownFrom, source });

const OPENAI_PAGE = known('vendor', "OpenAI's page of the model (a stored copy)");
const OPENAI_TOLD = known('third-party', 'release notes of price trackers, September and October 2026');
const ANTHROPIC_TOLD = known('third-party', "two price trackers, October 2026; in and out of Haiku 5.5 also on Anthropic's page"); // prettier-ignore
const GEMINI_TOLD = known('third-party', "a copy of Google's price page of 2026-10-07, and a gateway's list");
const DEEPGRAM_TOLD = known('third-party', "copies of Deepgram's price page of May, August and November 2026");
const ELEVENLABS_TOLD = known('third-party', 'a breakdown of June 2026; another one has a fifth more');
const RESOLD = known('third-party', "Cloudflare's page of the model that it resells, August 2025");
const REMEMBERED = known('memory', 'general knowledge, of before 2026');
/** Their speech is 20 tokens a second, as general knowledge has it, at the price of the page. */
const RECKONED = known('memory', 'audio tokens at the price of the page, 20 a second (general knowledge)');

const tokens = (input: number, cachedInput: number, output: number, writtenInput?: number): TokenRate => ({
  ...{ input, cachedInput, output },
  ...(writtenInput !== undefined && { writtenInput }),
});
const model = (provider: string, rate: TokenRate, about: Known & Pick<Price, 'from' | 'until'>): Price => ({
  ...{ stage: 'model', provider, rate: { perMillionTokens: rate } },
  ...about,
});
const speech = (name: string, text: TokenRate, audio: TokenRate['audio']): Price =>
  model(`openai-realtime/${name}`, { ...text, ...(audio && { audio }) }, OPENAI_PAGE);
const recogniser = (provider: string, perMinute: number, about: Known): Price => ({
  ...{ stage: 'recogniser', provider, rate: { perMinute } },
  ...about,
});
const voice = (provider: string, rate: Rate, about: Known): Price => ({ stage: 'voice', provider, rate, ...about });

const REALTIME_SOUND = { input: 32, cachedInput: 0.4, output: 64 };
const MINI_SOUND = { input: 10, cachedInput: 0.3, output: 20 };

/** Vendors' list prices in US dollars, as far as they could be learnt; short prompts, no batches, no surcharge for speed. */
export const LIST_PRICES: readonly Price[] = [
  model('openai/gpt-6-luna', tokens(0.1, 0.01, 0.5, 0.125), OPENAI_TOLD),
  model('openai/gpt-6-sol', tokens(2, 0.2, 10, 2.5), OPENAI_TOLD),
  model('openai/gpt-6-astra', tokens(10, 1, 50), OPENAI_TOLD),
  model('openai/gpt-6.1-sol', tokens(2, 0.1, 10), OPENAI_TOLD),
  model('openai/gpt-6.1-terra', tokens(1, 0.05, 5, 1.25), { ...OPENAI_TOLD, from: '2026-10-26' }),
  model('openai/gpt-5.6-luna', tokens(0.2, 0.02, 1.2, 0.25), { ...OPENAI_PAGE, from: '2026-07-30' }),
  model('openai/gpt-5.6-terra', tokens(2, 0.2, 12, 2.5), { ...OPENAI_TOLD, from: '2026-07-30' }),

  speech('gpt-realtime-2.1', tokens(4, 0.4, 24), REALTIME_SOUND),
  speech('gpt-realtime-2.1-mini', tokens(0.6, 0.06, 2.4), MINI_SOUND),
  speech('gpt-realtime-2', tokens(4, 0.4, 24), REALTIME_SOUND),
  speech('gpt-realtime-1.5', tokens(4, 0.4, 16), REALTIME_SOUND),

  model('anthropic/claude-haiku-5-5', tokens(0.1, 0.01, 0.5, 0.125), ANTHROPIC_TOLD),
  model('anthropic/claude-sonnet-5-5', tokens(2, 0.1, 10, 2.5), { ...ANTHROPIC_TOLD, from: '2026-10-07' }),
  model('anthropic/claude-sonnet-5-5', tokens(2, 0.2, 10, 2.5), ANTHROPIC_TOLD),
  model('anthropic/claude-opus-5-5', tokens(4, 0.2, 20, 5), ANTHROPIC_TOLD),
  model('anthropic/claude-haiku-4-5', tokens(1, 0.1, 5, 1.25), ANTHROPIC_TOLD),
  model('anthropic/claude-sonnet-4-5', tokens(3, 0.3, 15, 3.75), ANTHROPIC_TOLD),
  model('anthropic/claude-sonnet-4-6', tokens(3, 0.3, 15, 3.75), ANTHROPIC_TOLD),

  model('gemini/gemini-3.8-flash', { input: 0.75, output: 3.75 }, { ...GEMINI_TOLD, until: '2027-01-01' }),

  model('gemini/gemini-3.5-flash-lite', tokens(0.3, 0.03, 2.5), known('third-party', "a reseller's page of it at list price, July 2026")), // prettier-ignore

  recogniser('deepgram/nova-3', 0.0058, DEEPGRAM_TOLD), // of many languages at once; of one, 0.0048
  recogniser('deepgram/flux-general-en', 0.0065, DEEPGRAM_TOLD),
  recogniser('deepgram/flux-general-multi', 0.0078, DEEPGRAM_TOLD),
  recogniser('openai/gpt-transcribe', 0.0045, OPENAI_PAGE),
  recogniser('openai/gpt-live-transcribe', 0.017, OPENAI_PAGE),
  recogniser('openai/gpt-realtime-whisper', 0.017, OPENAI_PAGE),
  recogniser('openai/gpt-4o-transcribe', 0.006, REMEMBERED),
  recogniser('openai/gpt-4o-mini-transcribe', 0.003, REMEMBERED),
  recogniser('openai/whisper-1', 0.006, REMEMBERED),
  recogniser('elevenlabs/scribe_v2_realtime', 0.0065, ELEVENLABS_TOLD), // 0.39 an hour
  recogniser('google/telephony', 0.016, REMEMBERED),
  recogniser('google/chirp_*', 0.016, REMEMBERED),

  voice('elevenlabs/eleven_flash_v2*', { perThousandCharacters: 0.05 }, ELEVENLABS_TOLD),
  voice('elevenlabs/eleven_turbo_v2*', { perThousandCharacters: 0.05 }, ELEVENLABS_TOLD),
  voice('elevenlabs/eleven_multilingual_v2', { perThousandCharacters: 0.1 }, ELEVENLABS_TOLD),
  voice('elevenlabs/eleven_v3', { perThousandCharacters: 0.1 }, ELEVENLABS_TOLD),
  voice('elevenlabs-http/eleven_flash_v2*', { perThousandCharacters: 0.05 }, ELEVENLABS_TOLD),
  voice('elevenlabs-http/eleven_multilingual_v2', { perThousandCharacters: 0.1 }, ELEVENLABS_TOLD),
  voice('elevenlabs-http/eleven_v3', { perThousandCharacters: 0.1 }, ELEVENLABS_TOLD),
  voice('deepgram/aura-2*', { perThousandCharacters: 0.03 }, REMEMBERED),
  voice('deepgram/aura-*', { perThousandCharacters: 0.015 }, RESOLD),
  voice('openai/gpt-4o-mini-tts*', { perMinute: 0.015 }, REMEMBERED),
  voice('openai-realtime/gpt-realtime-2.1', { perMinute: 0.0768 }, RECKONED),
  voice('openai-realtime/gpt-realtime-2.1-mini', { perMinute: 0.024 }, RECKONED),
];
