import { createHmac } from 'node:crypto';

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/**
 * The value of `X-Ringover-Webhook-Signature`: a JWT (RFC 7519) with HS512 whose claims are the address that the webhook
 * was sent to and the event itself.
 *
 * @param bodyJson goes into the claims as it is, so that a `call_id` of 64 bits keeps all its digits
 * @param key the section's key, as UTF-8
 */
export function signWebhook(bodyJson: string, { url, key }: { url: string; key: string }): string {
  const signed = `${base64url('{"alg":"HS512","typ":"JWT"}')}.${base64url(`{"url":${JSON.stringify(url)},"payload":${bodyJson}}`)}`;
  return `${signed}.${createHmac('sha512', Buffer.from(key, 'utf8')).update(signed).digest('base64url')}`;
}
