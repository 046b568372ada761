import { createHash } from 'node:crypto';
import type { LogEntry } from '@app/conversation';

/** A stretch of a call's time. Milliseconds on the call's clock. */
export interface CallSpan {
  name: string;
  /** Index of the span that it is a part of; null for the call itself, which comes first. */
  parent: number | null;
  startMs: number;
  endMs: number;
  attributes: Readonly<Record<string, string | number | boolean>>;
  /** What kind of error ended it; null when none did. */
  errorType: string | null;
}

/**
 * One trace of one call, by the field's names for what agents do (OpenTelemetry's semantic conventions for generative AI):
 * times and names, and no word that anybody said.
 */
export function spansOf(callId: string, entries: readonly LogEntry[]): CallSpan[] {
  const started = entries[0]?.input;
  if (started?.type !== 'call-started') return [];
  const { agent, providers } = started.settings;
  const common = { 'gen_ai.conversation.id': callId, 'gen_ai.agent.id': agent.id, 'gen_ai.agent.name': agent.name };
  const told = entries.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.type === 'tell' ? [effect.event] : [])),
  );
  const ended = told.find((event) => event.type === 'call.ended');
  const spans: CallSpan[] = [
    {
      name: `invoke_agent ${agent.name}`,
      parent: null,
      startMs: 0,
      endMs: entries.at(-1)?.atMs ?? 0,
      attributes: {
        ...common,
        'gen_ai.operation.name': 'invoke_agent',
        'carillon.call.direction': started.direction,
        'carillon.call.end_reason': ended?.reason ?? 'node-lost',
        'carillon.agent.version': agent.version,
      },
      errorType: ended ? (ended.reason === 'failed' ? 'failed' : null) : 'node-lost',
    },
  ];
  const epochs = new Set(
    entries.flatMap(({ effects }) => effects.flatMap((effect) => (effect.type === 'think' ? [effect.epoch] : []))),
  );
  for (const epoch of epochs) spans.push(...spansOfReply(entries, { epoch, at: spans.length, common, providers }));
  return spans;
}

interface Reply {
  epoch: number;
  /** Where its own span will stand. */
  at: number;
  common: Record<string, string>;
  providers: { recogniser: string; model: string; voice: string };
}

function spansOfReply(entries: readonly LogEntry[], reply: Reply): CallSpan[] {
  const of = entries.filter((entry) => belongsTo(entry, reply.epoch));
  return [replySpan(of, reply), ...chatsOf(of, reply), ...toolsOf(of, entries, reply), ...voiceOf(of, reply)];
}

const belongsTo = ({ input, effects }: LogEntry, epoch: number): boolean =>
  ('epoch' in input && input.epoch === epoch) ||
  effects.some((effect) => 'epoch' in effect && effect.epoch === epoch) ||
  endOfTurn(effects, epoch) !== undefined;

const endOfTurn = (effects: LogEntry['effects'], epoch: number) =>
  effects
    .flatMap((effect) => (effect.type === 'tell' && effect.event.type === 'turn.ended' ? [effect.event] : []))
    .find((event) => event.epoch === epoch);

const lastOf = (of: readonly LogEntry[], otherwiseMs: number): number => of.at(-1)?.atMs ?? otherwiseMs;

/** From the caller's last sound to the first of the reply. */
function replySpan(of: readonly LogEntry[], { epoch, common }: Reply): CallSpan {
  const turn = of.map(({ effects }) => endOfTurn(effects, epoch)).find((event) => event !== undefined);
  const firstMs = of[0]?.atMs ?? 0;
  const audibleMs = of.find(({ input }) => input.type === 'reply-audible')?.atMs;
  return {
    name: 'reply',
    parent: 0,
    startMs: Math.min(firstMs, turn?.voiceStoppedMs ?? firstMs),
    endMs: audibleMs ?? lastOf(of, firstMs),
    attributes: {
      ...common,
      'carillon.turn': turn?.turn ?? 0,
      'carillon.reply.speculated': turn?.speculated ?? true,
      'carillon.reply.heard': audibleMs !== undefined,
    },
    errorType: null,
  };
}

