import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ApiCall } from '../../apps/lab/src/call/api-call.js';
import { callerLines, COST } from './caller-lines.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { appointmentsOf, type KilledCall, killedInEveryMoment, runsOf } from './killed-calls.js';
import { until } from '../until.js';

jest.setTimeout(150_000);

const QUIET = { quietMs: 900, withinMs: 20_000 };
const BACK_WITHIN_MS = 8_000;
const CUT_OFF = 'Sorry, the line was gone for a moment. I am back.';

/** A call that came back, as it is kept. */
interface Adopted extends KilledCall {
  record: ApiCall;
  events: string[];
}

/** A node is killed with calls in five moments, and the carrier brings their sound to the other node. */
describe('calls of a node that was killed, when their sound comes back', () => {
  let centre: FaultCentre;
  let other: Node;
  let lost: KilledCall;
  let lostRecord: ApiCall;
  let adopted: Adopted[];

  beforeAll(async () => {
    const lines = await callerLines();
    centre = await FaultCentre.open();
    const [doomed, next] = await Promise.all([centre.startNode(), centre.startNode()]);
    other = next;
    const killed = await killedInEveryMoment(centre, doomed, {
      lines,
      firstSeed: 950,
      returning: { to: other, but: 0 },
    });
    lost = killed.find(({ moment }) => moment === 'speaking') as KilledCall;
    const closed = lost.caller.record(other);
    adopted = await Promise.all(killed.filter(({ moment }) => !['leaving', 'speaking'].includes(moment)).map(goOn));
    lostRecord = await closed;
  });
  afterAll(() => centre?.close());

  /** The caller says one thing more, is answered, and hangs up. */
  async function goOn(call: KilledCall): Promise<Adopted> {
    const { caller, moment } = call;
    const brokeMs = caller.nowMs;
    const isBack = () => caller.returns === 1 && caller.activity.spokeSince(brokeMs + 200);
    if (!(await caller.until(isBack, BACK_WITHIN_MS))) throw new Error(`${moment}: nobody said anything`);
    await caller.until(() => caller.activity.quietMs >= 2_500, QUIET.withinMs);
    const { toMs } = await caller.says(COST);
    if (!(await caller.answered(toMs, QUIET))) throw new Error(`${moment}: nobody answered`);
    caller.hangUp();
    await caller.over();
    const record = await caller.record(other);
    return { ...call, record, events: record.events.map(({ type }) => type) };
  }

  it('go on as the same calls, and end as their callers end them', () => {
    for (const { moment, record, caller } of adopted)
      expect({ moment, id: record.id, end: record.endReason }).toEqual({ moment, id: caller.callId, end: 'caller-hung-up' }); // prettier-ignore
  });

  it('have the history that they had, one line that says so, and what was said after it', () => {
    for (const { moment, record, before } of adopted) {
      const said = record.transcript.map(({ speaker, said: text }) => `${speaker}: ${text}`);
      for (const { said: text } of before.transcript)
        expect({ moment, said: said.join('\n') }).toEqual({ moment, said: expect.stringContaining(text) }); // prettier-ignore
      expect({ moment, lines: said.filter((text) => text.includes(CUT_OFF)).length }).toEqual({ moment, lines: 1 });
      expect({ moment, last: said.slice(-2)[0] }).toEqual({ moment, last: `caller: ${COST}` });
    }
  });

  it('tell it once in their records', () => {
    for (const { moment, events } of adopted) {
      const times = (type: string) => events.filter((each) => each === type).length;
      expect({ moment, adopted: times('call.adopted'), started: times('call.started'), ended: times('call.ended') }).toEqual({ moment, adopted: 1, started: 1, ended: 1 }); // prettier-ignore
    }
  });

  it('run no function twice', async () => {
    const { caller } = adopted.find(({ moment }) => moment === 'booking') ?? lost;
    expect(await runsOf(centre, caller.callId)).toBe(1);
    expect(await appointmentsOf(centre, caller.callId)).toBeLessThanOrEqual(1);
  });

  it('leave one that does not come back closed as lost, and every line free', async () => {
    expect(lostRecord.endReason).toBe('node-lost');
    expect(lostRecord.transcript.map(({ said }) => said)).toEqual(lost.before.transcript.map(({ said }) => said));
    await until(async () => (await centre.linesInUse(other)) === 0);
    expect(await centre.linesInUse(other)).toBe(0);
  });
});
