// A Redis in JavaScript, for a machine that has no other. Takes the path of a redis.conf and reads only its port.
import { readFileSync } from 'node:fs';
import { createRedisMock } from 'js-redis-server';

const port = Number(/^port (\d+)$/m.exec(readFileSync(process.argv[2], 'utf8'))[1]);
const server = await createRedisMock({ port });
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
