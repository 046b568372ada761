import { z } from 'zod';

const maybeMs = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

const segment = z.object({
  speaker: z.enum(['caller', 'agent']),
  said: z.string(),
  heard: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  interrupted: z.boolean(),
  kind: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
  turn: z.number().default(0),
});

const latency = z.object({
  turn: z.number(),
  voiceStoppedMs: maybeMs,
  wordsSettledMs: maybeMs,
  turnEndedMs: maybeMs,
  askedMs: maybeMs,
  firstTokenMs: maybeMs,
  firstSentenceMs: maybeMs,
  firstAudioMs: maybeMs,
  audibleMs: maybeMs,
});

const event = z.looseObject({ type: z.string(), atMs: z.number().optional(), data: z.looseObject({}).optional() });

/** `GET /api/v1/calls/:id`, as far as the lab reads it. Times are ms on the call's own clock. */
const apiCall = z.object({
  id: z.string(),
  state: z.string(),
  endReason: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
  transcript: z.array(segment).default([]),
  latencies: z.array(latency).default([]),
  events: z.array(event).default([]),
});

export type ApiCall = z.output<typeof apiCall>;
export type ApiSegment = z.output<typeof segment>;
export type ApiLatency = z.output<typeof latency>;

export const readApiCall = (body: unknown): ApiCall => apiCall.parse(body);

const callPage = z.object({ calls: z.array(z.object({ id: z.string(), carrierCallId: z.string().nullable() })) });

/** `GET /api/v1/calls`. */
export const readCallPage = (body: unknown): z.output<typeof callPage>['calls'] => callPage.parse(body).calls;
