/** The romwbw driver against a CP/M board with XM, in virtual time: every refusal, and what is on the board after it. */
import { describe, expect, it } from 'vitest';
import type { LoadProgress } from '../../src/seams/target.js';
import { boardTarget, type BoardTargetOptions } from '../../src/transfer/board-target.js';
import { createDriver } from '../../src/transfer/drivers/index.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { recogniseBoard } from '../../src/transfer/recognise.js';
import { recover } from '../../src/transfer/recover.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeCpm, type FakeCpmOptions } from '../fakes/fake-cpm.js';
import { linkPair, type LineOptions } from '../fakes/link-pair.js';
import { expectSame, sample } from './samples.js';
import { toBytes } from '../../src/seams/bytes.js';

const WIRE: LineOptions = { msPerByte: 0.0868, latencyMs: 1 };
const OLD = sample(500, 99);

interface Outcome {
  error: { name: string; message: string; hint?: string; exitStatus: number } | undefined;
  files: Map<string, Uint8Array>;
  progress: LoadProgress[];
  ms: number;
}

async function flash(
  data: Uint8Array,
  board: FakeCpmOptions = {},
  options: BoardTargetOptions & { name?: string; driver?: string; toBoard?: LineOptions; toHost?: LineOptions } = {},
): Promise<Outcome> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock, { toB: { ...WIRE, ...options.toBoard }, toA: { ...WIRE, ...options.toHost } });
  const cpm = new FakeCpm(b, clock, board);
  const progress: LoadProgress[] = [];
  let error;
  const host = async (): Promise<void> => {
    try {
      const driver = options.driver === undefined ? romwbwDriver() : createDriver(options.driver);
      const target = boardTarget(a, driver, clock, options);
      for await (const step of target.load({ name: options.name ?? 'CHAT.COM', bytes: data })) progress.push(step);
    } catch (thrown) {
      error = thrown as Outcome['error'];
    } finally {
      cpm.stop();
    }
  };
  await clock.run(Promise.all([host(), cpm.run()]));
  return { error, files: cpm.files, progress, ms: clock.now() };
}

describe('flashing by XM', () => {
  for (const size of [1, 128, 1025, 40_960])
    it(`${size} bytes, and nothing is left beside them`, async () => {
      const { error, files, progress } = await flash(sample(size));
      expect(error).toBeUndefined();
      expect([...files.keys()]).toEqual(['CHAT.COM']);
      expectSame(files.get('CHAT.COM')!, sample(size));
      const counts = { doneBytes: size, totalBytes: size, retries: 0 };
      expect(progress.at(-1)).toEqual({ phase: 'done', step: 'done', ...counts, endsWithinMs: 0 });
    });

  it('over an old one of the same name', async () => {
    const { error, files } = await flash(sample(2000), { files: { 'CHAT.COM': OLD, 'OTHER.COM': OLD } });
    expect(error).toBeUndefined();
    expectSame(files.get('CHAT.COM')!, sample(2000));
    expect([...files.keys()].sort()).toEqual(['CHAT.COM', 'OTHER.COM']);
  });

  it('over what an earlier failure left', async () => {
    const { error, files } = await flash(sample(200), { files: { 'Z80LM.$$$': OLD } });
    expect(error).toBeUndefined();
    expect([...files.keys()]).toEqual(['CHAT.COM']);
  });

  it('does not wait ten seconds for the first request', async () => {
    const { ms } = await flash(sample(100));
    expect(ms).toBeLessThan(6_000);
  });

  it('a disk that takes 8 s for 16 KB is waited for', async () => {
    const { error, progress } = await flash(sample(40_960), { diskWriteMs: 8_000 });
    expect(error).toBeUndefined();
    expect(progress.some(({ step }) => step === 'sending (the board is busy)')).toBe(true);
    expect(progress.at(-1)!.retries).toBe(0);
  });

  it('behind boot messages', async () => {
    const bootText = '\r\nRC2014 Z80 Boot Loader\r\n\r\nBOOT CPM FROM ROM\r\n\r\nCP/M-80 v2.2, 54.0K TPA\r\n';
    expect((await flash(sample(100), { bootText })).error).toBeUndefined();
  });

  it('XM on drive A, and no drive C', async () => {
    expect((await flash(sample(100), { toolDrive: 'A' })).error).toBeUndefined();
  });

  it('without verifying, the record count is looked at', async () => {
    const { error, progress } = await flash(sample(3000), {}, { verify: false });
    expect(error).toBeUndefined();
    expect(progress.some(({ step }) => step === 'reading back')).toBe(false);
    const short = await flash(sample(3000), { corrupt: (file) => file.subarray(0, 256) }, { verify: false });
    expect(short.error!.message).toBe('the board has 2 records of 128 bytes where 24 were sent');
  });
});

