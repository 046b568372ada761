import { z } from 'zod';
import { endpoint } from '../vendor-config.js';

/** How a vendor is asked, at no cost, whether it knows a key, and which models there are for it. */
export interface VendorQuestion {
  path: string;
  headers: (apiKey: string) => Record<string, string>;
  /** Ids in the answer; undefined where it holds none that could be compared. */
  models: (answer: unknown) => string[] | undefined;
  /** Where keys are made. */
  console: string;
}

const bearer = (apiKey: string) => ({ authorization: `Bearer ${apiKey}` });
const idsIn = z.object({ data: z.array(z.object({ id: z.string() })) });
const namesIn = z.object({ models: z.array(z.object({ name: z.string() })) });
const modelIdsIn = z.array(z.object({ model_id: z.string() }));
const canonicalIn = z.object({
  stt: z.array(z.object({ canonical_name: z.string() })),
  tts: z.array(z.object({ canonical_name: z.string() })),
});

/** OpenAI's question, and that of every server that speaks its protocol. */
const LIST_OF_IDS = (answer: unknown) => idsIn.safeParse(answer).data?.data.map(({ id }) => id);

/** By vendor, as `vendor/model` has it. Google Cloud is not here: its recognisers are found by using them. */
export const QUESTIONS: Readonly<Record<string, VendorQuestion>> = {
  openai: { path: '/models', headers: bearer, models: LIST_OF_IDS, console: 'platform.openai.com' },
  'openai-compatible': { path: '/models', headers: bearer, models: LIST_OF_IDS, console: 'the server itself' },
  anthropic: {
    path: '/v1/models?limit=1000',
    headers: (apiKey) => ({ 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' }),
    models: LIST_OF_IDS,
    console: 'platform.claude.com',
  },
  gemini: {
    path: '/v1/models?pageSize=1000',
    headers: (apiKey) => ({ 'x-goog-api-key': apiKey }),
    models: (answer) => namesIn.safeParse(answer).data?.models.map(({ name }) => name.replace(/^models\//, '')),
    console: 'aistudio.google.com',
  },
  elevenlabs: {
    path: '/v1/models',
    headers: (apiKey) => ({ 'xi-api-key': apiKey }),
    models: (answer) => modelIdsIn.safeParse(answer).data?.map(({ model_id: id }) => id),
    console: 'elevenlabs.io/app/developers',
  },
  deepgram: {
    path: '/v1/models',
    headers: (apiKey) => ({ authorization: `Token ${apiKey}` }),
    models: (answer) => {
      const { data } = canonicalIn.safeParse(answer);
      return data && [...data.stt, ...data.tts].map(({ canonical_name: name }) => name);
    },
    console: 'console.deepgram.com',
  },
};

/** A vendor's HTTP address, also where its sockets are configured. */
export function questionUrl(base: string, path: string): URL {
  const [pathname = '', query = ''] = path.split('?');
  const url = endpoint(base.replace(/^ws/, 'http'), pathname);
  url.search = query;
  return url;
}
