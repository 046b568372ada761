import { createHash } from 'node:crypto';

/** A thought with the signature by which it is known when it comes back. */
export const thoughtOf = (thinking: string) =>
  ({ type: 'thinking', thinking, signature: signatureOf(thinking) }) as const;

/** Whether not a letter of it was changed. */
export const isOwnThought = ({ thinking, signature }: { thinking: string; signature: string }): boolean =>
  signature === signatureOf(thinking);

const signatureOf = (thinking: string): string => createHash('sha256').update(`double:${thinking}`).digest('base64');
