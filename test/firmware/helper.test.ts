/** Z80LMH.COM in the board's own time: its frames, what it does about damaged ones, and how it ends. */
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/seams/bytes.js';
import { crc32 } from '../../src/seams/crc32.js';
import {
  answerIn,
  dataFrame,
  fileArguments,
  helloIn,
  MOST_SUMS,
  rangeArguments,
  requestFrame,
  STATUS,
  sumsIn,
  sumsOf,
  VERSION,
  type FunctionName,
} from '../../src/transfer/helper/frames.js';
import { booted, type Terminal } from '../emu/board/harness.js';
import { helperImage } from '../fakes/helper-image.js';
import { sample } from '../transfer/samples.js';

const GREETING = '\r\nZ80LMH 1\r\n';
const DONE = '\r\nZ80LMH: done\r\n\r\nA>';
const ENDED = '\r\nZ80LMH: ended, nothing kept\r\n\r\nA>';
const CAN = 0x18;

/** A board on which the helper waits for a frame. */
function waiting(options: Parameters<typeof booted>[0] = {}): Terminal {
  const t = booted({ ...options, files: [{ name: 'Z80LMH.COM', bytes: helperImage() }, ...(options.files ?? [])] });
  t.type('Z80LMH\r');
  expect(t.until('1\r\n')).toBe(`Z80LMH\r\r\n${GREETING}`);
  return t;
}

/** Run until it has been silent for so long. */
function hear(t: Terminal, seconds = 0.05): Uint8Array {
  const came: number[] = [];
  for (;;) {
    t.wait(seconds);
    const more = t.saidBytes();
    if (more.length === 0) return Uint8Array.from(came);
    came.push(...more);
  }
}

let number = 0;
function ask(t: Terminal, name: FunctionName, args: Uint8Array = new Uint8Array(0)): Uint8Array {
  number = (number % 255) + 1;
  t.send(...requestFrame(number, name, args));
  const answer = answerIn(hear(t), number);
  if (answer === undefined) throw new Error(`no answer to ${name}`);
  return answer;
}

/** More than a frame of 1 KB takes on the line, in seconds. */
const A_FRAME = 0.12;
const stored = (t: Terminal, name: string) => t.board.files().find((file) => file.name === name)?.bytes;
const seconds = (t: Terminal) => t.board.tStates / t.board.clockHz;
const put = (t: Terminal, record: number, bytes: Uint8Array): string => {
  t.send(...dataFrame(record, bytes));
  return String.fromCharCode(...hear(t, A_FRAME));
};

it('is at most 2 KB, in whole records', () => {
  expect(helperImage().length).toBeLessThanOrEqual(2048);
  expect(helperImage().length % 128).toBe(0);
});

describe.each(['acia', 'sio'] as const)('Z80LMH (%s)', (uart) => {
  it('says version and CRC of itself, and how much memory there is', () => {
    const t = waiting({ uart });
    // From E00h to the BDOS at E000h.
    expect(helloIn(ask(t, 'hello'))).toEqual({ version: VERSION, crc: crc32(helperImage()), capacity: 420 });
  });

  it('takes data at full speed without flow control, writes it, proves it, and puts it in its place', () => {
    const t = waiting({ uart, flowControl: false, files: [{ name: 'F.COM', bytes: sample(5_000, 9) }] });
    const data = sample(20 * 1024);
    const frames: Uint8Array[] = [];
    for (let record = 0; record < 160; record += 8) frames.push(dataFrame(record, data.subarray(record * 128, record * 128 + 1024)));
    t.send(...concatBytes(frames));
    t.wait(2);
    expect(String.fromCharCode(...hear(t))).toBe('.'.repeat(20));
    expect(sumsIn(ask(t, 'groups', rangeArguments(0, 160)))).toEqual({ status: 0, records: 160, sums: sumsOf(data) });
    expect(sumsIn(ask(t, 'records', rangeArguments(3, 5)))?.sums).toEqual(sumsOf(data.subarray(384, 1024), 1));
    expect([...ask(t, 'write', fileArguments('A', 'Z80LM.$$$', 160))]).toEqual([STATUS.ok]);
    expect(sumsIn(ask(t, 'disk', fileArguments('A', 'Z80LM.$$$')))).toEqual({ status: 0, records: 160, sums: sumsOf(data) });
    expect(stored(t, 'F.COM')).toEqual(Uint8Array.from([...sample(5_000, 9), ...new Uint8Array(120).fill(0x1a)]));
    expect([...ask(t, 'place', fileArguments('A', 'F.COM'))]).toEqual([STATUS.ok]);
    t.send(...requestFrame(200, 'end', fileArguments('A', 'Z80LM.$$$')));
    expect(t.until('A>')).toBe(`.${DONE}`);
    expect(stored(t, 'F.COM')).toEqual(data);
    expect(t.board.files().map(({ name }) => name)).toEqual(['Z80LMH.COM', 'F.COM']);
  });
});

