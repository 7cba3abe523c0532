/** The scm driver against the virtual board's monitor, in virtual time, with the habits that were seen of the real one. */
import { describe, expect, it } from 'vitest';
import { hexRecord, hexRecords, parseIntelHex } from '../../src/seams/intel-hex.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';
import { examine, type Finding } from '../../src/transfer/doctor.js';
import { recogniseBoard } from '../../src/transfer/recognise.js';
import { BLOCK_BYTES, SUMS } from '../../src/transfer/scm-proof.js';
import { buildProgram } from '../../src/build/program.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { SCM } from '../../src/machines/scm.js';
import { answer } from '../../src/model/inference.js';
import { isProven, type LoadPhase } from '../../src/seams/target.js';
import { randomClosed } from '../build/random-closed.js';
import { asHex, ScmBoard, SUMS_IMAGE, type Damage } from '../fakes/scm-board.js';
import { sample } from './samples.js';

const SIZE = 1_500;
const PROGRAM = sample(SIZE);
const HEX = asHex(PROGRAM);

/** What a record is in this file's sends. */
const dataRecord = /^:20/;

describe('the routine that tells sums', () => {
  it('is where the driver has it, and needs nothing that is not there', () => {
    const { origin, symbols, bytes, diagnostics } = SUMS_IMAGE;
    expect(diagnostics).toEqual([]);
    expect(origin).toBe(SUMS.origin);
    expect(symbols.get('ranges')).toBe(SUMS.origin + SUMS.rangesAt);
    expect(symbols.get('MOST_RANGES')).toBe(SUMS.mostRanges);
    expect(origin + bytes.length).toBeLessThan(symbols.get('table')!);
    expect(symbols.get('table')! + 4 * 256).toBe(0xfc00);
  });

  it('tells the same CRC-32 as zip, and a damaged line from a wrong byte', async () => {
    const board = new ScmBoard();
    await board.flash(asHex(toBytes('123456789')));
    await board.line.write(toBytes('\x1b'));
    await board.line.sleep(100);
    board.line.drain();
    for (const key of 'G F680\r') {
      await board.line.write(toBytes(key));
      await board.line.sleep(3);
    }
    await board.line.sleep(100);
    expect(latin1(board.line.drain())).toBe('G F680\r\n8000 CBF43926 DB\r\n*');
  });
});

describe.each(['acia', 'sio'] as const)('a program under the monitor (%s)', (uart) => {
  it('is sent, proven by sums, and started', async () => {
    const board = new ScmBoard({ uart });
    const { steps, error, sent } = await board.flash(HEX);
    expect(error).toBeUndefined();
    expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
    expect([...new Set(steps.map(({ step }) => step))]).toEqual([
      'waiting for the prompt', 'asking what is there', 'comparing sums', 'sending', 'done',
    ]); // prettier-ignore
    expect(steps.at(-1)).toMatchObject({ phase: 'done', doneBytes: SIZE, totalBytes: SIZE, retries: 0 });
    // ESC; the routine, its dump and two runs of it; 47 records; ends of files.
    const records = (bytes: number, count: number): number => 2 * bytes + 12 * count;
    const routine = records(SUMS_IMAGE.bytes.length, 11) + 11 + 'M F680\r'.length + 2 + 1;
    expect(sent).toBe(1 + routine + 2 * 'G F680\r'.length + records(SIZE, 47) + 11);
  });

  it('that is there already is proven without sending it; of a changed one its blocks are sent', async () => {
    const board = new ScmBoard({ uart });
    const first = await board.flash(HEX);
    const again = await board.flash(HEX);
    expect(again.steps.map(({ phase }) => phase)).not.toContain('send');
    expect(again.steps.at(-2)).toMatchObject({ phase: 'verify', doneBytes: SIZE });
    const changed = PROGRAM.slice();
    changed[1_000]! ^= 1;
    changed[1_499]! ^= 1;
    const second = await board.flash(asHex(changed));
    expect(board.memory(0x8000, SIZE)).toEqual(changed);
    expect(second.steps.filter(({ phase }) => phase === 'send')[0]).toMatchObject({
      doneBytes: SIZE - BLOCK_BYTES - (SIZE % BLOCK_BYTES),
    });
    expect(first.ms).toBeGreaterThan(1.4 * again.ms);
  });

  it('without proof is sent, and Ready is all that is known', async () => {
    const board = new ScmBoard({ uart });
    const { steps, error } = await board.flash(HEX, { verify: false });
    expect(error).toBeUndefined();
    expect([...new Set(steps.map(({ phase }) => phase))]).toEqual(['prepare', 'send', 'done']);
    expect(board.sent).not.toContain('G F680');
    expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
  });
});

