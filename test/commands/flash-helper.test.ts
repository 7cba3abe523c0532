/** What `flash` says about the helper, and that nothing is brought to a board unasked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { helperFor, tellOfHelper } from '../../src/commands/flash-helper.js';
import type { Shell } from '../../src/commands/shared.js';
import { startVirtualBoard, type VirtualBoard } from '../../src/host/virtual-board.js';
import type { Helper, HelperOutcome } from '../../src/transfer/drivers/with-helper.js';
import { cli } from '../e2e/cli.js';
import { sample } from '../transfer/samples.js';

describe('a word about the helper', () => {
  const said = (outcome: HelperOutcome, phaseMs: Parameters<typeof tellOfHelper>[2]): string[] => {
    const notes: string[] = [];
    const shell = { note: (line: string) => void notes.push(line) } as Shell;
    tellOfHelper(shell, { outcome } as Helper, phaseMs);
    return notes;
  };
  // As seen with 36 KB: a RomWBW 2.9.1, the virtual board, and a small program.
  const slow = { prepare: 1_500, send: 24_000, verify: 20_800, finish: 1_200, done: 0 };
  const quick = { prepare: 1_100, send: 3_900, verify: 4_900, finish: 900, done: 0 };
  const small = { prepare: 1_100, send: 300, verify: 300, finish: 900, done: 0 };

  it.each([
    ['absent', slow, ['with --helper it is about 29 s instead of 48: Z80LMH.COM then stays on the board']],
    ['absent', quick, ['with --helper it is about 6 s instead of 11: Z80LMH.COM then stays on the board']],
    ['absent', small, []],
    ['used', quick, []],
    ['untried', quick, []],
    ['same', small, ['the board has this very program: nothing was sent']],
    [{ without: 'it does not answer' }, quick, ['without the helper: it does not answer']],
  ] as const)('%s, %o', (outcome, phaseMs, words) => {
    expect(said(outcome, phaseMs)).toEqual(words);
  });

  it('there is none where the user wants none', () => {
    for (const wish of [false, 'none'] as const) expect(helperFor({} as Shell, wish)).toBeUndefined();
    for (const wish of [true, undefined, 'bring'] as const)
      expect(helperFor({} as Shell, wish)?.outcome).toBe('untried');
  });
});

describe('flash --helper', () => {
  let folder: string;
  let board: VirtualBoard;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'z80lm-helper-'));
    board = await startVirtualBoard({ link: join(folder, 'board') });
  });
  afterAll(async () => {
    await board.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings it and uses it; the next flash finds it, and the program', async () => {
    const file = join(folder, 'x.com');
    writeFileSync(file, sample(2_000));
    const flash = (...flags: string[]) =>
      cli(['flash', file, '--port', board.path, '--board', 'romwbw', ...flags], { env: { XDG_CONFIG_HOME: folder } });
    const first = await flash('--helper');
    expect(first.stdout).toMatch(/^X\.COM: 2000 bytes on the board in [\d.]+ s, verified\n$/);
    expect(first.stderr).not.toContain('helper:');
    const second = await flash();
    expect(second.stdout).toMatch(/^X\.COM: 2000 bytes on the board in [\d.]+ s, verified\n$/);
    expect(second.stderr).toContain('the board has this very program: nothing was sent\n');
    const third = await flash('--no-helper');
    expect(third.stdout).toMatch(/^X\.COM: 2000 bytes on the board in [\d.]+ s, verified\n$/);
    expect(third.stderr).not.toContain('nothing was sent');
  });
});
