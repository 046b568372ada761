import { createHash } from 'node:crypto';
import type { FunctionCall, FunctionUnderway, Reply, Round } from '../call.js';
import type { Draft } from '../draft.js';
import type { FunctionResult, ModelFunctionCall } from '../ports/index.js';
import { isOpen, UNCERTAIN, unsettled, withResult } from './history.js';
import { addPiece, closeReply, commitWords, MOST_ROUNDS, say } from './reply.js';

/** The model asks for a function. What only reads runs at once; what changes something waits until the turn is certain. */
export function callFunction(draft: Draft, call: ModelFunctionCall): void {
  const { reply } = draft;
  if (!reply || reply.closed) return;
  const definition = draft.call.functions.find(({ name }) => name === call.name);
  const entry = (kind: FunctionCall['kind'], answer: object | null = null): FunctionCall => ({
    call,
    key: keyOf(call, kind === 'changes' ? '' : `#${reply.epoch}.${call.id}`),
    kind,
    timeoutMs: definition?.timeoutMs ?? 0,
    state: answer ? 'returned' : 'waiting',
    startedMs: draft.atMs,
    resultJson: answer && JSON.stringify(answer),
  });
  if (!definition)
    return put(draft, entry('refused', { error: 'not-found', detail: `there is no function ${call.name}` }));
  switch (definition.effect) {
    case 'ends-call':
      draft.putReply({ afterwards: { type: 'end', reason: 'agent-hung-up' } });
      return put(draft, entry('control', { status: 'the call ends when you have said goodbye' }));
    case 'transfers-call': {
      const to = destinationIn(call.argumentsJson, definition.parameters);
      if (!to)
        return put(
          draft,
          entry('refused', { error: 'invalid-arguments', detail: '"to" must be one of the numbers that are offered' }),
        );
      if (draft.call.settings.transfers === 'warm') {
        const briefing = summaryIn(call.argumentsJson);
        draft.putReply({ afterwards: { type: 'call-person', to, briefing } });
        return put(draft, entry('control', { status: 'they are called when you have said so; the caller waits' }));
      }
      draft.putReply({ afterwards: { type: 'transfer', to } });
      return put(draft, entry('control', { status: 'the transfer begins when you have said so' }));
    }
    default:
      put(draft, entry(definition.effect));
      runWaiting(draft);
  }
}

/** Runs what was held back, as far as the turn allows. */
export function runWaiting(draft: Draft): void {
  const { reply } = draft;
  if (!reply) return;
  for (const entry of reply.rounds.flatMap(({ calls }) => calls)) {
    const changes = entry.kind === 'changes';
    if (entry.state !== 'waiting' || (changes && !reply.released)) continue;
    if (changes) commitWords(draft);
    putCall(draft, { ...entry, state: 'running', startedMs: draft.atMs });
    const { key, call, timeoutMs } = entry;
    draft.put({ underway: [...draft.call.underway, { key, changes, startedMs: draft.atMs }] });
    draft.do({ type: 'run-function', key, call, changes, timeoutMs });
    draft.tell({ type: 'function.called', name: call.name, key });
  }
}

/** A result came: to the reply that waits for it, and (a change that outlived its reply) into the history. Told once. */
export function takeResult(draft: Draft, key: string, result: FunctionResult): void {
  const { underway } = draft.call;
  const run = underway.find((one) => one.key === key);
  if (!run) return; // it was given up, and only read
  draft.put({ underway: underway.filter((one) => one !== run) });
  tellReturned(draft, run, result);
  settle(draft, key, result.ok ? result.resultJson : failureJson(result));
}

/** It takes too long. What only reads is over; of a change nothing is told before it returns: it may have been done. */
export function giveUpFunction(draft: Draft, { key, kind }: FunctionCall): void {
  if (kind !== 'changes')
    return takeResult(draft, key, { ok: false, failure: 'timed-out', detail: 'it took too long' });
  settle(draft, key, UNCERTAIN);
}

/**
 * The process that ran them is gone. What only reads is over. A change is asked for again under its key: whoever runs it
 * knows by that whether it was done, was begun (and then nobody knows), or can be done now.
 */
export function runAgain(draft: Draft): void {
  const { underway, messages, functions } = draft.call;
  draft.put({ underway: underway.filter(({ changes }) => changes) });
  const asked = messages.flatMap((message) => (message.role === 'agent' ? (message.calls ?? []) : []));
  for (const { key } of draft.call.underway) {
    const call = asked.find((each) => keyOf(each, '') === key);
    const timeoutMs = functions.find(({ name }) => name === call?.name)?.timeoutMs ?? 0;
    if (call) draft.do({ type: 'run-function', key, call, changes: true, timeoutMs });
  }
}

/** The call ends: what was to change something and never returned may have been done, or not. */
export function tellUncertain(draft: Draft): void {
  const result = { ok: false, failure: 'uncertain', detail: '' } as const;
  for (const run of draft.call.underway) if (run.changes) tellReturned(draft, run, result);
  draft.put({ underway: [] });
}

/** Puts a result wherever it is waited for, or stands as uncertain. */
function settle(draft: Draft, key: string, resultJson: string): void {
  noteLateResult(draft, key, resultJson);
  draft.put({
    stopping: draft.call.stopping.map((reply) => ({
      ...reply,
      rounds: reply.rounds.map((round) => returned(round, key, resultJson)),
    })),
  });
  const { reply } = draft;
  if (!reply?.rounds.some(({ calls }) => calls.some((call) => call.key === key && isOpen(call)))) return;
  draft.putReply({ rounds: reply.rounds.map((round) => returned(round, key, resultJson)) });
  goOnWhenAllReturned(draft);
}