describe('without proof, something damaged', () => {
  /** The nth record of the program that is sent, once. */
  const nth = (changes: Record<number, (record: string) => string>): Damage => {
    let n = 0;
    return (text) => (/^:20(?!F[67])/.test(text) ? (changes[++n]?.(text) ?? text) : text);
  };
  const lost = (): string => '';
  const flip = (at: number) => (record: string) =>
    record.slice(0, at) + (record[at] === '0' ? '1' : '0') + record.slice(at + 1);

  it.each([
    ['a byte, then a record that is lost whole, of which the monitor knows nothing', { 5: flip(12), 51: lost }],
    ['a type: the loader ends early, and again at the end', { 5: flip(8) }],
  ])('%s', async (_, changes) => {
    const board = new ScmBoard({ damage: nth(changes) });
    const { error, steps } = await board.flash(HEX, { verify: false });
    expect(error).toBeUndefined();
    expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
    expect(steps.reduce((proven, step) => isProven(step, proven), false)).toBe(true);
  });

  it('and nothing else: it is not said to be proven', async () => {
    const board = new ScmBoard({ damage: nth({ 5: lost }) });
    const { error, steps } = await board.flash(HEX, { verify: false });
    expect(error).toBeUndefined();
    expect(board.memory(0x8000, SIZE)).not.toEqual(PROGRAM);
    expect(steps.reduce((proven, step) => isProven(step, proven), false)).toBe(false);
  });
});

it('only what follows the last that was sent is proof of it', () => {
  const proven = (...phases: LoadPhase[]): boolean =>
    phases.reduce((before, phase) => isProven({ phase }, before), false);
  expect(proven('prepare', 'send', 'verify', 'done')).toBe(true);
  expect(proven('prepare', 'send', 'verify', 'send', 'done')).toBe(false);
  expect(proven('prepare', 'send', 'verify', 'finish', 'done')).toBe(true);
});

describe('a program that has run, and keeps what it made in memory', () => {
  const network = randomClosed(
    3,
    { buckets: 128, hidden: [200, 9], answers: 4, steps: 'answers', density: [0.1, 0.5], biasReach: 60 },
    ['first', 'fourth', 'second', 'third'],
  );
  const { file } = buildProgram(network, { machine: SCM, layout: 'packed' }, firmwareReader(nodeFiles));
  const QUESTIONS = ['is it number 3', 'why', 'hello there'];

  async function answers(board: ScmBoard): Promise<string> {
    const { line } = board;
    const type = async (keys: string, ms: number): Promise<string> => {
      for (const key of keys) {
        await line.write(toBytes(key));
        await line.sleep(3);
      }
      await line.sleep(ms);
      return latin1(line.drain());
    };
    line.drain();
    await type('G 8000\r', 1_500);
    let said = '';
    for (const question of QUESTIONS) said += await type(`${question}\r`, 300);
    expect(await type('!\r', 100)).toMatch(/\r\n\*$/);
    return said;
  }

  it('is as new when it is flashed again, whether or not it was started again before', async () => {
    const board = new ScmBoard();
    const flash = async (): Promise<string[]> => {
      const { error, steps } = await board.flash(file);
      expect(error).toBeUndefined();
      return [...new Set(steps.map(({ phase }) => phase))];
    };
    await flash();
    const due = QUESTIONS.map((question) => `${question}\r\n${answer(network, question)}\r\n> `).join('');
    expect(await answers(board)).toBe(due);
    expect(await answers(board)).toBe(due);
    // Where its lists were, the routine is: the addresses of lists are in what was sent, and differ.
    expect(await flash()).toContain('send');
    expect(await answers(board)).toBe(due);
  });
});

