import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newCallId } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { freshDatabase } from '../../../test/stores.js';
import { ApiKeyStore } from './api-key.store.js';
import { AuditStore, type Author, SYSTEM } from './audit.store.js';
import { type OpenSession, type Person, PersonStore, SessionStore } from './index.js';
import { type PostgresForSpecs, postgresForSpecs } from './testing/index.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let count = 0;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

const PASSWORD = 'correct horse battery staple';
const ADA: Author = { kind: 'person', id: newCallId(), name: 'Ada', requestId: 'request-1', address: '192.0.2.7' };

const open = () => {
  const clock = new FakeClock();
  const { prisma } = postgres;
  const audit = new AuditStore(prisma, clock);
  return { clock, audit, people: new PersonStore(prisma, clock), sessions: new SessionStore(prisma, clock) };
};
const somebody = (role: Person['role'] = 'viewer') =>
  open().people.create(SYSTEM, { email: `Person.${(count += 1)}@example.com`, name: 'Bea', role, password: PASSWORD });
const told = (session: OpenSession | string): OpenSession => {
  if (typeof session === 'string') throw new Error(session);
  return session;
};

describe('a person', () => {
  it('is let in by address, however it is written, and password', async () => {
    const [{ people }, person] = [open(), await somebody()];
    expect(person).toMatchObject({ email: `person.${count}@example.com`, role: 'viewer', disabledAt: null });
    expect(await people.signIn(person.email.toUpperCase(), PASSWORD)).toEqual(person);
    expect(await people.signIn(person.email, `${PASSWORD}.`)).toBeUndefined();
    expect(await people.signIn('nobody@example.com', PASSWORD)).toBeUndefined();
  });

  it('is known by an address that nobody else has', async () => {
    const { email } = await somebody();
    const again = open().people.create(SYSTEM, { email, name: 'Cy', role: 'viewer', password: PASSWORD });
    await expect(again).rejects.toMatchObject({ code: 'store.conflict' });
  });

  it('keeps no password, only what argon2id makes of it', async () => {
    const { id } = await somebody();
    const row = await postgres.prisma.person.findUniqueOrThrow({ where: { id } });
    expect(row.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(await postgres.prisma.auditEntry.findMany())).not.toContain('argon2');
  });

  it('who is disabled is signed out and not let in', async () => {
    const [{ people, sessions }, person] = [open(), await somebody()];
    const { sessionId, refreshToken } = await sessions.begin(person);
    await people.change(ADA, person.id, { disabled: true });
    expect(await sessions.personOf(sessionId)).toBeUndefined();
    expect(await sessions.renew(refreshToken)).toBe('refused');
    expect(await people.signIn(person.email, PASSWORD)).toBeUndefined();
    await people.change(ADA, person.id, { disabled: false });
    expect(await people.signIn(person.email, PASSWORD)).toMatchObject({ id: person.id });
    expect(await sessions.personOf(sessionId)).toBeUndefined();
  });

  it('with a new password is signed out everywhere', async () => {
    const [{ people, sessions }, person] = [open(), await somebody()];
    const { sessionId } = await sessions.begin(person);
    await people.setPassword(ADA, person.id, 'another long password');
    expect(await sessions.personOf(sessionId)).toBeUndefined();
    expect(await people.signIn(person.email, PASSWORD)).toBeUndefined();
    expect(await people.signIn(person.email, 'another long password')).toMatchObject({ id: person.id });
    await expect(people.setPassword(ADA, newCallId(), PASSWORD)).rejects.toMatchObject({ code: 'store.not-found' });
  });

  it('who is the last admin stays one, also when two are taken away at once', async () => {
    const { people } = open();
    const [one, two] = [await somebody('admin'), await somebody('admin')];
    const changes = [people.change(ADA, one.id, { role: 'viewer' }), people.change(ADA, two.id, { disabled: true })];
    expect((await Promise.all(changes)).filter((outcome) => outcome === 'last-admin')).toHaveLength(1);
    expect(await people.hasAdmin()).toBe(true);
    expect(await people.change(ADA, newCallId(), {})).toBe('unknown');
  });
});

describe('a session', () => {
  it('is renewed by a token that works once and brings the next', async () => {
    const [{ sessions }, person] = [open(), await somebody()];
    const first = await sessions.begin(person);
    const second = told(await sessions.renew(first.refreshToken));
    expect(second).toMatchObject({ sessionId: first.sessionId, person });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const rows = await postgres.prisma.refreshToken.findMany({ where: { sessionId: first.sessionId } });
    expect(JSON.stringify(rows)).not.toContain(first.refreshToken);
    expect(await sessions.personOf(first.sessionId)).toEqual(person);
  });

  it('ends, with all its tokens, when one of them comes a second time', async () => {
    const { sessions } = open();
    const first = await sessions.begin(await somebody());
    const second = told(await sessions.renew(first.refreshToken));
    expect(await sessions.renew(first.refreshToken)).toBe('reused');
    expect(await sessions.renew(second.refreshToken)).toBe('refused');
    expect(await sessions.personOf(first.sessionId)).toBeUndefined();
  });

  it('gives one of two who bring the same token at once the next', async () => {
    const { sessions } = open();
    const { refreshToken } = await sessions.begin(await somebody());
    const outcomes = await Promise.all([sessions.renew(refreshToken), sessions.renew(refreshToken)]);
    expect(outcomes.filter((outcome) => outcome === 'reused')).toHaveLength(1);
  });

  it('ends when asked to, with a month, and is nobody’s with a token that nobody gave out', async () => {
    const [{ clock, sessions }, person] = [open(), await somebody()];
    const [left, old] = [await sessions.begin(person), await sessions.begin(person)];
    expect(await sessions.endByToken(left.refreshToken)).toBe(left.sessionId);
    expect(await sessions.endByToken(`cr_${'A'.repeat(43)}`)).toBeUndefined();
    expect(await sessions.personOf(left.sessionId)).toBeUndefined();
    await clock.advance(30 * 24 * 3_600_000);
    expect(await sessions.personOf(old.sessionId)).toBeUndefined();
    expect(await sessions.renew(old.refreshToken)).toBe('refused');
    for (const token of ['', 'cr_', 'cr_\0', `cr_${'A'.repeat(43)}`])
      expect(await sessions.renew(token)).toBe('refused');
  });
});

