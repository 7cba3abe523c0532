/**
 * A TCP port as the other end of the virtual board's line: raw bytes, as ser2net serves a serial port. One client
 * at a time; what the board says while there is none is lost, like on a serial port that nobody has open.
 */
import { createServer, type Socket } from 'node:net';
import { LinkError } from '../seams/errors.js';
import type { OpenWire } from './plug.js';

/** A client that doesn't read holds the board back beyond so many bytes. */
const OUTPUT_KEPT = 4096;
/** Only this machine: whoever can connect can type at the board. */
const HOST = '127.0.0.1';

/** @param port 0 takes any free one @throws LinkError if the port is taken */
export async function openTcpWire(port: number): Promise<OpenWire> {
  let client: Socket | undefined;
  const server = createServer((socket) => {
    if (client) return void socket.destroy();
    client = socket;
    socket.setNoDelay(true);
    // Reads happen in `read`; without a listener the socket stays paused, and the sender is held.
    socket.on('readable', () => {});
    socket.on('error', () => {});
    socket.on('close', () => (client = undefined));
    socket.on('end', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new LinkError(`cannot listen: ${cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message}`, {
          where: `${HOST}:${port}`,
          hint: 'choose another port, or 0 for any free one',
          unavailable: true,
          cause,
        }),
      ),
    );
    server.listen(port, HOST, resolve);
  });
  const address = server.address() as { port: number };
  return {
    path: `tcp://${HOST}:${address.port}`,
    read(most) {
      const waiting = Math.min(most, client?.readableLength ?? 0);
      return (waiting > 0 && (client?.read(waiting) as Uint8Array | null)) || new Uint8Array(0);
    },
    write(bytes) {
      if (!client) return bytes.length;
      if (client.writableLength > OUTPUT_KEPT) return 0;
      client.write(bytes);
      return bytes.length;
    },
    close() {
      client?.destroy();
      server.close();
    },
  };
}
