import { hash, verify } from '@node-rs/argon2';

/** OWASP's password storage cheat sheet, argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of no password. It takes as long to be compared with as any other: who asks cannot tell whom we know. */
let ofNobody: Promise<string> | undefined;

/** One after the other: who tries passwords must not take the cores that calls are carried with. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const turn = last.then(work);
  last = turn.catch(() => undefined); // whoever asked is told; the next one is not
  return turn;
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password.normalize('NFKC'), COST));

/** @param hashed undefined: nobody has such a name; false, after the same time */
export async function isPassword(hashed: string | undefined, password: string): Promise<boolean> {
  ofNobody ??= hashPassword('nobody');
  const known = hashed ?? (await ofNobody);
  const matches = await inTurn(() => verify(known, password.normalize('NFKC')));
  return matches && hashed !== undefined;
}
