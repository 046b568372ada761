import { randomUUID } from 'node:crypto';
import type { RingoverCallFacts } from '../apps/lab/src/ringover/call-events.js';
import type { Dial } from '../apps/lab/src/ringover/rest/dial.js';

/** A call that Ringover places, in the words of its webhooks. */
export const factsOf = ({ facts }: Dial): RingoverCallFacts => ({
  ...{ id: randomUUID(), callId: facts.callId, channelId: facts.channelId, direction: 'outbound' },
  ...{ fromNumber: facts.fromNumber, toNumber: facts.toNumber, startedAtS: facts.startedAt.getTime() / 1_000 },
});
