/**
 * Each state that a board may be left in, and each way to it: auto, a driver that was named, the doctor. It comes back, or says
 * what is there; nothing is run or erased before its prompt, and the old program is whole or replaced.
 */
import { describe, expect, it } from 'vitest';
import { TransferError, Z80lmError } from '../../src/seams/errors.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { examine, type Finding } from '../../src/transfer/doctor.js';
import { createDriver } from '../../src/transfer/drivers/index.js';
import { recogniseBoard } from '../../src/transfer/recognise.js';
import { recover, type Found } from '../../src/transfer/recover.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { seeded } from '../random.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeCpm, type FakeCpmOptions } from '../fakes/fake-cpm.js';
import { linkPair } from '../fakes/link-pair.js';
import { expectSame, sample } from './samples.js';

const WIRE = { msPerByte: 0.0868, latencyMs: 1 };
const OLD = sample(500, 99);
const NEW = sample(700, 5);
const files = { 'CHAT.COM': OLD };

interface Board<T> {
  result: T;
  cpm: FakeCpm;
  /** From the first look to the end. */
  ms: number;
}

/** Whoever left the board has not read what it said. */
async function withBoard<T>(
  options: FakeCpmOptions,
  work: (link: ByteLink, clock: FakeClock) => Promise<T>,
  before?: Uint8Array,
): Promise<Board<T>> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock, { toA: WIRE, toB: WIRE });
  const cpm = new FakeCpm(b, clock, { files, ...options });
  const host = async (): Promise<[T, number]> => {
    if (before) await a.write(before);
    await clock.sleep(1_000);
    a.drain();
    const began = clock.now();
    try {
      return [await work(a, clock), clock.now() - began];
    } finally {
      cpm.stop();
    }
  };
  const [[result, ms]] = await clock.run(Promise.all([host(), cpm.run()]));
  return { result, cpm, ms };
}

const flash =
  (driver?: string) =>
  async (link: ByteLink, clock: FakeClock): Promise<string[]> => {
    const kind = driver ?? (await recogniseBoard(link, clock));
    const steps = new Set<string>();
    const target = boardTarget(link, createDriver(kind), clock);
    for await (const { step } of target.load({ name: 'CHAT.COM', bytes: NEW })) steps.add(step);
    return [...steps];
  };
const doctor = async (link: ByteLink, clock: FakeClock): Promise<Finding[]> => {
  const found: Finding[] = [];
  for await (const finding of examine(link, clock, { flow: 'rtscts', paceMs: 0 })) found.push(finding);
  return found;
};

const ZPM3 = (drive: string, user: number): string => `\n\r\r\x1b[1m00:00\x1b[m ${drive}${user}:SYSTEM\x1b[1m\x1b[m>`;
const STATES: [string, FakeCpmOptions, words?: string][] = [
  ['at its prompt', {}],
  ['a half-typed line', { left: 'TYPED ERA CHAT.COM' }],
  ['a receiver', { left: 'RECEIVER' }, 'a receiver that waits for the rest of a file'],
  ['a receiver in half a block', { left: 'HALF BLOCK' }, 'a receiver that waits for the rest of a file'],
  ['a sender that waits', { left: 'SENDER' }],
  ['a sender in the middle', { left: 'SENDING' }, 'a sender in the middle of a file'],
  ['DOWNLOAD', { left: 'DOWNLOAD' }],
  ['DDT', { left: 'DDT' }, "a debugger's prompt (DDT, SID)"],
  ['the helper', { left: 'HELPER' }, 'the helper (Z80LMH) in the middle of a flash'],
  ['the chat program', { left: 'CHAT' }, 'a chat program, which waits for a question'],
  ['a pager', { left: 'PAGER' }, 'a program that waits for a key at the end of a page'],
  ['PIP from the console', { left: 'PIP' }],
  ['a disk error', { left: 'BDOS' }, "CP/M's report of a disk error, which waits for a key"],
  ['a drive that is not there, behind a boot that hears no key', { left: 'SELECT' }],
  ['user 3, told', { user: 3, prompt: (drive, user) => `\r\n${drive}${user || ''}>` }],
  ['user 3, not told', { user: 3 }],
  ['CP/M 3, user 3', { user: 3, prompt: (drive, user) => `\r\n${user || ''}${drive}>` }],
  ['NZCOM', { prompt: (drive, user) => `\r\r\n${drive}${user}:SYSTEM>` }],
  [
    'NZCOM, where only user 0 has a name',
    { user: 3, prompt: (drive, user) => `\r\r\n${drive}${user}${user === 0 ? ':SYSTEM' : ''}>` },
  ],
  ['ZPM3', { prompt: ZPM3, recalls: 'ERA CHAT.COM' }],
  ['ZPM3, user 3', { prompt: ZPM3, recalls: 'ERA CHAT.COM', user: 3 }],
  ['ZPM3, a half-typed line', { prompt: ZPM3, recalls: 'ERA CHAT.COM', left: 'TYPED ERA CHAT.CO' }],
  ['a prompt that nobody has told us', { prompt: (drive, user) => `\r\n[${drive}${user} 41%]>` }],
  ['XM on C:, as started from a card', { drives: 'ABC', toolDrive: 'C', sendPauseMs: 900 }],
];

