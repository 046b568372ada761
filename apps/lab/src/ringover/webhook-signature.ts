import { createHmac } from 'node:crypto';

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/**
 * The value of `X-Ringover-Webhook-Signature`: a JWT (RFC 7519) with HS512 whose claims are the address that the webhook
 * was sent to and the event itself.
 *
 * @param bodyJson goes into the claims as it is, so that a `call_id` of 64 bits keeps all its digits
 * @param key the section's key, as UTF-8
 */
export const signWebhook = (bodyJson: string, { url, key }: { url: string; key: string }): string =>
  signed(`{"url":${JSON.stringify(url)},"payload":${bodyJson}}`, key);

function signed(claimsJson: string, key: string): string {
  const text = `${base64url('{"alg":"HS512","typ":"JWT"}')}.${base64url(claimsJson)}`;
  return `${text}.${createHmac('sha512', Buffer.from(key, 'utf8')).update(text).digest('base64url')}`;
}

/** Every way in which a delivery of Ringover's is documented, or was seen, to prove itself. */
export const SIGNATURES = [
  'jwt-v1',
  'jwt-v1-flat',
  'jwt-v1-bearer',
  'hmac-v3',
  'legacy-hex',
  'api-key',
  'api-key-base64',
  'none',
] as const;
export type Signature = (typeof SIGNATURES)[number];

/** The headers that prove a body. @param atS the sender's clock: V3 signs it */
export function proofOf(
  signature: Signature,
  { body, url, key, atS }: { body: string; url: string; key: string; atS: number },
): Record<string, string> {
  const hmac = (text: string) => createHmac('sha256', Buffer.from(key, 'utf8')).update(text);
  switch (signature) {
    case 'jwt-v1':
      return { 'X-Ringover-Webhook-Signature': signWebhook(body, { url, key }) };
    case 'jwt-v1-flat':
      return { 'X-Ringover-Webhook-Signature': signed(body, key) };
    case 'jwt-v1-bearer':
      return { Authorization: `Bearer ${signWebhook(body, { url, key })}` };
    case 'hmac-v3': {
      const time = String(Math.round(atS));
      return {
        'X-Ringover-Webhook-Signature-V3': hmac(`POST${url}${body}${time}`).digest('base64'),
        'X-Ringover-Request-Signature-V3-Timestamp': time,
      };
    }
    case 'legacy-hex':
      return { 'X-Ringover-Signature': hmac(body).digest('hex') };
    case 'api-key':
      return { Authorization: key };
    case 'api-key-base64':
      return { Authorization: `Bearer ${Buffer.from(key, 'utf8').toString('base64')}` };
    case 'none':
      return {};
  }
}
