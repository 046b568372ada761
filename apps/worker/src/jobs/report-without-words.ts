import type { ReadyReport, StoredCall } from '@app/persistence';

const SILENT: Readonly<Record<string, string>> = {
  en: 'The caller said nothing that was understood.',
  fr: 'L’appelant n’a rien dit que l’on ait compris.',
  de: 'Es wurde nichts verstanden, was der Anrufer gesagt hätte.',
  es: 'No se entendió nada de lo que dijo la persona que llamó.',
  it: 'Non si è capito nulla di ciò che ha detto chi chiamava.',
};

export const hasCallerWords = ({ transcript }: StoredCall): boolean =>
  transcript.some(({ speaker, said }) => speaker === 'caller' && said.trim() !== '');

/** Of a call in which the caller said nothing, no model needs to be asked. */
export function reportWithoutWords(language: string, madeAt: Date): ReadyReport {
  const [primary = ''] = language.split('-');
  const summary = SILENT[primary];
  return {
    state: 'ready',
    madeBy: 'rule',
    language: summary ? language : 'en',
    summary: summary ?? SILENT['en'] ?? '',
    outcome: 'no-conversation',
    sentiment: null,
    followUps: [],
    tokens: null,
    madeAt,
  };
}
