/** A part of a list. The cursor is the id of the last one on the page before. */
export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** What Prisma is told: newest first, and one more than asked for, to see whether anything follows. Ids are UUIDs of version 7. */
export const newestFirst = ({ limit, cursor }: PageQuery) =>
  ({
    orderBy: { id: 'desc' },
    take: limit + 1,
    ...(cursor !== undefined && { cursor: { id: cursor }, skip: 1 }),
  }) as const;

export function pageOf<Row extends { id: string }>(
  rows: readonly Row[],
  { limit }: PageQuery,
): { rows: readonly Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
