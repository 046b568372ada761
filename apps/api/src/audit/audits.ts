import { SetMetadata } from '@nestjs/common';

export const AUDITED = 'audited';

/** What becomes of an operation in the audit log. */
export type Audited = 'here' | 'by-itself';

/** Its store writes the entry, in the transaction of the change. */
export const AuditsItself = () => SetMetadata(AUDITED, 'by-itself' satisfies Audited);

/** For what only reads, and is noted all the same: a listen-in, an export. Nothing is told when it cannot be noted. */
export const Audits = () => SetMetadata(AUDITED, 'here' satisfies Audited);
