import type { Clock } from '@app/kernel';
import type { Role } from '@app/persistence';
import { errors, jwtVerify, SignJWT } from 'jose';

/** Of an access token; then it is renewed by the refresh token. */
export const ACCESS_S = 600;

const ISSUER = 'carillon';
const ALGORITHM = 'HS256';
/** RFC 9068: so that no other JWT of ours passes for one. */
const TYPE = 'at+jwt';

/** Says for ten minutes which session somebody has. Who that is, and in which role, is asked of the session. */
export class AccessTokens {
  readonly #key: Uint8Array;

  /** @param secret at least 32 characters; all api processes have the same */
  constructor(
    secret: string,
    private readonly clock: Clock,
  ) {
    this.#key = new TextEncoder().encode(secret);
  }

  issue({ sessionId, personId, role }: { sessionId: string; personId: string; role: Role }): Promise<string> {
    const nowS = Math.floor(this.clock.date().getTime() / 1_000);
    return new SignJWT({ sid: sessionId, role })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setSubject(personId)
      .setIssuedAt(nowS)
      .setExpirationTime(nowS + ACCESS_S)
      .sign(this.#key);
  }

  /** The session's id; undefined for what we did not sign, or signed too long ago. */
  async sessionOf(token: string): Promise<string | undefined> {
    const rules = {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['exp', 'sid'],
    };
    try {
      const { payload } = await jwtVerify(token, this.#key, { ...rules, currentDate: this.clock.date() });
      return typeof payload['sid'] === 'string' ? payload['sid'] : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
