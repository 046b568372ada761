import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type LogEntry, writeEntry } from '@app/conversation';
import type { CallEvent, TranscriptSegment } from '@app/conversation/ports';
import { type ApiUnderTest, startApi } from '../testing/api-under-test.js';
import { uuid } from '../testing/fake-centre.js';
import { liveCall, someAgent, storedCall } from '../testing/some-calls.js';

const GREETING: CallEvent = {
  type: 'agent.spoke',
  turn: 0,
  epoch: 1,
  kind: 'greeting',
  text: 'Hello, this is Ada, an AI.',
  heard: 'Hello, this is Ada.',
  basis: 'clock',
  startMs: 20,
  endMs: 1_800,
  interrupted: true,
};
const SEGMENT: TranscriptSegment = {
  seq: 0,
  speaker: 'caller',
  said: 'Where is my order?',
  heard: 'Where is my order?',
  startMs: 2_000,
  endMs: 3_000,
  interrupted: false,
  basis: null,
  kind: null,
  confidence: 0.98,
  turn: 1,
};
const LATENCY = {
  turn: 1,
  voiceStoppedMs: 3_000,
  wordsSettledMs: 3_100,
  turnEndedMs: 3_300,
  askedMs: 3_300,
  firstTokenMs: 3_500,
  firstSentenceMs: 3_600,
  firstAudioMs: 3_700,
  audibleMs: 3_720,
  speculated: false,
};

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
  api.centre.agents.push(someAgent());
});
afterEach(() => api.close());

const get = (path: string) => api.ask(`/api/v1/calls${path}`);
const idsOf = (body: unknown) => (body as { calls: { id: string }[] }).calls.map(({ id }) => id);
const cursorOf = (body: unknown) => (body as { nextCursor: string | null }).nextCursor;

/** What was told of the call so far stands in its log. */
function tell(callId: string, ...events: CallEvent[]): void {
  const log = api.centre.liveLogs.open(callId);
  events.forEach((event, seq) => {
    const entry: LogEntry = { seq, atMs: seq * 1_000, input: { type: 'line-up' }, effects: [{ type: 'tell', event }] };
    log.append(writeEntry(entry));
  });
}

describe('calls, listed', () => {
  it('come newest first, page by page, each once', async () => {
    api.centre.stored.push(...Array.from({ length: 5 }, (_, n) => storedCall(n)));
    const first = await get('?limit=2');
    const second = await get(`?limit=2&cursor=${cursorOf(first.body)}`);
    const third = await get(`?limit=2&cursor=${cursorOf(second.body)}`);
    expect([first, second, third].map(({ body }) => idsOf(body))).toEqual([
      [uuid(4), uuid(3)],
      [uuid(2), uuid(1)],
      [uuid(0)],
    ]);
    expect(cursorOf(third.body)).toBeNull();
  });

  it('can be asked for by state, agent and the carrier’s id', async () => {
    const other = { id: uuid(9_002), slug: 'sales', name: 'Bo', version: 1 };
    api.centre.stored.push(storedCall(1), storedCall(2, { state: 'missed' }), storedCall(3, { agent: other }));
    expect(idsOf((await get('?state=missed')).body)).toEqual([uuid(2)]);
    expect(idsOf((await get(`?agentId=${other.id}`)).body)).toEqual([uuid(3)]);
    expect(idsOf((await get('?carrierCallId=18000000000000000001')).body)).toEqual([uuid(1)]);
  });

  it('can be asked for by direction, number, time and end', async () => {
    api.centre.live.push(
      liveCall(1),
      liveCall(2, { direction: 'outbound', from: '+441632960000', to: '+441632960055' }),
    );
    const live = async (query: string) => idsOf((await get(`?state=live&${query}`)).body);
    expect(await live('direction=outbound')).toEqual([uuid(2)]);
    expect(await live('number=%2B441632960055')).toEqual([uuid(2)]);
    expect(await live('since=1970-01-01T00:01:30Z')).toEqual([uuid(2)]);
    expect(await live('until=1970-01-01T02:01:30%2B02:00')).toEqual([uuid(1)]);
    expect(await live('endReason=busy')).toEqual([]);
    expect(await live('outcome=resolved')).toEqual([]);
  });

  it('are told as live state knows them, not as their row says', async () => {
    api.centre.stored.push(storedCall(1, { state: 'live', from: null, endedAt: null, finishedAt: null }));
    api.centre.live.push(liveCall(1, { state: 'closing', endedAt: new Date(90_000).toISOString() }));
    expect((await get('')).body).toMatchObject({
      calls: [{ state: 'closing', from: '+441632960099', endedAt: '1970-01-01T00:01:30.000Z' }],
    });
  });

  it('when live, are those whose line is up: not what a row of a lost node says, and also one without a row', async () => {
    api.centre.stored.push(storedCall(1, { state: 'live', finishedAt: null }));
    api.centre.live.push(liveCall(2), liveCall(3), liveCall(4), liveCall(5, { state: 'ended' }));
    const first = await get('?state=live&limit=2');
    expect(idsOf(first.body)).toEqual([uuid(4), uuid(3)]);
    expect(first.body).toMatchObject({ calls: [{ agent: { slug: 'reception', version: 2 }, durationMs: null }, {}] });
    const next = `?state=live&limit=2&cursor=${encodeURIComponent(cursorOf(first.body) ?? '')}`;
    expect(idsOf((await get(next)).body)).toEqual([uuid(2)]);
    api.centre.live.splice(0, 2, liveCall(2)); // one of them ended between the pages
    const second = await get(next);
    expect(idsOf(second.body)).toEqual([uuid(2)]);
    expect(cursorOf(second.body)).toBeNull();
  });

  it('when live, cost one question for each agent, however many they are', async () => {
    api.centre.live.push(...[1, 2, 3, 4, 5].map((n) => liveCall(n)));
    expect(idsOf((await get('?state=live')).body)).toHaveLength(5);
    expect(api.centre.timesAskedForAgents).toBe(1);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=many', 'limit'],
    ['state=hunter', 'state'],
    ['agentId=hunter', 'agentId'],
    ['cursor=%00', 'cursor'],
    ['since=yesterday', 'since'],
    ['until=2026-11-21T10:00:00', 'until'],
    ['number=0163', 'number'],
    ['endReason=hunter', 'endReason'],
    ['outcome=hunter', 'outcome'],
    ['carrierCallId=%27%3B--', 'carrierCallId'],
    ['stat=live', 'stat'],
    ['state=live&state=ended', 'state'],
  ])('are not listed by a query such as %s', async (query, field) => {
    expect(await get(`?${query}`)).toMatchObject({
      status: 400,
      body: { errors: expect.arrayContaining([expect.objectContaining({ field })]) },
    });
  });
});