describe('Z80LMH', () => {
  it('reads an old file into memory, as much as is asked for', () => {
    const old = sample(3_000, 9);
    const whole = Uint8Array.from([...old, ...new Uint8Array(72).fill(0x1a)]);
    const t = waiting({ files: [{ name: 'F.COM', bytes: old }] });
    expect(sumsIn(ask(t, 'old', fileArguments('A', 'F.COM', 8)))).toEqual({
      status: 0,
      records: 8,
      sums: sumsOf(whole.subarray(0, 1024)),
    });
    expect(sumsIn(ask(t, 'old', fileArguments('A', 'F.COM', 400)))).toEqual({ status: 0, records: 24, sums: sumsOf(whole) });
    expect(sumsIn(ask(t, 'groups', rangeArguments(0, 24)))?.sums).toEqual(sumsOf(whole));
    expect(sumsIn(ask(t, 'old', fileArguments('A', 'NIX.COM', 400)))?.status).toBe(STATUS.noFile);
    expect(sumsIn(ask(t, 'old', fileArguments('@', 'F.COM', 400)))?.records).toBe(24);
  });

  it('tells at most as many sums as fit into an answer', () => {
    const bytes = sample(61 * 1024);
    const t = waiting({ files: [{ name: 'F.COM', bytes }] });
    const sums = sumsIn(ask(t, 'disk', fileArguments('A', 'F.COM')));
    expect(sums).toEqual({ status: 0, records: 480, sums: sumsOf(bytes).slice(0, MOST_SUMS) });
  });

  it('does a request once, and answers it as often as it comes', () => {
    const t = waiting();
    put(t, 0, sample(128));
    const write = requestFrame(77, 'write', fileArguments('A', 'X.$$$', 1));
    t.send(...write);
    expect([...answerIn(hear(t), 77)!]).toEqual([STATUS.ok]);
    put(t, 0, sample(128, 2));
    t.send(...write, ...write);
    expect([...answerIn(hear(t), 77)!]).toEqual([STATUS.ok]);
    expect(stored(t, 'X.$$$')).toEqual(sample(128));
  });

  it.each([
    ['a wrong bit in a request', (frame: Uint8Array) => frame.with(12, frame[12]! ^ 4)],
    ['a wrong bit in its head', (frame: Uint8Array) => frame.with(2, 1)],
    ['half a request', (frame: Uint8Array) => frame.slice(0, 9)],
    ['no beginning', (frame: Uint8Array) => frame.slice(1)],
    ['too many records', () => Uint8Array.from([0xa5, 9, 0, 0, 0x5a ^ 9])],
    ['records beyond memory', () => dataFrame(413, sample(1024)).slice(0, 40)],
    ['records beyond 64 KB', () => dataFrame(65_535, sample(1024)).slice(0, 40)],
  ])('says ? to %s, and takes the next', (_, spoil) => {
    const t = waiting();
    t.send(...spoil(requestFrame(9, 'hello', new Uint8Array(0))));
    expect(String.fromCharCode(...hear(t, 0.2))).toBe('?');
    expect(helloIn(ask(t, 'hello'))?.version).toBe(VERSION);
  });

  it('lost, doubled and wrong bytes in data leave the other records as they are', () => {
    const t = waiting();
    const data = sample(4096);
    const frame = (n: number): Uint8Array => dataFrame(n * 8, data.subarray(n * 1024, n * 1024 + 1024));
    t.send(...frame(0));
    // One is lost, which costs the next frame its head; one is doubled; a bit is wrong.
    t.send(...[...frame(1)].toSpliced(500, 1), ...frame(2), ...[...frame(3)].toSpliced(200, 0, 7));
    hear(t, 0.3);
    const sums = sumsIn(ask(t, 'groups', rangeArguments(0, 32)))!.sums;
    expect(sums.map((sum, n) => sum === sumsOf(data)[n])).toEqual([true, false, false, false]);
    expect(put(t, 8, data.subarray(1024, 2048)) + put(t, 16, data.subarray(2048, 3072))).toBe('..');
    expect(put(t, 24, data.subarray(3072))).toBe('.');
    expect(sumsIn(ask(t, 'groups', rangeArguments(0, 32)))!.sums).toEqual(sumsOf(data));
  });

  it('gives up after silence, and keeps nothing that was not put in its place', () => {
    const t = waiting();
    ask(t, 'write', fileArguments('A', 'Z80LM.$$$', 3));
    expect(stored(t, 'Z80LM.$$$')?.length).toBe(384);
    const start = seconds(t);
    expect(t.until('A>', 30)).toBe(ENDED);
    expect(seconds(t) - start).toBeGreaterThan(8);
    expect(seconds(t) - start).toBeLessThan(12);
    expect(t.board.files().map(({ name }) => name)).toEqual(['Z80LMH.COM']);
  });

  it.each([
    ['between frames', new Uint8Array(0)],
    ['within a request', requestFrame(9, 'hello', new Uint8Array(0)).slice(0, 12)],
    ['within a head', Uint8Array.of(0xa5, 8)],
    ['within data', dataFrame(0, sample(1024)).slice(0, 700)],
    ['behind noise', Uint8Array.of(1, 2, 3, CAN, 4)],
  ])('ends at CAN, a pause, CAN %s', (_, before) => {
    const t = waiting();
    t.send(...before, CAN);
    t.wait(0.3);
    t.said();
    t.send(CAN);
    const start = seconds(t);
    expect(t.until('A>')).toContain(ENDED);
    expect(seconds(t) - start).toBeLessThan(0.5);
  });

  it('ends at CAN CAN within data, as a slow BIOS sees it that notices no pause between them', () => {
    const t = waiting();
    t.send(...dataFrame(0, sample(1024)).slice(0, 700), CAN, CAN);
    expect(t.until('A>')).toContain(ENDED);
  });

  it('is not ended by CAN CAN that are data', () => {
    const t = waiting();
    expect(put(t, 0, new Uint8Array(1024).fill(CAN))).toBe('.');
    t.send(...dataFrame(8, new Uint8Array(1024).fill(CAN)).slice(0, 6));
    t.wait(0.03);
    t.send(...new Uint8Array(1023).fill(CAN));
    expect(String.fromCharCode(...hear(t, A_FRAME))).toBe('.');
    // In a damaged frame they are not followed by silence.
    t.send(...dataFrame(0, new Uint8Array(128).fill(CAN)).slice(1), ...requestFrame(8, 'hello', new Uint8Array(0)));
    expect(helloIn(answerIn(hear(t), 8)!)?.version).toBe(VERSION);
  });

  it('a full disk or directory keeps nothing', () => {
    const t = waiting({ files: [{ name: 'FILLER', bytes: new Uint8Array(240 * 1024) }] });
    expect([...ask(t, 'write', fileArguments('A', 'Z80LM.$$$', 160))]).toEqual([STATUS.diskFull]);
    expect(t.board.files().map(({ name }) => name)).toEqual(['Z80LMH.COM', 'FILLER']);
    const many = Array.from({ length: 127 }, (_, n) => ({ name: `F${n}`, bytes: new Uint8Array(0) }));
    const full = waiting({ files: many });
    expect([...ask(full, 'write', fileArguments('A', 'Z80LM.$$$', 1))]).toEqual([STATUS.directoryFull]);
  });

  it('an unknown request has an empty answer', () => {
    const t = waiting();
    const frame = requestFrame(5, 'hello', new Uint8Array(0));
    const body = frame.slice(5, 21).with(1, 8);
    const sum = crc32(body);
    t.send(...frame.slice(0, 5), ...body, sum & 0xff, (sum >> 8) & 0xff, (sum >> 16) & 0xff, sum >>> 24);
    expect(answerIn(hear(t), 5)).toEqual(new Uint8Array(0));
  });
});
