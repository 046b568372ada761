import type { Clock } from '@app/kernel';
import { z } from 'zod';
import type { Centre } from '../call/centre.js';
import { askApi } from './centre-probe.js';

const agent = z.object({
  id: z.string(),
  slug: z.string(),
  liveVersion: z.number(),
  lines: z.number(),
  linesInUse: z.number().nullable(),
});
const agentPage = z.object({ agents: z.array(agent) });
const overflow = z.object({ message: z.string(), transferTo: z.string().nullable() });
const version = z.object({ settings: z.object({ overflow: overflow.optional() }) });

/** An agent and its lines, as the centre tells them. */
export type AgentLines = z.output<typeof agent>;
/** What a caller gets for whom an agent has no line. */
export type Overflow = z.output<typeof overflow>;

const LOOK_EVERY_MS = 500;
/** A lease of 15 s has ended by then, also one that was renewed in the last moment. */
const LOOKED_FOR_MS = 18_000;

/** @throws ProbeFailed */
export const agentsOf = async (centre: Centre): Promise<AgentLines[]> =>
  agentPage.parse(await askApi(centre, '/agents')).agents;

/** Of the version that calls get now; undefined: none is configured. @throws ProbeFailed */
export async function overflowOf(
  centre: Centre,
  { id, liveVersion }: Pick<AgentLines, 'id' | 'liveVersion'>,
): Promise<Overflow | undefined> {
  return version.parse(await askApi(centre, `/agents/${id}/versions/${liveVersion}`)).settings.overflow;
}

/**
 * Whose node is gone ring again, and take new lines: then more are in use than there are calls, until those of the dead
 * are free.
 *
 * @returns ms from now until no more lines were in use than there are calls; 0 when there never were @throws ProbeFailed
 */
export async function linesFreedMs(centre: Centre, calls: number, clock: Clock): Promise<number> {
  const fromMs = clock.nowMs();
  let freedMs = 0;
  while (clock.nowMs() - fromMs < LOOKED_FOR_MS) {
    const inUse = (await agentsOf(centre)).reduce((sum, { linesInUse }) => sum + (linesInUse ?? Infinity), 0);
    if (inUse > calls) freedMs = clock.nowMs() - fromMs;
    await clock.sleep(LOOK_EVERY_MS);
  }
  return freedMs;
}
