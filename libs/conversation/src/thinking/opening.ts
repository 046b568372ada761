import type { CallSettings } from '../ports/index.js';
import { cutIntoSentences } from './sentences.js';

/** What the agent says first: that the call is recorded, where it is, then the greeting. */
export function openingOf({ greeting, recording, agent }: CallSettings): string[] {
  const announcement = recording?.enabled ? (recording.announcement ?? '') : '';
  return [announcement, greeting].flatMap((text) => cutIntoSentences(text, agent.language));
}
