import type { ToggleClaim, ToggleState, ToggleStates } from '@app/conversation/ports';
import type { LiveRedis } from './redis.js';
import { script } from './script.js';

const KEPT_MS = 24 * 3_600_000;
const CLAIMED_MS = 30_000;

/** KEYS: toggle, its claim. ARGV: the state that is wanted. A claim that ran out without a word leaves `claimed` behind. */
const claim = script(`
  if redis.call('EXISTS', KEYS[2]) == 1 then return 'busy' end
  local state = redis.call('GET', KEYS[1]) or 'off'
  if state == 'claimed' or state == 'unknown' then return 'unknown' end
  if state == ARGV[1] then return 'already' end
  redis.call('SET', KEYS[1], 'claimed', 'PX', ${KEPT_MS})
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
  return 'claimed'
`);

/** What was switched on at carriers, for all nodes. */
export class RedisToggleStates implements ToggleStates {
  constructor(
    private readonly redis: LiveRedis,
    private readonly claimedMs = CLAIMED_MS,
  ) {}

  async claim(toggle: string, on: boolean): Promise<ToggleClaim> {
    const { keys } = this.redis;
    const names = [keys.toggle(toggle), keys.toggleClaim(toggle)];
    const args = [on ? 'on' : 'off', this.claimedMs];
    return (await this.redis.ask((redis) => claim(redis, names, args))) as ToggleClaim;
  }

  async settle(toggle: string, state: ToggleState): Promise<void> {
    const { keys } = this.redis;
    await this.redis.ask((redis) =>
      redis.multi().set(keys.toggle(toggle), state, 'PX', KEPT_MS).del(keys.toggleClaim(toggle)).exec(),
    );
  }
}
