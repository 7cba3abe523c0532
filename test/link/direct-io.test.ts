/** Reading and writing a port on this thread: what the system says, and when the port closes or goes away meanwhile. */
import { EventEmitter } from 'node:events';
import { readSync, writeSync } from 'node:fs';
import { SerialPort } from 'serialport';
import { afterEach, describe, expect, it } from 'vitest';
import { useDirectIo, type Calls, type UnixBinding } from '../../src/link/direct-io.js';
import { fakePort, type FakePort } from '../fakes/pty.js';

const code = (name: string, more: object = {}): Error => Object.assign(new Error(name), { code: name }, more);
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A binding over calls that do in turn what they are told: a number is returned, an error thrown. */
function scripted(script: (number | Error)[]): { unix: UnixBinding; poller: EventEmitter; at: number[] } {
  const at: number[] = [];
  const next = (offset: number): number => {
    at.push(offset);
    const step = script.shift() ?? code('EAGAIN');
    if (typeof step === 'number') return step;
    throw step;
  };
  const calls: Calls = {
    read: (_fd, _buffer, offset) => next(offset),
    write: (_fd, _buffer, offset) => next(offset),
  };
  const poller = new EventEmitter();
  const unix = { fd: 7, isOpen: true, poller, writeOperation: null } as unknown as UnixBinding;
  useDirectIo(unix, calls);
  return { unix, poller, at };
}

describe('one call after another', () => {
  const buffer = Buffer.alloc(10);

  it('a read that finds nothing waits for the poller, and tries again', async () => {
    const { unix, poller, at } = scripted([code('EAGAIN'), code('EINTR'), 4]);
    const read = unix.read(buffer, 3, 7);
    await turn();
    expect(at).toEqual([3]);
    poller.emit('readable', null);
    await turn();
    poller.emit('readable', null);
    expect(await read).toEqual({ buffer, bytesRead: 4 });
    expect(at).toEqual([3, 3, 3]);
  });

  it('a write goes on behind what was taken, and tells the library when it is over', async () => {
    const { unix, poller, at } = scripted([4, code('EAGAIN'), 0, 6]);
    const write = unix.write(buffer);
    await turn();
    expect([at, unix.writeOperation]).toEqual([[0, 4], write]);
    poller.emit('writable', null);
    await write;
    expect([at, unix.writeOperation]).toEqual([[0, 4, 4, 4], null]);
  });

  it('a terminal that was hung up is asked again, with pauses', async () => {
    const { unix, at } = scripted([0, 0, 2]);
    const read = unix.read(buffer, 0, 5);
    await turn();
    expect(at).toEqual([0]);
    expect(await read).toMatchObject({ bytesRead: 2 });
    expect(at).toEqual([0, 0, 0]);
  });

  it.each([
    ['ENXIO', {}, true],
    ['EBADF', {}, true],
    ['EIO', {}, undefined],
    ['EOTHER', { errno: -1 }, true],
  ])('%s is an error of the port', async (name, more, disconnect) => {
    const { unix } = scripted([code(name, more)]);
    await expect(unix.read(buffer, 0, 1)).rejects.toMatchObject({ code: name });
    const again = scripted([code(name, more)]);
    const error = (await again.unix.write(buffer).catch((thrown: unknown) => thrown)) as { disconnect?: boolean };
    expect(error.disconnect).toBe(disconnect);
  });

  it('what the poller says of its end is passed on, and a closed port is not called any more', async () => {
    const { unix, poller, at } = scripted([]);
    const read = unix.read(buffer, 0, 1);
    poller.emit('readable', Object.assign(new Error('Canceled'), { canceled: true }));
    await expect(read).rejects.toMatchObject({ canceled: true });
    const late = unix.read(buffer, 0, 1);
    const write = unix.write(buffer);
    Object.assign(unix, { isOpen: false, fd: null });
    poller.emit('readable', null);
    poller.emit('writable', null);
    await expect(late).rejects.toMatchObject({ message: 'Port is not open', canceled: true });
    await expect(write).rejects.toThrow('Port is not open');
    // Its number may be another file's by now.
    expect(at).toEqual([0, 0, 0]);
  });

  it('a source that always has something leaves their turn to others', async () => {
    const { unix } = scripted(Array.from({ length: 1_000 }, () => 1));
    let isTurn = false;
    void turn().then(() => (isTurn = true));
    let reads = 0;
    while (!isTurn && reads < 1_000) {
      await unix.read(buffer, 0, 1);
      reads++;
    }
    expect(reads).toBeLessThanOrEqual(16);
  });

  it('a binding without a poller, or that is closed, is left as it is', () => {
    const windows = {};
    useDirectIo(windows);
    const closed = { fd: null, poller: new EventEmitter() };
    useDirectIo(closed);
    expect([windows, Object.keys(closed)]).toEqual([{}, ['fd', 'poller']]);
    expect(() => useDirectIo(undefined)).not.toThrow();
  });
});

describe('a pseudo-terminal', () => {
  const open: { port: FakePort; serial: SerialPort }[] = [];
  afterEach(async () => {
    for (const { port, serial } of open.splice(0)) {
      if (serial.isOpen) await new Promise<void>((done) => serial.close(() => done()));
      port.close();
    }
  });

  /** The library's own binding, with calls that are counted. */
  async function opened(): Promise<{
    port: FakePort;
    serial: SerialPort;
    unix: UnixBinding;
    count: { reads: number };
  }> {
    const port = fakePort();
    const serial = new SerialPort({ path: port.path, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((done, failed) => serial.open((error) => (error ? failed(error) : done())));
    port.ready();
    open.push({ port, serial });
    const unix = serial.port as unknown as UnixBinding;
    const count = { reads: 0 };
    useDirectIo(unix, {
      read: (fd, bytes, offset, length) => {
        count.reads++;
        return readSync(fd, bytes, offset, length, null);
      },
      write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
    });
    return { port, serial, unix, count };
  }

  it('gives what comes after the read began, with two calls', async () => {
    const { port, unix, count } = await opened();
    const buffer = Buffer.alloc(16);
    const read = unix.read(buffer, 2, 8);
    await turn();
    expect(count.reads).toBe(1);
    port.send(Uint8Array.of(0, 17, 255));
    expect(await read).toMatchObject({ bytesRead: 3 });
    expect([count.reads, [...buffer.subarray(0, 6)]]).toEqual([2, [0, 0, 0, 17, 255, 0]]);
  });

  it('takes more than it holds, in order', async () => {
    const { port, unix } = await opened();
    const bytes = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, n) => (n * 7 + (n >> 8)) & 0xff));
    let isOver = false;
    const write = unix.write(bytes).then(() => (isOver = true));
    await turn();
    expect(isOver).toBe(false);
    const got: Uint8Array[] = [];
    let length = 0;
    const all = new Promise<void>((done) =>
      port.onData((chunk) => {
        got.push(chunk);
        if ((length += chunk.length) >= bytes.length) done();
      }),
    );
    await Promise.all([write, all]);
    expect(Buffer.concat(got).equals(bytes)).toBe(true);
  });

  it('that is closed ends a read and a write that wait', async () => {
    const { serial, unix, count } = await opened();
    const read = unix.read(Buffer.alloc(4), 0, 4).catch((error: unknown) => error);
    const write = unix.write(Buffer.alloc(200_000)).catch((error: unknown) => error);
    await turn();
    const before = count.reads;
    await new Promise<void>((done) => serial.close(() => done()));
    expect(await read).toMatchObject({ canceled: true });
    expect(await write).toBeInstanceOf(Error);
    await turn();
    expect(count.reads).toBe(before);
  });
});
