import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../build/build.js';
import { birthmark } from '../processes/birthmark.js';
import { CannotStart } from '../processes/cannot-start.js';

/** Secrets of this installation, made up at its first start and kept. */
export interface Secrets {
  webhookToken: string;
  callEventKey: string;
  contactCallKey: string;
  contactSearchKey: string;
  smartRoutingKey: string;
  /** Signs access tokens. */
  authSecret: string;
  /** The first admin, as they sign in; undefined until the database has one. */
  admin?: { email: string; password: string };
  /** An API key that may do everything; undefined until the database has one. */
  adminKey?: string;
}

/** What `npm run lab` and the tests must know of the centre that runs here. */
export interface CentreFile {
  apiUrl: string;
  apiKey: string;
  ringover: {
    webhookToken: string;
    callEventKey: string;
    /** Of the other sections of webhooks; absent: its address is the proof, or nothing is taken. */
    contactCallKey?: string;
    contactSearchKey?: string;
    smartRoutingKey?: string;
    streamRateHz: number;
  };
  numbers: { e164: string; mediaToken: string; agent: string }[];
  lab: { url: string } | null;
  pid: number;
}

/** The private folder: `.local/`, or CARILLON_HOME. What is secret in it only its owner can read. */
export class Home {
  readonly path: string;
  /** Unpacked packages; the same for all private folders of this checkout. */
  readonly software = join(ROOT, '.local/software');

  constructor(path: string | undefined) {
    this.path = path ? resolve(path) : join(ROOT, '.local');
    mkdirSync(this.path, { recursive: true, mode: 0o711 });
  }

  /** Sound of calls; made by the api when the first is kept. */
  get recordings(): string {
    return join(this.path, 'recordings');
  }

  logOf = (name: string) => join(this.path, 'logs', `${name}.log`);

  /** @throws CannotStart when another launcher works in this folder */
  claim(): void {
    const owner = this.#read<{ pid: number; born: string }>('launcher.json');
    if (owner && birthmark(owner.pid) === owner.born)
      throw new CannotStart(
        `Carillon already runs here (process ${owner.pid}); stop it first: Ctrl-C where it runs, or kill ${owner.pid}`,
      );
    this.#write('launcher.json', { pid: process.pid, born: birthmark(process.pid) });
  }

  /** After a start that went well or ill: nothing of it shall be taken for running. */
  release(): void {
    for (const name of ['launcher.json', 'centre.json']) rmSync(join(this.path, name), { force: true });
  }

  secrets(): Secrets {
    const kept = this.#read<Partial<Secrets>>('secrets.json');
    const key = () => randomBytes(48).toString('base64url');
    const made = {
      ...{ webhookToken: randomBytes(24).toString('base64url'), callEventKey: key() },
      ...{ contactCallKey: key(), contactSearchKey: key(), smartRoutingKey: key() },
      authSecret: key(),
    };
    const secrets: Secrets = { ...made, ...kept };
    if (Object.keys(made).some((name) => !kept || !(name in kept))) this.keepSecrets(secrets);
    return secrets;
  }

  keepSecrets(secrets: Secrets): void {
    this.#write('secrets.json', secrets);
  }

  tellCentre(centre: CentreFile): void {
    this.#write('centre.json', centre);
  }

  #read<Content>(name: string): Content | undefined {
    const path = join(this.path, name);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Content) : undefined;
  }

  #write(name: string, content: unknown): void {
    const path = join(this.path, name);
    writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    chmodSync(path, 0o600); // the mode above counts for a new file only
  }
}
