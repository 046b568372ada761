import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ComposeService {
  image?: string;
  build?: { context: string; target: string };
  profiles?: string[];
  command?: string[];
  environment?: Record<string, string>;
  env_file?: { path: string; required: boolean }[];
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }> | string[];
  healthcheck?: { disable?: boolean; test?: string[] };
  stop_grace_period?: string;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, null>;
}

/** The compose file as Docker reads it: `<<` merged, and every `${NAME:-usual}` filled in from `env`. */
export function readCompose(env: Readonly<Record<string, string>> = {}): ComposeFile {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  const filled = text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, usual: string) => env[name] ?? usual);
  return parse(filled, { merge: true }) as ComposeFile;
}

/** What runs under a profile: its services, and those that have none. */
export const servicesOf = ({ services }: ComposeFile, profile: string): Record<string, ComposeService> =>
  Object.fromEntries(
    Object.entries(services).filter(([, { profiles }]) => profiles === undefined || profiles.includes(profile)),
  );

/** `where` says where each `service:port` is on this machine. */
export const onThisMachine = (environment: Readonly<Record<string, string>>, where: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      Object.entries(where).reduce((text, [service, address]) => text.replaceAll(service, address), String(value)),
    ]),
  );
