import { PlayoutClock } from '@app/audio';
import { FakeClock } from '@app/kernel/testing';
import { describe, expect, it } from '@jest/globals';
import { FakeLine } from '../testing/index.js';
import { PieceSound } from './piece-sound.js';
import { ReplyPlayout } from './playout.js';

const sampleCount = (ms: number) => ms * 8;

function playing(...piecesMs: number[]) {
  const clock = new FakeClock();
  const line = new FakeLine({ pacing: { chunkMs: 200, leadMs: 400 } });
  const told: string[] = [];
  const pieces = piecesMs.map((ms) => {
    const sound = new PieceSound('piece', 8_000);
    sound.add(new Int16Array(sampleCount(ms)).fill(300), []);
    return sound;
  });
  const state = { closed: true };
  const playout = new PlayoutClock(clock, { onFailure: (error) => told.push(String(error)) });
  const reply = new ReplyPlayout(
    pieces,
    line,
    {
      audible: () => told.push(`audible ${clock.nowMs()}`),
      pieceHeard: (piece) => told.push(`heard ${piece} ${clock.nowMs()}`),
      ranDry: () => told.push(`dry ${clock.nowMs()}`),
      finished: () => told.push(`finished ${clock.nowMs()}`),
      failed: (error) => told.push(`failed ${String(error)}`),
    },
    () => state.closed,
  );
  return { clock, line, told, pieces, playout, reply, state, begin: () => playout.add(reply, clock.nowMs()) };
}

describe('the playout of a reply', () => {
  it('sends one frame at once, then chunks, never more than the lead ahead', async () => {
    const { clock, line, pieces, begin, told } = playing(2_000);
    pieces[0]?.end();
    begin();
    await clock.advance(0);
    expect(line.sent.map(({ length }) => length / 8)).toEqual([20, 200]);
    await clock.advance(1_000);
    expect(line.sentMs).toBeLessThanOrEqual(1_000 + 400);
    expect(line.sentMs).toBeGreaterThanOrEqual(1_000 + 200);
    await clock.advance(2_000);
    expect(line.sentMs).toBe(2_000);
    expect(told).toEqual(['audible 0', 'heard 0 2000', 'finished 2000']);
  });

  it('does not make up for a stall with a burst', () => {
    const { line, pieces, reply } = playing(4_000);
    pieces[0]?.end();
    reply.tick(0);
    reply.tick(20);
    expect(line.sentMs).toBe(420);
    reply.tick(2_020); // two seconds late: the caller has heard 420 ms and then nothing
    expect(line.sentMs).toBe(420 + 400);
  });

  it('tells each piece when it was heard, and goes from one to the next without a gap', async () => {
    const { clock, line, pieces, begin, told } = playing(500, 330);
    pieces.forEach((piece) => piece.end());
    begin();
    await clock.advance(2_000);
    expect(told).toEqual(['audible 0', 'heard 0 500', 'heard 1 840', 'finished 840']);
    expect(line.sentMs).toBe(840);
  });

  it('runs dry, says so, and is audible again when there is more', async () => {
    const { clock, pieces, begin, told, state } = playing(200);
    state.closed = false;
    begin();
    await clock.advance(1_000);
    expect(told).toEqual(['audible 0', 'dry 200']);
    pieces[0]?.add(new Int16Array(sampleCount(100)), []);
    pieces[0]?.end();
    state.closed = true;
    begin();
    await clock.advance(1_000);
    expect(told.slice(2)).toEqual(['audible 1000', 'heard 0 1100', 'finished 1100']);
  });

  it('holds at the sample that was heard, and goes on from there', async () => {
    const { clock, line, pieces, begin, playout, reply, told } = playing(2_000);
    pieces[0]?.end();
    begin();
    await clock.advance(730);
    playout.remove(reply);
    expect(reply.hold(clock.nowMs())).toEqual({ piece: 0, sample: sampleCount(730) });
    expect(line.clearedTimes).toBe(1);
    const before = line.sentMs;
    await clock.advance(5_000);
    expect(line.sentMs).toBe(before);
    begin();
    await clock.advance(3_000);
    expect(line.sentMs - before).toBe(1_280); // 1,270 in whole frames
    expect(told.at(-1)).toBe(`finished ${730 + 5_000 + 1_280}`);
  });

  it('is a third as loud while ducked', async () => {
    const { clock, line, pieces, begin, reply } = playing(1_000);
    pieces[0]?.end();
    begin();
    await clock.advance(100);
    reply.ducked = true;
    await clock.advance(300);
    expect(line.sent.at(-1)?.[0]).toBe(100);
  });

  it('asks to be called again only when there is something to do, however little the voice has made', () => {
    const { line, reply, state } = playing(330);
    state.closed = false;
    let calls = 0;
    for (let nowMs: number | undefined = 0; nowMs !== undefined && calls < 50; calls += 1) nowMs = reply.tick(nowMs);
    expect(calls).toBeLessThan(10);
    expect(line.sentMs).toBe(320); // what is no whole frame waits for more
  });

  it('goes on in a piece that is made again, from the sample that was sent', () => {
    const { line, pieces, reply, told } = playing(600);
    for (const nowMs of [0, 20, 60, 260]) reply.tick(nowMs);
    const sentMs = line.sentMs;
    const again = new PieceSound('piece', 8_000);
    pieces[0] = again;
    again.add(new Int16Array(sampleCount(100)).fill(300), []);
    reply.tick(sentMs + 100);
    expect(line.sentMs).toBe(sentMs);
    again.add(new Int16Array(sampleCount(900)).fill(300), []);
    again.end();
    for (let nowMs = 2_000; nowMs < 4_000; nowMs += 20) reply.tick(nowMs);
    expect(line.sentMs).toBe(1_000);
    expect(line.sent.every((samples) => samples.length > 0)).toBe(true);
    expect(told.filter((each) => each.startsWith('heard'))).toHaveLength(1);
  });

  it('keeps to its lead after a stall that the caller heard', () => {
    const { line, pieces, reply } = playing(10_000);
    pieces[0]?.end();
    reply.tick(0);
    reply.tick(20);
    for (const nowMs of [5_000, 5_001, 5_100]) reply.tick(nowMs);
    expect(line.sentMs).toBeLessThanOrEqual(420 + 100 + 400);
  });
});
