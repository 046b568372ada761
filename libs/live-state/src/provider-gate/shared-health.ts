import { script } from '../script.js';
import { NEWEST_COUNTS, type SharedHealth } from './breaker.js';

/** What nobody asked for so long is forgotten. */
const KEPT_MS = 3_600_000;

const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local function get(field) return tonumber(redis.call('HGET', KEYS[1], field) or '') end
  local function age(field) local at = get(field); if at then return math.max(0, now - at) end; return -1 end
  local function shared()
    local probed = -1
    local untilMs = get('probeUntil')
    if untilMs and untilMs > now then probed = age('probedAt') end
    return { redis.call('EXISTS', KEYS[1]), get('failures') or 0, age('openedAt'), age('answeredAt'),
      math.floor(get('latency') or -1), probed }
  end
`;

/** Ages in ms, -1 where there is none. `exists`, failures, open for, answered ago, latency, probed for. */
export type SharedAnswer = number[];

export function sharedOf([exists, failures = 0, ...ages]: SharedAnswer): SharedHealth | undefined {
  if (exists !== 1) return undefined;
  const [openForMs = null, answeredAgoMs = null, latencyMs = null, probedForMs = null] = ages.map((age) =>
    age < 0 ? null : age,
  );
  return { failures, openForMs, answeredAgoMs, latencyMs, probedForMs };
}

/** KEYS: health. ARGV: what happened, how long it took, whether it was the probe, failures that open. */
export const tell = script(`${NOW}
  if ARGV[3] == '1' then redis.call('HDEL', KEYS[1], 'probeUntil') end
  if ARGV[1] == 'answered' then
    local trial = get('openedAt') and ARGV[4] - 1 or 0
    local before = get('latency')
    local latency = before and before + ${NEWEST_COUNTS} * (ARGV[2] - before) or ARGV[2]
    redis.call('HSET', KEYS[1], 'failures', trial, 'answeredAt', now, 'latency', latency)
    redis.call('HDEL', KEYS[1], 'openedAt')
  elseif ARGV[1] == 'failed' then
    local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
    if failures >= tonumber(ARGV[4]) then redis.call('HSETNX', KEYS[1], 'openedAt', now) end
  end
  redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
  return shared()
`);

/** KEYS: health. ARGV: between two probes, how long one may take. Answers 1 to the one that may. */
export const claim = script(`${NOW}
  local probed = age('probedAt')
  if (get('probeUntil') or 0) > now or (probed >= 0 and probed < tonumber(ARGV[1])) then return 0 end
  if redis.call('EXISTS', KEYS[1]) == 1 and not get('openedAt') then return 0 end
  redis.call('HSET', KEYS[1], 'probedAt', now, 'probeUntil', now + ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
  return 1
`);

/**
 * KEYS: health, use. ARGV: process, what it uses now, what it asked in this minute, for how long that holds. Answers what
 * the others use and asked, then the health.
 */
export const look = script(`${NOW}
  local minute = math.floor(now / 60000)
  redis.call('HSET', KEYS[2], ARGV[1], table.concat({ ARGV[2], ARGV[3], minute, now + ARGV[4] }, ' '))
  redis.call('PEXPIRE', KEYS[2], 120000)
  local used, asked = 0, 0
  local all = redis.call('HGETALL', KEYS[2])
  for i = 1, #all, 2 do
    local use, rate, at, untilMs = string.match(all[i + 1], '(%S+) (%S+) (%S+) (%S+)')
    if tonumber(at) < minute - 1 then redis.call('HDEL', KEYS[2], all[i])
    elseif all[i] ~= ARGV[1] then
      if tonumber(untilMs) > now then used = used + use end
      if tonumber(at) == minute then asked = asked + rate end
    end
  end
  local answer = shared()
  table.insert(answer, 1, asked)
  table.insert(answer, 1, used)
  return answer
`);
