import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError } from '@app/conversation/ports';
import { Body, Controller, Get, NotFoundException, Post, Query, Req } from '@nestjs/common';
import { IsInt, IsString, Max } from 'class-validator';
import type { Request } from 'express';
import { Public } from '../auth/public.js';
import { type ApiUnderTest, startApi } from '../testing/api-under-test.js';
import { TakesQuery } from './query.guard.js';

class NoteDto {
  @IsString()
  readonly text!: string;

  @IsInt()
  @Max(5)
  readonly stars!: number;
}

class PageDto {
  @IsString()
  readonly page!: string;
}

@Controller('odd')
class OddController {
  @Get('bug')
  bug(): never {
    throw new Error('hunter: SELECT * FROM callers WHERE phone = +33612345678');
  }

  @Get('store')
  store(): never {
    throw new StoreError('postgres', 'unavailable', { detail: 'hunter' });
  }

  @Get('nest')
  nest(): never {
    throw new NotFoundException('hunter');
  }

  @Post('notes')
  note(@Body() note: NoteDto): NoteDto {
    return note;
  }

  @Get('pages')
  @TakesQuery()
  page(@Query() query: PageDto): PageDto {
    return query;
  }
}

@Public()
@Controller('webhooks/odd')
class OddWebhooks {
  @Post()
  take(@Req() { body }: Request): unknown {
    return { isBuffer: Buffer.isBuffer(body), text: String(body) };
  }
}

let api: ApiUnderTest;
beforeEach(async () => void (api = await startApi([OddController, OddWebhooks])));
afterEach(() => api.close());

const post = (path: string, body: string, contentType = 'application/json') =>
  api.ask(path, { method: 'POST', body, headers: { 'content-type': contentType } });

describe('a problem', () => {
  it('has the form of RFC 9457, a stable code and the id of the request', async () => {
    const { status, headers, body } = await api.ask('/api/v1/nowhere', { headers: { 'x-request-id': 'my-request-1' } });
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(headers.get('x-request-id')).toBe('my-request-1');
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'route.not-found',
      detail: expect.any(String),
      requestId: 'my-request-1',
    });
    expect(api.logged()).not.toContain('my-request-1'); // a wrong request is its sender's business
  });

  it('tells nothing of a bug but that there is one, and logs it once under its request id, without numbers', async () => {
    const { status, text, body } = await api.ask('/api/v1/odd/bug', { headers: { 'x-request-id': 'my-request-2' } });
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'service.internal', requestId: 'my-request-2' });
    expect(text).not.toMatch(/hunter|SELECT|stack/);
    const lines = api
      .logged()
      .split('\n')
      .filter((line) => line.includes('my-request-2'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('SELECT');
    expect(lines[0]).not.toContain('336');
  });

  it('says of a store that is gone to ask again', async () => {
    const { status, headers, body, text } = await api.ask('/api/v1/odd/store');
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(body).toMatchObject({ code: 'service.unavailable' });
    expect(text).not.toContain('hunter');
  });

  it('does not repeat what a controller said in words of its own', async () => {
    const { status, text } = await api.ask('/api/v1/odd/nest');
    expect(status).toBe(404);
    expect(text).not.toContain('hunter');
  });

  it('does not take a strange id from outside', async () => {
    const { headers } = await api.ask('/health', { headers: { 'x-request-id': '<script>' } });
    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('what comes in', () => {
  it('is refused with every wrong field at once, and no value is told back', async () => {
    const { status, body, text } = await post('/api/v1/odd/notes', '{"text":1,"stars":"hunter","more":"hunter"}');
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'request.invalid' });
    const { errors } = body as { errors: { field: string }[] };
    expect(new Set(errors.map(({ field }) => field))).toEqual(new Set(['text', 'stars', 'more']));
    expect(text).not.toContain('hunter');
  });

  it('is refused when it is not JSON, or more than 100 kB', async () => {
    expect(await post('/api/v1/odd/notes', '{"text":')).toMatchObject({
      status: 400,
      body: { code: 'request.unreadable' },
    });
    const large = JSON.stringify({ text: 'x'.repeat(102_400), stars: 1 });
    expect(await post('/api/v1/odd/notes', large)).toMatchObject({ status: 413, body: { code: 'request.too-large' } });
    const fits = JSON.stringify({ text: 'x'.repeat(102_000), stars: 1 });
    expect((await post('/api/v1/odd/notes', fits)).status).toBe(201);
  });

  it('may have no query parameter that is not known, with a DTO or without', async () => {
    expect(await api.ask('/health?verbose=1')).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ field: 'verbose', problem: 'is not known here' }] },
    });
    expect((await api.ask('/api/v1/odd/pages?page=2')).status).toBe(200);
    expect(await api.ask('/api/v1/odd/pages?page=2&size=3')).toMatchObject({ body: { errors: [{ field: 'size' }] } });
    expect((await api.ask('/api/v1/odd/pages?page=2&page=3')).status).toBe(400);
    expect(await api.ask('/api/v1/odd/pages?page[a]=2')).toMatchObject({
      body: { errors: [{ field: 'page[a]' }, { field: 'page' }] },
    });
  });

  it('reaches a webhook as the exact bytes, whatever it says it is', async () => {
    const odd = '{ "call_id" : 18446744073709551615,\n "x": "\\u00e9é" }';
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const { body } = await post('/api/v1/webhooks/odd', odd, type);
      expect(body).toEqual({ isBuffer: true, text: odd });
    }
    expect((await post('/api/v1/webhooks/odd', 'x'.repeat(102_401))).status).toBe(413);
  });
});

describe('what is signed', () => {
  it('may carry its payload in a header, up to 64 KiB of headers', async () => {
    const signed = (bytes: number) =>
      api.ask('/api/v1/webhooks/odd', { method: 'POST', body: 'x'.repeat(48_000), headers: { 'x-signature': 'x'.repeat(bytes) } }); // prettier-ignore
    expect((await signed(62_000)).status).toBe(201);
    const { port, hostname: host } = new URL(api.url);
    const socket = connect({ port: Number(port), host });
    socket.on('error', () => undefined); // it is closed while we write
    socket.write(`POST /api/v1/webhooks/odd HTTP/1.1\r\nhost: x\r\nx-signature: ${'x'.repeat(70_000)}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('the process', () => {
  it('is alive without its stores, and ready only with them', async () => {
    expect(await api.ask('/ready')).toMatchObject({ status: 200, body: { checks: { postgres: 'up', redis: 'up' } } });
    api.centre.down.add('redis');
    expect((await api.ask('/health')).status).toBe(200);
    expect(await api.ask('/ready')).toMatchObject({
      status: 503,
      body: { code: 'service.not-ready', checks: { postgres: 'up', redis: 'down', node: 'up' } },
    });
  });

  it('is not ready once it is to stop', async () => {
    api.drain();
    expect(await api.ask('/ready')).toMatchObject({ status: 503, body: { checks: { node: 'draining' } } });
  });

  it('tells its metrics, requests by route and never by path', async () => {
    await api.ask('/api/v1/calls/00000000-0000-4000-8000-0000deadbeef');
    await api.ask('/api/v1/hunter');
    const { status, headers, text } = await api.ask('/metrics', { headers: { authorization: '' } });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('route="/api/v1/calls/:id",status="404"');
    expect(text).not.toMatch(/hunter|deadbeef/);
  });

  it('does not say what it is built with, and does not let browsers guess types', async () => {
    const { headers } = await api.ask('/health');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
