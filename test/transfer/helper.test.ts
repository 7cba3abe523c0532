/** A flash by the helper (firmware/helper) on the virtual board: what goes over the line, how long it takes, what is in its way. */
import { describe, expect, it } from 'vitest';
import { formatDisk } from '../../src/emu/board/cpm-disk.js';
import { throughLink } from '../../src/link/through-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { cpmDriver } from '../../src/transfer/drivers/cpm.js';
import type { Driver } from '../../src/transfer/drivers/driver.js';
import { TransferError } from '../../src/seams/errors.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { Helper } from '../../src/transfer/drivers/with-helper.js';
import { bootCpm } from '../../src/transfer/recognise.js';
import { FUNCTIONS, RECORD } from '../../src/transfer/helper/frames.js';
import { firmwareFor, program } from '../emu/board/harness.js';
import { helperImage } from '../fakes/helper-image.js';
import { VirtualLine, type VirtualLineOptions } from '../fakes/virtual-board-link.js';
import { sample } from './samples.js';

const HELPER = { name: 'Z80LMH.COM', bytes: helperImage() };
const KB36 = 36 * 1024;

interface Flashed {
  seconds: number;
  outcome: Helper['outcome'];
  steps: string[];
  repeated: number;
  error: Error | undefined;
  /** Records of data that went to the helper. */
  records: number;
}

interface Wishes {
  bring?: boolean;
  driver?: Driver;
  image?: Uint8Array;
  verify?: boolean;
  name?: string;
  /** What is done to what is written to the line. */
  tamper?: (bytes: Uint8Array) => Uint8Array;
}

async function flash(line: VirtualLine, bytes: Uint8Array, wishes: Wishes = {}): Promise<Flashed> {
  const {
    bring = false,
    driver = romwbwDriver(),
    image = helperImage(),
    name = 'X.COM',
    verify = true,
    tamper,
  } = wishes;
  const helper = new Helper({ image: async () => image, bring });
  let records = 0;
  const link: ByteLink = throughLink(line, {
    write(out) {
      if (out[0] === 0xa5 && out[1]! > 0) records += (out.length - 5) / RECORD;
      return line.write(tamper?.(out) ?? out);
    },
  });
  const steps: string[] = [];
  const begun = line.now();
  let repeated = 0;
  let error: Error | undefined;
  try {
    for await (const { step, retries } of boardTarget(link, driver, line, { helper, verify }).load({ name, bytes })) {
      if (step !== steps.at(-1)) steps.push(step);
      repeated = retries;
    }
  } catch (thrown) {
    error = thrown as Error;
  }
  return { seconds: (line.now() - begun) / 1000, outcome: helper.outcome, steps, repeated, error, records };
}

const names = (line: VirtualLine): string[] => line.board.files().map(({ name }) => name);
const stored = (line: VirtualLine, name = 'X.COM'): Buffer | undefined => {
  const file = line.board.files().find((one) => one.name === name);
  return file && Buffer.from(file.bytes);
};
const has = (line: VirtualLine, bytes: Uint8Array, name?: string): boolean =>
  stored(line, name)?.subarray(0, bytes.length).equals(Buffer.from(bytes)) === true;

describe.each(['acia', 'sio'] as const)('36 KB by the helper (%s)', (uart) => {
  it('new in 6 s, the same again in 2 s, and of what changed only that', async () => {
    const line = new VirtualLine({ uart, files: [HELPER] });
    const first = sample(KB36);
    const fresh = await flash(line, first);
    expect(fresh).toMatchObject({ outcome: 'used', error: undefined, repeated: 0, records: 288 });
    expect(fresh.steps).toEqual([
      'waiting for the prompt',
      'looking for the helper',
      'comparing with what is there',
      'sending',
      'writing',
      'proving what is on the disk',
      'renaming',
      'done',
    ]);
    expect(fresh.seconds).toBeLessThan(5.2);
    expect(has(line, first)).toBe(true);

    const again = await flash(line, first);
    expect(again).toMatchObject({ outcome: 'same', error: undefined, records: 0 });
    expect(again.seconds).toBeLessThan(1.8);

    const changed = first.with(5_000, 1).with(20_000, 1).with(20_001, 2);
    expect(await flash(line, changed)).toMatchObject({ outcome: 'used', error: undefined, records: 16 });
    expect(has(line, changed)).toBe(true);

    const other = await flash(line, sample(KB36, 7));
    expect(other).toMatchObject({ outcome: 'used', error: undefined, records: 288 });
    expect(other.seconds).toBeLessThan(5.4);
    expect(has(line, sample(KB36, 7))).toBe(true);
    expect(names(line)).toEqual(['Z80LMH.COM', 'X.COM']);
  });
});

