import { spawn } from 'node:child_process';
import { pbkdf2 } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeClock } from '../../src/host/node-clock.js';
import { openLink } from '../../src/link/open-link.js';
import { portHolders } from '../../src/link/port-access.js';
import { serialLink, type SerialLink } from '../../src/link/serial-link.js';
import type { Clock } from '../../src/seams/clock.js';
import { LinkError, UsageError } from '../../src/seams/errors.js';
import { ACK } from '../../src/transfer/xmodem.js';
import { sendXmodem } from '../../src/transfer/xmodem-send.js';
import { fakePort, type FakePort } from '../fakes/pty.js';
import { describeWith } from '../outside.js';

const clock = nodeClock;
/** Bounds a hang. */
const LONG_MS = 60_000;
/** SOH, number, complement, 128, CRC. */
const BLOCK_BYTES = 133;
const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const open: (FakePort | SerialLink)[] = [];
afterEach(async () => {
  for (const end of open.splice(0)) await end.close();
});

async function pair(): Promise<{ port: FakePort; link: SerialLink }> {
  const port = fakePort();
  const link = await serialLink(port.path, { clock });
  port.ready();
  open.push(link, port);
  return { port, link };
}

async function take(link: SerialLink, count: number): Promise<number[]> {
  const bytes: number[] = [];
  while (bytes.length < count) {
    const arrival = await link.read(LONG_MS);
    if (arrival === undefined) break;
    bytes.push(...arrival.bytes);
  }
  return bytes;
}

const failure = async (work: Promise<unknown>): Promise<LinkError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LinkError);
  return error as LinkError;
};

describe('a serial port', () => {
  it('lets the loop turn after bytes have come, for Node 26 (src/link/loop-turns.ts)', async () => {
    const { port, link } = await pair();
    // The library must have begun to wait for them.
    await clock.sleep(50);
    const turns = vi.spyOn(globalThis, 'setImmediate');
    const turn = expect.stringMatching(/^\(\) => \{\s*\}$/);
    port.send(Uint8Array.of(65));
    expect(await take(link, 1)).toEqual([65]);
    expect(turns.mock.calls.map(([callback]) => String(callback))).toContainEqual(turn);
    turns.mockRestore();
  });

  it('carries all 256 values both ways', async () => {
    const { port, link } = await pair();
    const written: number[] = [];
    port.onData((bytes) => written.push(...bytes));
    await link.write(EVERY_BYTE);
    port.send(EVERY_BYTE);
    expect(await take(link, 256)).toEqual([...EVERY_BYTE]);
    while (written.length < 256) await clock.sleep(1);
    expect(written).toEqual([...EVERY_BYTE]);
  });

  it('has no modem lines on a pseudo-terminal, and that is no error', async () => {
    const { link } = await pair();
    expect(await link.modemLines()).toBeUndefined();
  });

  it('reads nothing within the time, drains, and gives back', async () => {
    const { port, link } = await pair();
    expect(await link.read(10)).toBeUndefined();
    port.send(Uint8Array.of(1, 2, 3));
    const bytes = await take(link, 3);
    expect(bytes).toEqual([1, 2, 3]);
    link.unread(Uint8Array.from(bytes));
    expect([...link.drain()]).toEqual([1, 2, 3]);
    expect(await link.read(10)).toBeUndefined();
  });

  it('closing twice is harmless; after it nothing works', async () => {
    const { link } = await pair();
    await link.close();
    await link.close();
    expect((await failure(link.write(Uint8Array.of(1)))).reason).toEqual({ canceled: true });
    expect((await failure(link.read(10))).reason).toEqual({ canceled: true });
  });
});

describe('a port that cannot be opened', () => {
  it('missing: says what is there instead', async () => {
    const error = await failure(serialLink('/dev/ttyNONE7', { clock }));
    expect(error.message).toBe('there is no such port');
    expect(error.where).toBe('/dev/ttyNONE7');
    expect(error.reason).toEqual({ unavailable: true });
    expect(error.exitStatus).toBe(3);
    expect(error.hint).toMatch(/^but there is |^this computer has no serial port/);
  });

  it('a file that is no port', async () => {
    expect((await failure(serialLink('/etc/passwd', { clock }))).message).toBe('this is not a serial port');
  });

  it('open already, by ourselves', async () => {
    const { port } = await pair();
    const error = await failure(serialLink(port.path, { clock }));
    expect(error.message).toBe('the port is in use');
    expect(error.reason).toEqual({ unavailable: true });
  });
});

