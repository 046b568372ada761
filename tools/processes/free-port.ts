import { createServer } from 'node:net';

/** Whether a server could listen there now. `host` undefined: on every address, as api does. */
export function isFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, ...(host && { host }) }, () => server.close(() => resolve(true)));
  });
}

/** A port of 127.0.0.1 that nobody listens on: `wished` if that is one, else any. */
export async function freePort(wished?: number): Promise<number> {
  if (wished !== undefined && (await isFree(wished, '127.0.0.1'))) return wished;
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
