/** RECV.COM in the board's own time and in the emulator's CP/M: what it says, and what it does about faults. */
import { describe, expect, it } from 'vitest';
import { createNoise } from '../../src/emu/board/noise.js';
import { createCpm } from '../../src/emu/cpm/machine.js';
import { booted, command, type Terminal } from '../emu/board/harness.js';
import { ACK, answer, block, CAN, EOT, NAK, sample } from '../emu/board/xmodem.js';
import { MemoryFolder } from '../fakes/memory-folder.js';
import { receiver } from '../fakes/receiver.js';

const recv = receiver();

const READY = '\r\nRECV 2\r\nReady\r\nC';
const DONE = '\r\nRECV: done\r\n\r\nA>';
const CANCELLED = '\x18\x18\r\nCancelled, nothing kept\r\n\r\nA>';
const SMALL = sample(128);

/** A board on which RECV F.COM has asked for its first block. */
function receiving(options: Parameters<typeof booted>[0] = {}): Terminal {
  const t = booted({ ...options, files: [{ name: 'RECV.COM', bytes: recv }, ...(options.files ?? [])] });
  t.type('RECV F.COM\r');
  expect(t.until('Ready\r\nC')).toBe(`RECV F.COM\r\r\n${READY}`);
  return t;
}

const stored = (t: Terminal) => t.board.files().find((file) => file.name === 'F.COM')?.bytes;
const seconds = (t: Terminal) => t.board.tStates / t.board.clockHz;

it('is at most 1 KB', () => {
  expect(recv.length).toBeLessThanOrEqual(1024);
});

describe.each(['acia', 'sio'] as const)('RECV (%s)', (uart) => {
  it('takes blocks of both sizes mixed, with no pause after an ACK', () => {
    const t = receiving({ uart });
    const data = sample(20 * 1024 + 256);
    let at = 0;
    for (let n = 1; at < data.length; n++) {
      const size = n % 3 === 0 && n < 7 ? 128 : 1024;
      t.send(...block(n, data.subarray(at, at + size)));
      expect(t.next(3)).toBe(ACK);
      at += size;
    }
    expect(at).toBe(data.length);
    t.send(EOT);
    expect(t.until('A>')).toBe(ACK + DONE);
    expect(stored(t)).toEqual(data);
  });
});

