import type { Clock } from '@app/kernel';
import type { LiveRedis } from './redis.js';

/** A call that a carrier announced, and whose sound has not come yet. */
export interface RingingCall {
  carrier: string;
  carrierCallId: string;
  /** Our number, E.164 with `+`. */
  number: string;
  from: string | null;
  to: string | null;
  /** When we were told, ms since 1970. */
  atMs: number;
}

/** Matches a stream of sound with the call that was announced for it. Each call is given away once. */
export class RingingCalls {
  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
  ) {}

  /** Notes a call; one that is noted already, claimed or withdrawn stays as it is. Forgotten after 60 s. @throws StoreError */
  async offer(_call: RingingCall): Promise<void> {
    throw new Error(String([this.redis, this.clock]));
  }

  /** The stream named its call. Undefined when it was not announced (yet): a late `offer` of it is then ignored. @throws StoreError */
  async claimByCallId(_carrier: string, _carrierCallId: string): Promise<RingingCall | undefined> {
    throw new Error('not yet');
  }

  /** The call that rings at this number, if exactly one was announced in the last `withinMs`. @throws StoreError */
  async claimOnly(_at: { carrier: string; number: string; withinMs: number }): Promise<RingingCall | undefined> {
    throw new Error('not yet');
  }

  /** It was hung up or missed before any sound came. @throws StoreError */
  async withdraw(_carrier: string, _carrierCallId: string): Promise<void> {
    throw new Error('not yet');
  }
}
