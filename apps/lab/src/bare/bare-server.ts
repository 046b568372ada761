import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadResampler, PlayoutClock, type SampleRateHz } from '@app/audio';
import { goFirst } from '@app/boot';
import type { Clock } from '@app/kernel';
import { WebSocketServer } from 'ws';
import { MurmurEngine } from '../engines/murmur.engine.js';
import { BareCall, type BareParts } from './bare-call.js';
import { CrowdEar } from './crowd-ear.js';

const STREAM = /^\/api\/v1\/media\/ringover\/[^/]+$/;
const SOUNDS = [
  'Good morning, this is the yardstick, an AI. How can I help you?',
  'We are at twelve Harbour Street, next to the library. Is there anything else I can do for you?',
  'We are open from Monday to Friday, from nine in the morning until five in the afternoon. On Saturdays and Sundays the practice is closed.',
];

/** A voicebot with nothing to it: sockets, one voice detector and one playout clock for all calls, and the same replies. */
export async function serveBare(
  clock: Clock,
  rateHz: SampleRateHz,
  port: number,
): Promise<{ url: string; close: () => void }> {
  await loadResampler();
  const engine = new MurmurEngine();
  const sounds = await Promise.all(SOUNDS.map(async (text) => (await engine.render('slt', text, rateHz)).samples));
  const playout = new PlayoutClock(clock, {
    onFailure: (error) => {
      throw error;
    },
  });
  const server = serverOf({ clock, playout, rateHz, sounds, ear: await CrowdEar.start(clock) });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  goFirst(); // as the product does
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.closeAllConnections(),
  };
}

function serverOf(parts: BareParts): Server {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(request.method === 'POST' ? 204 : 200).end();
  });
  server.on('upgrade', (request, socket, head) => {
    if (!STREAM.test(request.url ?? '')) return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (opened) => new BareCall(opened, parts));
  });
  return server;
}
