// `npm run openapi` writes openapi.json, and the client in libs/client that is made from it; a spec of the api, and
// `npm run check`, fail when they are not up to date.
import { writeFileSync } from 'node:fs';
import { writeApiDocument } from '../../apps/api/src/api-document.js';
import { CLIENT_FOLDER, writeClient } from './client.js';

writeFileSync('openapi.json', `${JSON.stringify(await writeApiDocument(), null, 2)}\n`);
await writeClient(CLIENT_FOLDER);
