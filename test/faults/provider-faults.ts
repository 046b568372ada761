import { systemClock } from '@app/kernel';
import type { Double, FaultCentre, Node, PlantedFault } from './fault-centre.js';
import type { Utterance } from '../../apps/lab/src/caller/utterance.js';
import { until } from '../until.js';
import { Caller } from './caller.js';
import { Bystander, livedThrough, type Outcome } from './outcome.js';

export interface ProviderFault {
  name: string;
  plan: Omit<PlantedFault, 'callId'>;
}

const STAGES: readonly Double[] = ['recogniser', 'model', 'voice'];
const KINDS = {
  hangs: { kind: 'hang' },
  trickles: { kind: 'trickle' },
  'breaks off': { kind: 'half-close' },
  'answers 401': { kind: 'status', status: 401 },
  'answers 429': { kind: 'status', status: 429 },
  'answers 500': { kind: 'status', status: 500 },
  'sends what is no message': { kind: 'malformed' },
  'answers nothing': { kind: 'empty' },
} as const;
const FOR_GOOD = 1_000;

/** Each stage with each fault, once; and what most of them look like when they stay. */
export const PROVIDER_FAULTS: readonly ProviderFault[] = [
  ...STAGES.flatMap((double) =>
    Object.entries(KINDS).map(([what, kind]) => ({ name: `${double} ${what}`, plan: { double, ...kind } })),
  ),
  ...STAGES.flatMap((double) => [
    { name: `${double} hangs for good`, plan: { double, kind: 'hang', times: FOR_GOOD } as const },
    { name: `${double} answers 500 for good`, plan: { double, kind: 'status', status: 500, times: FOR_GOOD } as const },
  ]),
];

const AGENT = 'northgate-parcels';
const ANOTHER = 'harbour-hotel';
/** They ring one after the other: what is measured is what faults do to a call, not a rush of thirty in one moment. */
const RING_EVERY_MS = 300;

export interface FaultedCalls {
  outcomes: Outcome[];
  bystander: Bystander;
  /** Of the call beside them. */
  undisturbed: Outcome['record'];
}

/** All faults at the same time, each in a call of its own, and one call without. */
export async function faultedCalls(
  centre: FaultCentre,
  node: Node,
  { faults, lines }: { faults: readonly ProviderFault[]; lines: ReadonlyMap<string, Utterance> },
): Promise<FaultedCalls> {
  const ring = async (seed: number, agent: string) => {
    const caller = await Caller.ring(node.centre, lines, { seed, agent });
    await Promise.all([caller.known(), caller.greeted()]);
    return caller;
  };
  const bystander = new Bystander(await ring(1, ANOTHER));
  const undisturbed = bystander.talk();
  undisturbed.catch(() => undefined); // waited for below, unless something breaks before
  await until(() => bystander.turns > 0); // programs that have just started are slow once
  const outcomes = await Promise.all(
    faults.map(async ({ name, plan }, at) => {
      await systemClock.sleep(at * RING_EVERY_MS);
      const caller = await ring(2 + at, AGENT);
      return livedThrough(caller, name, () => centre.plant({ ...plan, callId: caller.callId }));
    }),
  );
  bystander.enough();
  return { outcomes, bystander, undisturbed: await undisturbed };
}
