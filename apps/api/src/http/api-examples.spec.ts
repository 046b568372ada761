import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { addExamples } from './api-examples.js';

describe('the examples of the api’s document', () => {
  it('are made of those of their members, of their kinds, and of what is named elsewhere', () => {
    const schemas = {
      Page: {
        type: 'object',
        properties: {
          calls: { type: 'array', items: { $ref: '#/components/schemas/Call' } },
          nextCursor: { type: ['string', 'null'] },
        },
      },
      Call: {
        type: 'object',
        properties: {
          id: { type: 'string', format: 'uuid' },
          state: { type: 'string', enum: ['live', 'ended'] },
          name: { type: 'string', example: 'Ada' },
          lines: { type: 'integer', minimum: 3 },
          agent: { allOf: [{ $ref: '#/components/schemas/Agent' }], nullable: true },
        },
      },
      Agent: { type: 'object', properties: { on: { type: 'boolean' } } },
    };
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/Page' } } };
    const paths = { '/calls': { get: { responses: { 200: { description: '', content } } } } };
    const document = { components: { schemas }, paths } as unknown as OpenAPIObject;

    addExamples(document);

    const call = { id: expect.any(String), state: 'live', name: 'Ada', lines: 3, agent: { on: true } };
    expect(content['application/json']).toMatchObject({ example: { calls: [call], nextCursor: 'text' } });
  });
});
