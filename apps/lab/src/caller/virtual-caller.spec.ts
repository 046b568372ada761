import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../seeded-random.js';
import { playAgainst, type ScriptedAgent } from '../testing/virtual-line.js';
import { Mouth } from './mouth.js';
import { parseScenario } from './scenario.js';
import { utterance } from './utterance.js';

const newMouth = () => new Mouth({ rateHz: 8_000, noise: 6, random: seededRandom(1) });
/** A line of one second of voice. */
const spoken = (text: string) =>
  utterance(
    text,
    new Int16Array(8_000).map((_, n) => (n % 2 === 0 ? 3_000 : -3_000)),
    8_000,
  );
const LINES = new Map(['hello', 'wait', 'yes', 'bye'].map((text) => [text, spoken(text)]));

const play = (steps: string, agent: ScriptedAgent, endsAtMs?: number) =>
  playAgainst(parseScenario(`name: test\nsteps:\n${steps}`, 'test.yaml'), agent, {
    mouth: newMouth(),
    lines: LINES,
    ...(endsAtMs ? { endsAtMs } : {}),
  });

/** Answers each line of the caller's 600 ms after its end, for two seconds. */
function answering(greetingMs = 2_000): ScriptedAgent {
  let [wasSpeaking, answerAtMs] = [false, 0];
  return {
    speaks: [{ fromMs: 200, toMs: greetingMs }],
    react: (nowMs, agent, { speaking }) => {
      if (wasSpeaking && !speaking) {
        answerAtMs = nowMs + 600;
        agent.speaks.push({ fromMs: answerAtMs, toMs: answerAtMs + 2_000 });
      }
      wasSpeaking = speaking;
    },
  };
}

const missed = (steps: readonly { missed: string | null }[]) => steps.map((step) => step.missed);

