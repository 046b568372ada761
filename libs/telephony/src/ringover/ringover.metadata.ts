import type { IncomingHttpHeaders } from 'node:http';
import { atPath } from './lossless-json.js';
import { readId, readPhoneNumber } from './ringover-values.js';
import { readStreamText } from './ringover.wire.js';

/** Where a stream says which call it is: dot paths into its first text; without dots also names in query and headers. */
export interface MetadataPaths {
  callId: string;
  from: string;
  to: string;
}

/** All that a stream said of itself before its first sound. */
export interface StreamIntroduction {
  /** The first text message, if one came. */
  text: string | undefined;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** What of it was found. */
export interface StreamIds {
  callId: string | undefined;
  /** E.164 with `+`. */
  from: string | undefined;
  to: string | undefined;
}

/** Looks in the text, then in the query, then in the headers, for each id by itself. Never throws. */
export function readStreamIds(introduction: StreamIntroduction, paths: MetadataPaths): StreamIds {
  const read = introduction.text === undefined ? undefined : readStreamText(introduction.text);
  const json = read?.type === 'json' ? read.value : undefined;
  const find = <T>(path: string, as: (value: unknown) => T | undefined) =>
    as(atPath(json, path)) ?? as(introduction.query.get(path)) ?? as(headerOf(introduction.headers, path));
  return {
    callId: find(paths.callId, readId),
    from: find(paths.from, readPhoneNumber),
    to: find(paths.to, readPhoneNumber),
  };
}

/** `call_id` is looked for as `call_id`, `call-id` and `x-call-id`: proxies drop names with an underscore. */
function headerOf(headers: IncomingHttpHeaders, name: string): unknown {
  const plain = name.toLowerCase();
  const dashed = plain.replaceAll('_', '-');
  return headers[plain] ?? headers[dashed] ?? headers[`x-${dashed}`];
}
