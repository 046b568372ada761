import { OperationalError } from '@app/kernel';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { VoiceName } from '../engines/speech-engine.js';

/** A scenario that cannot be played. The message has one line for each fault: file, line, path, what to write instead. */
export class ScenarioError extends OperationalError {
  readonly code = 'lab.scenario-wrong';
  readonly retryable = false;
}

const ms = z.number().int().min(0).max(120_000);
const text = z.string().trim().min(1);
const regex = text
  .refine(isRegex, { error: 'is not a regular expression' })
  .transform((source) => new RegExp(source, 'iu'));

const voice = z.enum(['rms', 'slt', 'awb', 'kal16'] satisfies VoiceName[]);

/** What must have been heard or done between the caller's last words before this step and its next ones. */
const expectation = z
  .strictObject({
    /** What the ear heard the agent say; matched without case, in the words as the voice was given them. */
    agent: regex.optional(),
    /** What the agent must not have been heard to say. */
    not: regex.optional(),
    /** What the recogniser must have made of the caller's last words. */
    understood: regex.optional(),
    /** A function of the agent's that must have returned without failure. */
    function: text.optional(),
  })
  .refine((wanted) => Object.keys(wanted).length > 0, {
    error: 'expects nothing: give agent, not, understood or function',
  });

const steps = {
  /** Speaks when the agent has begun to answer `withinMs` and then been quiet for `quietMs`; `after: now` does not wait. */
  say: z.strictObject({
    say: text,
    after: z.enum(['greeting', 'reply', 'now']).default('reply'),
    quietMs: ms.default(900),
    withinMs: ms.default(12_000),
    voice: voice.optional(),
  }),
  /** Speaks over the agent, once it has spoken for `afterMs` without a pause; it must yield. */
  bargeIn: z.strictObject({
    bargeIn: text,
    afterMs: ms.default(1_500),
    withinMs: ms.default(12_000),
    voice: voice.optional(),
  }),
  /** Says a word while the agent speaks; it must go on to its end. */
  backchannel: z.strictObject({
    backchannel: text,
    afterMs: ms.default(1_200),
    withinMs: ms.default(12_000),
    voice: voice.optional(),
  }),
  /** Says nothing for so long, or until the agent has asked whether the caller is there. */
  silence: z.strictObject({ silence: ms, prompted: z.boolean().default(true) }),
  wait: z.strictObject({ wait: ms }),
  dtmf: z.strictObject({ dtmf: z.string().regex(/^[0-9*#A-D]+$/, { error: 'has other keys than 0-9, *, # and A-D' }) }),
  expect: z.strictObject({ expect: expectation }),
  /** Hangs up; `after: goodbye` gives the agent until `withinMs` to do it first. */
  hangUp: z.strictObject({
    hangUp: z.literal(true),
    after: z.enum(['now', 'reply', 'goodbye']).default('reply'),
    withinMs: ms.default(12_000),
  }),
} as const;

type StepName = keyof typeof steps;
const STEP_NAMES = Object.keys(steps) as StepName[];

/** `- hangUp` alone is `- hangUp: true`. */
const step = z.preprocess(
  (written) => (written === 'hangUp' ? { hangUp: true } : written),
  z.record(z.string(), z.unknown()).transform((written, context): Step => readStep(written, context)),
);

export type Step = { [Name in StepName]: z.output<(typeof steps)[Name]> & { kind: Name } }[StepName];
export type Expectation = z.output<typeof expectation>;

const scenarioSchema = z.strictObject({
  name: text,
  /** Agents (slugs) whose numbers are rung, in turn when there are several calls; the first number of the centre by default. */
  agents: z.array(text).min(1).optional(),
  from: z
    .string()
    .regex(/^\+?\d{8,15}$/, { error: 'is not a telephone number' })
    .default('33612345678'),
  voice: voice.default('rms'),
  /** Root mean square of the noise on the caller's line, of 32,768. */
  noise: z.number().min(0).max(2_000).default(6),
  carrierDelayMs: z.tuple([ms, ms]).default([40, 200]),
  /** The caller hangs up then, and the step it was in counts as missed. */
  maxMs: z.number().int().min(1_000).max(900_000).default(90_000),
  steps: z.array(step).min(1),
});

export type Scenario = z.output<typeof scenarioSchema>;

/** @param file only for messages. @throws ScenarioError that names every fault at once */
export function parseScenario(yaml: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new ScenarioError(
      document.errors.map((e) => `${file}:${lines.linePos(e.pos[0]).line}: ${firstLine(e.message)}`).join('\n'),
    );
  }
  const read = scenarioSchema.safeParse(document.toJS());
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => {
    const node = nearestNode(document, issue.path);
    return `${file}${node === undefined ? '' : `:${lines.linePos(node).line}`}: ${pathOf(issue.path)}: ${issue.message}`;
  });
  throw new ScenarioError(faults.join('\n'));
}

function readStep(written: Record<string, unknown>, context: z.core.$RefinementCtx): Step {
  const named = STEP_NAMES.filter((name) => name in written);
  const [name] = named;
  if (named.length !== 1 || !name) {
    const keys = Object.keys(written).join(', ') || 'nothing';
    const message =
      named.length > 1
        ? `is ${named.join(' and ')} at once: write two steps`
        : `has ${keys}: a step is one of ${STEP_NAMES.join(', ')}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  const read = steps[name].safeParse(written);
  if (read.success) return { kind: name, ...read.data } as Step;
  for (const issue of read.error.issues)
    context.addIssue({ code: 'custom', path: [...issue.path], message: issue.message });
  return z.NEVER;
}

function isRegex(source: string): boolean {
  try {
    return new RegExp(source, 'iu').source.length > 0;
  } catch {
    return false;
  }
}

function nearestNode(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
      return node.range[0] as number;
  }
  return undefined;
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`)).join('') ||
  'the scenario';

const firstLine = (message: string): string => message.split('\n')[0] ?? message;
