import { z } from 'zod';

/**
 * What the doubles' control API answers at `GET /lab/calls/:callId`: what each double was told and what it gave.
 *
 * Instants are ms since 1970; places within a piece are ms since its first sample.
 */

const word = z.object({ text: z.string(), startMs: z.number(), endMs: z.number() });

/** One piece of sound that the voice double made, with the place of each word. */
const piece = z.object({
  /** As the api named it: `<call id>-<n>`, or a name of its own for phrases rendered before any call. */
  contextId: z.string(),
  text: z.string(),
  rateHz: z.number(),
  /** When its first sound was sent. */
  madeAtMs: z.number(),
  words: z.array(word),
  /** Signed 16 bits, little-endian, mono, base64: the whole piece, also what was never sent or played. */
  pcm: z.string(),
  /** Of a model that speaks: the entry of its history whose sound it is a part of, from there on. */
  within: z.object({ itemId: z.string(), startMs: z.number() }).optional(),
});

const message = z.looseObject({
  role: z.string(),
  content: z.string().nullish(),
  tool_calls: z.array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string() }) })).optional(),
  tool_call_id: z.string().optional(),
});

/** One request to the model double: `messages` as they came. */
const modelRequest = z.looseObject({ requestId: z.string(), atMs: z.number(), messages: z.array(message) });

/** A model that speaks was told how much of an entry of its history was heard. */
const cut = z.object({ itemId: z.string(), audioEndMs: z.number(), atMs: z.number() });

export const callEvidence = z.looseObject({
  callId: z.string(),
  /** `script`: it knows its caller's script, so how well it understood says nothing. Null: no double listened. */
  recogniser: z.enum(['pocketsphinx', 'script']).nullable(),
  pieces: z.array(piece),
  /** Made for no call, such as greetings rendered when the api started; any call may have played them. */
  sharedPieces: z.array(piece),
  modelRequests: z.array(modelRequest),
  cuts: z.array(cut).default([]),
});

export type CallEvidence = z.output<typeof callEvidence>;
export type EvidencePiece = z.output<typeof piece>;
export type CutSeen = z.output<typeof cut>;
export type ModelRequestSeen = z.output<typeof modelRequest>;
