import { type Clock, systemClock } from '@app/kernel';
import { FliteEngine } from '../../engines/flite.engine.js';
import type { RecogniserEngine } from '../../engines/recogniser-engine.js';
import { ScriptEngine } from '../../engines/script.engine.js';
import type { SpeechEngine } from '../../engines/speech-engine.js';
import { DoublesServer } from '../../serve.js';
import { Evidence } from '../evidence.js';
import { Faults } from '../faults.js';
import { type LatencyProfile, Waits } from '../latencies.js';

const NONE = { p50: 0, p95: 0, source: 'none' };
const AT_ONCE: LatencyProfile = {
  recogniser: { final: NONE, interim: NONE },
  model: { firstToken: NONE, token: NONE },
  voice: { firstAudio: NONE, chunk: NONE },
};

export const A_CALL = '0a1b2c3d-0000-4000-8000-0123456789ab';

export interface ServedDoubles {
  /** `http://127.0.0.1:<port>`; `ws` the same for sockets. */
  url: string;
  ws: string;
  faults: Faults;
  evidence: Evidence;
  close(): Promise<void>;
}

/** All doubles on a port of their own, as quick as they can be; the recogniser goes by its script unless told. */
export async function servedDoubles({
  clock = systemClock,
  recognisers = [],
  engine = new FliteEngine(),
}: { clock?: Clock; recognisers?: readonly RecogniserEngine[]; engine?: SpeechEngine } = {}): Promise<ServedDoubles> {
  const [evidence, faults] = [new Evidence(), new Faults()];
  const scripted = new ScriptEngine((callId) => evidence.scriptOf(callId)?.lines ?? []);
  const server = new DoublesServer({
    ...{ clock, engine, evidence, faults },
    ...{ latencies: AT_ONCE, waits: new Waits(1), recognisers: [...recognisers, scripted] },
  });
  const url = await server.listen(0);
  const close = async () => {
    await server.close();
    await engine.close();
  };
  return { url, ws: url.replace('http', 'ws'), faults, evidence, close };
}