describe('a virtual caller', () => {
  it('speaks when the agent has spoken and then been quiet for long enough', async () => {
    const { steps } = await play('  - say: hello\n    quietMs: 900\n  - say: bye\n    quietMs: 500', answering());
    expect(missed(steps)).toEqual([null, null]);
    // the greeting ends at 2,000 ms, the answer to hello at 2,900 + 1,000 + 600 + 2,000
    expect(steps[0]?.line?.fromMs).toBeCloseTo(2_900, -2);
    expect(steps[1]?.line?.fromMs).toBeCloseTo(2_900 + 1_000 + 2_600 + 500, -2);
  });

  it('does not take its own quiet for an answer: an agent that never answers makes it miss the step, and speak', async () => {
    const { steps } = await play('  - say: hello\n  - say: bye\n    withinMs: 3000', {
      speaks: [{ fromMs: 200, toMs: 1_000 }],
    });
    expect(missed(steps)).toEqual([null, 'the agent had not answered within 3000 ms']);
    expect(steps[1]?.line).not.toBeNull();
  });

  it('lets an answer be as long as it is, once it has begun in time', async () => {
    const steps = '  - say: hello\n    withinMs: 1000\n    quietMs: 500';
    const { steps: played } = await play(steps, { speaks: [{ fromMs: 800, toMs: 9_000 }] });
    expect(missed(played)).toEqual([null]);
    expect(played[0]?.line?.fromMs).toBeCloseTo(9_500, -2);
  });

  it('barges in after so much of the agent’s speech, and not at the end of it', async () => {
    const { steps } = await play('  - bargeIn: wait\n    afterMs: 700', answering());
    expect(steps[0]?.line?.fromMs).toBeCloseTo(900, -2);
    expect(missed(steps)).toEqual([null]);
  });

  it('misses a barge-in when the agent speaks too shortly, and says it all the same', async () => {
    const { steps } = await play('  - bargeIn: wait\n    afterMs: 1500\n    withinMs: 4000', {
      speaks: [{ fromMs: 200, toMs: 1_000 }],
    });
    expect(missed(steps)).toEqual(['the agent did not speak for 1500 ms on end within 4000 ms']);
    expect(steps[0]?.line).not.toBeNull();
  });

  it('keeps a backchannel to itself when the agent does not speak', async () => {
    const { steps } = await play('  - backchannel: "yes"\n    withinMs: 2000', { speaks: [] });
    expect(steps[0]).toMatchObject({ line: null, missed: expect.stringContaining('did not speak') });
  });

  it('says a backchannel while the agent speaks, and still waits for the answer to what it said before', async () => {
    const { steps } = await play(
      '  - say: hello\n  - backchannel: "yes"\n    afterMs: 500\n  - say: bye\n    quietMs: 500',
      answering(),
    );
    expect(missed(steps)).toEqual([null, null, null]);
    const [hello, yes, bye] = steps.map(({ line }) => line);
    expect(yes?.fromMs).toBeCloseTo((hello?.toMs ?? 0) + 600 + 500, -2);
    expect(bye?.fromMs).toBeGreaterThan((hello?.toMs ?? 0) + 2_600);
  });

  it('wants no answer to a backchannel that outlasts the agent', async () => {
    const steps =
      '  - say: hello\n  - backchannel: "yes"\n    afterMs: 1500\n  - say: bye\n    quietMs: 500\n    withinMs: 3000';
    expect(missed((await play(steps, answering())).steps)).toEqual([null, null, null]);
  });

  it('does not cut into what the agent was saying before the caller last spoke', async () => {
    const steps = '  - say: hello\n    after: now\n  - bargeIn: wait\n    afterMs: 700';
    const played = await play(steps, answering(1_050));
    expect(missed(played.steps)).toEqual([null, null]);
    expect(played.steps[1]?.line?.fromMs).toBeCloseTo(1_600 + 700, -2);
  });

  it('stays silent until it is asked, and marks that quiet as the scenario’s own', async () => {
    const asking: ScriptedAgent = {
      speaks: [
        { fromMs: 200, toMs: 1_000 },
        { fromMs: 9_000, toMs: 10_000 },
      ],
    };
    const { steps } = await play('  - silence: 12000', asking);
    expect(steps[0]).toMatchObject({ missed: null, quiet: { fromMs: 1_000, toMs: 9_000 } });
  });

  it('misses a silence in which nobody asked, unless it need not be asked', async () => {
    const { steps } = await play('  - silence: 3000\n  - silence: 1000\n    prompted: false', {
      speaks: [{ fromMs: 200, toMs: 1_000 }],
    });
    expect(missed(steps)).toEqual(['the agent asked nothing in 3000 ms of silence', null]);
  });

  it('presses keys, on the wire and in the sound', async () => {
    const mouth = newMouth();
    const scenario = parseScenario('name: test\nnoise: 0\nsteps:\n  - dtmf: "12#"', 'test.yaml');
    const { digits } = await playAgainst(scenario, { speaks: [] }, { mouth, lines: LINES });
    expect(digits).toEqual(['12#']);
  });

  it('hangs up after the last step, or lets the agent do it', async () => {
    await expect(play('  - say: hello\n    after: now', answering())).resolves.toMatchObject({
      hungUpAtMs: expect.any(Number),
    });
    const left = await play('  - say: hello\n    after: now\n  - hangUp: true\n    after: goodbye', answering(), 5_000);
    expect(left.hungUpAtMs).toBeNull();
    expect(missed(left.steps)).toEqual([null, null]);
  });

  it('misses all that was left to say when the agent hangs up before', async () => {
    const { steps } = await play('  - say: hello\n  - say: bye', answering(), 4_500);
    expect(missed(steps)).toEqual([null, 'the call ended before it could be said']);
  });

  it('says nothing when its time ran out while it waited to speak', async () => {
    const silent = { speaks: [{ fromMs: 200, toMs: 900 }] };
    for (const step of ['say: bye', 'bargeIn: wait']) {
      const { steps } = await play(`  - say: hello\n  - ${step}\nmaxMs: 4000`, silent);
      expect(steps[1]).toMatchObject({ line: null, missed: 'the call ended before it could be said' });
    }
  });

  it('hangs up when the call has lasted as long as it may', async () => {
    const { steps, hungUpAtMs } = await play('  - wait: 3000\n  - wait: 3000\n  - say: bye\nmaxMs: 2000', answering());
    expect(missed(steps)).toEqual([
      null,
      'the call had lasted its 2000 ms before',
      expect.stringContaining('had lasted'),
    ]);
    expect(hungUpAtMs).toBeCloseTo(2_000, -2);
  });
});
