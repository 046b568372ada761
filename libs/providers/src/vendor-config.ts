/** How long a provider may take over what it owes. Milliseconds. */
export interface ProviderTimeouts {
  /** From dialling to an open socket. */
  connectMs: number;
  /** From asking to the first token, or the first sound. */
  firstMs: number;
  /** Between two tokens, or two stretches of sound. */
  idleMs: number;
  /** A whole answer of a model. */
  wholeMs: number;
  /** How often a socket is asked for a sign of life; one that gave none by the next time is lost. 0: never asked. */
  pingMs: number;
}

export const USUAL_TIMEOUTS: ProviderTimeouts = {
  connectMs: 3_000,
  firstMs: 5_000,
  idleMs: 5_000,
  wholeMs: 60_000,
  pingMs: 5_000,
};

/** What every vendor needs. */
export interface VendorConfig {
  apiKey: string;
  /** May have a path, which is kept in front of the vendor's own. */
  url: string;
  /** The vendor's id of a model, without the vendor. */
  model: string;
  timeouts?: Partial<ProviderTimeouts>;
}

export const timeoutsOf = ({ timeouts }: VendorConfig): ProviderTimeouts => ({ ...USUAL_TIMEOUTS, ...timeouts });

/** A vendor's address with one of its paths behind whatever path it has. */
export function endpoint(base: string, path: string): URL {
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  return url;
}
