import { jsonIn } from '@app/live-state';
import { z } from 'zod';

const OFFER = z.strictObject({
  lineId: z.uuid(),
  carrierCallId: z.string().nullable(),
  rateHz: z.union([z.literal(8_000), z.literal(16_000), z.literal(24_000)]),
  pacing: z.object({ chunkMs: z.number(), leadMs: z.number() }),
});

/** A line that one node has, and that a call of another one waits for. */
export type LineOffer = z.output<typeof OFFER>;

/** The first byte of a message; sound and digits follow theirs. Towards the node of the line: `sound`, `clear`, `hang-up`. */
export const KIND = { here: 0, ask: 1, sound: 2, digit: 3, clear: 4, hangUp: 5, closed: 6, lost: 7 } as const;

/** Both sides hear from each other so often, or one of them is gone. */
export const QUIET = { quietMs: 2_000, answerMs: 4_000 };

/** What the line's node tells, and what it is told. */
export const fromLine = (lineId: string): string => `line:${lineId}:from`;
export const toLine = (lineId: string): string => `line:${lineId}:to`;

/** Undefined for what is no offer. */
export const offerIn = (told: Buffer): LineOffer | undefined => OFFER.safeParse(jsonIn(told)).data;