describe.each(STATES)('%s', (_, board, words) => {
  for (const driver of [undefined, 'romwbw', 'cpm'])
    it(`comes back, and is flashed (${driver ?? 'auto'})`, async () => {
      const { cpm, ms } = await withBoard(board, flash(driver));
      expectSame(cpm.files.get('CHAT.COM')!, NEW);
      expect([...cpm.files.keys()].filter((name) => name !== 'LEFT.TMP')).toEqual(['CHAT.COM']);
      expect(ms).toBeLessThan(25_000);
    });

  it('nothing is run or erased on the way to its prompt', async () => {
    const told: string[] = [];
    const { result, cpm } = await withBoard(board, (link, clock) =>
      recover(link, clock, { onState: (state) => told.push(state) }),
    );
    expect(result.situation).toBe('cpm');
    // What ends DOWNLOAD may be longer than what it took: zeros are no command.
    expect(cpm.commands.filter((line) => !/^0+$/.test(line))).toEqual([]);
    expectSame(cpm.files.get('CHAT.COM')!, OLD);
    expect([...new Set(told)]).toEqual(words === undefined ? [] : expect.arrayContaining([words]));
  });

  it('the doctor brings it back, and finds the receiver', async () => {
    const { result, cpm } = await withBoard(board, doctor);
    expect(result.map(({ check, verdict }) => `${check}: ${verdict}`)).toContain('receiver: good');
    if (words !== undefined) expect(result[0]!.words).toContain(words);
    expectSame(cpm.files.get('CHAT.COM')!, OLD);
  });
});

describe('what is left to its user', () => {
  const error = async (board: FakeCpmOptions): Promise<[Z80lmError, FakeCpm]> => {
    const { result, cpm } = await withBoard(board, (link, clock) => flash()(link, clock).catch((e: unknown) => e));
    expect(result).toBeInstanceOf(TransferError);
    return [result as Z80lmError, cpm];
  };

  it('an editor with a file in it is named, with the ways out of it', async () => {
    const [{ message, hint }] = await error({ left: 'ED' });
    expect(message).toBe('the board is not at its CP/M prompt');
    expect(hint).toBe(
      'it is at: the editor ED, with a file open; E saves the file and leaves it, Q leaves it as it was (in z80lm console)',
    );
  });

  it('MBASIC keeps the program in it, whatever is typed', async () => {
    const [{ hint }] = await error({ left: 'MBASIC' });
    expect(hint).toBe(
      'it is at: MBASIC, or a BASIC like it; SAVE "NAME" keeps the program in it, SYSTEM leaves it (in z80lm console)',
    );
  });

  it('a firmware that has crashed is to be reset', async () => {
    const [{ hint }] = await error({ left: 'CRASH' });
    expect(hint).toBe(
      'it is at: a report of "BAD INT" without end; RomWBW has crashed: reset it; a cable without RTS/CTS wants --flow none --pace 1 there',
    );
  });

  it('a boot menu is given no key that it knows', async () => {
    const [{ hint }] = await error({ left: 'MENU' });
    expect(hint).toBe("it is at: RomWBW's boot loader (3.x): type C and Enter for CP/M; or let --boot do it");
  });
});

describe('whatever was typed before', () => {
  const LEFT = [
    '',
    'RECEIVER',
    'HALF BLOCK',
    'SENDER',
    'SENDING',
    'DOWNLOAD',
    'DDT',
    'HELPER',
    'CHAT',
    'PAGER',
    'PIP',
    'BDOS',
  ];

  it('it ends in time, and the old program is whole or replaced', async () => {
    let flashed = 0;
    const rounds = 120;
    for (let seed = 1; seed <= rounds; seed++) {
      const next = seeded(seed);
      const noise = Uint8Array.from({ length: Math.floor(next() * 60) }, () => Math.floor(next() * 256));
      const left = LEFT[seed % LEFT.length]!;
      const { cpm, ms, result } = await withBoard(
        { left },
        (link, clock) => flash()(link, clock).catch((error: unknown) => error),
        noise,
      );
      if (result instanceof Error) expect(result, `seed ${seed}`).toBeInstanceOf(Z80lmError);
      const now = cpm.files.get('CHAT.COM')!;
      if (result instanceof Error) expect([seed, now]).toEqual([seed, OLD]);
      else {
        expectSame(now, NEW);
        flashed++;
      }
      expect(ms, `seed ${seed}`).toBeLessThan(90_000);
    }
    expect(flashed).toBe(rounds);
  });
});

it('a drive that is not there changes neither drive nor user', async () => {
  const prompt = (drive: string, user: number): string => `\r\n${drive}${user || ''}>`;
  const { result } = await withBoard({ user: 3, prompt, bootDrive: 'B' }, async (link, clock) => {
    const line = new CpmLine(link, clock);
    await line.arrive();
    return [await line.has('C:CHAT.COM'), line.prompt?.text];
  });
  expect(result).toEqual([false, 'A3>']);
});

it('the doctor finds no fault in a screen that is narrower than its line', async () => {
  const { result } = await withBoard({ wraps: 77 }, doctor);
  expect(result.filter(({ verdict }) => verdict === 'bad')).toEqual([]);
  expect(result.map(({ check }) => check)).toContain('characters');
});

it('programs are looked for in user 0, where the prompt does not tell the user', async () => {
  const { cpm } = await withBoard({ user: 3 }, recogniseBoard);
  expect(cpm.commands).toEqual(['USER 0', 'DIR B:XM.COM']);
});

it('an idle prompt costs two keys and two round trips, and a look at what the first of them shows', async () => {
  const { result, ms } = await withBoard({}, (link, clock): Promise<Found> => recover(link, clock));
  expect(result.prompt).toEqual({ drive: 'A', user: undefined, text: 'A>' });
  expect(ms).toBeLessThan(560);
});
