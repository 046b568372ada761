import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RINGOVER_OPERATION_NAMES, RINGOVER_REQUEST_INTERVAL_MS } from '@app/telephony';
import { systemClock } from '@app/kernel';
import { LAB_KEYS } from '../apps/lab/src/ringover/rest/virtual-ringover.js';
import { hurryingClock, type Region, servedRingover, type ServedRingover } from './virtual-ringover.js';

const HANG_UP = { method: 'POST', path: '/channels/{channel_id}/events/hangup' } as const;

let served: ServedRingover;
beforeAll(async () => {
  served = await servedRingover(hurryingClock());
});
afterAll(() => served.close());

const REGIONS: readonly Region[] = ['eu', 'us'];

describe.each(REGIONS)('Ringover in %s, over HTTP', (region) => {
  const client = (settings = {}) => served.client(region, { settings });
  const account = () => served.ringover.accountIn(region);
  const ownNumber = () => `+${account().users[0]?.numbers[0]?.number}`;
  const ivr = () => {
    const [first] = account().ivrs;
    if (!first) throw new Error('no IVR');
    return { id: String(first.ivr_id), e164: `+${first.numbers[0]?.number}` };
  };
  const dial = async () => {
    const call = await client().ask('callback', { to: '+33612345678', from: ownNumber() });
    return { call, end: () => account().book.end(liveOf(call.callId), { at: new Date(), lastState: 'ANSWERED' }) };
  };
  const liveOf = (callId: string) => {
    const live = account().book.live.find((call) => String(call.callId) === callId);
    if (!live) throw new Error('it does not live');
    return live;
  };

  it('knows the key', async () => {
    expect(await client().ask('team', {})).toMatchObject({ name: 'A team' });
  });

  it('rings a user, whose call is then current, with all digits of its id', async () => {
    const { call, end } = await dial();
    expect(BigInt(call.callId)).toBeGreaterThan(2n ** 63n);
    const { calls, total } = await client().ask('currentCalls', { direction: 'outbound', status: ['RINGING'] });

    expect(total).toBe(1);
    expect(calls).toEqual([expect.objectContaining({ ...call, direction: 'outbound', to: '+33612345678' })]);
    end();
    expect(await client().ask('currentCalls', {})).toEqual({ calls: [], total: 0 });
  });

  it('dials into an IVR', async () => {
    const call = await client().ask('ivrCallback', { ivrId: ivr().id, from: ivr().e164, to: '+33612345678' });

    expect(String(liveOf(call.callId).ivrId)).toBe(ivr().id);
    account().book.end(liveOf(call.callId), { at: new Date(), lastState: 'CANCELLED' });
    const unknown = client().ask('ivrCallback', { ivrId: '1', from: ivr().e164, to: '+33612345678' });
    await expect(unknown).rejects.toMatchObject({ code: 'carrier.not-found' });
  });

  it('switches mute, hold and record, each once however often it is asked', async () => {
    const { call, end } = await dial();
    const rest = client();
    for (const toggle of ['mute', 'hold', 'record'] as const) {
      await rest.switchTo({ channelId: call.channelId ?? '', toggle, on: true });
      await rest.switchTo({ channelId: call.channelId ?? '', toggle, on: true });
    }
    expect(liveOf(call.callId).toggles).toEqual({ mute: true, hold: true, record: true });
    await rest.switchTo({ channelId: call.channelId ?? '', toggle: 'hold', on: false });

    expect(liveOf(call.callId).toggles).toEqual({ mute: true, hold: false, record: true });
    end();
  });

  it('presses digits, transfers, and hangs up', async () => {
    const { call } = await dial();
    const told: unknown[] = [];
    liveOf(call.callId).told = (request) => told.push(request);
    const channelId = call.channelId ?? '';
    await client().ask('sendDigits', { channelId, digits: '0*7#' });
    await client().ask('transfer', { channelId, to: '+33184990012' });
    expect(told).toEqual([
      { type: 'digits', digits: '0*7#' },
      { type: 'transfer', to: 33_184_990_012 },
    ]);

    const other = await dial();
    await client({ hangUp: HANG_UP }).hangUp({ channelId: other.call.channelId ?? '' });
    expect(account().book.live).toEqual([]);
    await expect(client().ask('sendDigits', { channelId, digits: '1' })).rejects.toMatchObject({
      code: 'carrier.unknown-call',
    });
  });

  it('lists what is over, page by page, and each segment of a call', async () => {
    const book = account().book;
    const shared = book.begin({ ...someCall(), userId: account().ownerId });
    book.end(shared, { at: new Date(), lastState: 'BLIND_TRANSFERED' });
    book.end(book.begin({ ...someCall(), userId: null, callId: shared.callId }), {
      at: new Date(),
      lastState: 'MISSED',
    });

    const { calls, missed } = await client().ask('calls', { limit: 1 });
    expect(calls).toMatchObject([{ callId: String(shared.callId), lastState: 'MISSED', direction: 'inbound' }]);
    expect(missed).toBeGreaterThan(0);
    const [newest] = calls;
    const older = await client().ask('calls', { limit: 1, olderThan: newest?.cdrId ?? '' });
    expect(older.calls).toMatchObject([{ callId: String(shared.callId), lastState: 'BLIND_TRANSFERED' }]);
    expect(await client().ask('call', { callId: String(shared.callId) })).toHaveLength(2);
    expect(await client().ask('call', { callId: '18345678901234567890' })).toEqual([]);
    const window = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) };
    expect((await client().ask('searchCalls', { ...window, filter: 'ALL' })).calls.length).toBeGreaterThan(1);
  });

  it('hands over transcriptions, summaries and recordings, or nothing', async () => {
    const book = account().book;
    const call = book.begin({ ...someCall(), userId: account().ownerId });
    book.end(call, { at: new Date(), lastState: 'ANSWERED' });
    const [segment] = book.segments(String(call.callId));
    const of = { callId: String(call.callId), channelId: String(call.channelId) };
    expect(await client().ask('transcriptions', of)).toEqual([]);
    expect(await client().ask('recording', of)).toEqual({ type: 'none' });
    Object.assign(segment ?? {}, { transcript: 'Bonjour', recording: new Uint8Array([1, 2, 3]) });

    expect(await client().ask('transcriptions', of)).toMatchObject([{ isDone: true, speeches: [{ text: 'Bonjour' }] }]);
    expect(await client().ask('recording', of)).toMatchObject({ type: 'sound', contentType: 'audio/mpeg' });
    expect(await client().ask('summary', { uuid: String(segment?.cdrId) })).toBe('They said: Bonjour');
    expect(await client().ask('summary', { uuid: 'unknown' })).toBeUndefined();
  });

  it('sends a text, but not from any number', async () => {
    const text = { from: ownNumber(), to: '+33612345678', text: 'Bonjour' };
    expect(await client().ask('sendSms', text)).toMatchObject({ conversationId: '234567' });
    expect(account().texts.at(-1)).toEqual({ from: ownNumber().slice(1), to: '33612345678', text: 'Bonjour' });

    await expect(client().ask('sendSms', { ...text, from: '+33999999999' })).rejects.toMatchObject({
      code: 'carrier.refused',
    });
  });

  it('tells who and what the account has', async () => {
    const rest = client();
    expect(await rest.ask('numbers', {})).toHaveLength(3);
    expect(await rest.ask('numbers', { of: 'ivr' })).toMatchObject([{ e164: ivr().e164, ivrId: ivr().id }]);
    expect(await rest.ask('number', { e164: ownNumber() })).toMatchObject({ userId: '22670001', canSendSms: true });
    expect(await rest.ask('users', {})).toMatchObject([{ id: '22670001' }, { firstName: 'Lou' }]);
    expect(await rest.ask('users', { limit: 1, offset: 1 })).toMatchObject([{ firstName: 'Lou' }]);
    expect(await rest.ask('user', { userId: '22670001' })).toMatchObject({ numbers: [ownNumber()] });
    expect(await rest.ask('presences', {})).toMatchObject([{ isInCall: false }, { isInCall: false }]);
    expect(await rest.ask('presencesOfUser', { userId: '22670002' })).toMatchObject([{ userId: '22670002' }]);
    expect(await rest.ask('groups', {})).toMatchObject([{ userIds: ['22670001', '22670002'] }]);
    expect(await rest.ask('group', { groupId: '501' })).toMatchObject({ name: 'Front desk' });
    expect(await rest.ask('ivrs', {})).toMatchObject([{ id: ivr().id, numbers: [ivr().e164] }]);
    expect(await rest.ask('ivr', { ivrId: ivr().id })).toMatchObject({ scenarios: [{ isDefault: true }] });
    expect(await rest.ask('ivrScenarios', { ivrId: ivr().id })).toMatchObject([{ ivrId: ivr().id }]);
    expect(await rest.ask('scenarios', {})).toMatchObject([{ name: 'Voice agent' }]);
    const [contact] = await rest.ask('contacts', {});
    expect(contact).toMatchObject({ lastName: 'Durand', numbers: ['+33612345678'] });
    expect(await rest.ask('contact', { contactId: contact?.id ?? '' })).toEqual(contact);
  });

  it('takes an answer without a byte for an empty list', async () => {
    const { ivrs, contacts } = account();
    Object.assign(account(), { ivrs: [], contacts: [] });
    expect(await client().ask('ivrs', {})).toEqual([]); // 200
    expect(await client().ask('contacts', {})).toEqual([]); // 204
    Object.assign(account(), { ivrs, contacts });
  });

  it('tells a key that it does not know from a grant that is missing', async () => {
    const elsewhere = LAB_KEYS[region === 'eu' ? 'us' : 'eu'];
    const wrong = client({ apiKey: elsewhere }).ask('numbers', {});
    await expect(wrong).rejects.toMatchObject({ code: 'carrier.wrong-key' });
    await expect(client({ apiKey: `Bearer ${LAB_KEYS[region]}` }).ask('team', {})).rejects.toMatchObject({
      code: 'carrier.wrong-key',
    });

    account().grants.delete('numbers:read');
    const missing = client().ask('numbers', {});
    await expect(missing).rejects.toMatchObject({ code: 'carrier.missing-grant', grant: 'Numbers: read' });
    account().grants.add('numbers:read');
    account().monitoring = false;
    const unseen = client().ask('recording', { callId: '1', channelId: '2' });
    await expect(unseen).rejects.toMatchObject({ code: 'carrier.missing-grant', grant: 'Monitoring' });
    account().monitoring = true;
  });

  it('sees only its own calls without Monitoring', async () => {
    const book = account().book;
    const call = book.begin({ ...someCall(), userId: 22_670_002n });
    account().monitoring = false;
    expect(await client().ask('currentCalls', {})).toEqual({ calls: [], total: 0 });
    account().monitoring = true;
    expect((await client().ask('currentCalls', {})).total).toBe(1);
    book.end(call, { at: new Date(), lastState: 'MISSED' });
  });

  it('does not ring twice when the answer to a callback is lost', async () => {
    served.ringover.faults.add({ kind: 'done-then-cut', path: '/callback', times: 1, status: 500 });
    const lost = client().ask('callback', { to: '+33612345678' });

    await expect(lost).rejects.toMatchObject({ uncertain: true, retryable: false });
    expect(account().book.live).toHaveLength(1);
    account().book.live.length = 0;
  });

  it('was asked for all that can be asked of it', () => {
    const toggles = ['mute on', 'hold on', 'hold off', 'record on'];
    expect([...served.carriedOut[region]].sort()).toEqual([...RINGOVER_OPERATION_NAMES, ...toggles, 'hangUp'].sort());
  });
});

