import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderError } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import { openSocket, type ProviderSocket } from './socket.js';
import { FarServer } from './testing/far-server.js';

describe('a socket to a provider', () => {
  let far: FarServer;
  let socket: ProviderSocket;
  let losses: unknown[];
  let messages: string[];
  beforeEach(async () => {
    [losses, messages] = [[], []];
    far = await FarServer.open();
    const dial = {
      provider: 'vendor/model',
      url: new URL(far.url),
      headers: {},
      connectMs: 3_000,
      pingMs: 0,
      maxMessageBytes: 1_000,
      clock: new FakeClock(),
      signal: new AbortController().signal,
    };
    const message = (text: string) => {
      messages.push(text);
      if (text === 'bug') throw new TypeError('of our own');
    };
    socket = await openSocket(dial, { message, lost: (error) => void losses.push(error) });
  });
  afterEach(() => far.close());
  const isClosed = () => far.seen.until(() => far.sockets[0]?.readyState === 3);

  it('is lost once, whatever happens after it', async () => {
    socket.abandon(new ProviderError('vendor/model', 'timed-out'));
    socket.abandon(new ProviderError('vendor/model', 'unreadable'));
    socket.close('goodbye');
    await isClosed();
    expect(losses).toMatchObject([{ failure: 'timed-out' }]);
  });

  it('tells nothing after it was closed', async () => {
    far.sockets[0]?.send('too late');
    socket.close();
    await isClosed();
    expect([messages, losses, socket.over]).toEqual([[], [], true]);
  });

  it('tells a bug of the listener to whoever reads, and ends', async () => {
    far.sockets[0]?.send('bug');
    await isClosed();
    expect(losses).toEqual([new TypeError('of our own')]);
  });

  it('understands no bytes', async () => {
    far.sockets[0]?.send(Buffer.from('text'), { binary: true });
    await isClosed();
    expect(losses).toMatchObject([{ failure: 'unreadable' }]);
  });

  it('sends nothing after the end', async () => {
    socket.close();
    await isClosed();
    expect(() => socket.send('too late')).not.toThrow();
  });
});
