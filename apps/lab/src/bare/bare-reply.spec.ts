import { describe, expect, it } from '@jest/globals';
import { BareReply } from './bare-reply.js';

describe('the yardstick’s reply', () => {
  it('sends a frame at once, fills what may lie at the carrier, and keeps the pace of the sound', () => {
    const sent: [number, number][] = [];
    let nowMs = 1_000;
    const reply = new BareReply(new Int16Array(8_000), 8_000, nowMs, (message) => {
      const { data } = JSON.parse(message) as { data: { audioData: string } };
      sent.push([nowMs - 1_000, Buffer.from(data.audioData, 'base64').length / 16]);
    });
    for (let dueMs = reply.tick(nowMs); dueMs !== undefined; dueMs = reply.tick(nowMs)) nowMs = dueMs;
    expect(sent).toEqual([
      [0, 20],
      [0, 200],
      [20, 200],
      [220, 200],
      [420, 200],
      [620, 180],
    ]);
  });
});
