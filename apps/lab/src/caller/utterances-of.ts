import type { SampleRateHz } from '@app/audio';
import type { SpeechEngine } from '../engines/speech-engine.js';
import type { Scenario } from './scenario.js';
import { type Utterance, utterance } from './utterance.js';

/** Renders all that the scenario's caller says, so that nothing is made while the call goes on. By text. */
export async function utterancesOf(
  scenario: Scenario,
  engine: Pick<SpeechEngine, 'render'>,
  rateHz: SampleRateHz,
): Promise<ReadonlyMap<string, Utterance>> {
  const lines = new Map<string, Utterance>();
  for (const step of scenario.steps) {
    const text = textOf(step);
    if (text === undefined || lines.has(text)) continue;
    const voice = ('voice' in step ? step.voice : undefined) ?? scenario.voice;
    const { samples } = await engine.render(voice, text, rateHz);
    lines.set(text, utterance(text, samples, rateHz));
  }
  return lines;
}

/** All that the scenario's caller says, in order. */
export const sentencesOf = ({ steps }: Scenario): string[] =>
  steps.map(textOf).filter((text): text is string => text !== undefined);

function textOf(step: Scenario['steps'][number]): string | undefined {
  if (step.kind === 'say') return step.say;
  if (step.kind === 'bargeIn') return step.bargeIn;
  return step.kind === 'backchannel' ? step.backchannel : undefined;
}
