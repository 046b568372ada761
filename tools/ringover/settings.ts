import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, readEnv } from '@app/boot';
import { RINGOVER_API_URLS, RINGOVER_REGIONS, type RingoverRegion } from '@app/telephony';
import { z } from 'zod';

/** A number of ours, and the secret part of its stream's address. */
export interface OwnNumber {
  e164: string;
  mediaToken: string;
  agent: string;
}

/** All that the check goes by. */
export interface CheckSettings {
  apiKey: string;
  region: RingoverRegion;
  /** Where to ask; an address that was set by hand has another region beside it only when that one was set too. */
  urls: Readonly<Partial<Record<RingoverRegion, string>>>;
  publicUrl: string;
  webhookToken: string | undefined;
  /** Where the centre answers on this machine. */
  centreUrl: string;
  /** Undefined: no centre runs here, so its numbers are not known. */
  numbers: readonly OwnNumber[] | undefined;
}

const address = z.url({ protocol: /^https?$/, error: 'is not a http or https address' });
const variables = z.object({
  RINGOVER_API_KEY: z.string().regex(/^\S+$/, 'holds white space'),
  RINGOVER_REGION: z.enum(RINGOVER_REGIONS).default('eu'),
  RINGOVER_API_URL: address.optional(),
  RINGOVER_OTHER_API_URL: address.optional(),
  RINGOVER_WEBHOOK_TOKEN: z
    .string()
    .regex(/^[\w-]{16,128}$/, 'is not 16 to 128 letters, digits, _ or -')
    .optional(),
  PUBLIC_URL: address.optional(),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3_000),
  CARILLON_HOME: z.string().default('.local'),
});

const centreFile = z.object({
  apiUrl: z.string(),
  numbers: z.array(z.object({ e164: z.string(), mediaToken: z.string(), agent: z.string() })),
});
const secretsFile = z.object({ webhookToken: z.string() });

/** @throws ConfigError */
export function readSettings(env: NodeJS.ProcessEnv): CheckSettings {
  const read = readEnv(variables, env);
  const { RINGOVER_REGION: region, RINGOVER_API_URL: own, CARILLON_HOME: home, PORT: port } = read;
  const centre = readFrom(join(home, 'centre.json'), centreFile);
  const token = read.RINGOVER_WEBHOOK_TOKEN ?? readFrom(join(home, 'secrets.json'), secretsFile)?.webhookToken;
  const centreUrl = centre?.apiUrl ?? `http://127.0.0.1:${port}`;
  return {
    apiKey: read.RINGOVER_API_KEY,
    region,
    urls: own === undefined ? RINGOVER_API_URLS : ownUrls(region, own, read.RINGOVER_OTHER_API_URL),
    publicUrl: withoutSlash(read.PUBLIC_URL ?? `http://127.0.0.1:${port}`),
    webhookToken: token,
    centreUrl: withoutSlash(centreUrl),
    numbers: centre?.numbers,
  };
}

export { ConfigError };

function ownUrls(region: RingoverRegion, own: string, other: string | undefined): CheckSettings['urls'] {
  const [beside] = RINGOVER_REGIONS.filter((each) => each !== region);
  return { [region]: withoutSlash(own), ...(beside && other !== undefined && { [beside]: withoutSlash(other) }) };
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');

/** Undefined when it is not there, or is not what it was: then a centre of that kind does not run here. */
function readFrom<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
