import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeClock as clock } from '../../src/host/node-clock.js';
import { openLink } from '../../src/link/open-link.js';

/** Bounds a hang. */
const LONG_MS = 60_000;

let server: Server | undefined;
afterEach(() => new Promise((done) => (server?.listening ? server.close(done) : done(undefined))));

/** A server on a free port. @returns its address */
async function serve(board: (socket: Socket) => void): Promise<string> {
  const listening = createServer((socket) => {
    socket.on('error', () => undefined);
    board(socket);
  });
  server = listening;
  await new Promise<void>((ready) => listening.listen(0, '127.0.0.1', ready));
  return `tcp://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

describe('a board behind TCP', () => {
  it('carries all 256 values both ways, FF not doubled', async () => {
    const link = await openLink(await serve((socket) => socket.pipe(socket)), { clock });
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte);
    await link.write(bytes);
    const back: number[] = [];
    while (back.length < 256) back.push(...(await link.read(LONG_MS))!.bytes);
    expect(back).toEqual([...bytes]);
    await link.close();
  });

  it('nothing listens', async () => {
    // At this end of a connection nobody listens, and as long as it stands nobody else can.
    const { port } = new URL(await serve((socket) => socket.resume()));
    const taken = connect(Number(port), '127.0.0.1');
    await once(taken, 'connect');
    const address = `tcp://127.0.0.1:${taken.localPort}`;
    const opening = openLink(address, { clock }).finally(() => taken.destroy());
    await expect(opening).rejects.toMatchObject({
      message: 'nothing listens there',
      where: address,
      reason: { unavailable: true },
      exitStatus: 3,
    });
  });

  it('a telnet server is refused with the remedy', async () => {
    const address = await serve((socket) => socket.write(Uint8Array.of(255, 253, 0)));
    const link = await openLink(address, { clock });
    await expect(link.read(LONG_MS)).rejects.toMatchObject({
      message: 'the server speaks telnet, which doubles every FF byte',
      reason: { unavailable: true },
    });
    await link.close();
  });

  it('an FF among data is data', async () => {
    const address = await serve((socket) => socket.write(Uint8Array.of(65, 255, 253)));
    const link = await openLink(address, { clock });
    expect([...(await link.read(LONG_MS))!.bytes]).toEqual([65, 255, 253]);
    await link.close();
  });

  it('a server that ends: what it said can be read, then the link is lost', async () => {
    const address = await serve((socket) => socket.end('bye'));
    const link = await openLink(address, { clock });
    await new Promise<void>((lost) => {
      link.onState((state) => state === 'lost' && lost());
      if (link.state === 'lost') lost();
    });
    expect(Buffer.from((await link.read(LONG_MS))!.bytes).toString()).toBe('bye');
    await expect(link.read(LONG_MS)).rejects.toMatchObject({ reason: { disconnected: true } });
    await expect(link.write(Uint8Array.of(1))).rejects.toMatchObject({ reason: { disconnected: true } });
    await link.close();
  });
});

describe('a peer that does not keep to anything', () => {
  it('one that reads nothing: closing has an end', async () => {
    let peer: Socket | undefined;
    const link = await openLink(await serve((socket) => (peer = socket.pause())), { clock });
    // More than both systems' buffers hold.
    link.write(new Uint8Array(64 << 20)).catch(() => undefined);
    await new Promise((turn) => setImmediate(turn));
    await link.close();
    expect(link.state).toBe('closed');
    peer!.destroy();
  });

  it('one that sends for ever is held back, and nothing of it is lost', async () => {
    const TOTAL = 48 << 20;
    let taken = 0;
    const address = await serve((socket) => {
      const chunk = new Uint8Array(1 << 16).fill(7);
      const more = (): void => {
        while (taken < TOTAL) {
          taken += chunk.length;
          if (!socket.write(chunk)) return void socket.once('drain', more);
        }
      };
      more();
    });
    const link = await openLink(address, { clock });
    let before = -1;
    while (before !== taken) {
      before = taken;
      await clock.sleep(300);
    }
    // Nobody read: the rest waits at the other end.
    expect(taken).toBeLessThan(TOTAL);
    let got = 0;
    while (got < TOTAL) got += (await link.read(LONG_MS))!.bytes.length;
    expect(got).toBe(TOTAL);
    await link.close();
  });
});
