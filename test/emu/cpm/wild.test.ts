/**
 * Run against limits: programs that do anything at all. None may hang, throw, take memory without bound, or reach anything
 * outside its folder. WILD=20000 WILD_SEED=1 npx vitest run test/emu/cpm/wild.test.ts looks further.
 */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drive } from '../../../src/emu/drive.js';
import { createCpm } from '../../../src/emu/cpm/machine.js';
import { nodeFolder } from '../../../src/host/node-folder.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { CountingConsole } from '../../fakes/script-console.js';
import { wildProgram } from './wild-programs.js';

const COUNT = Number(process.env['WILD'] ?? 25);
const FIRST = Number(process.env['WILD_SEED'] ?? 1);
const LIMIT = 3_000_000;
/** Of one program, which takes a second: a computer with other work must pass, a program that hangs must not. */
const WALL_MS = 60_000;
const MEGABYTE = 1024 * 1024;

let outside: string;
let inside: string;
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'z80lm-wild-'));
  inside = join(outside, 'drive');
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

function fresh(): void {
  rmSync(inside, { recursive: true, force: true });
  mkdirSync(inside);
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  for (const name of ['A.TXT', 'b.txt', '$$$.SUB']) writeFileSync(join(inside, name), 'x'.repeat(1_000));
  writeFileSync(join(inside, 'BIG.DAT'), '');
  truncateSync(join(inside, 'BIG.DAT'), 9 * MEGABYTE);
  symlinkSync('../secret.txt', join(inside, 'LINK.TXT'));
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => {
    const stat = lstatSync(join(folder, name));
    return sum + (stat.isDirectory() ? bytesIn(join(folder, name)) : stat.size);
  }, 0);
}

describe('wild programs', () => {
  it(`${COUNT} of them end at their limit, and leave the rest of this computer alone`, async () => {
    const ends: Record<string, number> = {};
    let longest = 0;
    for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
      fresh();
      const { bytes, tail, keys } = wildProgram(seed);
      const operator = new CountingConsole().type(keys);
      const cpm = createCpm({ console: operator, drives: [nodeFolder(inside)] });
      // Some begin at the prompt, where a SUBMIT file waits.
      if (seed % 10 === 0) cpm.boot();
      else cpm.load({ name: 'WILD.COM', bytes }, tail);
      const clock = new FakeClock();
      const began = performance.now();
      const end = await clock.run(drive(cpm, operator as CountingConsole, clock, { maxTStates: LIMIT }));
      cpm.cutOff();
      const took = performance.now() - began;
      longest = Math.max(longest, took);
      expect(took, `seed ${seed}`).toBeLessThan(WALL_MS);
      ends[end.why] = (ends[end.why] ?? 0) + 1;
      // The reserve and the limit, at a hundred T-states a character; a character may be a tab.
      expect(operator.count, `seed ${seed}`).toBeLessThan((10_000_000 + LIMIT) / 40);
      expect(readdirSync(outside).sort(), `seed ${seed}`).toEqual(['drive', 'secret.txt']);
      expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
      if (readdirSync(inside).includes('BIG.DAT'))
        expect(statSync(join(inside, 'BIG.DAT')).size % (9 * MEGABYTE)).toBe(0);
      expect(bytesIn(inside), `seed ${seed}`).toBeLessThan(9 * MEGABYTE + 2 * 8 * MEGABYTE);
    }
    expect(Object.values(ends).reduce((sum, n) => sum + n, 0)).toBe(COUNT);
    if (process.env['WILD'])
      process.stdout.write(
        `${JSON.stringify(ends)}, longest ${longest.toFixed(0)} ms, ${(process.memoryUsage().rss / MEGABYTE).toFixed(0)} MB\n`,
      );
  }, 3_600_000);
});
