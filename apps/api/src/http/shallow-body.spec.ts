import { expect, it } from '@jest/globals';
import { mustBeShallow } from './shallow-body.js';

const look = (json: string) => () => mustBeShallow(undefined, undefined, Buffer.from(json));
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

it.each([
  nested(64),
  `{"a":"${'['.repeat(100)}"}`,
  `{"a":"\\"${'['.repeat(100)}"}`,
  `[${'{},'.repeat(100)}1]`,
  '',
  '"',
])('a body that is not nested too deep is let through: %s', (json) => {
  expect(look(json)).not.toThrow();
});

it.each([nested(65), `{"a\\\\":${nested(64)}}`, '{"a":'.repeat(65)])('one that is, is refused: %s', (json) => {
  expect(look(json)).toThrow(expect.objectContaining({ status: 400 }));
});
