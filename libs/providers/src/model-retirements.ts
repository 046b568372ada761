/** When a vendor ends a model, as read on 2026-11-21 (OpenAI: types of `openai` 7.55.0; others: see the README). */
interface Ending {
  vendor: string;
  /** Dated variants (`gpt-4o-2024-08-06`) end with it; a star at the end takes every id that begins so. */
  ids: readonly string[];
  endsOn: string;
  replacement: string | null;
}

const ENDINGS: readonly Ending[] = [
  ending(
    'openai',
    '2026-10-23',
    null,
    'gpt-4.1-nano',
    'o4-mini',
    'o1',
    'o3-mini',
    'gpt-4-turbo',
    'gpt-4',
    'gpt-3.5-turbo',
  ),
  ending('openai', '2026-12-11', 'gpt-5.6-sol', 'gpt-5', 'gpt-5-mini', 'gpt-5-nano', 'o3'),
  ending('openai', '2027-01-06', 'gpt-realtime-2.1-mini', 'tts-1', 'tts-1-hd', 'gpt-4o-mini-tts*'),
  ending('openai', '2027-01-14', 'gpt-6-luna', 'gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'gpt-4.1-mini'),
  ending('openai', '2027-01-20', 'gpt-realtime-2.1-mini', 'gpt-realtime-mini*', 'gpt-audio-mini*'),
  ending('openai', '2027-01-20', 'gpt-realtime-2.1', 'gpt-realtime'),
  ending('openai', '2027-02-26', 'gpt-transcribe', 'whisper-1', 'gpt-4o-transcribe*', 'gpt-4o-mini-transcribe*'),
  ending('openai', '2027-04-01', null, 'gpt-5.1', 'gpt-5.4-nano'),
  ending('anthropic', '2026-11-30', 'claude-sonnet-5-5', 'claude-sonnet-4-5'),
  ending('gemini', '2026-12-01', 'gemini-3.8-flash', 'gemini-2.5-pro'),
  ending('gemini', '2026-12-01', 'gemini-3.5-flash-lite', 'gemini-2.5-flash'),
];

export interface Retirement {
  name: string;
  /** The first day without it, `YYYY-MM-DD`. */
  endsOn: string;
  /** `vendor/model`, where the vendor names one. */
  replacement: string | null;
  state: 'retiring' | 'retired';
}

/** What is known of a model's end; undefined when nothing is. @param name `vendor/model` */
export function retirementOf(name: string, date: Date): Retirement | undefined {
  const slash = name.indexOf('/');
  const [vendor, model] = [name.slice(0, slash), name.slice(slash + 1)];
  const found = ENDINGS.find((each) => each.vendor === vendor && each.ids.some((id) => isNamedBy(id, model)));
  if (!found) return undefined;
  const { endsOn, replacement } = found;
  const state = date.toISOString().slice(0, 10) < endsOn ? 'retiring' : 'retired';
  return { name, endsOn, replacement: replacement && `${vendor}/${replacement}`, state };
}

const DATED = /^-\d{4}-?\d{2}-?\d{2}$/;

function isNamedBy(id: string, model: string): boolean {
  if (id.endsWith('*')) return model.startsWith(id.slice(0, -1));
  return model.startsWith(id) && (model === id || DATED.test(model.slice(id.length)));
}

function ending(vendor: string, endsOn: string, replacement: string | null, ...ids: string[]): Ending {
  return { vendor, ids, endsOn, replacement };
}
