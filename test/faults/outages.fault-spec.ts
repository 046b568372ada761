import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '@app/kernel';
import type { Utterance } from '../../apps/lab/src/caller/utterance.js';
import { Caller } from './caller.js';
import { callerLines, COST, WHERE } from './caller-lines.js';
import { SILENCE_MS } from './expectations.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { owedSilence } from './outcome.js';

jest.setTimeout(180_000);

const AGENT = 'northgate-parcels';
const CALLS = 3;
const OUTAGE_MS = 6_000;
/** An api waits so long before it asks again whom it knew in trouble, in one call. */
const BACK_WITHIN_TURNS = 8;

/** The first choices, and where the doubles have them. */
const OUTAGES = [
  { stage: 'recogniser', path: '/deepgram/', kind: 'hang' },
  { stage: 'model', path: '/openai/v1/chat/', kind: 'refuse' },
  { stage: 'voice', path: '/elevenlabs/', kind: 'refuse' },
] as const;
const SECONDS = {
  FALLBACK_RECOGNISERS: 'elevenlabs/scribe_v2_realtime',
  FALLBACK_MODELS: 'anthropic/claude-haiku-5-5',
  FALLBACK_VOICES: 'deepgram/aura-2#thalia',
};

describe('calls whose first choices are out in turn', () => {
  let centre: FaultCentre;
  let node: Node;
  let lines: ReadonlyMap<string, Utterance>;
  let callers: Caller[];
  let said = 0;

  beforeAll(async () => {
    lines = await callerLines();
    centre = await FaultCentre.open();
    node = await centre.startNode(SECONDS);
    callers = await Promise.all(Array.from({ length: CALLS }, (_, n) => greeted(n + 1)));
  });
  afterAll(() => centre?.close());

  async function greeted(seed: number): Promise<Caller> {
    const caller = await Caller.ring(node.centre, lines, { seed, agent: AGENT });
    await Promise.all([caller.known(), caller.greeted()]);
    return caller;
  }

  /** All callers ask, each waits for its answer. @returns the longest silence of any */
  async function turn(): Promise<number> {
    const text = said % 2 === 0 ? WHERE : COST;
    said += 1;
    const silences = callers.map(async (caller) => owedSilence(caller, (await caller.says(text)).toMs));
    return Math.max(...(await Promise.all(silences)));
  }

  async function counted(name: string, ...labels: string[]): Promise<number> {
    const text = await (await fetch(`${node.centre.apiUrl}/metrics`)).text();
    const found = text.split('\n').filter((line) => line.startsWith(`carillon_${name}{`));
    const of = found.filter((line) => labels.every((label) => line.includes(label)));
    return of.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  it.each(OUTAGES)('are answered in time by the second $stage, and by the first when it is back', async (outage) => {
    const { stage, path, kind } = outage;
    const of = `stage="${stage}"`;
    const beganMs = systemClock.nowMs();
    await centre.outage(path, kind, OUTAGE_MS);
    expect(await turn()).toBeLessThanOrEqual(SILENCE_MS);
    expect(await counted('provider_switches_total', of)).toBeGreaterThanOrEqual(CALLS);

    let silenceMs = 0;
    let backAfter = 0;
    while (backAfter < BACK_WITHIN_TURNS && (await counted('provider_switches_total', of, 'healed')) < CALLS) {
      silenceMs = Math.max(silenceMs, await turn());
      backAfter += 1;
    }
    const tookS = (systemClock.nowMs() - beganMs) / 1_000;
    expect(silenceMs).toBeLessThanOrEqual(SILENCE_MS);
    expect(await counted('provider_switches_total', of, 'healed')).toBeGreaterThanOrEqual(CALLS);
    expect(await counted('provider_probes_total', of)).toBeLessThanOrEqual(tookS + 1);
    expect(callers.map(({ end }) => end)).toEqual(callers.map(() => undefined));
  });

  it('show what became of each provider, and of each call', async () => {
    const headers = { authorization: `Bearer ${node.centre.apiKey}` };
    const answer = await fetch(`${node.centre.apiUrl}/api/v1/providers`, { headers });
    const { providers } = (await answer.json()) as { providers: { name: string; switchesTo: number; inUse: number }[] };
    for (const name of ['deepgram/nova-3', 'anthropic/claude-haiku-5-5', 'deepgram/aura-2'])
      expect(providers.find((each) => each.name === name)?.switchesTo).toBeGreaterThan(0);
    for (const caller of callers) caller.hangUp();
    await Promise.all(callers.map((caller) => caller.over()));
    const records = await Promise.all(callers.map((caller) => caller.record()));
    for (const { endReason, events } of records) {
      expect(endReason).toBe('caller-hung-up');
      const switched = events.filter(({ type }) => type === 'provider.switched').map(({ data }) => data?.['stage']);
      expect(new Set(switched)).toEqual(new Set(['recogniser', 'model', 'voice']));
    }
  });
});
