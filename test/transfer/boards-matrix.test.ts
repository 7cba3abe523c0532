/**
 * Every board that the virtual board can be, flashed in the situations that people meet, by the Z80 code of its
 * firmware in virtual time: two flashes in a row over an old file, a full disk, no receiver, a drive that is not there,
 * boot messages, a program that runs, a user who types meanwhile. What counts is what is on the disk afterwards.
 */
import { describe, expect, it } from 'vitest';
import type { DiskFile } from '../../src/emu/board/cpm-disk.js';
import { filler } from '../../src/emu/board/cpm-disk.js';
import type { FirmwareKind } from '../../src/emu/board/personality.js';
import { toBytes } from '../../src/seams/bytes.js';
import { crc16 } from '../../src/seams/crc16.js';
import { Z80lmError } from '../../src/seams/errors.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { createDriver } from '../../src/transfer/drivers/index.js';
import { hexRecord } from '../../src/seams/intel-hex.js';
import { bootCpm, recogniseBoard } from '../../src/transfer/recognise.js';
import { program } from '../emu/board/harness.js';
import { firmwareFor } from '../emu/board/harness.js';
import { receiver } from '../fakes/receiver.js';
import { VirtualLine, type VirtualLineOptions } from '../fakes/virtual-board-link.js';
import { expectSame, sample } from './samples.js';

const OLD: DiskFile = { name: 'X.COM', bytes: sample(600, 77) };

const KINDS: { kind: FirmwareKind; driver: string; menu: boolean }[] = [
  { kind: 'fast', driver: 'romwbw', menu: false },
  { kind: 'romwbw', driver: 'romwbw', menu: true },
  { kind: 'romwbw2', driver: 'romwbw', menu: true },
  { kind: 'cpm', driver: 'download', menu: true },
  { kind: 'bare', driver: 'bootstrap', menu: false },
];

/** A board of this kind, at its CP/M prompt. */
async function booted(kind: FirmwareKind, files: DiskFile[] = [OLD], freeKilobytes?: number): Promise<VirtualLine> {
  const firmware = firmwareFor('acia', undefined, undefined, kind);
  const drive = firmware.drives[0]!;
  const full = freeKilobytes === undefined ? [] : [filler(drive, [...drive.files, ...files], freeKilobytes)];
  const line = new VirtualLine({ firmware, files: [...files, ...full] });
  if (kind !== 'fast' && kind !== 'bare') await bootCpm(line, line);
  return line;
}

async function flash(line: VirtualLine, driver: string, bytes: Uint8Array, name = 'X.COM'): Promise<string[]> {
  const phases = new Set<string>();
  const target = boardTarget(line, createDriver(driver, { receiver }), line);
  for await (const { phase } of target.load({ name, bytes })) phases.add(phase);
  return [...phases];
}

const fileOn = (line: VirtualLine, name: string): Uint8Array | undefined =>
  line.board.files().find((file) => file.name === name)?.bytes;

/** The error, which must be one that a user understands. */
async function failure(work: Promise<unknown>): Promise<Z80lmError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Z80lmError);
  return error as Z80lmError;
}

const PROVEN = ['prepare', 'send', 'verify', 'finish', 'done'];

it('an old receiver that works is not erased when it is called off before LOAD has begun to make the new one', async () => {
  const old = Uint8Array.of(0xc9);
  const line = await booted('bare', [{ name: 'RECV.COM', bytes: old }]);
  const abort = new AbortController();
  const target = boardTarget(line, createDriver('bootstrap', { receiver }), line, { signal: abort.signal });
  const work = (async () => {
    for await (const { step } of target.load({ name: 'X.COM', bytes: OLD.bytes }))
      if (step === 'making RECV.COM with LOAD') abort.abort();
  })();
  expect((await failure(work)).message).toBe('interrupted while making RECV.COM with LOAD');
  expect(fileOn(line, 'RECV.COM')![0]).toBe(0xc9);
  expect(fileOn(line, 'RECV.HEX')).toBeUndefined();
});

