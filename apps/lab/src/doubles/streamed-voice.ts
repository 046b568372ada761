import type { IncomingMessage, ServerResponse } from 'node:http';
import { pcmToBytes, samplesIn } from '@app/audio';
import type { Fault } from './faults.js';
import { type AskedPiece, notePiece, renderedPiece, type VoiceParts } from './voice-parts.js';

const CHUNK_MS = 250;
const TRICKLE_MS = 5_000;

/** The call and number of a piece, as a client may tell them. */
export const pieceNameOf = (request: IncomingMessage): string => String(request.headers['x-client-request-id'] ?? '');

/** A fault of a voice that answers requests; `status` is for whoever refuses in the vendor's words. */
export const voiceFault = ({ faults }: VoiceParts, name: string): Fault | undefined => faults.take('voice', name);

/** Sends a piece as headless sound, as slowly as a voice would, and breaks it as its fault wants. */
export async function streamVoice(
  response: ServerResponse,
  parts: VoiceParts,
  piece: AskedPiece,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'malformed')
    return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const speech = await renderedPiece(parts, piece, gone.signal);
    response.writeHead(200, { 'content-type': 'audio/pcm' });
    if (fault?.kind === 'empty') return void response.end();
    notePiece(parts, piece, speech);
    await send(response, parts, { samples: speech.samples, rateHz: piece.rateHz, fault, gone: gone.signal });
  } catch (error) {
    if (!gone.signal.aborted) throw error; // else whoever asked has gone
  }
}

interface Sending {
  samples: Int16Array;
  rateHz: AskedPiece['rateHz'];
  fault: Fault | undefined;
  gone: AbortSignal;
}

async function send(
  response: ServerResponse,
  { clock, waits, latencies }: VoiceParts,
  { samples, rateHz, fault, gone }: Sending,
): Promise<void> {
  const chunk = samplesIn(CHUNK_MS, rateHz);
  for (let from = 0; from < samples.length; from += chunk) {
    response.write(pcmToBytes(samples.subarray(from, from + chunk)));
    if (fault?.kind === 'half-close') {
      await clock.sleep(TRICKLE_MS / 100, gone); // `fetch` drops what a break finds unread
      return void response.destroy();
    }
    await clock.sleep(fault?.kind === 'trickle' ? TRICKLE_MS : waits.draw(latencies.voice.chunk), gone);
  }
  response.end();
}
