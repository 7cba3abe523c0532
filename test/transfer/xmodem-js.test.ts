/**
 * The library xmodem.js by itself: as a peer where it can be one, and its limits, each of which our adapter makes up
 * for (docs/decisions.md has the list). If one of the limits goes away in a later version, its test here says so.
 */
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import xmodem from 'xmodem.js';
import { nodeClock as clock } from '../../src/host/node-clock.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { ACK, CAN, CRC_REQUEST, EOT, NAK, SOH, STX } from '../../src/transfer/xmodem.js';
import { receiveXmodem } from '../../src/transfer/xmodem-receive.js';
import { sendXmodem } from '../../src/transfer/xmodem-send.js';
import { XmodemJsSender } from '../../src/transfer/xmodem-js.js';
import { linkPair } from '../fakes/link-pair.js';
import { expectSame, sample } from './samples.js';

interface Library extends EventEmitter {
  XMODEM_OP_MODE: string;
  send(socket: EventEmitter, data: Buffer): void;
  receive(socket: EventEmitter, file: string): void;
}
const library = (): Library => Object.create(xmodem) as Library;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-xmodem-js-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The socket that the library wants, on the end of a link; it is handed what arrives as it arrives. */
function socketOn(link: ByteLink): { socket: EventEmitter; stop: () => void } {
  let running = true;
  const socket = Object.assign(new EventEmitter(), { write: (bytes: Uint8Array) => void link.write(bytes) });
  void (async () => {
    while (running) {
      const arrival = await link.read(20);
      if (arrival !== undefined) socket.emit('data', Buffer.from(arrival.bytes));
    }
  })();
  return { socket, stop: () => (running = false) };
}

/** A sender that only listens: what it wrote, for what it was fed. */
function rawSender(data: Uint8Array): { feed: (...bytes: number[]) => number[] } {
  const written: number[] = [];
  const socket = Object.assign(new EventEmitter(), { write: (bytes: Uint8Array) => void written.push(bytes[0]!) });
  library().send(socket, Buffer.from(data));
  return { feed: (...bytes) => (socket.emit('data', Buffer.from(bytes)), written) };
}

describe('as a peer', () => {
  it('we send, its receiver takes it (blocks of 128, a file that does not end in 1Ah)', async () => {
    for (const size of [1, 127, 128, 129, 1025]) {
      const data = sample(size).fill(0x55, Math.max(0, size - 3));
      const { a, b } = linkPair(clock);
      const file = join(folder, `got-${size}`);
      const { socket, stop } = socketOn(b);
      library().receive(socket, file);
      for await (const _ of sendXmodem(a, data, { clock, settings: { requestQuietMs: 1 } }));
      while (!existsSync(file) || readFileSync(file).length < size) await clock.sleep(5);
      stop();
      expect(new Uint8Array(readFileSync(file))).toEqual(data);
    }
  });

  it('its sender as it is, our receiver', async () => {
    for (const check of ['crc', 'checksum'] as const) {
      const data = sample(3000);
      const { a, b } = linkPair(clock);
      const { socket, stop } = socketOn(a);
      library().send(socket, Buffer.from(data));
      expectSame(await receiveXmodem(b, { clock, check }), data);
      stop();
    }
  });
});

describe('what its sender does not do', () => {
  it('answer the request for an empty file', () => {
    expect(rawSender(new Uint8Array(0)).feed(CRC_REQUEST, NAK)).toEqual([]);
    expect([...new XmodemJsSender(new Uint8Array(0), 128).begin('crc')]).toEqual([EOT]);
  });

  it('find a byte that is not the first of its chunk', () => {
    expect(rawSender(sample(10)).feed(0x0a, CRC_REQUEST)).toEqual([]);
  });

  it('end when the receiver cancels', () => {
    const { feed } = rawSender(sample(300));
    feed(CRC_REQUEST);
    feed(CAN);
    feed(CAN);
    // It is still at it.
    expect(feed(ACK)).toEqual([SOH, SOH]);
  });

  it('mark 1K blocks as such', () => {
    const written: Uint8Array[] = [];
    const socket = Object.assign(new EventEmitter(), { write: (bytes: Uint8Array) => void written.push(bytes) });
    Object.assign(library(), { block_size: 1024 }).send(socket, Buffer.from(sample(1024)));
    socket.emit('data', Buffer.of(CRC_REQUEST));
    expect(written[0]!.length).toBe(1029);
    expect(written[0]![0]).toBe(SOH);
    expect(new XmodemJsSender(sample(1024), 1024).begin('crc')[0]).toBe(STX);
  });

  it('keep the check mode to one transfer, or share nothing: ours does', () => {
    const one = new XmodemJsSender(sample(10), 128);
    const two = new XmodemJsSender(sample(10), 128);
    expect(one.begin('checksum').length).toBe(132);
    expect(two.begin('crc').length).toBe(133);
    expect(one.again().length).toBe(132);
  });
});

describe('what its receiver does not do', () => {
  it('look at the CRC', async () => {
    const { a, b } = linkPair(clock);
    const { socket, stop } = socketOn(b);
    library().receive(socket, join(folder, 'bad'));
    expect((await a.read(1000))!.bytes[0]).toBe(CRC_REQUEST);
    await a.write(Uint8Array.of(SOH, 1, 254, ...new Uint8Array(128), 0x12, 0x34));
    expect((await a.read(1000))!.bytes[0]).toBe(ACK);
    stop();
  });
});