/** The model's answer is whole: then functions are still out, or all are back, or there is nothing more to come. */
export function endRound(draft: Draft): void {
  draft.putReply({ thinking: false });
  const { reply } = draft;
  if (!reply) return;
  const calls = reply.rounds.at(-1)?.calls ?? [];
  if (calls.every(({ kind }) => kind === 'control')) return endThought(draft, reply);
  goOnWhenAllReturned(draft);
}

function endThought(draft: Draft, reply: Reply): void {
  const { phrases } = draft.call.settings;
  if (reply.pieces.some(({ filler }) => !filler)) return closeReply(draft);
  if (!reply.released || draft.call.agent.floor === 'held') return; // judged again when it may sound
  const { afterwards } = reply;
  if (reply.pieces.length > 0) {
    if (!afterwards || afterwards.type === 'end') addPiece(draft, afterwards ? phrases.goodbye : phrases.sayAgain);
    return closeReply(draft);
  }
  draft.do({ type: 'stop-reply', epoch: reply.epoch });
  commitWords(draft);
  draft.put({ agent: { floor: 'idle', sinceMs: draft.atMs } });
  if (afterwards)
    return say(draft, 'goodbye', afterwards.type === 'end' ? [phrases.goodbye] : [phrases.oneMoment], afterwards);
  const { model: provider } = draft.call.settings.providers;
  draft.tell({ type: 'provider.failed', stage: 'model', provider, code: 'provider.empty' });
  say(draft, 'recovery', [phrases.sayAgain]);
}

function goOnWhenAllReturned(draft: Draft): void {
  const { reply } = draft;
  if (!reply || reply.thinking || reply.closed) return;
  const calls = reply.rounds.at(-1)?.calls ?? [];
  if (calls.length === 0 || calls.some(({ state }) => state !== 'returned')) return;
  const round = reply.rounds.length;
  if (round >= MOST_ROUNDS) return endThought(draft, reply);
  draft.putReply({ thinking: true, rounds: [...reply.rounds, { calls: [] }], owedMs: draft.atMs });
  draft.do({ type: 'think', epoch: reply.epoch, round });
}

function noteLateResult(draft: Draft, key: string, resultJson: string): void {
  const open = unsettled(draft.call.messages);
  if (open.length === 0) return;
  for (const message of draft.call.messages) {
    const calls = message.role === 'agent' ? (message.calls ?? []) : [];
    for (const call of calls.filter(({ id }) => open.includes(id)))
      if (keyOf(call, '') === key) draft.put({ messages: withResult(draft.call.messages, call.id, resultJson) });
  }
}

function tellReturned(draft: Draft, { key, startedMs }: FunctionUnderway, result: FunctionResult): void {
  const name = key.slice(0, key.indexOf(':'));
  const tookMs = Math.round(draft.atMs - startedMs);
  draft.tell({ type: 'function.returned', name, key, ok: result.ok, failure: failureOf(result), tookMs });
}

const failureJson = ({ failure, detail }: FunctionResult & { ok: false }) => JSON.stringify({ error: failure, detail });
const failureOf = (result: FunctionResult) => (result.ok ? null : result.failure);

/** The round with this result, wherever it was open. */
const returned = (round: Round, key: string, resultJson: string): Round => ({
  ...round,
  calls: round.calls.map((call) =>
    call.key === key && isOpen(call) ? { ...call, state: 'returned', resultJson } : call,
  ),
});

function put(draft: Draft, entry: FunctionCall): void {
  const { reply } = draft;
  if (!reply) return;
  const last = reply.rounds.at(-1) ?? { calls: [] };
  draft.putReply({ rounds: [...reply.rounds.slice(0, -1), { ...last, calls: [...last.calls, entry] }] });
}

function putCall(draft: Draft, entry: FunctionCall): void {
  const { reply } = draft;
  if (!reply) return;
  const replaced = (round: Round): Round => ({
    ...round,
    calls: round.calls.map((call) => (call.call.id === entry.call.id && call.key === entry.key ? entry : call)),
  });
  draft.putReply({ rounds: reply.rounds.map(replaced) });
}

/** The same for the same function and arguments, whatever their order; a hash, since they may hold a name. */
function keyOf({ name, argumentsJson }: ModelFunctionCall, suffix: string): string {
  const digest = createHash('sha256').update(canonical(argumentsJson)).digest('hex').slice(0, 24);
  return `${name}:${digest}${suffix}`;
}

function canonical(json: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(json || '{}')));
  } catch {
    return json;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** One of the numbers that the function's own schema offers: a caller cannot talk a model into another. */
function destinationIn(argumentsJson: string, schema: Readonly<Record<string, unknown>>): string | null {
  const { properties } = schema as { properties?: { to?: { enum?: unknown } } };
  const offered = properties?.to?.enum;
  try {
    const { to } = JSON.parse(argumentsJson) as { to?: unknown };
    const known = typeof to === 'string' && Array.isArray(offered) && offered.includes(to);
    return known && /^\+[1-9]\d{5,14}$/.test(to) ? to : null;
  } catch {
    return null;
  }
}

/** What the model tells the person whom it transfers to; null when it told nothing. */
function summaryIn(argumentsJson: string): string | null {
  const { summary } = JSON.parse(argumentsJson) as { summary?: unknown };
  return typeof summary === 'string' && summary.trim() !== '' ? summary.trim() : null;
}
