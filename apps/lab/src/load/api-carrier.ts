import type { Clock } from '@app/kernel';
import { playRingover, RingoverServer } from '../ringover/rest/ringover-server.js';
import { LAB_KEYS } from '../ringover/rest/virtual-ringover.js';

/** Lines of each agent for calls that ring until the centre has found out that they were busy. */
const LINES_FOR_ORDERS = 6;

/** A virtual Ringover at which all that are called are busy. */
export interface ApiCarrier {
  /** With which a centre places its calls there. */
  env: NodeJS.ProcessEnv;
  /** More of each agent's, so that orders take none from those who ring. */
  lines: number;
  close(): Promise<void>;
}

export async function openApiCarrier(clock: Clock): Promise<ApiCarrier> {
  const played = playRingover(clock);
  played.script.queue({ type: 'busy', afterMs: 300 });
  const server = new RingoverServer(played);
  const { eu } = await server.listen();
  const ivrId = String(played.ringover.accountIn('eu').ivrs[0]?.ivr_id);
  return {
    env: {
      ...{ RINGOVER_API_KEY: LAB_KEYS.eu, RINGOVER_API_URL: eu, RINGOVER_OUTBOUND: 'ivr-callback' },
      ...{ RINGOVER_IVR_ID: ivrId, RINGOVER_RING_S: '20' },
    },
    lines: LINES_FOR_ORDERS,
    close: () => server.close(),
  };
}
