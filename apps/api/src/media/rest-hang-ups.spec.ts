import { describe, expect, it } from '@jest/globals';
import { CarrierError } from '@app/conversation/ports';
import { type RestHangUpsParts, RestHangUps } from './rest-hang-ups.js';
import { logLines } from './testing/log-lines.js';

/** Ringover, with one call; what it is asked, and what is logged. */
function hangUps({ isByChannel, failure }: { isByChannel: boolean; failure?: Error }) {
  const asked: unknown[] = [];
  const calls = [{ callId: '18345678901234567890', channelId: '912345678' }];
  const rest = {
    ask: (name: string) => {
      asked.push(name);
      return Promise.resolve({ calls, total: 1 });
    },
    hangUp: (call: object) => {
      asked.push(call);
      return failure ? Promise.reject(failure) : Promise.resolve();
    },
  } as unknown as RestHangUpsParts['rest'];
  const { log, lines } = logLines();
  return { asked, lines, end: (id: string | null) => new RestHangUps({ rest, isByChannel, log }).end(id) };
}

describe('hanging up over REST', () => {
  it('finds the channel of the call among those that are current', async () => {
    const { asked, end } = hangUps({ isByChannel: true });
    await end('18345678901234567890');
    expect(asked).toEqual(['currentCalls', { callId: '18345678901234567890', channelId: '912345678' }]);
  });

  it('asks nothing more about a call that is gone', async () => {
    const { asked, end, lines } = hangUps({ isByChannel: true });
    await end('1');
    expect([asked, lines]).toEqual([['currentCalls'], []]);
  });

  it('goes by the id of the call where the path does', async () => {
    const { asked, end } = hangUps({ isByChannel: false });
    await end('1');
    expect(asked).toEqual([{ callId: '1' }]);
  });

  it.each([
    [new CarrierError('ringover', 'cannot', { detail: 'no such path' }), 'error'],
    [new CarrierError('ringover', 'timed-out'), 'warn'],
  ])('tells in the log that it failed (%#)', async (failure, level) => {
    const { end, lines } = hangUps({ isByChannel: false, failure });
    await end('1');
    expect(lines).toMatchObject([{ level, carrierCallId: '1', msg: 'call was not hung up over REST' }]);
  });

  it('leaves alone what no one knows the call of', async () => {
    const { asked, end } = hangUps({ isByChannel: false });
    await end(null);
    expect(asked).toEqual([]);
  });
});
