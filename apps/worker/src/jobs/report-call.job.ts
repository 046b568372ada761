import type { Logger } from '@app/boot';
import type { CallSettings, LanguageModel, ModelUsage } from '@app/conversation/ports';
import type { JobPayload, JobTry } from '@app/jobs';
import type { Clock } from '@app/kernel';
import type { Feed } from '@app/live-state';
import type { AgentStore, CallReport, CallStore, ReportStore, StoredCall } from '@app/persistence';
import type { ProviderCatalog } from '@app/providers';
import { givenUpFor, NoReport } from './no-report.js';
import { readAnswer, REPORT_SCHEMA } from './report-answer.js';
import { reportQuestion } from './report-question.js';
import { hasCallerWords, reportWithoutWords } from './report-without-words.js';

export interface ReportCallParts {
  calls: Pick<CallStore, 'get'>;
  agents: Pick<AgentStore, 'settingsAt'>;
  reports: ReportStore;
  catalog: Pick<ProviderCatalog, 'model'>;
  feed: Pick<Feed, 'publishAfterEnd'>;
  clock: Clock;
  log: Logger;
  /** Ends what a model is being asked, when the worker ends. */
  stop: AbortSignal;
}

/** Where models think before they answer, that counts too. */
const MOST_TOKENS = 4_000;
const LANGUAGE_OF_NOBODY = 'en';

/**
 * Has the report of a call written, by the model that the call had, and stores it once: whoever is given the job again
 * finds it there, or asks again. A report that cannot be had is stored as failed, so that nobody waits for it.
 */
export const reportCall =
  (parts: ReportCallParts) =>
  async ({ callId }: JobPayload<'report-call'>, { attempt }: JobTry): Promise<void> => {
    const { calls, reports, log } = parts;
    const call = await calls.get(callId);
    if (!call?.finishedAt) return log.warn({ callId }, 'no report of a call that is not stored');
    if (await reports.get(callId)) return log.info({ callId }, 'this call is reported already');
    const settings = call.agent ? await settingsOf(call.agent, parts) : undefined;
    try {
      await store(call, await made(call, settings, parts), parts);
    } catch (error) {
      const failure = givenUpFor(error, attempt);
      if (!failure) throw error;
      log.error({ error, callId, attempt, failure }, 'this call gets no report');
      const madeBy = settings?.providers.model ?? 'rule';
      await store(call, { state: 'failed', madeBy, failure, madeAt: parts.clock.date() }, parts);
    }
  };

const settingsOf = ({ id, version }: { id: string; version: number }, { agents }: ReportCallParts) =>
  agents.settingsAt(id, version);

async function store(call: StoredCall, report: CallReport, { reports, feed, log }: ReportCallParts): Promise<void> {
  const outcome = await reports.save(call.id, report);
  if (outcome === 'stored')
    feed.publishAfterEnd(call.id, call.durationMs ?? 0, { type: 'call.reported', state: report.state });
  log.info({ callId: call.id, outcome, state: report.state, madeBy: report.madeBy }, 'call reported');
}

async function made(
  call: StoredCall,
  settings: CallSettings | undefined,
  { catalog, clock, stop }: ReportCallParts,
): Promise<CallReport> {
  const language = settings?.agent.language ?? LANGUAGE_OF_NOBODY;
  if (!hasCallerWords(call)) return reportWithoutWords(language, clock.date());
  if (!settings) throw new NoReport('no-such-model');
  const model = catalog.model(settings.providers.model);
  const { answer, usage } = await ask(model, call, language, stop);
  const tokens = usage && { input: usage.inputTokens, output: usage.outputTokens };
  return { state: 'ready', madeBy: model.name, language, ...answer, tokens, madeAt: clock.date() };
}

async function ask(model: LanguageModel, call: StoredCall, language: string, signal: AbortSignal) {
  let text = '';
  let usage: ModelUsage | null = null;
  const request = {
    requestId: `${call.id}/report`,
    messages: reportQuestion(call, language),
    functions: [],
    answerSchema: REPORT_SCHEMA,
    maxOutputTokens: MOST_TOKENS,
    signal,
  };
  for await (const part of model.reply(request)) {
    if (part.type === 'text') text += part.text;
    if (part.type !== 'finished') continue;
    if (part.reason === 'length') throw new NoReport('answer-cut-off');
    if (part.reason === 'refused') throw new NoReport('model-refused');
    usage = part.usage;
  }
  return { answer: readAnswer(text), usage };
}
