import type { ServerResponse } from 'node:http';
import type { DoubleParts } from './double-parts.js';
import type { Fault } from './faults.js';

/** A streamed answer in a vendor's own bytes. */
export interface ModelStream {
  headers?: Readonly<Record<string, string>>;
  /** Sent at once, before the model has thought. */
  opening?: string;
  tokens: Iterable<string>;
  closing: string;
  /** What a fault sends in the place of an event. */
  malformed: string;
  fault: Fault | undefined;
}

/** Sends it as slowly as a model would, and breaks it as its fault wants; ends early when whoever asked has gone. */
export async function streamAnswer(
  response: ServerResponse,
  { clock, waits, latencies }: DoubleParts,
  { headers, opening = '', tokens, closing, malformed, fault }: ModelStream,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
  response.flushHeaders();
  if (opening) response.write(opening);
  try {
    await clock.sleep(waits.draw(latencies.model.firstToken), gone.signal);
    for (const token of tokens) {
      response.write(token);
      if (fault?.kind === 'malformed') return void response.end(malformed);
      if (fault?.kind === 'half-close') return void response.destroy();
      if (fault?.kind === 'trickle') await clock.sleep(60_000, gone.signal);
      await clock.sleep(waits.draw(latencies.model.token), gone.signal);
    }
  } catch (error) {
    if (gone.signal.aborted) return; // whoever asked has gone
    throw error;
  }
  response.end(closing);
}

/** Text word by word, spaces with the word before them. */
export const wordsOf = (text: string): string[] => text.split(/(?<=\s)/).filter((token) => token !== '');

/** About four characters a token. */
export const tokensIn = (text: string): number => Math.ceil(text.length / 4);