/** Each time that the model was asked. */
function chatsOf(of: readonly LogEntry[], { epoch, at, common, providers }: Reply): CallSpan[] {
  const asked = of.flatMap(({ atMs, effects }) =>
    effects.flatMap((effect) =>
      effect.type === 'think' && effect.epoch === epoch ? [{ atMs, round: effect.round }] : [],
    ),
  );
  return asked.map(({ atMs, round }, n): CallSpan => {
    const nextMs = asked[n + 1]?.atMs ?? Infinity;
    const end = of.find((entry) => entry.atMs >= atMs && entry.atMs <= nextMs && isAnswer(entry));
    return {
      name: `chat ${modelOf(providers.model)}`,
      parent: at,
      startMs: atMs,
      endMs: end?.atMs ?? Math.min(nextMs, lastOf(of, atMs)),
      attributes: { ...common, ...askedOf('chat', providers.model), 'carillon.reply.round': round },
      errorType: end?.input.type === 'provider-failed' ? end.input.code : null,
    };
  });
}

const isAnswer = ({ input }: LogEntry): boolean =>
  input.type === 'reply-thought' || (input.type === 'provider-failed' && input.stage === 'model');

/** From the first piece that it was given to its first sound. */
function voiceOf(of: readonly LogEntry[], { epoch, at, common, providers }: Reply): CallSpan[] {
  const speaks = (effect: LogEntry['effects'][number]) => effect.type === 'speak' && effect.epoch === epoch;
  const asked = of.find(({ effects }) => effects.some(speaks))?.atMs;
  if (asked === undefined) return [];
  const fault = of.find(({ input }) => input.type === 'provider-failed' && input.stage === 'voice')?.input;
  return [
    {
      name: `speak ${modelOf(providers.voice)}`,
      parent: at,
      startMs: asked,
      endMs: of.find(({ input }) => input.type === 'piece-sounded')?.atMs ?? lastOf(of, asked),
      attributes: { ...common, ...askedOf('speak', providers.voice) },
      errorType: fault?.type === 'provider-failed' ? fault.code : null,
    },
  ];
}

const askedOf = (operation: string, name: string) => ({
  'gen_ai.operation.name': operation,
  'gen_ai.provider.name': vendorOf(name),
  'gen_ai.request.model': modelOf(name),
});

/** Functions that this reply asked for and that were run. */
function toolsOf(of: readonly LogEntry[], entries: readonly LogEntry[], { at, common }: Reply): CallSpan[] {
  const ids = new Set(of.flatMap(({ input }) => (input.type === 'function-called' ? [input.call.id] : [])));
  return entries.flatMap(({ atMs, effects }) =>
    effects.flatMap((effect): CallSpan[] => {
      if (effect.type !== 'run-function' || !ids.has(effect.call.id)) return [];
      const back = entries.find(({ input }) => input.type === 'function-returned' && input.key === effect.key);
      const result = back?.input.type === 'function-returned' ? back.input.result : undefined;
      const attributes = {
        ...common,
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': effect.call.name,
        'gen_ai.tool.call.id': effect.call.id,
      };
      const errorType = result === undefined ? 'no-answer' : result.ok ? null : result.failure;
      return [
        {
          name: `execute_tool ${effect.call.name}`,
          parent: at,
          startMs: atMs,
          endMs: back?.atMs ?? entries.at(-1)?.atMs ?? atMs,
          attributes,
          errorType,
        },
      ];
    }),
  );
}

const vendorOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf('/')));
const modelOf = (name: string): string => name.slice(name.indexOf('/') + 1);

/** The trace of a call is found by the call's id; told twice it is the same trace. */
export const traceIdOf = (callId: string): string => callId.replaceAll('-', '').padStart(32, '0').slice(-32);
export const spanIdOf = (callId: string, n: number): string =>
  createHash('sha256').update(`${callId} ${n}`).digest('hex').slice(0, 16);