describe('what M has to prove', () => {
  it('is a program that leaves no room for the routine', async () => {
    const board = new ScmBoard();
    const bytes = sample(0xfc00 - 0xf000);
    const { error, steps } = await board.flash(asHex(bytes, 0xf000));
    expect(error).toBeUndefined();
    expect(board.memory(0xf000, bytes.length)).toEqual(bytes);
    expect(steps.map(({ step }) => step)).toContain('reading back');
    expect(board.sent).not.toContain('G F680');
  });

  it('is one on a board without memory for the routine, which is never run there', async () => {
    const board = new ScmBoard({ hole: { from: 0xf600, end: 0xfc00 } });
    const { error, steps } = await board.flash(asHex(sample(700)));
    expect(error).toBeUndefined();
    expect(board.memory(0x8000, 700)).toEqual(sample(700));
    expect(steps.map(({ step }) => step)).toContain('reading back');
    expect(board.sent).not.toContain('G F680');
  });
});

describe('memory that keeps nothing', () => {
  for (const [name, options] of [
    ['is found by sums', { hole: { from: 0x8123, end: 0x8124 } }],
    ['is found by M', { hole: { from: 0x8123, end: 0xfc00 } }],
  ] as const)
    it(name, async () => {
      const { error } = await new ScmBoard(options).flash(asHex(new Uint8Array(600)));
      expect(error).toMatchObject({
        message: 'memory at 8123h differs from the program',
        hint: "is there RAM at that address?; what is in the board's memory now may not be the whole program",
        exitStatus: 1,
      });
    });
});

describe('a line that damages', () => {
  /** The nth record of data that is sent, once. */
  const once = (n: number, change: (record: string) => string): Damage => {
    let count = 0;
    return (text) => (dataRecord.test(text) && text.startsWith(':208') && ++count === n ? change(text) : text);
  };
  const flip = (record: string): string => record.slice(0, 20) + (record[20] === '0' ? '1' : '0') + record.slice(21);

  it('a byte: its block is sent again, and no other', async () => {
    const board = new ScmBoard({ damage: once(30, flip) });
    const { error, steps } = await board.flash(HEX);
    expect(error).toBeUndefined();
    expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
    expect(steps.at(-1)).toMatchObject({ phase: 'done', retries: 1 });
  });

  it('a byte, and its sum to match: the monitor is content, the sums are not', async () => {
    const change = (record: string): string => {
      const [{ address, bytes }] = parseIntelHex(`${record}\n:00000001FF`, '') as [
        { address: number; bytes: Uint8Array },
      ];
      return `${hexRecord(
        address,
        bytes.map((byte, n) => (n === 5 ? byte ^ 8 : byte)),
      )}\r`;
    };
    const board = new ScmBoard({ damage: once(30, change) });
    const { error, steps } = await board.flash(HEX);
    expect(error).toBeUndefined();
    expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
    expect(steps.at(-1)).toMatchObject({ phase: 'done', retries: 1 });
  });

  it('a digit that is lost: the records run into each other, and are sent again', async () => {
    const board = new ScmBoard({ damage: once(30, (record) => record.slice(0, 20) + record.slice(21)) });
    const { error, steps } = await board.flash(HEX);
    expect(error).toBeUndefined();
    expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
    expect(steps.at(-1)!.retries).toBeGreaterThan(0);
  });

  it('an end record: the loader that waits for another is freed', async () => {
    let isFirst = true;
    const damage: Damage = (text) => {
      if (text !== ':00000001FF' || !isFirst) return text;
      isFirst = false;
      return ':0000000';
    };
    const board = new ScmBoard({ damage });
    expect((await board.flash(HEX)).error).toBeUndefined();
    expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
  });

  it('everything, at each attempt: it is said, and the board is at its prompt', async () => {
    const board = new ScmBoard({ damage: (text) => (text.startsWith(':2081') ? flip(text) : text) });
    const { error } = await board.flash(asHex(sample(600)));
    expect(error).toMatchObject({
      message: 'the line damages what it carries: 1 block of 3 not right after 12 rounds',
      exitStatus: 3,
    });
    board.line.drain();
    await board.line.write(toBytes('\r'));
    await board.line.sleep(50);
    expect(latin1(board.line.drain())).toBe('\r\n*');
  });

  it('both ways at random: never is a program proven that is not there', async () => {
    const outcomes: string[] = [];
    for (const [seed, flip] of [0.0004, 0.0004, 0.0004, 0.01].entries()) {
      const board = new ScmBoard({ noise: { flip, drop: 0.0001, duplicate: 0.0001, seed } });
      const { error } = await board.flash(HEX);
      if (error === undefined) expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
      outcomes.push(error === undefined ? 'proven' : 'failed');
    }
    // Both must be seen, or nothing is shown.
    expect(outcomes).toEqual(['proven', 'proven', 'proven', 'failed']);
  });
});