describe('sizes', () => {
  it.each([1, 128, 129, 1024, 1025, 16_385])('%i bytes, longer and shorter than before', async (size) => {
    const line = new VirtualLine({ files: [HELPER, { name: 'X.COM', bytes: sample(3_000) }] });
    const short = sample(size, 3);
    expect(await flash(line, short)).toMatchObject({ outcome: 'used', error: undefined });
    expect(stored(line)?.length).toBe(Math.ceil(size / 128) * 128);
    expect(has(line, short)).toBe(true);
    expect(await flash(line, short)).toMatchObject({ outcome: 'same', records: 0 });
    // The same beginning, and more of it.
    const long = Uint8Array.from([...short, ...sample(2_000)]);
    expect(await flash(line, long)).toMatchObject({ outcome: 'used', error: undefined });
    expect(has(line, long)).toBe(true);
  });

  it('what its memory does not hold goes the board’s own way', async () => {
    const line = new VirtualLine({ files: [HELPER] });
    const whole = sample(420 * 128);
    expect(await flash(line, whole, { verify: false })).toMatchObject({
      outcome: { without: '420 records are more than its memory holds, 420' },
      error: undefined,
    });
    expect(has(line, whole)).toBe(true);
  });
});

describe('a line without flow control', () => {
  it.each([
    ['at 7.37 MHz it keeps up', {}, 0],
    ['at 4 MHz it is found how slow it must be', { clockHz: 4_000_000 }, 30],
  ] satisfies [string, VirtualLineOptions, number][])('%s', async (_, options, most) => {
    const line = new VirtualLine({ ...options, flowControl: false, files: [HELPER] });
    const bytes = sample(12_000);
    const { outcome, error, repeated } = await flash(line, bytes);
    expect({ outcome, error }).toEqual({ outcome: 'used', error: undefined });
    expect(repeated).toBeLessThanOrEqual(most);
    expect(has(line, bytes)).toBe(true);
  });
});

describe('without its being on the board', () => {
  it('nothing is brought unasked', async () => {
    const line = new VirtualLine();
    expect(await flash(line, sample(300))).toMatchObject({ outcome: 'absent', error: undefined, records: 0 });
    expect(names(line)).toEqual(['X.COM']);
  });

  it('it is brought by XM with consent, used, and found by the next', async () => {
    const line = new VirtualLine();
    const { outcome, steps, error } = await flash(line, sample(3_000), { bring: true });
    expect({ outcome, error }).toEqual({ outcome: 'used', error: undefined });
    expect(steps).toContain('bringing the helper: sending');
    expect(names(line)).toEqual(['Z80LMH.COM', 'X.COM']);
    expect(stored(line, 'Z80LMH.COM')).toEqual(Buffer.from(helperImage()));
    const next = await flash(line, sample(4_000));
    expect(next).toMatchObject({ outcome: 'used' });
    expect(next.steps.some((step) => step.startsWith('bringing'))).toBe(false);
  });

  it('where it cannot be brought, the program goes the board’s own way', async () => {
    const line = new VirtualLine();
    const image = async (): Promise<Uint8Array> => Promise.reject(new TransferError('the disk is full'));
    const helper = new Helper({ image, bring: true });
    const target = boardTarget(line, romwbwDriver(), line, { helper });
    for await (const _ of target.load({ name: 'X.COM', bytes: sample(3_000) }));
    expect(helper.outcome).toEqual({ without: 'it could not be brought: the disk is full' });
    expect(names(line)).toEqual(['X.COM']);
    expect(has(line, sample(3_000))).toBe(true);
  });

  it('it is found on A: for a program that goes to another drive', async () => {
    const line = new VirtualLine({ firmware: firmwareFor('acia', undefined, undefined, 'cpm'), files: [HELPER] });
    await bootCpm(line, line);
    const run = await flash(line, sample(700), { driver: cpmDriver(), name: 'B:X.COM' });
    expect(run).toMatchObject({ outcome: 'used', error: undefined });
    expect(await flash(line, sample(700), { driver: cpmDriver(), name: 'B:X.COM' })).toMatchObject({ outcome: 'same' });
  });
});

