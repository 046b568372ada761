/** An account lives in one of them; its key is unknown in the other. */
export const RINGOVER_REGIONS = ['eu', 'us'] as const;
export type RingoverRegion = (typeof RINGOVER_REGIONS)[number];

export const RINGOVER_API_URLS: Readonly<Record<RingoverRegion, string>> = {
  eu: 'https://public-api.ringover.com/v2',
  us: 'https://public-api-us.ringover.com/v2',
};

/** Where an operation is, where that is not certain. `{channel_id}`, `{call_id}` and `{toggle}` stand for themselves. */
export interface RingoverPath {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
}

/** Seconds, digits and names as Ringover has them; all that its public documents leave open. */
export interface RingoverRestSettings {
  /** With `/v2`, without a slash at its end. */
  url: string;
  apiKey: string;
  /** From sending a request to the last byte of its answer. */
  timeoutMs: number;
  /** How long a request without a signal of its own waits for its turn, with all its repetitions. */
  patienceMs: number;
  /** Which of a user's devices ring in a callback. */
  device: RingoverDevice;
  /** How long a callback rings: 20 to 300. */
  ringS: number;
  /** Not documented: without it nothing is hung up by REST. */
  hangUp: RingoverPath | undefined;
  toggle: RingoverPath;
  transfer: RingoverPath & { key: string; numbersAs: 'number' | 'string' };
  digits: RingoverPath & { key: string };
  recording: RingoverPath;
}

export type RingoverDevice = 'ALL' | 'APP' | 'WEB' | 'SIP' | 'MOB' | 'EXT';

/** All but the address and the key: the documented values, or the likeliest. */
export const RINGOVER_REST_DEFAULTS: Omit<RingoverRestSettings, 'url' | 'apiKey'> = {
  timeoutMs: 10_000,
  patienceMs: 60_000,
  device: 'ALL',
  ringS: 30,
  hangUp: undefined,
  toggle: { method: 'POST', path: '/channels/{channel_id}/events/{toggle}/toggle' },
  transfer: {
    method: 'POST',
    path: '/channels/{channel_id}/events/transfer',
    key: 'phone_number',
    numbersAs: 'number',
  },
  digits: { method: 'POST', path: '/channels/{channel_id}/events/dtmf', key: 'dtmf' },
  recording: { method: 'GET', path: '/calls/{call_id}/channels/{channel_id}' },
};

/** Two a second, and room for one that arrives 100 ms late because its connection is new: a callback that is refused is lost. */
export const RINGOVER_REQUEST_INTERVAL_MS = 550;