describe('what cannot be', () => {
  const old = { files: { 'CHAT.COM': OLD } };
  const intact = (outcome: Outcome): void => {
    expect(outcome.files.get('CHAT.COM')).toEqual(OLD);
    expect([...outcome.files.keys()]).toEqual(['CHAT.COM']);
    expect(outcome.error!.hint).toContain('the CHAT.COM on the board is the old one');
  };

  it('no XM anywhere', async () => {
    const { error } = await flash(sample(100), { files: old.files, toolDrive: '' });
    expect(error!.message).toBe('no XM.COM on the board (looked on B:, A:, C:)');
    expect(error!.exitStatus).toBe(3);
  });

  it('the disk is full: the old file stays', async () => {
    const outcome = await flash(sample(20_000), { ...old, diskBytes: 16_384 });
    expect(outcome.error!.message).toContain('the disk is full');
    intact(outcome);
  });

  it('a read-only disk', async () => {
    const { error } = await flash(sample(100), old, { name: 'B:CHAT.COM' });
    expect(error!.message).toContain('the disk cannot be written');
    expect(error!.hint).toContain('name another, as in --as A:CHAT.COM');
  });

  it('a drive that is not there', async () => {
    const { error } = await flash(sample(100), old, { name: 'D:CHAT.COM' });
    expect(error!.message).toBe('CP/M says "Bdos Err On D: Select" at "D:"');
  });

  it('a disk that changes a byte: found by reading back, status 1, the old file stays', async () => {
    const flipped = (file: Uint8Array): Uint8Array => file.with(1000, file[1000]! ^ 1);
    const outcome = await flash(sample(5000), { ...old, corrupt: flipped });
    expect(outcome.error).toMatchObject({
      name: 'RefusedError',
      message: 'what the board has differs from byte 1000 (block 8) on',
      exitStatus: 1,
    });
    intact(outcome);
  });

  it('a disk that changes what is behind the end of the file', async () => {
    const flipped = (file: Uint8Array): Uint8Array => file.with(120, 0);
    const outcome = await flash(sample(100), { ...old, corrupt: flipped });
    expect(outcome.error!.message).toBe('what the board has differs from byte 120 (block 1) on');
    intact(outcome);
  });

  it('a line that fails in the middle', async () => {
    const clock = new FakeClock();
    const pair = linkPair(clock, { toA: WIRE, toB: WIRE });
    const cpm = new FakeCpm(pair.b, clock, old);
    const host = async (): Promise<void> => {
      for await (const step of boardTarget(pair.a, romwbwDriver(), clock).load({
        name: 'CHAT.COM',
        bytes: sample(9000),
      }))
        if (step.doneBytes > 4000) pair.cut();
    };
    await expect(clock.run(Promise.all([host(), cpm.run()]))).rejects.toMatchObject({
      message: 'pair went away at block 5 of 15',
      exitStatus: 3,
      reason: { disconnected: true },
      hint: 'the CHAT.COM on the board is the old one; part of the new one may be left as Z80LM.$$$; a program there may still wait for the rest, for up to two minutes or until a reset',
    });
    expect(cpm.files.get('CHAT.COM')).toEqual(OLD);
  });

  it('an abort: the board hears of it, and the old file stays', async () => {
    const abort = new AbortController();
    const clock = new FakeClock();
    const { a, b } = linkPair(clock, { toA: WIRE, toB: WIRE });
    const cpm = new FakeCpm(b, clock, old);
    const host = async (): Promise<Error> => {
      try {
        const target = boardTarget(a, romwbwDriver(), clock, { signal: abort.signal });
        for await (const step of target.load({ name: 'CHAT.COM', bytes: sample(9000) }))
          if (step.doneBytes > 4000) abort.abort();
        throw new Error('not aborted');
      } catch (error) {
        return error as Error;
      } finally {
        cpm.stop();
      }
    };
    const [error] = await clock.run(Promise.all([host(), cpm.run()]));
    expect(error!.message).toBe('interrupted at block 5 of 15');
    expect([...cpm.files.keys()]).toEqual(['CHAT.COM']);
  });
});

