import { describe, expect, it } from '@jest/globals';
import { createLogger, frameworkLogger, type Logger } from './logger.js';

const written = (write: (log: Logger) => void): { lines: Record<string, unknown>[]; raw: string } => {
  let raw = '';
  write(
    createLogger({
      name: 'api',
      level: 'debug',
      destination: { write: (line) => void (raw += line) },
    }),
  );
  const lines = raw.split('\n').filter(Boolean);
  return {
    raw,
    lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};

describe('the log', () => {
  it('is a JSON line with the process, the level by name and the fields', () => {
    const { lines } = written((log) => log.info({ callId: 'c1', tookMs: 3 }, 'call ended'));
    expect(lines).toEqual([
      expect.objectContaining({
        app: 'api',
        level: 'info',
        callId: 'c1',
        tookMs: 3,
        msg: 'call ended',
      }),
    ]);
  });

  it('redacts a transcript and who is in it, at any depth and in any spelling', () => {
    const { raw, lines } = written((log) =>
      log.info({
        callId: 'c1',
        event: { type: 'caller.spoke', text: 'my card is hunter', turn: 2 },
        segments: [{ said: 'hunter', heard: 'hunter', startMs: 5 }],
        headers: {
          Authorization: 'Bearer hunter',
          'xi-api-key': 'hunter',
          'x-request-id': 'r1',
        },
        call: {
          from_number: '+33612345678',
          to: '+33100000000',
          name: 'Hunter',
          contact: { phone: 'hunter' },
        },
        config: {
          DEEPGRAM: { apiKey: 'hunter' },
          postgres: { url: 'postgres://hunter' },
        },
      }),
    );
    expect(raw).not.toMatch(/hunter|336|331/i);
    expect(lines[0]).toMatchObject({
      callId: 'c1',
      event: { type: 'caller.spoke', turn: 2, text: '[redacted]' },
      segments: [{ startMs: 5 }],
      headers: { 'x-request-id': 'r1' },
    });
  });

  it('redacts what a child log carries on every line', () => {
    const { raw } = written((log) => log.child({ callId: 'c1', phone: 'hunter' }).warn('call suffered'));
    expect(raw).not.toContain('hunter');
    expect(raw).toContain('c1');
  });

  it('tells of an error its type, code, message, stack and cause, and nothing that a library hung on it', () => {
    const cause = Object.assign(new Error('refused +33 6 12 34 56 78'), {
      code: 'ECONNREFUSED',
    });
    const error = Object.assign(new TypeError('broke', { cause }), {
      request: { headers: { cookie: 'hunter' } },
    });
    const { raw, lines } = written((log) => log.error({ error }, 'call failed'));
    expect(raw).not.toMatch(/hunter|12 34/);
    expect(lines[0]).toMatchObject({
      error: {
        type: 'TypeError',
        what: 'broke',
        cause: { code: 'ECONNREFUSED', what: 'refused [number]' },
      },
    });
  });

  it('takes an error alone, a huge array, bytes, an address with a token and a circle, and stays a line', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const { raw, lines } = written((log) => {
      log.error(new Error('call +33612345678'));
      log.info({
        circle,
        sound: new Int16Array(160),
        at: new URL('wss://a.example/media/hunter'),
      });
    });
    expect(lines).toHaveLength(2);
    expect(raw).not.toMatch(/hunter|336/);
    expect(lines[1]).toMatchObject({
      sound: '[320 bytes]',
      at: 'wss://a.example',
    });
  });

  it('takes the lines of a framework, keeping the levels that matter', () => {
    const { lines } = written((log) => {
      const framework = frameworkLogger(log);
      framework.log('Mapped {/health, GET} route', 'RouterExplorer');
      framework.error('broke', 'Error: broke\n at x', 'ExceptionsZone');
    });
    expect(lines).toMatchObject([
      {
        level: 'debug',
        context: 'RouterExplorer',
        msg: 'Mapped {/health, GET} route',
      },
      { level: 'error', context: 'ExceptionsZone', msg: 'broke' },
    ]);
  });
});