describe('one that is not to be trusted', () => {
  /** Says its words, then waits for keys and says X to each until ESC. */
  const foreign = (words: string): Uint8Array =>
    program(`
      ld de,words
      ld c,9
      call BDOS_JUMP
next: ld c,1
      call BDOS_JUMP
      cp CTRL_C
      jp z,WARM_JUMP
      ld e,'X'
      ld c,2
      call BDOS_JUMP
      jr next
words: db 13,10,"${words}",13,10,"$"`);
  const damaged = helperImage().with(-30 + helperImage().length, 1);

  it.each([
    ['a foreign program', foreign('HELLO'), 'the Z80LMH on the board does not answer as the helper does'],
    ['one of another version', foreign('Z80LMH 9'), /^the Z80LMH on the board is another version, or damaged/],
    ['one that only says it is', foreign('Z80LMH 1'), /^it answers "/],
    ['a damaged one', damaged, /^the Z80LMH on the board is another version, or damaged/],
  ])('%s: the flash goes its own way', async (_, bytes, why) => {
    const line = new VirtualLine({ files: [{ name: 'Z80LMH.COM', bytes }] });
    const { outcome, error } = await flash(line, sample(300));
    expect(error).toBeUndefined();
    expect(outcome).toEqual({ without: expect.stringMatching(why) });
    expect(has(line, sample(300))).toBe(true);
  });

  it('an old or damaged one is replaced with consent, a foreign one is not', async () => {
    const line = new VirtualLine({ files: [{ name: 'Z80LMH.COM', bytes: damaged }] });
    expect(await flash(line, sample(300), { bring: true })).toMatchObject({ outcome: 'used', error: undefined });
    expect(stored(line, 'Z80LMH.COM')).toEqual(Buffer.from(helperImage()));
    const other = new VirtualLine({ files: [{ name: 'Z80LMH.COM', bytes: foreign('HELLO') }] });
    await flash(other, sample(300), { bring: true });
    expect(has(other, foreign('HELLO'), 'Z80LMH.COM')).toBe(true);
  });
});

describe('places are changed', () => {
  const OLD = sample(3_000, 99);
  const NEW = sample(5_000, 3);
  const isPlace = (out: Uint8Array): boolean => out[0] === 0xa5 && out.length === 25 && out[6] === FUNCTIONS.place;
  const board = (): VirtualLine => new VirtualLine({ files: [HELPER, { name: 'X.COM', bytes: OLD }] });

  it('never, where nothing is heard of it: the helper erases what it wrote, and the old program is not called the new one', async () => {
    const line = board();
    const tamper = (out: Uint8Array): Uint8Array => (isPlace(out) ? new Uint8Array(0) : out);
    const { error } = await flash(line, NEW, { tamper });
    expect(error).toMatchObject({
      message: 'Z80LM.$$$ is gone, and X.COM is not seen to be the new program',
      hint: 'the X.COM on the board is the new one, proven, or still the old one, or gone with the new one there as Z80LM.$$$',
    });
    expect(names(line)).toEqual(['Z80LMH.COM', 'X.COM']);
    expect(has(line, OLD)).toBe(true);
  });

  it('and the answers are lost: what is there is proven once more', async () => {
    const line = board();
    let deaf = false;
    let proofs = 0;
    const link = throughLink(line, {
      async write(out) {
        if (out.length === 25 && out[6] === FUNCTIONS.disk) proofs++;
        deaf = isPlace(out) || (deaf && out[0] === 0xa5);
        await line.write(out);
      },
      async read(timeoutMs) {
        const arrival = await line.read(timeoutMs);
        return deaf ? undefined : arrival;
      },
    });
    const helper = new Helper({ image: async () => helperImage(), bring: false });
    const steps: string[] = [];
    for await (const { step } of boardTarget(link, romwbwDriver(), line, { helper }).load({
      name: 'X.COM',
      bytes: NEW,
    }))
      steps.push(step);
    expect([steps.at(-1), proofs]).toEqual(['done', 2]);
    expect(names(line)).toEqual(['Z80LMH.COM', 'X.COM']);
    expect(has(line, NEW)).toBe(true);
  });
});

it('with --no-verify what is in memory is proven all the same, for frames have no sums of their own', async () => {
  const line = new VirtualLine({ files: [HELPER] });
  const bytes = sample(20_000);
  let frames = 0;
  const tamper = (out: Uint8Array): Uint8Array =>
    out[0] === 0xa5 && out[1]! > 0 && ++frames === 10 ? out.with(100, out[100]! ^ 1) : out;
  expect(await flash(line, bytes, { tamper, verify: false })).toMatchObject({ outcome: 'used', error: undefined });
  expect(has(line, bytes)).toBe(true);
});

describe('the disk', () => {
  it('that cannot be written: its report is left by ^C, and what can be done is told', async () => {
    const line = new VirtualLine({ files: [HELPER] });
    let came = '';
    const keys: number[] = [];
    const link = throughLink(line, {
      async write(out) {
        if (came.includes('Bad Sector')) keys.push(...out);
        await line.write(out);
      },
      async read(timeoutMs) {
        const arrival = await line.read(timeoutMs);
        came += Buffer.from(arrival?.bytes ?? []).toString('latin1');
        return arrival;
      },
    });
    const helper = new Helper({ image: async () => helperImage(), bring: false });
    const target = boardTarget(link, romwbwDriver(), line, { helper });
    const flashed = async (): Promise<void> => {
      for await (const _ of target.load({ name: 'B:X.COM', bytes }));
    };
    await expect(flashed()).rejects.toMatchObject({ hint: expect.stringMatching(/^drive B: is a ROM disk/) });
    expect(helper.outcome).toEqual({ without: expect.stringContaining('Bdos Err On B: Bad Sector') });
    expect(keys[0]).toBe(3);
  });

  it('that is full: the old program stays, and nothing of ours', async () => {
    const filler = { name: 'FILLER', bytes: new Uint8Array(230 * 1024) };
    const line = new VirtualLine({ files: [HELPER, { name: 'X.COM', bytes: sample(700) }, filler] });
    const { error } = await flash(line, sample(20_000));
    expect(error).toMatchObject({
      name: 'TransferError',
      message: 'the board did not take the file: the disk is full',
      hint: 'erase some files; no program on the board was changed',
    });
    expect(names(line)).toEqual(['Z80LMH.COM', 'X.COM', 'FILLER']);
    expect(has(line, sample(700))).toBe(true);
  });

  const bytes = sample(5_000, 4);
  /** A line to a board whose disk changes a byte of the file each time before it is read, so often. */
  function forgetful(times: number): { line: VirtualLine; tamper: (out: Uint8Array) => Uint8Array; left(): number } {
    const { drives } = firmwareFor('acia');
    const diskImage = formatDisk(drives[0]!, [HELPER, { name: 'X.COM', bytes: sample(700) }]);
    const line = new VirtualLine({ diskImage });
    let left = times;
    return {
      line,
      left: () => left,
      tamper(out) {
        if (out[0] !== 0xa5 || out[6] !== FUNCTIONS.disk || out.length !== 25 || left === 0) return out;
        left--;
        const at = Buffer.from(diskImage).indexOf(Buffer.from(bytes.subarray(1_024, 1_100)));
        diskImage[at]! ^= 1;
        return out;
      },
    };
  }

  it('that loses a byte once gets the file again', async () => {
    const { line, tamper } = forgetful(1);
    expect(await flash(line, bytes, { tamper })).toMatchObject({ outcome: 'used', error: undefined, repeated: 1 });
    expect(has(line, bytes)).toBe(true);
  });

  it('that loses it again and again is told of, and the old program stays', async () => {
    const { line, tamper, left } = forgetful(9);
    const { error } = await flash(line, bytes, { tamper });
    expect(error).toMatchObject({
      name: 'RefusedError',
      message: 'what is on the disk differs from byte 1024 on',
      hint: expect.stringMatching(
        /^the disk does not keep what is written to it: .*; no program on the board was changed$/,
      ),
    });
    expect(left()).toBe(7);
    expect(names(line)).toEqual(['Z80LMH.COM', 'X.COM']);
    expect(has(line, sample(700))).toBe(true);
  });

  it('is not read again with --no-verify', async () => {
    const { line, tamper, left } = forgetful(1);
    expect(await flash(line, bytes, { tamper, verify: false })).toMatchObject({ outcome: 'used', error: undefined });
    expect(left()).toBe(1);
  });
});

it('frames that damage other records than their own are found on the disk, and put right', async () => {
  const line = new VirtualLine({ files: [HELPER] });
  const bytes = sample(20_000);
  let frames = 0;
  // The last frame of the first round goes to record 0, under a head that is right.
  const tamper = (out: Uint8Array): Uint8Array =>
    out[0] === 0xa5 && out[1]! > 0 && ++frames === 20 ? out.with(2, 0).with(4, 0x5a ^ out[1]!) : out;
  const { outcome, repeated, error } = await flash(line, bytes, { tamper });
  expect({ outcome, error }).toEqual({ outcome: 'used', error: undefined });
  expect(repeated).toBeGreaterThan(0);
  expect(has(line, bytes)).toBe(true);
});