describe('RECV', () => {
  it('asks each 3 s, ten times for CRC and ten times for checksum, then gives up', () => {
    const t = receiving();
    const start = seconds(t);
    expect(t.until('A>', 80)).toBe('C'.repeat(9) + NAK.repeat(10) + CANCELLED);
    expect(seconds(t) - start).toBeGreaterThan(54);
    expect(seconds(t) - start).toBeLessThan(70);
    expect(stored(t)).toBeUndefined();
  });

  it('takes checksum blocks after it asked for them', () => {
    const t = receiving();
    t.until(NAK, 40);
    const data = sample(1152);
    expect(answer(t, block(1, data.subarray(0, 128), 'sum'))).toBe(ACK);
    const bad = block(2, data.subarray(128), 'sum');
    bad[700]! ^= 1;
    expect(answer(t, bad)).toBe(NAK);
    expect(answer(t, block(2, data.subarray(128), 'sum'))).toBe(ACK);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(data);
  });

  it.each([
    ['a wrong bit', (good: number[]) => good.with(60, good[60]! ^ 4)],
    ['a wrong number', (good: number[]) => good.with(1, 9)],
    ['half a block', (good: number[]) => good.slice(0, 70)],
    ['a byte too many', (good: number[]) => good.toSpliced(50, 0, 0)],
    ['no start', (good: number[]) => good.slice(1)],
    ['a start that became EOT', (good: number[]) => good.with(0, EOT)],
    ['a start that became CAN', (good: number[]) => good.with(0, CAN)],
  ])('asks again after %s', (_, spoil) => {
    const t = receiving();
    expect(answer(t, block(1, SMALL))).toBe(ACK);
    expect(answer(t, spoil(block(2, SMALL)), 4)).toBe(NAK);
    expect(answer(t, block(2, SMALL))).toBe(ACK);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(Uint8Array.of(...SMALL, ...SMALL));
  });

  it('does not count a block twice, and asks when the line is silent', () => {
    const t = receiving();
    expect(answer(t, block(1, SMALL))).toBe(ACK);
    expect(answer(t, block(1, SMALL))).toBe(ACK);
    expect(t.next(4)).toBe(NAK);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(SMALL);
  });

  it.each([
    ['a block out of order', block(3, SMALL)],
    ['CAN CAN', [CAN, CAN]],
  ])('keeps nothing after %s', (_, bytes) => {
    const t = receiving();
    expect(answer(t, block(1, SMALL))).toBe(ACK);
    t.send(...bytes);
    expect(t.until('A>')).toBe(CANCELLED);
    expect(t.board.files().map(({ name }) => name)).toEqual(['RECV.COM']);
  });

  it('keeps nothing after ten errors on a block', () => {
    const t = receiving();
    const bad = block(1, SMALL).with(30, 1);
    for (let n = 1; n < 10; n++) expect(answer(t, bad)).toBe(NAK);
    t.send(...bad);
    expect(t.until('A>')).toBe(CANCELLED);
    expect(stored(t)).toBeUndefined();
  });

  it('keeps nothing when the sender goes away', () => {
    const t = receiving();
    expect(answer(t, block(1, SMALL))).toBe(ACK);
    expect(t.until('A>', 80)).toBe(NAK.repeat(19) + CANCELLED);
    expect(stored(t)).toBeUndefined();
  });

  it('keeps nothing when the disk is full', () => {
    const t = receiving({ files: [{ name: 'FILLER', bytes: new Uint8Array(238 * 1024) }] });
    for (let n = 1; ; n++) {
      t.wait(0.001);
      t.send(...block(n, sample(1024)));
      const reply = t.next(3);
      if (reply === ACK) continue;
      expect(n).toBe(16);
      expect(reply + t.until('A>')).toBe('\x18\x18\r\nDisk full, nothing kept\r\n\r\nA>');
      break;
    }
    expect(t.board.files().map(({ name }) => name)).toEqual(['RECV.COM', 'FILLER']);
  });

  it('does not touch a file that exists', () => {
    const t = booted({
      files: [
        { name: 'RECV.COM', bytes: recv },
        { name: 'F.COM', bytes: SMALL },
      ],
    });
    expect(command(t, 'RECV F.COM')).toBe('RECV F.COM\r\r\n\r\nRECV 2\r\nFile exists\r\n');
    expect(stored(t)).toEqual(SMALL);
  });

  it.each([1, 2, 3, 4])('gets a file right over a bad line (seed %i)', (seed) => {
    const noise = createNoise({ flip: 0.0005, drop: 0.0005, duplicate: 0.0005, seed });
    const t = receiving();
    const data = sample(8192, seed);
    let repeated = 0;
    for (let n = 1; n <= 64;) {
      const bytes = block(n, data.subarray((n - 1) * 128, n * 128)).flatMap(noise);
      if (answer(t, bytes, 7) === ACK) n++;
      else repeated++;
      t.wait(0.01);
    }
    expect(repeated).toBeGreaterThan(3);
    expect(answer(t, [EOT])).toBe(ACK);
    t.until('A>');
    expect(stored(t)).toEqual(data);
  });
});

describe("RECV in the emulator's CP/M", () => {
  function emulated() {
    const keys: number[] = [];
    const said: number[] = [];
    const folder = new MemoryFolder();
    const cpm = createCpm({
      console: {
        ended: false,
        ready: () => keys.length > 0,
        read: () => keys.shift(),
        write: (byte) => void said.push(byte),
      },
      drives: [folder],
    });
    cpm.load({ name: 'RECV.COM', bytes: recv }, 'F.COM');
    /** Run until it has said so much. */
    const until = (wanted: string): string => {
      for (let steps = 0; steps < 10_000; steps++) {
        const text = String.fromCharCode(...said);
        if (text.includes(wanted)) {
          said.length = 0;
          return text;
        }
        cpm.run(cpm.cpu.tStates + 100_000);
      }
      throw new Error(`no ${JSON.stringify(wanted)} in ${JSON.stringify(String.fromCharCode(...said))}`);
    };
    return { folder, until, send: (bytes: number[]) => void keys.push(...bytes) };
  }

  it('receives', () => {
    const { folder, until, send } = emulated();
    expect(until('C')).toContain('RECV 2');
    until('C');
    const data = sample(2048 + 128);
    send(block(1, data.subarray(0, 1024)));
    until(ACK);
    send(block(2, data.subarray(1024, 2048)).with(99, 0));
    until(NAK);
    send(block(2, data.subarray(1024, 2048)));
    until(ACK);
    send(block(3, data.subarray(2048)));
    until(ACK);
    send([EOT]);
    expect(until('done')).toBe(`${ACK}\r\nRECV: done\r\n`);
    expect(folder.read('F.COM')).toEqual(data);
  });
});
