import { loadResampler } from '@app/audio';
import { systemClock } from '@app/kernel';
import { type LiveRedis, openRedis, RedisRequestGate, RedisToggleStates } from '@app/live-state';
import { closePostgres, openPostgres } from '@app/persistence';
import { RINGOVER_REQUEST_INTERVAL_MS, RINGOVER_REST_DEFAULTS, RingoverRest } from '@app/telephony';
import { FliteEngine } from '../../../apps/lab/src/engines/flite.engine.js';
import { newCallFacts } from '../../../apps/lab/src/ringover/call-events.js';
import { RingoverHooks } from '../../../apps/lab/src/ringover/ringover-hooks.js';
import type { HookSection } from '../../../apps/lab/src/ringover/webhook-bodies.js';
import type { Dial } from '../../../apps/lab/src/ringover/rest/dial.js';
import { LAB_KEYS } from '../../../apps/lab/src/ringover/rest/virtual-ringover.js';
import { FaultCentre, type Node } from '../../faults/fault-centre.js';
import { until } from '../../until.js';
import { hurryingClock, servedRingover, type ServedRingover } from '../../virtual-ringover.js';

const SPEECH = new URL('../../../.local/lab/speech', import.meta.url).pathname;
const KEYS = { 'contact-call': 'key-2', 'contact-search': 'key-3', 'smart-routing': 'key-4' };
const USER_NUMBER = '+33184990012';
const KNOWN_CALLER = '+33612340001';
const RECEPTION = '+441632960001';

/** Real api and worker, the providers' doubles, and a virtual Ringover with which they speak over every wire it has. */
export interface RingoverWorld {
  centre: FaultCentre;
  node: Node;
  served: ServedRingover;
  /** The same account, asked by somebody else at the same gate: the limit of two a second is one. */
  rest: RingoverRest;
  engine: FliteEngine;
  keys: Readonly<Record<HookSection, string>>;
  /** Who plays what is dialled, by the callee's digits. */
  callees: Map<string, (dial: Dial) => void>;
  close(): Promise<void>;
}

export async function openRingoverWorld(): Promise<RingoverWorld> {
  await loadResampler();
  const served = await servedRingover(hurryingClock()); // on a busy machine two requests may arrive as one
  const callees = new Map<string, (dial: Dial) => void>();
  served.ringover.onDial((dial) => callees.get(dial.facts.toNumber)?.(dial));
  const account = served.ringover.accountIn('eu');
  const centre = await FaultCentre.open({
    ...{ RINGOVER_API_KEY: LAB_KEYS.eu, RINGOVER_API_URL: served.addresses.eu, RINGOVER_LOOK_EVERY_S: '3' },
    ...{ RINGOVER_OUTBOUND: 'ivr-callback', RINGOVER_IVR_ID: String(account.ivrs[0]?.ivr_id) },
    RINGOVER_HANGUP_PATH: '/channels/{channel_id}/events/hangup',
    ...{ RINGOVER_USER_NUMBER: USER_NUMBER, TRANSFER_DESTINATIONS: `reception=${RECEPTION}` },
    ...{ RINGOVER_CONTACT_CALL_KEY: KEYS['contact-call'], RINGOVER_CONTACT_SEARCH_KEY: KEYS['contact-search'] },
    ...{ RINGOVER_SMART_ROUTING_KEY: KEYS['smart-routing'] },
  });
  await plant(centre);
  const node = await centre.startNode();
  const numbers = node.centre.numbers.map(({ e164 }) => ({ number: Number(e164) }));
  account.ivrs = account.ivrs.map((ivr) => ({ ...ivr, numbers })); // every agent's number may be shown
  await firstAnswers(node);
  const redis = await openRedis({ url: centre.redis.url }, systemClock);
  const engine = new FliteEngine({ cacheFolder: SPEECH });
  return {
    ...{ centre, node, served, engine, callees, rest: restOf(served, redis) },
    keys: { ...KEYS, 'call-event': node.centre.ringover.callEventKey },
    close: async () => {
      await engine.close();
      await redis.close();
      await centre.close();
      await served.close();
    },
  };
}

/** The first questions to a process are answered safely while all that it needs is read for the first time. */
async function firstAnswers({ centre: { apiUrl, ringover, numbers } }: Node): Promise<void> {
  const keys = { ...KEYS, 'call-event': ringover.callEventKey };
  const switches = { idsAs: 'number', retryDelaysMs: [], duplicates: false } as const;
  const hooks = new RingoverHooks({ apiUrl, webhookToken: ringover.webhookToken, keys, switches, clock: systemClock });
  const toNumber = numbers[0]?.e164.slice(1) ?? '';
  await until(async () => {
    const startedAtS = systemClock.date().getTime() / 1_000;
    const facts = newCallFacts({ fromNumber: KNOWN_CALLER.slice(1), toNumber, startedAtS });
    const [route, contact] = [await hooks.askRoute(facts), await hooks.askWhoCalls(facts)];
    return route.body.includes(toNumber) && contact.status === 200;
  });
}

/** Agents that may transfer, and somebody whom they know. */
async function plant(centre: FaultCentre): Promise<void> {
  const prisma = await openPostgres({ url: centre.databaseUrl, poolSize: 1 });
  try {
    await prisma.$executeRaw`UPDATE agent_versions
      SET settings = jsonb_set(settings, '{functions}', (settings->'functions') || '["transfer-call"]')`;
    await prisma.contact.create({ data: { e164: KNOWN_CALLER, name: 'Léa Durand' } });
  } finally {
    await closePostgres(prisma);
  }
}

function restOf({ addresses }: ServedRingover, redis: LiveRedis): RingoverRest {
  const gate = new RedisRequestGate(redis, systemClock, { intervalMs: RINGOVER_REQUEST_INTERVAL_MS });
  const settings = { ...RINGOVER_REST_DEFAULTS, url: addresses.eu, apiKey: LAB_KEYS.eu };
  return new RingoverRest(settings, { gate, toggles: new RedisToggleStates(redis), clock: systemClock, fetch });
}
