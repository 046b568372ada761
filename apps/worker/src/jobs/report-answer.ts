import type { AnswerSchema } from '@app/conversation/ports';
import { type FollowUp, REPORT_OUTCOMES, REPORT_SENTIMENTS } from '@app/persistence';
import { z } from 'zod';
import { NoReport } from './no-report.js';

/** No lengths in it: providers in strict mode refuse a schema that bounds a text. */
const text = z.string().refine((said) => said.trim() !== '', 'is empty');

const ANSWER = z.strictObject({
  summary: text.describe('Two to four sentences: why the caller called, and what came of it.'),
  outcome: z
    .enum(REPORT_OUTCOMES)
    .describe(
      'resolved: the caller got what they called for. follow-up: somebody still has to do something. transferred: ' +
        'handed to a person. unresolved: none of these. no-conversation: nothing was talked about.',
    ),
  sentiment: z.enum(REPORT_SENTIMENTS).describe('How the caller sounded in words.'),
  followUps: z
    .array(
      z.strictObject({
        what: text.describe('One sentence.'),
        by: z.enum(['centre', 'caller'] satisfies FollowUp['by'][]).describe('Who has to do it.'),
      }),
    )
    .describe('What was promised or left to be done; empty if nothing was.'),
});

export type ReportAnswer = z.output<typeof ANSWER>;

const { $schema: _dialect, ...schema } = z.toJSONSchema(ANSWER);

/** The shape that a model is asked for. */
export const REPORT_SCHEMA: AnswerSchema = { name: 'call_report', schema };

/** @throws NoReport `answer-unfit` */
export function readAnswer(json: string): ReportAnswer {
  const read = ANSWER.safeParse(parsed(json));
  if (!read.success) throw new NoReport('answer-unfit');
  return read.data;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
