import { createClient, createConfig, type Client } from './generated/client/index.js';

export * from './generated/sdk.gen.js';
export type * from './generated/types.gen.js';
export type { Client };

export interface Access {
  /** Where the api is, such as `https://voice.example.com`. */
  url: string;
  /** An API key, or a token of somebody who signed in; or what gives one, asked before each request. */
  key: string | (() => string | Promise<string>);
}

/** What every operation takes as `client`: `await listCalls({ client: clientFor({ url, key }) })`. */
export const clientFor = ({ url, key }: Access): Client =>
  createClient(
    createConfig({ baseUrl: url.replace(/\/$/, ''), auth: () => (typeof key === 'function' ? key() : key) }),
  );
