import { describe, expect, it } from '@jest/globals';
import { signWebhook } from './webhook-signature.js';

const URL_OF_HOOK = 'https://centre.example.com/hook';
const KEY = 'clé-of-the-section';
const BODY = '{"event":"ringing","data":{"call_id":18345678901234567890}}';

/** Reads a token the way RFC 7515 §5.2 says, with the browser's cryptography instead of Node's. */
async function isSignedBy(token: string, key: string): Promise<boolean> {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const bytes = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-512' };
  const imported = await crypto.subtle.importKey('raw', bytes.encode(key), algorithm, false, ['verify']);
  return crypto.subtle.verify(
    'HMAC',
    imported,
    Buffer.from(signature, 'base64url'),
    bytes.encode(`${header}.${payload}`),
  );
}

describe('the signature of a webhook', () => {
  it('is the one that openssl makes of the same claims', () => {
    expect(signWebhook(BODY, { url: URL_OF_HOOK, key: KEY })).toBe(
      'eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.' +
        'eyJ1cmwiOiJodHRwczovL2NlbnRyZS5leGFtcGxlLmNvbS9ob29rIiwicGF5bG9hZCI6eyJldmVudCI6InJpbmdpbmciLCJkYXRhIjp7ImNhbGxfaWQiOjE4MzQ1Njc4OTAxMjM0NTY3ODkwfX19.' +
        'vegjd3T_YL4DWQT8d8iVbkskL02c1_8m_NryPzN4kYUNBvUYotEHnVo9oeWU_a9ZObjJUuN4S_YvQERcr2VDkw',
    );
  });

  it('is verified with its own key, and with no other', async () => {
    const token = signWebhook(BODY, { url: URL_OF_HOOK, key: KEY });
    await expect(isSignedBy(token, KEY)).resolves.toBe(true);
    await expect(isSignedBy(token, `${KEY}x`)).resolves.toBe(false);
  });

  it('covers the event with all digits of its id', () => {
    const [, payload = ''] = signWebhook(BODY, { url: URL_OF_HOOK, key: KEY }).split('.');
    expect(Buffer.from(payload, 'base64url').toString()).toBe(`{"url":"${URL_OF_HOOK}","payload":${BODY}}`);
  });
});
