import type { Clock } from '@app/kernel';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { parseMessage } from '../wire-message.js';

const serviceAccount = z.object({
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.string().optional(),
  project_id: z.string(),
});

const LIFE_S = 3_600;
const RENEWED_BEFORE_S = 600;
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Who asks Google: a service account, by its key as JSON, or the bearer of an access token. */
export class GoogleAccount {
  readonly #account: z.output<typeof serviceAccount> | undefined;
  #signed: { token: string; untilS: number } | undefined;

  constructor(
    private readonly key: string,
    private readonly clock: Clock,
  ) {
    this.#account = serviceAccount.safeParse(parseMessage(key)).data; // none: it is an access token
  }

  get project(): string | undefined {
    return this.#account?.project_id;
  }

  /**
   * A token that is signed here (AIP-4111), so that nobody must be asked for it, kept for 50 minutes.
   *
   * @throws Error when the account's key is none
   */
  async token(): Promise<string> {
    if (!this.#account) return this.key;
    const nowS = Math.floor(this.clock.date().getTime() / 1_000);
    if (!this.#signed || this.#signed.untilS - nowS < RENEWED_BEFORE_S)
      this.#signed = { token: await sign(this.#account, nowS), untilS: nowS + LIFE_S };
    return this.#signed.token;
  }
}

async function sign(account: z.output<typeof serviceAccount>, nowS: number): Promise<string> {
  const { client_email, private_key, private_key_id } = account;
  const key = await importPKCS8(private_key, 'RS256');
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(private_key_id && { kid: private_key_id }) })
    .setIssuer(client_email)
    .setSubject(client_email)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + LIFE_S)
    .sign(key);
}
