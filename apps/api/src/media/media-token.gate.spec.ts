import { describe, expect, it } from '@jest/globals';
import { StoreError } from '@app/conversation/ports';
import type { PhoneNumber } from '@app/persistence';
import { MediaTokenGate } from './media-token.gate.js';

const NUMBER = { id: 'n', carrier: 'ringover', e164: '+33184990011' } as unknown as PhoneNumber;
const ask = (token: string) => ({ params: { token } }) as unknown as Parameters<MediaTokenGate['admit']>[0];

describe('the gate of audio sockets', () => {
  it('lets in, while Postgres is gone, whom it has let in before, and nobody else', async () => {
    let gone = false;
    const gate = new MediaTokenGate({
      byMediaToken: (token) =>
        gone
          ? Promise.reject(new StoreError('postgres', 'unavailable'))
          : Promise.resolve(token === 'known' ? NUMBER : undefined),
    });
    expect(await gate.admit(ask('known'))).toEqual({ admitted: NUMBER });
    expect(await gate.admit(ask('wrong'))).toEqual({ refused: 404 });
    gone = true;
    expect(await gate.admit(ask('known'))).toEqual({ admitted: NUMBER });
    await expect(gate.admit(ask('wrong'))).rejects.toThrow(StoreError);
  });
});
