import type { CallSettings } from '@app/conversation/ports';
import type { ArrivedCall } from './arrived-call.js';

/** `{{name}}` in the greeting and the persona; one that is not known stays as it is written. */
const PLACE = /\{\{\s*(\w+)\s*\}\}/g;

/**
 * An agent that is told about the call it places. The settings that come out stand in the log, so that a replay has
 * them. What the variables hold is material: it is quoted, and cannot end its own line.
 */
export function withVariables(
  settings: CallSettings,
  variables: Readonly<Record<string, string>> | undefined,
): CallSettings {
  if (!variables || Object.keys(variables).length === 0) return settings;
  const filled = (text: string) => filledWith(text, variables);
  const facts = Object.entries(variables).map(([name, value]) => `- ${name}: ${JSON.stringify(value)}`);
  const { agent } = settings;
  const persona = [filled(agent.persona), '', 'What is known of this call:', ...facts].join('\n');
  return { ...settings, greeting: filled(settings.greeting), agent: { ...agent, persona } };
}

/** The settings of an agent in a call that was ordered: what it is told, and what a machine gets. */
export const ofOrder = (
  settings: CallSettings,
  { variables, onMachine }: Pick<ArrivedCall, 'variables' | 'onMachine'>,
): CallSettings => ({ ...withVariables(settings, variables), ...(onMachine && { onMachine }) });

/** Places in texts that nothing fills, each once. */
export function missingIn(texts: readonly string[], variables: Readonly<Record<string, string>>): string[] {
  const places = texts.flatMap((text) => [...text.matchAll(PLACE)].map(([, name = '']) => name));
  return [...new Set(places)].filter((name) => variables[name] === undefined);
}

/** The same places filled in any text. */
export const filledWith = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replace(PLACE, (place, name: string) => variables[name] ?? place);
