import { FakeClock } from '@app/kernel/testing';
import { expect, it } from '@jest/globals';
import { Outbox } from './outbox.js';

it('sends each message when it is due, and none before one that was put in earlier', async () => {
  const clock = new FakeClock();
  const sent: string[] = [];
  const outbox = new Outbox<string>(clock, (message) => sent.push(`${message} ${clock.nowMs()}`));
  outbox.put('slow', 300);
  outbox.put('quick', 100);
  outbox.put('last', 500);
  await clock.advance(250);
  outbox.put('late', 250);
  await clock.advance(250);
  outbox.put('at once', 0);
  expect(sent).toEqual(['slow 300', 'quick 300', 'last 500', 'late 500', 'at once 500']);
});

it('sends nothing after it was closed', async () => {
  const clock = new FakeClock();
  const sent: string[] = [];
  const outbox = new Outbox<string>(clock, (message) => sent.push(message));
  outbox.put('never', 100);
  outbox.close();
  await clock.advance(200);
  expect(sent).toEqual([]);
});