describe('the sessions of a person', () => {
  const listed = async (sessions: SessionStore, { id }: Person, cursor?: string) =>
    (await sessions.list(id, { limit: 2, cursor })).sessions;

  it('are told while they last, with when they were renewed and from where they were begun', async () => {
    const [{ clock, audit, sessions }, person] = [open(), await somebody()];
    const first = await sessions.begin(person);
    await audit.note(ADA, { action: 'session.began', subject: { type: 'session', id: first.sessionId } });
    await clock.advance(60_000);
    await sessions.renew(first.refreshToken);
    const { sessionId } = await sessions.begin(person);
    await sessions.begin(await somebody());
    expect(await listed(sessions, person)).toMatchObject([
      { id: sessionId, renewedAt: new Date(60_000), address: null },
      { id: first.sessionId, createdAt: new Date(0), renewedAt: new Date(60_000), address: '192.0.2.7' },
    ]);
    expect(await listed(sessions, person, sessionId)).toMatchObject([{ id: first.sessionId }]);
    await clock.advance(30 * 24 * 3_600_000 - 60_000);
    expect(await listed(sessions, person)).toMatchObject([{ id: sessionId }]);
  });

  it('are revoked by nobody else, with their tokens, and that is noted once', async () => {
    const [{ audit, sessions }, person] = [open(), await somebody()];
    const [kept, lost] = [await sessions.begin(person), await sessions.begin(person)];
    expect(await sessions.revoke(ADA, newCallId(), lost.sessionId)).toBe(false);
    for (let n = 0; n < 2; n += 1) expect(await sessions.revoke(ADA, person.id, lost.sessionId)).toBe(true);
    expect(await sessions.renew(lost.refreshToken)).toBe('refused');
    expect(await listed(sessions, person)).toMatchObject([{ id: kept.sessionId }]);
    const { entries } = await audit.list({ limit: 10, subjectType: 'session', subjectId: lost.sessionId });
    expect(entries.map(({ action }) => action)).toEqual(['session.revoked']);
  });
});

describe('the audit log', () => {
  it('tells who changed what, before and after, in the transaction of the change', async () => {
    const [{ audit, people }, person] = [open(), await somebody()];
    await people.change(ADA, person.id, { role: 'supervisor' });
    const { entries } = await audit.list({ limit: 5, subjectType: 'person', subjectId: person.id });
    const { requestId, address, ...by } = ADA;
    const facts = { email: person.email, name: 'Bea', disabled: false };
    expect(entries).toMatchObject([
      {
        ...{ action: 'person.changed', by, requestId, address, subject: { type: 'person', id: person.id } },
        ...{ before: { ...facts, role: 'viewer' }, after: { ...facts, role: 'supervisor' } },
      },
      { action: 'person.created', by: SYSTEM, before: null },
    ]);
  });

  it('is told by pages, newest first, and by who, what and when', async () => {
    const { audit, clock } = open();
    const by: Author = { kind: 'key', id: newCallId(), name: 'CRM' };
    for (let n = 0; n < 5; n += 1) {
      await audit.note(by, { action: `act.${n % 2}`, subject: { type: 'call', id: `c\0${n}` } });
      await clock.advance(1_000);
    }
    const ids = async (query: object) =>
      (await audit.list({ limit: 10, byId: by.id ?? '', ...query })).entries.map(({ subject }) => subject?.id.at(-1));
    const page = await audit.list({ limit: 2, byId: by.id ?? '' });
    expect(page.entries.map(({ subject }) => subject?.id)).toEqual(['c\uFFFD4', 'c\uFFFD3']);
    expect(await ids({ cursor: page.nextCursor ?? '' })).toEqual(['2', '1', '0']);
    expect((await audit.list({ limit: 5, byId: by.id ?? '' })).nextCursor).toBeNull();
    expect(await ids({ action: 'act.1' })).toEqual(['3', '1']);
    expect(await ids({ since: new Date(1_000), until: new Date(3_000) })).toEqual(['2', '1']);
  });
});

describe('keys', () => {
  it('are listed without what they are, and revoked once', async () => {
    const { audit, clock } = open();
    const keys = new ApiKeyStore(postgres.prisma, clock);
    const { key, secret } = await keys.issue(ADA, 'CRM', ['calls:read']);
    const [listed] = (await keys.list({ limit: 1 })).keys;
    expect(listed).toEqual(key);
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect([await keys.revoke(ADA, key.id), await keys.revoke(ADA, key.id)]).toEqual([true, true]);
    expect(await keys.revoke(ADA, newCallId())).toBe(false);
    expect(await keys.verify(secret)).toBeUndefined();
    const { entries } = await audit.list({ limit: 5, subjectId: key.id });
    expect(entries.map(({ action }) => action)).toEqual(['key.revoked', 'key.created']);
  });
});
