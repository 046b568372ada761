import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { parseScenario, type Scenario } from '../../../apps/lab/src/caller/scenario.js';
import { dialOutcome } from '../../../apps/lab/src/ringover/rest/dial-script.js';

const FOLDER = fileURLToPath(new URL('scenarios', import.meta.url));
const CALL_MAY_LAST_MS = 60_000;

const number = z.string().regex(/^\+\d{8,15}$/);
const words = z.array(z.string()).default([]);

const written = z.strictObject({
  name: z.string(),
  /** Who begins it: somebody who rings us, or we, in one of Ringover's two ways. */
  way: z.enum(['inbound', 'ivr-callback', 'callback']),
  agent: z.string(),
  /** At the other end of the line. */
  other: number,
  carrier: z
    .strictObject({
      /** What it asks us before the call is brought. */
      asks: z.array(z.enum(['route', 'contact'])).default([]),
      /** A code that the caller typed at its own IVR. */
      typed: z.int().optional(),
      /** False: it rings, and is never brought to us. */
      isTaken: z.boolean().default(true),
      /** Closing the stream does not end it: it goes on until it is hung up over REST. */
      outlivesStream: z.boolean().default(false),
      /** What becomes of a call that we place. */
      dial: dialOutcome.optional(),
      /** Pressed on the call's channel over REST, so long after its stream began. */
      keys: z.strictObject({ digits: z.string(), afterMs: z.int() }).optional(),
      /** Events that are never delivered. */
      lost: z.array(z.enum(['ringing', 'answered', 'hangup', 'missed', 'voicemail'])).default([]),
    })
    .prefault({}),
  /** What the person at the other end says and does: steps as in `apps/lab/scenarios`. */
  caller: z.array(z.unknown()).optional(),
  expect: z.strictObject({
    /** Of `GET /calls/:id`, as far as it is named. */
    record: z.record(z.string(), z.unknown()),
    /** Patterns of which each is found in what the caller heard, in this order; and in what was understood of the caller. */
    agent: words,
    caller: words,
    /** What the carrier's questions were answered with, as far as it is named. */
    answers: z.record(z.string(), z.unknown()).default({}),
    notes: z.array(z.record(z.string(), z.unknown())).default([]),
    /** What was sent over the stream besides sound, in order. */
    commands: words,
    /** What was asked over REST for this call, in order: method, path, numbers or digits, status. */
    requests: words,
    /** Webhooks that were delivered, section by section, with what they were answered. */
    told: words,
  }),
});

/** One call at the virtual Ringover, and what must come of it. */
export type RingoverScenario = Omit<z.output<typeof written>, 'caller'> & { caller: Scenario };

/** All that there are, by the names of their files. @throws when one cannot be read */
export function readScenarios(): RingoverScenario[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const { caller = [{ wait: 0 }], ...scenario } = written.parse(parse(readFileSync(join(FOLDER, file), 'utf8')));
      const steps = stringify({ name: scenario.name, from: scenario.other, maxMs: CALL_MAY_LAST_MS, steps: caller });
      return { ...scenario, caller: parseScenario(steps, file) };
    });
}
