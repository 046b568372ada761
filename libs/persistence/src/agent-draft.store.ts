import { StoreError } from '@app/conversation/ports';
import type { AgentId, Clock } from '@app/kernel';
import { type AuditNote, type Author, noteIn } from './audit.store.js';
import { Prisma } from './generated/prisma/client.js';
import { newestFirst, pageOf, type PageQuery } from './page.js';
import type { PrismaClient } from './prisma-client.js';
import { readSettings } from './settings.schema.js';
import { storableJson, storableText } from './storable.js';
import { stored } from './stored.js';

export type AgentState = 'live' | 'unpublished' | 'retired';

/** An agent as it is worked on. */
export interface EditedAgent {
  id: AgentId;
  slug: string;
  name: string;
  state: AgentState;
  /** 0: none yet. */
  liveVersion: number;
  /** Lines of its own; null: the installation's. */
  lines: number | null;
  /** Changes with every change of it. */
  revision: number;
  /** Settings that are worked on; undefined: none since the last version. */
  draft: { settings: unknown; author: string; at: Date } | undefined;
  /** What new calls get; undefined before the first version. */
  live: unknown;
  /** Our numbers that it answers, E.164. */
  numbers: readonly string[];
}

export interface AgentVersionInfo {
  number: number;
  author: string;
  createdAt: Date;
}

export interface AgentQuery extends PageQuery {
  state?: AgentState | undefined;
}

/** Not done: the agent is not there, or was changed by another since. */
export type Outdated = 'unknown' | 'stale';

const WHOLE = {
  numbers: { select: { e164: true }, orderBy: { e164: 'asc' } },
  versions: { select: { number: true, settings: true } },
} satisfies Prisma.AgentInclude;
type Row = Prisma.AgentGetPayload<{ include: typeof WHOLE }>;

interface Change {
  data: Prisma.AgentUpdateManyMutationInput;
  note: AuditNote;
}

/**
 * Agents as they are worked on: a draft becomes a version, and a version that was live is never changed again, so that
 * a call keeps what it began with. Who changes an agent says which revision they saw; of two at once, one is told `stale`.
 */