describe('a flash that was killed', () => {
  for (const [where, cut] of [
    ['between records', (text: string) => text.slice(0, text.indexOf('\r', 1_000))],
    ['within a record', (text: string) => text.slice(0, text.indexOf('\r', 1_000) + 20)],
    ['behind a colon', (text: string) => text.slice(0, text.indexOf(':', 1_000) + 1)],
  ] as const)
    it(`${where}: the next one finds the board, and its prompt`, async () => {
      const board = new ScmBoard();
      await board.line.sleep(200);
      await board.line.write(toBytes(cut(hexRecords([{ address: 0x8000, bytes: sample(2_000, 2) }]).join('\r'))));
      await board.line.sleep(500);
      expect(await recogniseBoard(board.link, board.line)).toBe('scm');
      expect((await board.flash(HEX)).error).toBeUndefined();
      expect(board.memory(0x8000, SIZE)).toEqual(PROGRAM);
    });

  it('called off within a record of the routine: the prompt is back, and the old program is not said to be whole', async () => {
    const calledOff = new AbortController();
    const damage: Damage = (text) => {
      if (!text.startsWith(':20F680')) return text;
      calledOff.abort();
      return text.slice(0, 20);
    };
    const board = new ScmBoard({ damage });
    const { error } = await board.flash(HEX, { signal: calledOff.signal });
    expect(error).toMatchObject({
      message: 'interrupted while asking what is there',
      hint: "the program in the board's memory may not run right any more, as what it works with was written over: flash it again",
      exitStatus: 3,
    });
    board.line.drain();
    await board.line.write(toBytes('\r'));
    await board.line.sleep(50);
    expect(latin1(board.line.drain())).toBe('\r\n*');
  });

  it('called off before anything was written to memory: that is said', async () => {
    const calledOff = new AbortController();
    const damage: Damage = (text) => {
      calledOff.abort();
      return text;
    };
    const { error } = await new ScmBoard({ damage }).flash(HEX, { signal: calledOff.signal });
    expect(error).toMatchObject({ message: 'interrupted while waiting for the prompt', hint: 'no program was sent' });
  });

  it('called off: the prompt is back, and it is said what is there', async () => {
    const calledOff = new AbortController();
    let records = 0;
    const damage: Damage = (text) => {
      if (text.startsWith(':208') && ++records === 20) calledOff.abort();
      return text;
    };
    const board = new ScmBoard({ damage });
    const { error } = await board.flash(HEX, { signal: calledOff.signal });
    expect(error).toMatchObject({
      message: 'interrupted while sending',
      hint: "what is in the board's memory now may not be the whole program",
      exitStatus: 3,
    });
    await board.line.write(toBytes('\r'));
    await board.line.sleep(50);
    expect(latin1(board.line.drain())).toContain('\r\n*');
  });
});

