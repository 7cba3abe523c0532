/** Targets that cannot be written: found before anything is sent, with a remedy that fits them, and nothing left behind. */
import { describe, expect, it } from 'vitest';
import { TransferError } from '../../src/seams/errors.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { withDiskRemedy } from '../../src/transfer/writable.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeCpm, type FakeCpmOptions } from '../fakes/fake-cpm.js';
import { linkPair } from '../fakes/link-pair.js';
import { sample } from './samples.js';

const WIRE = { msPerByte: 0.0868, latencyMs: 1 };
const OLD = sample(500, 99);

interface Outcome {
  error: TransferError | undefined;
  files: string[];
  phases: string[];
  ms: number;
}

async function flash(name: string, board: FakeCpmOptions): Promise<Outcome> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock, { toB: WIRE, toA: WIRE });
  const cpm = new FakeCpm(b, clock, board);
  const phases = new Set<string>();
  let error: TransferError | undefined;
  const host = async (): Promise<void> => {
    try {
      const steps = boardTarget(a, romwbwDriver(), clock).load({ name, bytes: sample(40_000) });
      for await (const { phase } of steps) phases.add(phase);
    } catch (thrown) {
      error = thrown as TransferError;
    } finally {
      cpm.stop();
    }
  };
  await clock.run(Promise.all([host(), cpm.run()]));
  return { error, files: [...cpm.files.keys()], phases: [...phases], ms: clock.now() };
}

describe('a target that cannot be written', () => {
  it.each([
    ['the ROM disk', 'B:CHAT.COM', {}, 'name another, as in --as A:CHAT.COM'],
    [
      'the only drive is ROM',
      'CHAT.COM',
      { drives: 'A', readOnly: 'A', toolDrive: 'A' },
      'if the board has another that can be written, name it, as in --as C:CHAT.COM',
    ],
    ['no such drive', 'P:CHAT.COM', {}, 'the board has no drive P:; name another, as in --as A:CHAT.COM'],
  ])('%s', async (_, name, board, remedy) => {
    const { error, files, phases, ms } = await flash(name, board);
    expect(error).toBeInstanceOf(TransferError);
    expect(error!.hint).toContain(remedy);
    expect(error!.hint).toMatch(
      /no program on the board was changed|there is no CHAT.COM on the board(?:'s drive B:)?$/,
    );
    expect(error!.hint).not.toContain('may be left');
    expect([files, phases]).toEqual([[], ['prepare']]);
    expect(ms).toBeLessThan(15_000);
  });

  // A line stands behind it.
  const diskError = (drive: string, why: string): string =>
    `ZSDOS error on ${drive}: ${why}\r\nCall: 21  File: Z80LM   .$$$\r\n`;
  it.each([
    ['the ROM disk under ZSDOS', 'B:CHAT.COM', 'drive B: is a ROM disk, write-protected, or damaged;'],
    ['no such drive under ZSDOS', 'P:CHAT.COM', 'the board has no drive P:;'],
  ])('%s', async (_, name, remedy) => {
    const { error, files, phases, ms } = await flash(name, { diskError });
    expect(error!.message).toContain('ZSDOS error on');
    expect(error!.hint).toContain(remedy);
    expect([files, phases]).toEqual([[], ['prepare']]);
    expect(ms).toBeLessThan(15_000);
  });

  it('an old file that is read-only', async () => {
    const { error, files, phases } = await flash('CHAT.COM', {
      files: { 'CHAT.COM': OLD },
      readOnlyFiles: ['CHAT.COM'],
    });
    expect(error).toMatchObject({
      message: 'CHAT.COM on the board is read-only',
      hint:
        'make it writable on the board, with B:STAT A:CHAT.COM $R/W, or send it under another name with --as; ' +
        'the CHAT.COM on the board is the old one',
    });
    expect([files, phases]).toEqual([['CHAT.COM'], ['prepare']]);
  });

  it('an old file that is not: it is replaced', async () => {
    const { error, files } = await flash('CHAT.COM', { files: { 'CHAT.COM': OLD } });
    expect([error, files]).toEqual([undefined, ['CHAT.COM']]);
  });
});

describe('a remedy', () => {
  it.each([
    [
      '"ZSDOS error on C: Bad Sector"',
      'drive C: is a ROM disk, write-protected, or damaged; name another, as in --as A:X.COM',
    ],
    ['CP/M says "CP/M Error On P: Invalid Drive"', 'the board has no drive P:; name another, as in --as A:X.COM'],
    [
      '"ZSDOS error on C: W/P"',
      'drive C: is a ROM disk, write-protected, or damaged; name another, as in --as A:X.COM',
    ],
    ['"ZSDOS error on A: File W/P"', 'erase X.COM or make it writable there: STAT A:X.COM $R/W'],
    ['CP/M says "Bdos Err On A: File R/O"', 'erase X.COM or make it writable there: STAT A:X.COM $R/W'],
    ['CP/M says "Bdos Err On A: Gone Fishing"', 'as before'],
    ['the board does not answer', 'as before'],
  ])('for %s', (message, hint) => {
    expect(withDiskRemedy(new TransferError(message, { hint: 'as before' }), 'X.COM')).toMatchObject({ message, hint });
  });
});
