import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { writeApiDocument } from './api-document.js';

describe('openapi.json', () => {
  let document: OpenAPIObject;
  beforeAll(async () => void (document = await writeApiDocument()));

  it('is up to date (else: npm run openapi)', () => {
    expect(JSON.parse(readFileSync('openapi.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('says of each operation how it is called in code, and how it can fail', () => {
    const operations = Object.values(document.paths).flatMap(({ get, post, delete: remove }) =>
      [get, post, remove].flatMap((it) => it ?? []),
    );
    const names = operations.map(({ operationId }) => operationId);
    expect(names.sort()).toEqual([
      'deleteCallRecording',
      'getAgent',
      'getCall',
      'getCallLog',
      'getCallRecording',
      'getCallReport',
      'getHealth',
      'getReady',
      'hangUpCall',
      'listAgents',
      'listCalls',
      'listProviders',
      'placeCall',
    ]);
    const hangUp = document.paths['/api/v1/calls/{id}/hangup']?.post;
    expect(Object.keys(hangUp?.responses ?? {}).sort()).toEqual([
      '200',
      '202',
      '400',
      '401',
      '404',
      '409',
      '500',
      '503',
    ]);
    expect(hangUp?.security).toEqual([{ bearer: [] }]);
  });
});