describeWith(['bash', 'sleep'], 'who else holds a port', () => {
  it('a program that takes no lock is named', async () => {
    const port = fakePort();
    // It must not inherit the other end from us, or it would count as the board.
    const script = 'for f in /proc/self/fd/*; do n=${f##*/}; [ $n -gt 2 ] && eval "exec $n>&-"; done; exec sleep 3600';
    const fd = openSync(port.path, 'r+');
    const holder = spawn('bash', ['-c', script], { stdio: [fd, 'ignore', 'ignore'] });
    closeSync(fd);
    while (portHolders(port.path)[0]?.name !== 'sleep') await clock.sleep(10);
    open.push(port);
    try {
      const error = await failure(serialLink(port.path, { clock }));
      expect(error.message).toBe(`the port is in use by sleep (process ${holder.pid})`);
      expect(error.hint).toBe(`end sleep (process ${holder.pid}), then try again`);
    } finally {
      holder.kill();
    }
  });
});

describe('a port that goes away', () => {
  it('while reading', async () => {
    const { port, link } = await pair();
    port.send(Uint8Array.of(1));
    expect(await take(link, 1)).toEqual([1]);
    const reading = failure(link.read(LONG_MS));
    port.close();
    const error = await reading;
    expect(error.message).toBe('the port went away');
    expect(error.reason).toEqual({ disconnected: true });
    expect((await failure(link.write(Uint8Array.of(1)))).reason).toEqual({ disconnected: true });
  });

  it('just as something is read, which the library does not notice', async () => {
    const { port, link } = await pair();
    // The library reads in one of four threads: keep them busy, so that the port is gone when the read begins.
    for (let thread = 0; thread < 4; thread++) pbkdf2('', '', 100_000, 64, 'sha512', () => undefined);
    port.send(Uint8Array.of(1));
    await clock.sleep(30);
    port.close();
    const reading = async () => {
      for (;;) await link.read(500);
    };
    expect((await failure(reading())).reason.disconnected).toBe(true);
  });

  it('in mid-transfer: the block is named, the status is 3', async () => {
    const { port, link } = await pair();
    let got = 0;
    // A block may come in parts, but never together with the next.
    port.onData((bytes) => {
      got += bytes.length;
      if (got === 3 * BLOCK_BYTES) port.close();
      else if (got % BLOCK_BYTES === 0) port.send(Uint8Array.of(ACK));
    });
    const send = async (): Promise<void> => {
      for await (const _ of sendXmodem(link, new Uint8Array(1000), { clock, begin: 'crc' }));
    };
    const error = await failure(send());
    expect(error.message).toBe('the port went away at block 3 of 8');
    expect(error.reason).toEqual({ disconnected: true });
    expect(error.exitStatus).toBe(3);
  });

  it('a board that holds the line for ever: the write ends with a reason', async () => {
    // 20 s of the port's time in 0.2 s of ours.
    const quick: Clock = { now: () => clock.now() * 100, sleep: (ms, signal) => clock.sleep(ms / 100, signal) };
    const port = fakePort();
    const link = await serialLink(port.path, { clock: quick });
    open.push(port, link);
    // Nobody reads the other end, so the terminal's buffer fills up.
    const error = await failure(link.write(new Uint8Array(200_000)));
    expect(error.message).toBe('the port took no bytes for 20 s');
    expect(error.reason).toEqual({ timedOut: true });
  });
});

describe('openLink', () => {
  it('knows ports and addresses, and says so of others', async () => {
    await expect(openLink('rs232://host:1', { clock })).rejects.toThrow(UsageError);
    await expect(openLink('tcp://host', { clock })).rejects.toMatchObject({ hint: 'write tcp://HOST:PORT' });
    await expect(openLink('/dev/ttyNONE7', { clock })).rejects.toThrow(LinkError);
  });

  it('paces where asked', async () => {
    const port = fakePort();
    const link = await openLink(port.path, { clock, paceMs: 2 });
    port.ready();
    open.push(port);
    const started = clock.now();
    await link.write(new Uint8Array(20));
    // The clock may be late, never early.
    expect(clock.now() - started).toBeGreaterThanOrEqual(38);
    await link.close();
  });
});
