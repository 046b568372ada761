import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { writeApiDocument } from './api-document.js';

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['get']>;

describe('openapi.json', () => {
  let document: OpenAPIObject;
  beforeAll(async () => void (document = await writeApiDocument()));

  it('is up to date (else: npm run openapi)', () => {
    expect(JSON.parse(readFileSync('openapi.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('says of each operation how it is called in code, and how it can fail', () => {
    const operations = Object.values(document.paths).flatMap(({ get, post, put, patch, delete: remove }) =>
      [get, post, put, patch, remove].flatMap((it) => it ?? []),
    );
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['getCall', 'hangUpCall', 'placeCall', 'signIn', 'createKey']));
    const plain = operations.filter(({ responses }) => Object.keys(responses).every((status) => status < '400'));
    expect(plain.map(({ operationId }) => operationId)).toEqual([]);
  });

  it('has an example of every body in JSON, and of every problem', () => {
    const contents = Object.values(document.paths)
      .flatMap((path) => Object.values(path) as OperationObject[])
      .flatMap(({ operationId, requestBody, responses }) =>
        [requestBody, ...Object.values(responses)].flatMap((body) =>
          Object.entries((body as { content?: object } | undefined)?.content ?? {}).map(([type, content]) => ({
            ...{ operationId, type },
            told: 'example' in (content as object) || 'examples' in (content as object),
          })),
        ),
      );
    const without = contents.filter(({ type, told }) => /json$/.test(type) && !told);
    expect(contents.length).toBeGreaterThan(100);
    expect(without).toEqual([]);
  });

  it('says how a live call is ended, and what may come of it', () => {
    const hangUp = document.paths['/api/v1/calls/{id}/hangup']?.post;
    expect(Object.keys(hangUp?.responses ?? {}).sort()).toEqual([
      '200',
      '202',
      '400',
      '401',
      '403',
      '404',
      '409',
      '429',
      '500',
      '503',
    ]);
    expect(hangUp?.security).toEqual([{ bearer: [] }]);
  });
});