describe('what cannot be a program there', () => {
  it('one for CP/M: refused, with the true way out', async () => {
    const { error } = await new ScmBoard().flash(PROGRAM, {}, 'CHAT.COM');
    expect(error).toMatchObject({ message: 'this board is at its monitor, and a .COM needs CP/M', exitStatus: 1 });
    expect(error!.hint).toContain('z80lm build MODEL -o X.HEX --machine scm');
    expect(error!.hint).toContain('type CPM at the * prompt');
    expect((await new ScmBoard().flash(PROGRAM, {}, 'CHAT.MND')).error!.message).toContain('a .MND needs CP/M');
  });

  it.each([
    [0x100, 'the program wants to be at 0100h, where this board has ROM'],
    [0xfb00, 'the program goes up to FD2Bh'],
  ])('one at %s', async (address, message) => {
    const board = new ScmBoard();
    expect((await board.flash(asHex(sample(0x22c), address))).error).toMatchObject({ message, exitStatus: 1 });
    expect(board.sent).toBe('');
  });

  it.each([
    [':00000001FF', 'the file holds no data', 'PROG.HEX'],
    [':00800000' + '80\n:00000001FF', 'the file holds no data', 'PROG.HEX'],
    [':020000040001F9\n:0180000000' + '7F\n:00000001FF', 'what follows lies above 64 KB', 'PROG.HEX:1'],
  ])('%j', async (text, message, where) => {
    const board = new ScmBoard();
    expect((await board.flash(toBytes(text))).error).toMatchObject({ message, where, exitStatus: 2 });
    expect(board.sent).toBe('');
  });

  it('a command tail', async () => {
    const board = new ScmBoard();
    await expect(board.target().start('HELLO', 'PROG.HEX')).rejects.toMatchObject({
      message: 'the monitor gives programs no command tail',
      exitStatus: 1,
    });
  });
});

it('doctor tells what can be done at its prompt', async () => {
  const board = new ScmBoard();
  const findings: Finding[] = [];
  for await (const finding of examine(board.link, board.line, { flow: 'none', paceMs: 0 })) findings.push(finding);
  expect(findings[0]).toEqual({
    check: 'answer',
    verdict: 'good',
    words: 'the Small Computer Monitor answers; it takes programs that are made for it',
    remedy: 'z80lm build MODEL -o X.HEX --machine scm makes one; CP/M there is only with a CF card (type CPM)',
  });
});

describe('pieces of a program', () => {
  it('each byte counts as the file has it last, and the first record is where it begins', async () => {
    const board = new ScmBoard();
    const segments = [
      { address: 0x9000, bytes: Uint8Array.of(0xc9, 1, 2, 3) },
      { address: 0x8000, bytes: sample(300) },
      { address: 0x9002, bytes: Uint8Array.of(9) },
    ];
    const { error } = await board.flash(toBytes(hexRecords(segments).join('\n')));
    expect(error).toBeUndefined();
    expect([...board.memory(0x9000, 4)]).toEqual([0xc9, 1, 9, 3]);
    expect(board.memory(0x8000, 300)).toEqual(sample(300));
  });
});

it.each([
  [0, 'G 8000\r'],
  [0x8123, 'G 8123\r'],
])('a program is entered where its end record says: %s', async (entry, command) => {
  const board = new ScmBoard();
  const target = board.target();
  const bytes = toBytes(hexRecords([{ address: 0x8000, bytes: new Uint8Array(0x200).fill(0xc9) }], entry).join('\n'));
  for await (const { phase } of target.load({ name: 'PROG.HEX', bytes })) if (phase === 'done') board.sent = '';
  await target.start('', 'PROG.HEX');
  expect(board.sent.replace('\x1b', '')).toBe(command);
});

describe('Intel HEX', () => {
  it('round trip', () => {
    const [segment] = parseIntelHex(latin1(asHex(sample(100))), 'x.hex');
    expect(segment).toEqual({ address: 0x8000, bytes: sample(100) });
    expect(hexRecord(0x0030, Uint8Array.of(0x02, 0x33, 0x7a))).toBe(':0300300002337A1E');
  });

  const wrong: [string, string, string][] = [
    [':0300300002337A1F\n:00000001FF', 'x.hex:1', "the record's sum is wrong"],
    ['\nhello\n', 'x.hex:2', 'this is no Intel HEX record'],
    [':0400300002337A1E\n', 'x.hex:1', 'the record is longer or shorter than it says'],
    [':0300300002337A1E\n', 'x.hex', 'the end record is missing: the file is cut'],
  ];
  for (const [text, where, message] of wrong)
    it(message, () =>
      expect(() => parseIntelHex(text, 'x.hex')).toThrow(expect.objectContaining({ where, message }) as Error),
    );
});