describe('the classic card: DOWNLOAD', () => {
  const classic = (more: FakeCpmOptions['classic'] = {}): FakeCpmOptions => ({
    drives: 'ABC',
    files: { 'CHAT.COM': OLD },
    classic: { dump: true, ...more },
  });
  const driver = { driver: 'download' };

  for (const size of [1, 128, 129, 40_960])
    for (const [name, tools] of [
      ['DUMP', { dump: true }],
      ['UPLOAD', { upload: true, dump: false }],
    ] as const)
      it(`${size} bytes over an old one, read back with ${name}`, async () => {
        const { error, files, progress } = await flash(sample(size), classic(tools), driver);
        expect(error).toBeUndefined();
        expect([...files.keys()]).toEqual(['CHAT.COM']);
        expectSame(files.get('CHAT.COM')!, sample(size));
        expect(progress.some(({ phase }) => phase === 'verify')).toBe(true);
      });

  it('nothing to read back with: it does not pretend', async () => {
    const { error, progress } = await flash(sample(1000), classic({ dump: false }), driver);
    expect(error).toBeUndefined();
    expect(progress.some(({ phase }) => phase === 'verify')).toBe(false);
  });

  it('a lost character: the loader is freed, and it goes again', async () => {
    for (const lost of [700, 4 + 1 + 2_048 + 1]) {
      const { error, files, progress } = await flash(sample(1000), classic({ lose: [lost] }), driver);
      expect(error).toBeUndefined();
      expect([...files.keys()]).toEqual(['CHAT.COM']);
      expectSame(files.get('CHAT.COM')!, sample(1000));
      expect(progress.at(-1)).toMatchObject({ retries: 1 });
    }
  });

  it('lost characters in each of four tries: the old file stays', async () => {
    const lose = Array.from({ length: 20 }, (_, n) => 700 * n + 700);
    const { error, files } = await flash(sample(1000), classic({ lose }), driver);
    expect(error!.message).toMatch(/^DOWNLOAD lost characters or hangs at record \d of 8$/);
    expect(error!.hint).toBe('try --pace 0.5; the CHAT.COM on the board is the old one');
    expect([...files.entries()]).toEqual([['CHAT.COM', OLD]]);
  });

  it('a changed byte is found by reading back, as its own sums would not tell', async () => {
    const swapped = (file: Uint8Array): Uint8Array => file.with(300, file[301]!).with(301, file[300]!);
    const { error, files } = await flash(sample(1000), { ...classic(), corrupt: swapped }, driver);
    expect(error!.message).toBe('what the board has differs from byte 300 (block 3) on');
    expect(files.get('CHAT.COM')).toEqual(OLD);
  });

  it('is recognised', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const cpm = new FakeCpm(b, clock, classic());
    const host = recogniseBoard(a, clock).finally(() => cpm.stop());
    expect((await clock.run(Promise.all([host, cpm.run()])))[0]).toBe('download');
  });
});

describe('who is there', () => {
  async function seen(answer: (typed: string) => string): Promise<[string, string]> {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    let typed = '';
    let over = false;
    const board = async (): Promise<void> => {
      while (!over) {
        const arrival = await b.read(100);
        if (arrival === undefined) continue;
        const text = Buffer.from(arrival.bytes).toString('latin1');
        typed += text;
        await b.write(toBytes(answer(text)));
      }
    };
    const host = async (): Promise<string> => {
      const { situation } = await recover(a, clock, { only: 'look' });
      over = true;
      return situation;
    };
    const [situation] = await clock.run(Promise.all([host(), board()]));
    return [situation!, typed];
  }

  const BOOT =
    '\r\nRC2014 Z80 Boot Loader\r\n\r\nBoot: (C)PM, (Z)System, (M)onitor,\r\n      (L)ist disks, or Disk Unit # ===> ';
  const cases: [string, string, string][] = [
    ['CP/M', '\r\r\n\r\nA>', 'cpm'],
    ['CP/M, user 3', '\r\r\n\r\nB3>', 'cpm'],
    ["RomWBW 2.9's menu", `INVALID SELECTION${BOOT}`, 'romwbw-menu'],
    ["RomWBW 3's loader", '\r\nBoot [H=Help]: ', 'romwbw-loader'],
    ['SCM', '\r\n*', 'scm'],
    ["Searle's boot ROM", '\r\n\r\n>', 'searle-monitor'],
    ['the chat program', '\r\r\n> ', 'chat'],
    ['MBASIC', '\r\nOk\r\n', 'basic'],
    ['something else', '\r\nREADY\r\n', 'other'],
    ['nothing', '', 'silent'],
  ];
  for (const [name, answer, situation] of cases)
    it(`${name}: CAN and CR are typed, and no more where it is no prompt`, async () => {
      const keys = situation === 'cpm' ? '\x18\r\r' : '\x18\r';
      expect(await seen((typed) => (typed === '\r' ? answer : ''))).toEqual([situation, keys]);
    });

  it('a disk error that was seen gets ^C before any other key, which would go on with that sector', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    let typed = '';
    const board = async (): Promise<void> => {
      await b.write(toBytes('\r\nBdos Err On B: Bad Sector'));
      for (;;) {
        typed += Buffer.from((await b.read(60_000))!.bytes).toString('latin1');
        if (/[\x03\r]$/.test(typed)) await b.write(toBytes('\r\nA>'));
      }
    };
    board().catch(() => undefined);
    expect(await clock.run(recover(a, clock))).toMatchObject({ situation: 'cpm' });
    expect(typed).toBe('\x03\r');
  });

  it('a RomWBW board is told by its XM', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const cpm = new FakeCpm(b, clock);
    const host = recogniseBoard(a, clock).finally(() => cpm.stop());
    expect((await clock.run(Promise.all([host, cpm.run()])))[0]).toBe('romwbw');
  });

  it('at the boot menu it says what to do, and types no key of it', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    let typed = '';
    const board = async (): Promise<void> => {
      for (;;) {
        typed += Buffer.from((await b.read(60_000))!.bytes).toString('latin1');
        if (typed.endsWith('\r')) await b.write(toBytes('\r\nBoot [H=Help]: '));
      }
    };
    board().catch(() => undefined);
    await expect(clock.run(recogniseBoard(a, clock))).rejects.toMatchObject({
      message: 'the board is not at its CP/M prompt',
      hint: "it is at: RomWBW's boot loader (3.x): type C and Enter for CP/M; or let --boot do it",
    });
    expect(typed).toBe('\x18\r');
  });
});