export class AgentDraftStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  /** It takes no calls before its first version. @throws StoreError `conflict` when there is such a slug */
  async create(by: Author, { slug, name, lines, settings }: NewDraft): Promise<EditedAgent> {
    const at = this.clock.date();
    const data = { slug, name: storableText(name), lines, liveVersion: 0, ...draftOf(settings, by, at) };
    return stored(
      this.prisma.$transaction(async (tx) => {
        const row = await tx.agent.create({ data, include: WHOLE });
        await noteIn(tx, by, at, {
          action: 'agent.created',
          subject: subjectOf(row.id),
          after: { slug, lines, settings },
        });
        return editedOf(row);
      }),
    );
  }

  /** Newest first. @throws StoreError */
  async list(query: AgentQuery): Promise<{ agents: EditedAgent[]; nextCursor: string | null }> {
    const found = this.prisma.agent.findMany({
      where: WHERE[query.state ?? 'any'],
      include: WHOLE,
      ...newestFirst(query),
    });
    const { rows, nextCursor } = pageOf(await stored(found), query);
    return { agents: rows.map(editedOf), nextCursor };
  }

  /** @param id a UUID @throws StoreError */
  async get(id: string): Promise<EditedAgent | undefined> {
    const row = await stored(this.prisma.agent.findUnique({ where: { id }, include: WHOLE }));
    return row ? editedOf(row) : undefined;
  }

  /** @throws StoreError */
  async saveDraft(by: Author, { id, revision }: Seen, settings: unknown): Promise<EditedAgent | Outdated> {
    return this.#change(by, { id, revision }, (agent, at) => ({
      data: draftOf(settings, by, at),
      note: { action: 'agent.drafted', before: agent.draft?.settings ?? agent.live, after: settings },
    }));
  }

  /** Back to what is live. @throws StoreError */
  async dropDraft(by: Author, seen: Seen): Promise<EditedAgent | Outdated> {
    return this.#change(by, seen, ({ draft }) => ({
      data: NO_DRAFT,
      note: { action: 'agent.draft-dropped', before: draft?.settings },
    }));
  }

  /** Its draft becomes the next version, and new calls get it. @throws StoreError `unreadable` where settings do not follow their form, `conflict` without a draft */
  async publish(by: Author, seen: Seen): Promise<EditedAgent | Outdated> {
    return this.#change(by, seen, async ({ slug, draft, live, id }, publishedAt, tx) => {
      if (!draft) throw new StoreError('postgres', 'conflict', { detail: 'no draft' });
      const settings = readSettings(slug, draft.settings);
      const newest = await tx.agentVersion.aggregate({ where: { agentId: id }, _max: { number: true } });
      const number = (newest._max.number ?? 0) + 1;
      const times = { createdAt: publishedAt, publishedAt };
      await tx.agentVersion.create({
        data: { agentId: id, number, settings: storableJson(settings), author: by.name, ...times },
      });
      return {
        data: { liveVersion: number, name: storableText(settings.agent.name), ...NO_DRAFT },
        note: { action: 'agent.published', before: live, after: settings },
      };
    });
  }

  /** New calls get this version again. @throws StoreError `not-found`: no such version; `unreadable` */
  async rollBack(by: Author, seen: Seen, version: number): Promise<EditedAgent | Outdated> {
    return this.#change(by, seen, async ({ id, slug, liveVersion }, _at, tx) => {
      const where = { agentId_number: { agentId: id, number: version } };
      const row = await tx.agentVersion.findUnique({ where });
      if (!row) throw new StoreError('postgres', 'not-found', { detail: 'version of an agent' });
      const { agent } = readSettings(slug, row.settings);
      return {
        data: { liveVersion: version, name: agent.name },
        note: { action: 'agent.rolled-back', before: { liveVersion }, after: { liveVersion: version } },
      };
    });
  }

  /** @param lines null: as many as the installation gives @throws StoreError */
  async setLines(by: Author, seen: Seen, lines: number | null): Promise<EditedAgent | Outdated> {
    return this.#change(by, seen, (agent) => ({
      data: { lines },
      note: { action: 'agent.changed', before: { lines: agent.lines }, after: { lines } },
    }));
  }

  /** It takes no new calls; those that it has go on. @throws StoreError `conflict` while numbers are its own */
  async retire(by: Author, seen: Seen): Promise<EditedAgent | Outdated> {
    return this.#change(by, seen, ({ numbers }, retiredAt) => {
      if (numbers.length > 0) throw new StoreError('postgres', 'conflict', { detail: 'it has numbers' });
      return { data: { retiredAt }, note: { action: 'agent.retired' } };
    });
  }

  /** @throws StoreError */
  async restore(by: Author, seen: Seen): Promise<EditedAgent | Outdated> {
    return this.#change(by, seen, () => ({ data: { retiredAt: null }, note: { action: 'agent.restored' } }));
  }

  /** Newest first; `before` is the number of the last one on the page before. @throws StoreError */
  async versions(agentId: string, { limit, before }: { limit: number; before?: number }): Promise<AgentVersionInfo[]> {
    const where = { agentId, ...(before !== undefined && { number: { lt: before } }) };
    const select = { number: true, author: true, createdAt: true } as const;
    return stored(this.prisma.agentVersion.findMany({ where, select, orderBy: { number: 'desc' }, take: limit }));
  }

  /** Its settings as they are stored. @throws StoreError */
  async version(agentId: string, number: number): Promise<unknown> {
    const where = { agentId_number: { agentId, number } };
    return (await stored(this.prisma.agentVersion.findUnique({ where })))?.settings;
  }

  async #change(
    by: Author,
    { id, revision }: Seen,
    change: (agent: EditedAgent, at: Date, tx: Prisma.TransactionClient) => Change | Promise<Change>,
  ): Promise<EditedAgent | Outdated> {
    const at = this.clock.date();
    return stored(
      this.prisma.$transaction(async (tx) => {
        // first the row, so that a second one waits, and then finds another revision
        const { count } = await tx.agent.updateMany({ where: { id, revision }, data: { revision: { increment: 1 } } });
        const row = await tx.agent.findUnique({ where: { id }, include: WHOLE });
        if (!row) return 'unknown';
        if (count === 0) return 'stale';
        const { data, note } = await change(editedOf(row), at, tx);
        await noteIn(tx, by, at, { ...note, subject: subjectOf(id) });
        return editedOf(await tx.agent.update({ where: { id }, data, include: WHOLE }));
      }),
    );
  }
}

/** Which agent, and as of which revision. */
interface Seen {
  id: string;
  revision: number;
}

interface NewDraft {
  /** Stable, lower case. */
  slug: string;
  name: string;
  lines: number | null;
  settings: unknown;
}

const WHERE: Readonly<Record<AgentState | 'any', Prisma.AgentWhereInput>> = {
  live: { retiredAt: null, liveVersion: { gt: 0 } },
  unpublished: { retiredAt: null, liveVersion: 0 },
  retired: { retiredAt: { not: null } },
  any: {},
};

const NO_DRAFT = { draft: Prisma.DbNull, draftAuthor: null, draftAt: null };
const draftOf = (settings: unknown, by: Author, draftAt: Date) => ({
  ...{ draft: storableJson(settings), draftAuthor: by.name, draftAt },
});

const subjectOf = (id: string) => ({ type: 'agent', id });

const editedOf = ({ id, slug, name, liveVersion, lines, revision, retiredAt, ...row }: Row): EditedAgent => ({
  ...{ id: id as AgentId, slug, name, liveVersion, lines, revision },
  state: retiredAt ? 'retired' : liveVersion > 0 ? 'live' : 'unpublished',
  draft:
    row.draft === null
      ? undefined
      : { settings: row.draft, author: row.draftAuthor ?? 'system', at: row.draftAt ?? row.updatedAt },
  live: row.versions.find(({ number }) => number === liveVersion)?.settings,
  numbers: row.numbers.map(({ e164 }) => e164),
});
