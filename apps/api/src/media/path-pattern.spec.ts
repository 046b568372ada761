import { describe, expect, it } from '@jest/globals';
import { pathPattern } from './path-pattern.js';

describe('a path with named parts', () => {
  const match = pathPattern('/api/v1/media/ringover/:token');

  it.each([
    ['/api/v1/media/ringover/abc', 'abc'],
    ['/api/v1/media/ringover/a%2Fb', 'a/b'],
  ])('takes %s', (path, token) => {
    expect(match(path)).toEqual({ token });
  });

  it.each([
    '',
    '/',
    '/api/v1/media/ringover',
    '/api/v1/media/ringover/',
    '/api/v1/media/ringover/a/',
    '/api/v1/media/ringover/a/b',
    '/api/v1/media/RINGOVER/a',
    '//api/v1/media/ringover/a',
    '/api/v1/media/ringover/%',
    'http://host/api/v1/media/ringover/a',
  ])('does not take %p', (path) => {
    expect(match(path)).toBeUndefined();
  });

  it('takes an exact path and no other', () => {
    expect(pathPattern('/talk')('/talk')).toEqual({});
    expect(pathPattern('/talk')('/talks')).toBeUndefined();
  });
});
