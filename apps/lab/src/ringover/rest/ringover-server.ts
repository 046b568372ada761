import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@app/kernel';
import type { Region } from './account.js';
import { type ControlParts, controlRingover } from './control-api.js';
import { type DialHooks, DialScript } from './dial-script.js';
import { VirtualRingover } from './virtual-ringover.js';

const PLACES: Readonly<Record<string, Region>> = { ringover: 'eu', 'ringover-us': 'us' };
const API = /^\/(ringover|ringover-us)\/v2(\/.*)?$/;

/** A virtual Ringover whose dialled calls are played by a script. */
export interface PlayedRingover extends ControlParts {
  script: DialScript;
}

/** Nobody is told of calls, and those that are answered last until they are hung up over REST. */
export const SILENT_HOOKS: DialHooks = {
  tell: () => undefined,
  stream: (_dial, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve('caller'), { once: true })),
};

/** @param hooks its call side: webhooks and media server */
export function playRingover(clock: Clock, hooks = SILENT_HOOKS): PlayedRingover {
  const ringover = new VirtualRingover({ clock });
  const script = new DialScript(clock, hooks);
  ringover.onDial((dial) => void script.play(dial));
  return { ringover, clock, script, queueOutcomes: (outcomes) => script.queue(...outcomes) };
}

/** Answers what is for the virtual Ringover: its interface in both regions, and the questions of tests. False: not for it. */
export function takeRingover(request: IncomingMessage, response: ServerResponse, parts: ControlParts): boolean {
  const { pathname } = new URL(request.url ?? '/', 'http://lab');
  const [, place = '', path = '/'] = API.exec(pathname) ?? [];
  const region = PLACES[place];
  if (region === undefined && !/^\/lab\/ringover(\/|$)/.test(pathname)) return false;
  const taken = region
    ? parts.ringover.take(request, response, region, path)
    : controlRingover(request, response, parts);
  taken.catch(() => response.destroy()); // a body that broke off
  return true;
}

/** The virtual Ringover on a port of its own. */
export class RingoverServer {
  readonly #server: Server;

  constructor(parts: ControlParts) {
    this.#server = createServer((request, response) => {
      if (!takeRingover(request, response, parts)) response.writeHead(404).end();
    });
  }

  /** @returns the addresses of the interface, one a region, and the one that control paths stand behind */
  async listen(port = 0): Promise<{ eu: string; us: string; url: string }> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return { eu: `${url}/ringover/v2`, us: `${url}/ringover-us/v2`, url };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
