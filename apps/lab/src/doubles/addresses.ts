/** A vendor's double as clients find it. */
export interface DoubleAddress {
  vendor: string;
  /** What it does, and by which of the vendor's wires. */
  does: readonly string[];
  url: string;
  /** What a centre is told to use it. A key may be any word. */
  env: Readonly<Record<string, string>>;
}

const KEY = 'lab';

/** Every vendor that has a double behind that address. */
export function doubleAddresses(url: string): DoubleAddress[] {
  const socketUrl = url.replace(/^http/, 'ws');
  const openai = `${url}/openai/v1`;
  return [
    {
      vendor: 'deepgram',
      does: ['hears: Nova (/v1/listen), Flux (/v2/listen)', 'speaks: Aura (/v1/speak)'],
      ...at(`${socketUrl}/deepgram`, 'DEEPGRAM_API_KEY', 'DEEPGRAM_URL'),
    },
    {
      vendor: 'openai',
      does: [
        'thinks (/chat/completions)',
        'hears: files (/audio/transcriptions), live (/realtime?intent=transcription)',
        'speaks (/audio/speech; a centre has these voices once OPENAI_VOICE_MODEL is told)',
        'hears, thinks and speaks at once (/realtime?model=)',
      ],
      ...at(openai, 'OPENAI_API_KEY', 'OPENAI_BASE_URL', { OPENAI_VOICE_MODEL: 'gpt-4o-mini-tts' }),
    },
    {
      vendor: 'openai-compatible',
      does: ['thinks, hears and speaks as any server of that protocol'],
      ...at(openai, 'OPENAI_COMPATIBLE_API_KEY', 'OPENAI_COMPATIBLE_BASE_URL', {
        OPENAI_COMPATIBLE_VOICE_MODEL: 'default',
      }),
    },
    {
      vendor: 'anthropic',
      does: ['thinks (/v1/messages)'],
      ...at(`${url}/anthropic`, 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'),
    },
    {
      vendor: 'gemini',
      does: ['thinks (/v1/models/…:streamGenerateContent)'],
      ...at(`${url}/gemini`, 'GEMINI_API_KEY', 'GEMINI_BASE_URL'),
    },
    {
      vendor: 'elevenlabs',
      does: [
        'speaks (/v1/text-to-speech/…/multi-stream-input, …/stream)',
        'hears: Scribe (/v1/speech-to-text/realtime)',
      ],
      ...at(`${socketUrl}/elevenlabs`, 'ELEVENLABS_API_KEY', 'ELEVENLABS_URL'),
    },
    {
      vendor: 'google',
      does: ['hears: Cloud Speech v2 (gRPC, without TLS)'],
      ...at(url, 'GOOGLE_CLOUD_KEY', 'GOOGLE_CLOUD_URL', { GOOGLE_CLOUD_PROJECT: 'lab' }),
    },
  ];
}

const at = (url: string, keyName: string, urlName: string, more: Readonly<Record<string, string>> = {}) => ({
  url,
  env: { [keyName]: KEY, [urlName]: url, ...more },
});

/** As a `.env` file: what each double does stands in its comments. */
export const asEnvFile = (doubles: readonly DoubleAddress[]): string[] =>
  doubles.flatMap(({ vendor, does, url, env }) => [
    `# ${vendor}: ${url}`,
    ...does.map((one) => `#   ${one}`),
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ]);
