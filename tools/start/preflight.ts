import { CannotStart } from '../processes/cannot-start.js';
import { isFree } from '../processes/free-port.js';
import { pingPostgres, pingRedis } from '../stores/ping.js';

interface Wanted {
  port: number;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
}

/** What can be known to be in the way before anything slow is begun. @throws CannotStart */
export async function preflight({ port, databaseUrl, redisUrl }: Wanted): Promise<void> {
  if (!(await isFree(port)))
    throw new CannotStart(
      `port ${port} is in use: end what listens there, or choose another (PORT=${port + 1} npm start)`,
    );
  if (databaseUrl) await mustAnswer('DATABASE_URL', databaseUrl, /^postgres(ql)?:$/, pingPostgres);
  if (redisUrl) await mustAnswer('REDIS_URL', redisUrl, /^rediss?:$/, pingRedis);
}

async function mustAnswer(
  name: string,
  url: string,
  protocol: RegExp,
  ping: (url: string) => Promise<string | undefined>,
): Promise<void> {
  if (!URL.canParse(url) || !protocol.test(new URL(url).protocol))
    throw new CannotStart(
      `${name} is not an address that begins with ${name === 'REDIS_URL' ? 'redis' : 'postgresql'}://`,
    );
  const problem = await ping(url);
  if (problem !== undefined) throw new CannotStart(`${name}: no answer from ${new URL(url).host} (${problem})`);
}
