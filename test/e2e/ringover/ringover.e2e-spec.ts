import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '@app/kernel';
import type { RequestSeen } from '../../../apps/lab/src/ringover/rest/virtual-ringover.js';
import { type PlayedScenario, playScenario } from './played-scenario.js';
import { openRingoverWorld, type RingoverWorld } from './ringover-world.js';
import { readScenarios, type RingoverScenario } from './scenario.js';

/** All calls go on at once; the longest rings for 20 s, and its end is looked up after that. */
const ALL_OVER_WITHIN_MS = 120_000;
const RECORDED_WITHIN_MS = 45_000;
const LOOK_EVERY_MS = 250;

jest.setTimeout(ALL_OVER_WITHIN_MS + RECORDED_WITHIN_MS);

interface Call {
  state: string;
  transcript: { speaker: string; heard: string }[];
  carrierNotes: unknown[];
}

const scenarios = readScenarios();
let world: RingoverWorld;
/** By the scenario's name; what went wrong at the carrier is told by its own test. */
let played: ReadonlyMap<string, Promise<PlayedScenario>>;

beforeAll(async () => {
  world = await openRingoverWorld();
  played = new Map(scenarios.map((scenario) => [scenario.name, playScenario(world, scenario)]));
  await Promise.allSettled(played.values());
});
afterAll(() => world.close());

/** The record of the carrier's call, as soon as it is what it must be; what it is, when it does not come to that. */
async function recordOf({ carrierCallId }: PlayedScenario, { expect: { record } }: RingoverScenario): Promise<Call> {
  const { apiUrl, apiKey } = world.node.centre;
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${apiUrl}/api/v1${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
    return answer.json();
  };
  const lastMs = systemClock.nowMs() + RECORDED_WITHIN_MS;
  for (;;) {
    const { calls } = (await get(`/calls?carrierCallId=${carrierCallId}`)) as { calls: { id: string }[] };
    const call = calls[0] && ((await get(`/calls/${calls[0].id}`)) as Call);
    if (call && (isLike(call, record) || systemClock.nowMs() > lastMs)) return call;
    if (systemClock.nowMs() > lastMs) throw new Error('the centre knows no such call');
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

function isLike(call: object, wanted: Record<string, unknown>): boolean {
  try {
    expect(call).toMatchObject(wanted);
    return true;
  } catch {
    return false;
  }
}

const wordsOf = ({ transcript }: Call, who: string): string =>
  transcript
    .filter(({ speaker }) => speaker === who)
    .map(({ heard }) => heard)
    .join(' ');

/** What was asked of the carrier for one call, in a form that can be written down: which IVR and channel is left out. */
function requestsFor({ channelId }: PlayedScenario, { other, way }: RingoverScenario): string[] {
  const to = Number(other);
  const isOf = ({ path, body }: RequestSeen) =>
    path.startsWith(`/channels/${channelId}/`) ||
    (way !== 'inbound' && path.endsWith('/callback') && (body as { to_number?: number }).to_number === to);
  return world.served.ringover.seen.filter(isOf).map(({ method, path, body, status }) => {
    const place = path.replace(/^\/(ivr|channel)s\/\d+/, '/$1s/{$1}');
    const { from_number: from, dtmf } = (body ?? {}) as Record<string, unknown>;
    const details = from === undefined ? dtmf : `${String(from)} > ${to}`;
    return `${method} ${place}${details === undefined ? '' : ` ${String(details)}`}: ${status}`;
  });
}

const commandsOf = ({ played }: PlayedScenario): string[] =>
  (played?.received ?? []).flatMap(({ command }) => {
    if (command.type === 'stream-audio' || command.type === 'break') return [];
    if (command.type === 'transfer') return [`transfer ${command.to}`];
    return [command.type === 'digits' ? `digits ${command.digits}` : `${command.type}: ${JSON.stringify(command)}`];
  });

describe('at the virtual Ringover', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (name, scenario) => {
    const seen = (await played.get(name)) as PlayedScenario;
    const { expect: wanted } = scenario;
    expect(seen.played?.steps.flatMap(({ missed }) => missed ?? []) ?? []).toEqual([]);
    expect(seen.told).toEqual(wanted.told);
    expect(seen.answers).toMatchObject(wanted.answers);
    expect(commandsOf(seen)).toEqual(wanted.commands);
    expect(requestsFor(seen, scenario)).toEqual(wanted.requests);

    const call = await recordOf(seen, scenario);
    expect(call).toMatchObject(wanted.record);
    expect(wordsOf(call, 'agent')).toMatch(new RegExp(wanted.agent.join('.*'), 'iu'));
    expect(wordsOf(call, 'caller')).toMatch(new RegExp(wanted.caller.join('.*'), 'iu'));
    for (const note of wanted.notes) expect(call.carrierNotes).toContainEqual(expect.objectContaining(note));
  });
});
