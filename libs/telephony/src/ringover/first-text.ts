import type { Clock } from '@app/kernel';
import type { RawData, WebSocket } from 'ws';

/**
 * The text with which a stream introduces itself; undefined when sound comes first, when nothing comes within `withinMs`,
 * or when the socket closes. Only looks on: a line that owns the socket hears the same messages.
 */
export function firstText(socket: WebSocket, clock: Clock, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (text: string | undefined) => {
      cancel();
      socket.off('message', onMessage);
      socket.off('close', onClose);
      resolve(text);
    };
    const onMessage = (data: RawData, isBinary: boolean) =>
      settle(isBinary || !Buffer.isBuffer(data) ? undefined : data.toString('utf8'));
    const onClose = () => settle(undefined);
    const cancel = clock.after(withinMs, onClose);
    socket.on('message', onMessage);
    socket.on('close', onClose);
  });
}
