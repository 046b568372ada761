import { createHmac } from 'node:crypto';

const encode = (json: string): string => Buffer.from(json).toString('base64url');

/** A token as its maker wants it, header and claims as JSON texts. */
export function signToken(claimsJson: string, key: string, options: { header?: string; hash?: string } = {}): string {
  const { header = '{"alg":"HS512","typ":"JWT"}', hash = 'sha512' } = options;
  const signed = `${encode(header)}.${encode(claimsJson)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

/** As Ringover was seen to sign: the event whole, inside the claims. @param more further claims */
export const signBody = (bodyJson: string, key: string, more = ''): string =>
  signToken(`{"url":"https://example.com/hook","payload":${bodyJson}${more}}`, key);
