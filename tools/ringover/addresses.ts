import { RINGOVER_SECTIONS, type RingoverNumber } from '@app/telephony';
import type { CheckSettings } from './settings.js';

/** What is to be pasted into Ringover's dashboard; these lines hold secrets. */
export interface Addresses {
  lines: string[];
  faults: string[];
}

const LOCAL = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|0\.0\.0\.0)/;

export function addressesOf(settings: CheckSettings, account: readonly RingoverNumber[]): Addresses {
  return {
    lines: [...webhookLines(settings), '', ...streamLines(settings, account)],
    faults: faultsOf(settings),
  };
}

function faultsOf({ publicUrl, webhookToken }: CheckSettings): string[] {
  const { protocol, host } = new URL(publicUrl);
  const faults: string[] = [];
  if (LOCAL.test(host)) faults.push(`not public: PUBLIC_URL is ${publicUrl}, where Ringover cannot reach this machine`);
  else if (protocol !== 'https:')
    faults.push(`no TLS: PUBLIC_URL is ${publicUrl}; Ringover must be given https and wss addresses`);
  if (webhookToken === undefined) faults.push('no webhook token: set RINGOVER_WEBHOOK_TOKEN, or run npm start once');
  return faults;
}

function webhookLines({ publicUrl, webhookToken = '<RINGOVER_WEBHOOK_TOKEN>' }: CheckSettings): string[] {
  const rows = RINGOVER_SECTIONS.map(
    (section) => `  ${section.padEnd(15)} ${publicUrl}/api/v1/webhooks/ringover/${section}/${webhookToken}`,
  );
  return ['Webhooks, to paste under Developer, Webhooks (each section has a key of its own):', ...rows];
}

function streamLines({ publicUrl, numbers }: CheckSettings, account: readonly RingoverNumber[]): string[] {
  if (numbers === undefined)
    return ['Streams: no centre runs on this machine; start it with npm start to see the addresses of its numbers.'];
  const [base, own] = [publicUrl.replace(/^http/, 'ws'), new Set(account.map(({ e164 }) => e164))];
  const rows = numbers.map(({ e164, mediaToken, agent }) => {
    const stranger = account.length > 0 && !own.has(e164) ? '   (not a number of this account)' : '';
    return `  ${e164.padEnd(15)} ${base}/api/v1/media/ringover/${mediaToken}   agent ${agent}${stranger}`;
  });
  const ours = new Set(numbers.map(({ e164 }) => e164));
  const idle = account
    .filter(({ e164 }) => !ours.has(e164))
    .map(({ e164 }) => `  ${e164.padEnd(15)} no agent answers it yet`);
  return ['Audio streams, one a number (to be enabled by Ringover):', ...rows, ...idle];
}
