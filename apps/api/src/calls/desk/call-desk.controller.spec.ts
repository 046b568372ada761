import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiUnderTest, startApi } from '../../testing/api-under-test.js';
import { uuid } from '../../testing/fake-centre.js';
import { AGENT_ID, liveCall, someAgent, storedCall } from '../../testing/some-calls.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
  api.centre.agents.push(someAgent());
  api.centre.live.push(liveCall(1));
});
afterEach(() => api.close());

const post = (id: string, verb: string, body?: object, headers: Record<string, string> = {}) =>
  api.ask(`/api/v1/calls/${id}/${verb}`, {
    method: 'POST',
    ...(body && { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('what is asked of a live call', () => {
  it.each([
    ['hangup', undefined, { type: 'hang-up' }],
    ['say', { text: 'We close at six.' }, { type: 'say', text: 'We close at six.' }],
    ['whisper', { text: 'Be kind.' }, { type: 'whisper', text: 'Be kind.' }],
    ['mute', { side: 'caller' }, { type: 'mute', side: 'caller' }],
    ['unmute', { side: 'agent' }, { type: 'unmute', side: 'agent' }],
    ['hold', undefined, { type: 'hold' }],
    ['resume', undefined, { type: 'resume', text: null }],
    ['resume', { text: 'Here I am.' }, { type: 'resume', text: 'Here I am.' }],
    ['play', { sound: 'beep' }, { type: 'play', sound: 'beep' }],
    ['play', { phrase: 'oneMoment' }, { type: 'say-phrase', phrase: 'oneMoment' }],
    ['digits', { digits: '12#' }, { type: 'send-digits', digits: '12#' }],
    ['transfer', { to: '+441632960002' }, { type: 'transfer', to: '+441632960002', text: null }],
    ['hand-over', { agent: 'reception' }, { type: 'hand-over', agentId: AGENT_ID }],
    ['take-over', undefined, { type: 'take-over' }],
    ['give-back', { note: 'All is well.' }, { type: 'give-back', note: 'All is well.' }],
  ])('%s goes to the process that has the call, in the name of the key', async (verb, body, command) => {
    const answer = await post(uuid(1), verb, body);
    expect(answer).toMatchObject({ status: 200, body: { state: 'done', commandId: 'c-1' } });
    expect(api.centre.sent).toEqual([{ callId: uuid(1), command: { ...command, author: 'dashboard' } }]);
  });

  it.each([
    ['say', { text: ' ' }, 'text'],
    ['say', {}, 'text'],
    ['say', { text: 'x'.repeat(1_001) }, 'text'],
    ['mute', { side: 'both' }, 'side'],
    ['play', { sound: 'https://example.com/x.mp3' }, 'sound'],
    ['play', {}, 'sound'],
    ['play', { sound: 'beep', phrase: 'goodbye' }, 'sound'],
    ['digits', { digits: '12a' }, 'digits'],
    ['transfer', { to: '0163' }, 'to'],
    ['hold', { forever: true }, undefined],
  ])('%s with %j is a bad request, and asks nobody', async (verb, body, field) => {
    const { status, body: problem } = await post(uuid(1), verb, body);
    expect([status, api.centre.sent.length]).toEqual(field === undefined ? [200, 1] : [400, 0]);
    expect(JSON.stringify(problem)).toContain(field ?? 'done');
  });

  it.each([
    ['ended', 409, 'call.ended'],
    ['leaving', 409, 'call.leaving'],
    ['not-served', 409, 'call.not-served'],
    ['on-hold', 409, 'call.on-hold'],
    ['agent-muted', 409, 'call.agent-muted'],
    ['carrier-cannot', 409, 'carrier_cannot'],
    ['no-such-agent', 404, 'agent.not-found'],
    ['no-free-line', 409, 'agent.no-free-line'],
    ['agent-unable', 409, 'agent.unable'],
  ])('that is refused as %s is answered with %i %s', async (why, status, code) => {
    api.centre.answer = { state: 'refused', why, commandId: 'c-1' };
    expect(await post(uuid(1), 'say', { text: 'Hello.' })).toMatchObject({ status, body: { code } });
  });

  it('that was not answered in time is taken note of, and what became of it can be asked', async () => {
    api.centre.answer = { state: 'queued', commandId: 'c-1', place: 2 };
    expect(await post(uuid(1), 'hold')).toMatchObject({ status: 202, body: { commandId: 'c-1', place: 2 } });
    const ask = (id = uuid(1)) => api.ask(`/api/v1/calls/${id}/commands/c-1`);
    api.centre.commands.set('c-1', { commandId: 'c-1', callId: uuid(1), answer: null });
    expect(await ask()).toMatchObject({ status: 200, body: { state: 'queued', effect: null } });
    api.centre.commands.set('c-1', { commandId: 'c-1', callId: uuid(1), answer: { state: 'done', effect: 'held' } });
    expect(await ask()).toMatchObject({ body: { state: 'done', effect: 'held', code: null } });
    api.centre.commands.set('c-1', { commandId: 'c-1', callId: uuid(1), answer: { state: 'refused', why: 'leaving' } });
    expect(await ask()).toMatchObject({ body: { state: 'refused', code: 'call.leaving' } });
    expect(await ask(uuid(2))).toMatchObject({ status: 404, body: { code: 'command.not-found' } });
  });

  it('carries its key, which must be one', async () => {
    await post(uuid(1), 'hold', undefined, { 'idempotency-key': 'k-1' });
    expect(api.centre.sent).toMatchObject([{ key: 'k-1' }]);
    expect(await post(uuid(1), 'hold', undefined, { 'idempotency-key': 'a b' })).toMatchObject({ status: 400 });
    api.centre.answer = { state: 'mismatch' };
    expect(await post(uuid(1), 'hold')).toMatchObject({ status: 409, body: { code: 'idempotency.mismatch' } });
  });

  it('that has ended is a conflict, that nobody knows is not found, that broke is said to have broken', async () => {
    api.centre.stored.push(storedCall(2));
    api.centre.live.push(liveCall(3, { state: 'closing' }));
    for (const id of [uuid(2), uuid(3)])
      expect(await post(id, 'hangup')).toMatchObject({ status: 409, body: { code: 'call.ended' } });
    expect(await post(uuid(7), 'hangup')).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
    expect(api.centre.sent).toEqual([]);
    api.centre.answer = { state: 'failed' };
    expect(await post(uuid(1), 'hangup')).toMatchObject({ status: 500, body: { code: 'command.failed' } });
  });

  it('cannot be handed to an agent that nobody knows', async () => {
    expect(await post(uuid(1), 'hand-over', { agent: 'nobody' })).toMatchObject({ status: 404, body: { code: 'agent.not-found' } }); // prettier-ignore
    expect(api.centre.sent).toEqual([]);
  });
});
