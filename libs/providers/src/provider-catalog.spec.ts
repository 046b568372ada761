import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { catalogOf, UnknownProvider } from './provider-catalog.js';

const deepgram = { apiKey: 'secret', url: 'wss://api.deepgram.com', model: 'nova-3' };
const openai = { apiKey: 'secret', url: 'http://127.0.0.1:4000/openai/v1', model: 'gpt-6-luna' };
const elevenlabs = { apiKey: 'secret', url: 'wss://api.elevenlabs.io', model: 'eleven_flash_v2_5' };

describe('the catalogue', () => {
  it('knows any model of the vendors that are configured', () => {
    const catalog = catalogOf({ deepgram, openai, elevenlabs }, new FakeClock());
    expect(catalog.recogniser('deepgram/nova-3-medical').name).toBe('deepgram/nova-3-medical');
    expect(catalog.model('openai/org/model:1').name).toBe('openai/org/model:1');
    expect(catalog.voice('elevenlabs/eleven_multilingual_v2').name).toBe('elevenlabs/eleven_multilingual_v2');
  });

  it('shows what there is and where it is reached, without a key', () => {
    const catalog = catalogOf({ deepgram, openai }, new FakeClock());
    expect(catalog.list()).toEqual([
      { stage: 'recogniser', name: 'deepgram/nova-3', host: 'api.deepgram.com' },
      { stage: 'model', name: 'openai/gpt-6-luna', host: '127.0.0.1:4000' },
    ]);
  });

  it.each(['deepgram/nova-3', 'openai/', 'openai', '', '/gpt'])('has no model %j, and says what it has', (name) => {
    const catalog = catalogOf({ deepgram, openai }, new FakeClock());
    expect(() => catalog.model(name)).toThrow(UnknownProvider);
    expect(() => catalog.model(name)).toThrow(`no model "${name}" here; there is openai/…`);
  });

  it('says that there is none', () => {
    const catalog = catalogOf({}, new FakeClock());
    expect(() => catalog.voice('elevenlabs/x')).toThrow('no voice "elevenlabs/x" here; there is none');
  });
});