const someCall = () => ({
  ...{ direction: 'IN' as const, from: 33_612_345_678, to: 33_184_990_022, ivrId: null, startedAt: new Date() },
});

describe('the limit of two a second', () => {
  it('is kept without being told once, and a hang-up goes before all that waits', async () => {
    const limited = await servedRingover();
    const rest = limited.client('eu', { intervalMs: RINGOVER_REQUEST_INTERVAL_MS, settings: { hangUp: HANG_UP } });
    await Promise.all([
      ...Array.from({ length: 4 }, () => rest.ask('users', {})),
      rest.hangUp({ channelId: '912345678' }),
    ]);
    const seen = limited.ringover.seen.map(({ status, path }) => `${status} ${path}`);

    expect(seen).toEqual(['200 /users', '404 /channels/912345678/events/hangup', ...Array(3).fill('200 /users')]);
    await limited.close();
  });

  it('is told with 429 and no word of when, and what only looks comes again', async () => {
    const limited = await servedRingover();
    const rest = limited.client('eu');
    const beganMs = systemClock.nowMs();
    const lists = await Promise.all(Array.from({ length: 3 }, () => rest.ask('users', {})));

    expect(lists.map((list) => list.length)).toEqual([2, 2, 2]);
    expect(limited.ringover.seen.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
    expect(systemClock.nowMs() - beganMs).toBeGreaterThan(900);
    await limited.close();
  });
});

describe('an address that is none of theirs', () => {
  it('is answered in plain text, and told as a wrong configuration', async () => {
    const response = await fetch(`${served.addresses.eu}/nothing`, { headers: { authorization: LAB_KEYS.eu } });
    expect([response.status, await response.text()]).toEqual([404, '404 page not found\n']);
    const elsewhere = served.client('eu', {
      settings: { hangUp: { method: 'DELETE', path: '/channels/{channel_id}' } },
    });

    await expect(elsewhere.hangUp({ channelId: '1' })).rejects.toMatchObject({ code: 'carrier.cannot' });
  });
});
