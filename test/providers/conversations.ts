import { readFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@app/kernel';
import { doubleAddresses } from '../../apps/lab/src/doubles/addresses.js';
import { judgeCall, type JudgedCall } from '../../apps/lab/src/call/judge-call.js';
import { labCall } from '../../apps/lab/src/call/lab-call.js';
import type { Centre } from '../../apps/lab/src/call/centre.js';
import { parseScenario } from '../../apps/lab/src/caller/scenario.js';
import { FliteEngine } from '../../apps/lab/src/engines/flite.engine.js';
import { lengthOf } from '../../apps/lab/src/report/silences.js';
import { USUAL_SWITCHES } from '../../apps/lab/src/ringover/ringover-call.js';
import { FaultCentre } from '../faults/fault-centre.js';
import { type Choice, nameOf } from './choices.js';

/** The lab's own folder: speech and PocketSphinx that were fetched once are there for the next run. */
export const LAB = fileURLToPath(new URL('../../.local', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const FIRST_NUMBER = 33_184_990_100;

export interface Conversation {
  choice: Choice;
  judged: JudgedCall;
}

export interface ConversationOptions {
  choices: readonly Choice[];
  /** A file beside this one. */
  scenario: string;
  atOnce: number;
}

/**
 * One centre, in which an agent with each choice is rung by one caller; judged by the lab's ear when all calls are over.
 * Flite speaks and PocketSphinx hears: without engines one piece of the voice's is too like another for the ear.
 */
export async function converse({ choices, scenario, atOnce }: ConversationOptions): Promise<Conversation[]> {
  const played = parseScenario(await readFile(join(HERE, scenario), 'utf8'), scenario);
  const centre = await FaultCentre.open({}, { engines: LAB });
  const folder = mkdtempSync(join(tmpdir(), 'conversations-'));
  const engine = new FliteEngine({ cacheFolder: join(LAB, 'lab', 'speech') });
  try {
    const numbers = await plantAgents(centre, choices);
    const node = await centre.startNode(environmentAt(centre.labUrl));
    const calls = await inTurn(choices.entries(), atOnce, async ([index, choice]) => {
      const options = { centre: { ...node.centre, numbers: [numbers[index] as Number] }, scenario: played, engine };
      return { choice, call: await labCall({ ...options, ...COMMON, index, seed: index + 1 }) };
    });
    const conversations: Conversation[] = [];
    for (const { choice, call } of calls) conversations.push({ choice, judged: await judgeCall(call, folder) });
    return conversations;
  } finally {
    await engine.close();
    await centre.close();
    rmSync(folder, { recursive: true });
  }
}

type Number = Centre['numbers'][number];
export const COMMON = { switches: USUAL_SWITCHES, clock: systemClock, onlooker: null } as const;

const environmentAt = (labUrl: string): Record<string, string> =>
  Object.assign({}, ...doubleAddresses(labUrl).map(({ env }) => env)) as Record<string, string>;

/** An agent like the receptionist, with a number of its own, for each choice. */
async function plantAgents(centre: FaultCentre, choices: readonly Choice[]): Promise<Number[]> {
  const numbers = choices.map((_, index) => ({
    ...{ e164: `+${FIRST_NUMBER + index}`, mediaToken: `a-media-token-of-a-test-${index}`, agent: `choice-${index}` },
  }));
  for (const [index, { e164, mediaToken, agent }] of numbers.entries())
    await centre.query(
      `WITH model AS (SELECT name, settings FROM agents JOIN agent_versions ON agent_id = id WHERE slug = 'brightwater-dental'),
            made AS (INSERT INTO agents (id, slug, name, "liveVersion", updated_at)
                     SELECT gen_random_uuid(), $1, name, 1, now() FROM model RETURNING id),
            version AS (INSERT INTO agent_versions (agent_id, number, settings, published_at)
                        SELECT made.id, 1, jsonb_set(settings, '{providers}', $2::jsonb), now() FROM made, model)
       INSERT INTO phone_numbers (id, carrier, e164, media_token, agent_id)
       SELECT gen_random_uuid(), 'ringover', $3, $4, id FROM made`,
      [agent, JSON.stringify(choices[index]), e164, mediaToken],
    );
  return numbers;
}

/** So many at a time, in their order. */
async function inTurn<Item, Result>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const [left, results] = [[...items].entries(), [] as Result[]];
  const worker = async () => {
    for (const [at, item] of left) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Words of the agent's replies that the record holds otherwise than they were heard, each reply by itself. */
const differing = ({ report: { told } }: JudgedCall): string =>
  told === null ? '–' : String(Math.max(0, ...told.map(({ differs }) => differs)));

export function tableOf(conversations: readonly Conversation[]): string {
  const heads = ['hears, thinks, speaks', 'replies', 'words told otherwise', 'cut off by ms after ms', 'misunderstood', 'longest silence ms', '']; // prettier-ignore
  const rows = conversations.map(({ choice, judged }) => {
    const { told, silences, wordErrorRate, cut } = judged.report;
    return [
      nameOf(choice),
      String(told?.length ?? 0),
      differing(judged),
      cut
        .map(
          ({ toldMs, heardMs, lateMs }) =>
            `${Math.round(toldMs - heardMs)} after ${lateMs === null ? '–' : Math.round(lateMs)}`,
        )
        .join(', ') || '–',
      wordErrorRate === null ? '–' : `${(wordErrorRate * 100).toFixed(0)} %`,
      String(Math.round(Math.max(0, ...silences.map(lengthOf)))),
      judged.ok ? 'good' : judged.failures.join('; '),
    ];
  });
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [heads, ...rows]
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    ) // prettier-ignore
    .join('\n');
}
