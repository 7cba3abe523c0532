import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { starterFiles } from '../../src/commands/new.js';
import { configSchema } from '../../src/commands/settings.js';
import { lint } from '../../src/trainer/data-lint.js';
import { scanPairs } from '../../src/trainer/pairs.js';
import { assemble, memoryReader } from '../../src/z80asm/index.js';
import { cli } from '../e2e/cli.js';

describe('z80lm new', () => {
  const files = starterFiles('my-talk');

  it('has pairs without faults', () => {
    const report = lint([scanPairs(new TextEncoder().encode(files.get('pairs.txt')!), 'pairs.txt')]);
    expect(report.findings.filter(({ level }) => level !== 'warning')).toEqual([]);
    expect(report.findings.filter(({ kind }) => kind === 'no fallback')).toEqual([]);
    expect(report.ceiling).toBe(1);
  });

  it('asks what it teaches', () => {
    const pairs = files.get('pairs.txt')!;
    for (const prompt of files.get('prompts.txt')!.trim().split('\n')) expect(pairs).toContain(`${prompt}|`);
  });

  it('has a program that assembles, and settings of known names', () => {
    const source = files.get('hello.asm')!;
    expect(assemble({ main: 'hello.asm', ...memoryReader({ 'hello.asm': source }) })).toMatchObject({ ok: true });
    const { properties } = JSON.parse(configSchema()) as { properties: object };
    for (const key of Object.keys(JSON.parse(files.get('z80lm.config.json')!) as object))
      expect(properties).toHaveProperty([key]);
  });

  it('makes the folder, and does not write over one', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'z80lm-new-'));
    expect(await cli(['new', 'my'], { cwd })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(cwd, 'my')).sort()).toEqual([...files.keys()].sort());
    expect(readFileSync(join(cwd, 'my/README.md'), 'utf8')).toContain('z80lm train pairs.txt -o my.npz');
    const again = await cli(['new', 'my'], { cwd });
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('my/pairs.txt: there is such a file already');
    expect((await cli(['new', '../x'], { cwd })).status).toBe(2);
  });
});
