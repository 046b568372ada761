import { describe, expect, it } from '@jest/globals';
import { type MetadataPaths, readStreamIds, type StreamIntroduction } from './ringover.metadata.js';

const PATHS: MetadataPaths = { callId: 'call_id', from: 'from_number', to: 'to_number' };
const introduction = (parts: Partial<StreamIntroduction>): StreamIntroduction => ({
  text: undefined,
  query: new URLSearchParams(),
  headers: {},
  ...parts,
});

describe('which call a stream says it is', () => {
  const all = { callId: '1834567890123456789', from: '+33612345678', to: '+33184990011' };

  it.each<[string, Partial<StreamIntroduction>]>([
    [
      'in its first text',
      { text: '{"call_id":1834567890123456789,"from_number":33612345678,"to_number":"33184990011"}' },
    ],
    [
      'in its query',
      { query: new URLSearchParams('call_id=1834567890123456789&from_number=33612345678&to_number=33184990011') },
    ],
    [
      'in its headers',
      { headers: { 'x-call-id': '1834567890123456789', 'from-number': '33612345678', to_number: '+33184990011' } },
    ],
  ])('is read %s', (_where, parts) => {
    expect(readStreamIds(introduction(parts), PATHS)).toEqual(all);
  });

  it('is read at the configured paths', () => {
    const text = '{"call":{"id":"7","legs":[{"number":"33612345678"}]},"call_id":"8"}';
    const paths = { callId: 'call.id', from: 'call.legs.0.number', to: 'call.to' };
    expect(readStreamIds(introduction({ text }), paths)).toEqual({ callId: '7', from: '+33612345678', to: undefined });
  });

  it('takes from the query what the text does not say', () => {
    const parts = {
      text: '{"from_number":33612345678}',
      query: new URLSearchParams('call_id=7&from_number=33600000000'),
    };
    expect(readStreamIds(introduction(parts), PATHS)).toMatchObject({ callId: '7', from: '+33612345678' });
  });

  it.each([undefined, 'hello', '7', '[]', '{"call_id":{"a":1}}', '{"call_id":""}', '{"event":"digits","data":"5"}'])(
    'is not known from %p',
    (text) => {
      expect(readStreamIds(introduction({ text }), PATHS).callId).toBeUndefined();
    },
  );
});
