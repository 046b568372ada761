// `npm run openapi` writes openapi.json, from which clients are made; a spec of the api fails when it is not up to date.
import { writeFileSync } from 'node:fs';
import { writeApiDocument } from '../../apps/api/src/api-document.js';

writeFileSync('openapi.json', `${JSON.stringify(await writeApiDocument(), null, 2)}\n`);