describe('one call', () => {
  it('that is stored is told with what was said, how long each turn took, and what happened', async () => {
    const events = [
      { seq: 0, atMs: 0, type: 'call.started', data: { agentVersion: 1 } },
      { seq: 1, atMs: 3_000, type: 'caller.spoke', data: { text: 'Where is my order?' } },
    ];
    api.centre.stored.push(storedCall(1, { transcript: [SEGMENT], latencies: [LATENCY], events }));
    const { status, body } = await get(`/${uuid(1)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: uuid(1),
      state: 'ended',
      carrierCallId: '18000000000000000001',
      endReason: 'caller-hung-up',
      transcript: [SEGMENT],
      latencies: [{ ...LATENCY, responseMs: 720 }],
      events: [events[0]],
    });
    expect(body).not.toHaveProperty('finishedAt');
  });

  it('is told with what its carrier noted, live or stored', async () => {
    const note = { type: 'summary', at: new Date(5), data: { summary: 'They want it.' } };
    api.centre.stored.push(storedCall(1));
    api.centre.live.push(liveCall(2));
    api.centre.notes.set('18000000000000000001', [note]).set('18000000000000000002', [note, note]);
    const told = { ...note, at: note.at.toISOString() };
    expect((await get(`/${uuid(1)}`)).body).toMatchObject({ carrierNotes: [told] });
    expect((await get(`/${uuid(2)}`)).body).toMatchObject({ carrierNotes: [told, told] });
  });

  it('is told with the persons who were called to take it over', async () => {
    const to = '+441632960001';
    const told = (seq: number, type: string, data: object) => ({ seq, atMs: seq * 1_000, type, data: { ...data } });
    const missed = [told(1, 'person.called', { to }), told(2, 'person.missed', { to, why: 'busy' })];
    const joined = [told(3, 'person.called', { to }), told(4, 'person.joined', { to }), told(9, 'call.ended', {})];
    api.centre.stored.push(storedCall(1, { events: [...missed, ...joined] }));
    expect((await get(`/${uuid(1)}`)).body).toMatchObject({
      legs: [
        { number: to, calledMs: 1_000, outcome: 'busy', endedMs: 2_000 },
        { number: to, calledMs: 3_000, outcome: 'joined', endedMs: 9_000 },
      ],
    });
  });

  it('that is live is told as its log stands, also without a row', async () => {
    api.centre.live.push(liveCall(1));
    tell(uuid(1), { type: 'call.started', agentId: 'a', agentVersion: 2, direction: 'inbound' }, GREETING);
    expect((await get(`/${uuid(1)}`)).body).toMatchObject({
      state: 'live',
      agent: { name: 'Ada', version: 2 },
      transcript: [{ speaker: 'agent', said: GREETING.text, heard: 'Hello, this is Ada.', interrupted: true }],
      latencies: [],
      events: [{ type: 'call.started' }],
      durationMs: null,
      endedAt: null,
    });
  });

  it('whose line has closed is told from its log until its record is stored', async () => {
    api.centre.stored.push(storedCall(1, { state: 'closing', finishedAt: null }));
    api.centre.live.push(liveCall(1, { state: 'closing', endedAt: new Date(62_000).toISOString() }));
    tell(uuid(1), GREETING, { type: 'call.ended', reason: 'caller-hung-up', durationMs: 2_000 });
    expect((await get(`/${uuid(1)}`)).body).toMatchObject({ state: 'closing', durationMs: 2_000, transcript: [{}] });
  });

  it.each(['while its log is read', 'before it is looked for among live calls'])(
    'that is stored %s is told from its record',
    async (when) => {
      const record = storedCall(1, { transcript: [SEGMENT] });
      api.centre.stored.push({ ...record, state: 'closing', finishedAt: null, transcript: [] });
      const isStored = () => void api.centre.stored.splice(0, 1, record);
      if (when === 'while its log is read') {
        api.centre.live.push(liveCall(1, { state: 'closing' }));
        jest.spyOn(api.centre.liveLogs, 'readAfter').mockImplementation(async () => (isStored(), undefined));
      } else {
        jest.spyOn(api.centre.live, 'find').mockImplementation(isStored);
      }
      expect((await get(`/${uuid(1)}`)).body).toMatchObject({ state: 'ended', transcript: [SEGMENT] });
    },
  );

  it('that nobody knows is not found, nor is what is no id', async () => {
    for (const id of [uuid(7), 'hunter', '1%00']) {
      expect(await get(`/${id}`)).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
    }
  });

  it('of which live state cannot be asked is not told wrongly', async () => {
    api.centre.stored.push(storedCall(1, { state: 'live', finishedAt: null }));
    api.centre.down.add('redis');
    expect(await get(`/${uuid(1)}`)).toMatchObject({ status: 503, body: { code: 'service.unavailable' } });
  });
});

describe('what a call can do', () => {
  const told = (command: string, detail: string | null = null): CallEvent => ({
    type: 'command.obeyed',
    ...{ command, detail, author: 'desk', commandId: null },
  });
  const can = async () => (await get(`/${uuid(1)}`)).body as { can: string[]; desk: unknown };

  it('is told as long as it is live, as far as its carrier goes', async () => {
    api.centre.live.push(liveCall(1, { carrierCan: ['digits'] }));
    tell(uuid(1), GREETING);
    const { can: verbs, desk } = await can();
    expect(verbs).toEqual(expect.arrayContaining(['hangup', 'say', 'hold', 'take-over', 'digits']));
    expect(verbs).not.toContain('transfer');
    expect(desk).toEqual({ held: false, muted: { caller: false, agent: false }, takenOverBy: null });
    api.centre.stored.push(storedCall(2));
    expect((await get(`/${uuid(2)}`)).body).toMatchObject({ can: [], desk: null });
  });

  it('is less while the caller is on hold, and nothing but to hang up when it is turned away', async () => {
    api.centre.live.push(liveCall(1), liveCall(2));
    tell(uuid(1), GREETING, told('mute', 'caller'), told('take-over'), told('hold'));
    const { can: verbs, desk } = await can();
    expect(verbs).not.toContain('say');
    expect(desk).toEqual({ held: true, muted: { caller: true, agent: false }, takenOverBy: 'desk' });
    tell(uuid(2), { type: 'call.turned-away', reason: 'no-line', told: true, transferTo: null });
    expect((await get(`/${uuid(2)}`)).body).toMatchObject({ can: ['hangup'] });
  });
});

describe('erasing a call', () => {
  const erase = (id: string) => api.ask(`/api/v1/calls/${id}`, { method: 'DELETE' });

  it('lets go of all that is kept of it, and then it is not known', async () => {
    api.centre.stored.push(storedCall(1), storedCall(2));
    expect((await erase(uuid(1))).status).toBe(204);
    expect(api.centre.forgotten).toEqual([
      `live ${uuid(1)}`,
      `log ${uuid(1)}`,
      'route ringover 18000000000000000001',
      `job finish-call ${uuid(1)}`,
      `job report-call ${uuid(1)}`,
    ]);
    expect(await erase(uuid(1))).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
    expect(idsOf((await get('')).body)).toEqual([uuid(2)]);
  });

  it('that is live, or not stored yet, is a conflict and changes nothing', async () => {
    api.centre.live.push(liveCall(1), liveCall(2, { state: 'closing', endedAt: new Date(0).toISOString() }));
    tell(uuid(1), GREETING);
    tell(uuid(2), GREETING);
    for (const id of [uuid(1), uuid(2)])
      expect(await erase(id)).toMatchObject({ status: 409, body: { code: 'call.not-over' } });
    expect(api.centre.forgotten).toEqual([]);
  });
});

describe('the log of a call', () => {
  it('is a JSON entry a line, from where it is kept', async () => {
    api.centre.storedLogs.set(uuid(1), ['{"seq":0}', '{"seq":1}']);
    api.centre.live.push(liveCall(2));
    tell(uuid(2), GREETING);
    const stored = await get(`/${uuid(1)}/log`);
    expect(stored.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    expect(stored.text).toBe('{"seq":0}\n{"seq":1}\n');
    expect((await get(`/${uuid(2)}/log`)).text).toContain('"seq":0');
  });

  it('may be missing, with the call or alone', async () => {
    api.centre.stored.push(storedCall(1));
    expect(await get(`/${uuid(1)}/log`)).toMatchObject({ status: 404, body: { code: 'call.no-log' } });
    expect(await get(`/${uuid(2)}/log`)).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
  });
});
