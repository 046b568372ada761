import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, readEnv } from './read-env.js';

const schema = z
  .object({
    PORT: z.coerce.number().int().max(65_535).default(3_000),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }),
    SECRET: z.string().min(8),
    MODE: z.enum(['plain', 'paired']).default('plain'),
    PAIR: z.string().optional(),
  })
  .refine((env) => env.MODE !== 'paired' || env.PAIR, {
    path: ['PAIR'],
    error: 'is needed when MODE is paired',
    when: () => true,
  });

const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readEnv(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('reading the environment', () => {
  it('gives what the schema makes of it', () => {
    expect(
      readEnv(schema, {
        PORT: '80',
        REDIS_URL: 'redis://127.0.0.1',
        SECRET: 'long enough',
      }),
    ).toMatchObject({
      PORT: 80,
      MODE: 'plain',
    });
  });

  it('names every wrong variable at once, also one that is wrong only beside another', () => {
    const problems = problemsOf({
      PORT: 'hunter',
      REDIS_URL: 'http://hunter',
      SECRET: 'hunter2',
      MODE: 'paired',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['PORT', 'REDIS_URL', 'SECRET', 'PAIR']);
  });

  it('never tells what a variable holds', () => {
    const problems = problemsOf({
      PORT: 'hunter',
      REDIS_URL: 'http://hunter',
      SECRET: 'hunter2',
      MODE: 'hunter',
    });
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).not.toContain('hunter');
  });

  it('says of a missing one that it is not set, and takes an empty one for missing', () => {
    expect(problemsOf({ REDIS_URL: '', SECRET: 'long enough' })).toEqual(['REDIS_URL: is not set']);
    expect(
      readEnv(schema, {
        PORT: ' ',
        REDIS_URL: 'redis://x',
        SECRET: 'long enough',
      }).PORT,
    ).toBe(3_000);
  });
});