describe.each(KINDS)('$kind', ({ kind, driver, menu }) => {
  it('over an old file, and once more: the new one each time, and nothing beside it', async () => {
    const line = await booted(kind);
    const before = line.board.files().map(({ name }) => name);
    for (const seed of [1, 2]) {
      expect(await flash(line, driver, sample(1500, seed))).toEqual(PROVEN);
      expectSame(fileOn(line, 'X.COM')!, sample(1500, seed));
    }
    const after = line.board.files().map(({ name }) => name);
    expect(after.sort()).toEqual([...before, ...(kind === 'bare' ? ['RECV.COM'] : [])].sort());
  });

  it('the disk is full: said so, and the old file is whole', async () => {
    // The bootstrap's receiver needs room, too, as HEX and as .COM.
    const line = await booted(kind, [OLD], kind === 'bare' ? 12 : 4);
    const { message, hint, exitStatus } = await failure(flash(line, driver, sample(16_000)));
    expect(message).toMatch(/full|space|WRITE ERROR/i);
    expect(hint).toContain('the X.COM on the board is the old one');
    expect(exitStatus).toBe(3);
    expectSame(fileOn(line, 'X.COM')!, OLD.bytes);
    expect(fileOn(line, 'Z80LM.$$$')).toBeUndefined();
  });

  it('a drive that is not there: named, and the board is usable', async () => {
    const line = await booted(kind);
    const { message } = await failure(flash(line, driver, sample(300), 'K:X.COM'));
    expect(message).toMatch(/^CP\/M says "Bdos Err On K: Select" at "K:"$/);
    expect(await flash(line, driver, sample(300))).toEqual(PROVEN);
  });

  it('the receiver is missing: said which', async () => {
    const line = await booted(kind);
    const other = driver === 'download' ? 'romwbw' : driver === 'romwbw' ? 'download' : 'cpm';
    const { message, exitStatus } = await failure(flash(line, other, sample(300)));
    expect(message).toMatch(/^no [\w., ]+ on the board \(looked on /);
    expect(exitStatus).toBe(3);
    expectSame(fileOn(line, 'X.COM')!, OLD.bytes);
  });

  it('in the middle of its boot messages', async () => {
    const firmware = firmwareFor('acia', undefined, undefined, kind);
    const line = new VirtualLine({ firmware, files: [OLD] });
    await line.sleep(30);
    // Nothing is typed at a menu unless it is asked for.
    if (menu) {
      expect((await failure(recogniseBoard(line, line))).hint).toMatch(/--boot/);
      await bootCpm(line, line);
    }
    expect(await flash(line, driver, sample(300))).toEqual(PROVEN);
  });

  it('a program is running: it is left', async () => {
    // It reads lines, as the chat program does; ^C ends it.
    const talker = program('loop: ld de,buffer\n ld c,10\n call 5\n jr loop\nbuffer: db 100\n ds 101\n');
    const line = await booted(kind, [OLD, { name: 'TALK.COM', bytes: talker }]);
    for (const key of 'A:TALK\r') {
      await line.write(Buffer.from(key));
      await line.sleep(20);
    }
    await line.write(Buffer.from('hello'));
    await line.sleep(500);
    expect(await flash(line, driver, sample(300))).toEqual(PROVEN);
  });

  it('a user types meanwhile: the right file, or a clear failure and the old one', async () => {
    for (const everyMs of [700, 2_300]) {
      const line = await booted(kind);
      const { write } = line;
      let next = everyMs;
      // Keys of the same line, that get in between.
      line.write = async (bytes) => {
        if (line.now() >= next) {
          next = line.now() + everyMs;
          line.board.send(Buffer.from('x'));
        }
        return write.call(line, bytes);
      };
      const bytes = sample(700, everyMs);
      try {
        await flash(line, driver, bytes);
        expectSame(fileOn(line, 'X.COM')!, bytes);
      } catch (error) {
        if (!(error instanceof Z80lmError)) throw error;
        const kept = fileOn(line, 'X.COM');
        if (kept !== undefined) expectSame(kept, OLD.bytes);
        else expectSame(fileOn(line, 'Z80LM.$$$')!, bytes);
      }
    }
  });
});

it('bare: brings its own receiver, which is found the next time', async () => {
  const line = await booted('bare');
  expect((await failure(recogniseBoard(line, line))).hint).toContain('bootstrap');
  expect(await flash(line, 'bootstrap', sample(700))).toEqual(PROVEN);
  expect(await recogniseBoard(line, line)).toBe('cpm');
  expect(await flash(line, 'cpm', sample(700, 2))).toEqual(PROVEN);
});

it.each([1_500, 3_000])(
  'cpm: one damaged character in %i, either way: by a receiver of our own, which is erased again',
  async (rate) => {
    const firmware = firmwareFor('acia', undefined, undefined, 'cpm');
    for (const seed of [1, 2, 3]) {
      const line = new VirtualLine({ firmware, files: [OLD] });
      await bootCpm(line, line);
      // Not before: at a boot menu nothing is asked twice.
      line.board.setNoise({ flip: 1 / rate, seed });
      const before = line.board.files().map(({ name }) => name);
      const bytes = sample(12_000, seed);
      expect(await flash(line, 'download', bytes)).toEqual(['prepare', 'send', 'verify', 'finish', 'done']);
      expectSame(fileOn(line, 'X.COM')!, bytes);
      expect(
        line.board
          .files()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(before.sort());
    }
  },
);

describe('scm', () => {
  const image = (bytes: Uint8Array): Uint8Array => {
    const rows: string[] = [];
    for (let at = 0; at < bytes.length; at += 16) rows.push(hexRecord(0x9000 + at, bytes.subarray(at, at + 16)));
    return Buffer.from([...rows, ':00000001FF'].join('\n'));
  };
  const monitor = (): VirtualLine => new VirtualLine({ firmware: firmwareFor('acia', undefined, undefined, 'scm') });

  it('a program for memory, twice in a row, and in the middle of its boot messages', async () => {
    const line = monitor();
    for (const seed of [1, 2])
      expect(await flash(line, 'scm', image(sample(300, seed)), 'P.HEX')).toEqual([
        'prepare',
        'send',
        'verify',
        'done',
      ]);
  });

  it('a CP/M program is refused, with the way to CP/M', async () => {
    const { hint, exitStatus } = await failure(flash(monitor(), 'scm', sample(300)));
    expect(hint).toContain('type CPM at the * prompt');
    expect(exitStatus).toBe(1);
  });

  it('half a line is typed already, and a stuck loader waits', async () => {
    const line = monitor();
    await line.sleep(500);
    await line.write(Buffer.from('M 90'));
    await line.sleep(50);
    expect(await flash(line, 'scm', image(sample(100)), 'P.HEX')).toContain('done');
    await line.write(Buffer.from(':10900000AB'));
    await line.sleep(50);
    expect(await flash(line, 'scm', image(sample(100, 2)), 'P.HEX')).toContain('done');
  });
});

describe('a line that loses bytes at full speed, with default options', () => {
  interface Course {
    lessons: unknown[];
    /** From the first block to the last ACK. */
    sendMs: number;
    retries: number;
  }
  async function sent(options: VirtualLineOptions, kind: FirmwareKind, bytes: Uint8Array): Promise<Course> {
    const line = new VirtualLine({
      firmware: firmwareFor('acia', undefined, undefined, kind),
      files: [OLD],
      ...options,
    });
    await bootCpm(line, line);
    const target = boardTarget(line, createDriver(await recogniseBoard(line, line)), line);
    const course: Course = { lessons: [], sendMs: 0, retries: 0 };
    let beganMs = 0;
    for await (const { phase, learned, retries } of target.load({ name: 'X.COM', bytes })) {
      if (phase === 'send') beganMs ||= line.now();
      if (phase === 'verify') course.sendMs ||= line.now() - beganMs;
      course.retries = retries;
      if (learned !== undefined && course.lessons.length === 0) course.lessons.push(learned);
    }
    expectSame(fileOn(line, 'X.COM')!, bytes);
    return course;
  }
  const PACED = { flow: 'none', paceMs: 1 };

  it.each(['romwbw', 'romwbw2'] as const)('%s without RTS/CTS: found with four blocks', async (kind) => {
    const { lessons, retries, sendMs } = await sent({ flowControl: false }, kind, sample(5_000));
    expect(lessons).toEqual([PACED]);
    expect(retries).toBe(4);
    // 5 s are the bytes', the rest the refused blocks and the answers.
    expect(sendMs).toBeLessThan(20_000);
  });

  // The driver raises RTS at 16 of 32.
  it.each([12, 16, 20])('an adapter that overshoots RTS by %i', async (overshoot) => {
    const { lessons, retries } = await sent({ overshoot }, 'romwbw2', sample(5_000));
    expect([lessons, retries]).toEqual(overshoot <= 16 ? [[], 0] : [[PACED], 4]);
  });

  it('noise alone is no cable without flow control', async () => {
    for (const seed of [1, 2, 3]) {
      const noise = { flip: 1 / 700, seed };
      expect((await sent({ noise }, 'romwbw2', sample(5_000))).lessons).toEqual([]);
    }
  });
});

it.each([0, 4_000, 12_000])('fast: a receiver that a killed flash left %d ms ago is ended, and flashed', async (ms) => {
  const line = await booted('fast');
  for (const key of 'B:XM RK Z80LM.$$$\r') {
    await line.write(toBytes(key));
    await line.sleep(5);
  }
  await line.sleep(1_000);
  // Its first block, and no more.
  const block = sample(128);
  const crc = crc16(block);
  await line.write(Uint8Array.of(1, 1, 0xfe, ...block, crc >> 8, crc & 0xff));
  await line.sleep(100 + ms);
  expect(await recogniseBoard(line, line)).toBe('romwbw');
  expect(await flash(line, 'romwbw', sample(700))).toEqual(PROVEN);
});
