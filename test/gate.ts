import { connect, createServer, type Server, type Socket } from 'node:net';

/** A port in front of a server, that can be shut: what is connected breaks, and nobody gets in until it is opened again. */
export interface Gate {
  /** The server's address, by way of the gate. */
  url: string;
  shut(): Promise<void>;
  /** Whoever is connected stays so, and nothing comes through any more; ended by `shut`. */
  stall(): void;
  reopen(): Promise<void>;
}

/** @param url of a server on this machine */
export async function gateTo(url: string): Promise<Gate> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const beyond = connect(Number(target.port), target.hostname);
    for (const end of [socket, beyond]) {
      sockets.add(end);
      end.on('error', () => undefined); // it was cut: the other end is told by its close
      end.on('close', () => sockets.delete(end));
    }
    socket.pipe(beyond).on('close', () => socket.destroy());
    beyond.pipe(socket).on('close', () => beyond.destroy());
  });
  const port = await listen(server, 0);
  return {
    url: Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href,
    shut: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    stall: () => {
      for (const socket of sockets) socket.pause();
    },
    reopen: async () => void (await listen(server, port)),
  };
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve) =>
    server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
