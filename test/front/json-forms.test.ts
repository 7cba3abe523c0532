/** What the table of commands says of --json is so: commands are run, and what they print is read. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/table.js';
import { Z80LM } from '../bundled.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-json-'));

/** The lines of standard output, each read. */
function documents(line: string): unknown[] {
  const [node, ...args] = [...Z80LM, ...line.split(' '), '--json'] as [string, ...string[]];
  const { stdout, stderr } = spawnSync(node, args, { cwd: folder, encoding: 'utf8', input: 'hello\n' });
  const lines = stdout.split('\n').slice(0, -1);
  expect(stdout === '' || stdout.endsWith('\n'), stderr).toBe(true);
  return lines.map((one) => JSON.parse(one) as unknown);
}

const formOf = (name: string, sub?: string): string => {
  const { json } = COMMANDS.find((entry) => entry.name === name)!;
  return typeof json === 'string' ? json : json[sub!]!;
};

beforeAll(() => {
  expect(documents('new my')).toHaveLength(1);
});

describe('--json', () => {
  it.each([
    ['new other'],
    ['data lint my/pairs.txt'],
    ['data stats my/pairs.txt'],
    ['data balance my/pairs.txt -o even.txt'],
    ['data gen adventure -o adventure'],
    ['asm my/hello.asm -o HELLO.COM'],
    ['disasm my/pairs.txt'],
    ['build small-talk-28k -o SMALL.COM'],
    ['eval small-talk-28k my/pairs.txt'],
    ['run --type EXIT'],
    ['report -o report.zip'],
    ['completion bash'],
    ['help flash'],
  ])('%s: one document', (line) => {
    const [name, sub] = line.split(' ') as [string, string];
    expect(formOf(name, sub)).toMatch(/^(document|lines with .*)$/);
    expect(documents(line)).toEqual([expect.any(Object)]);
  });

  it.each([
    ['config', 10],
    ['doctor', 2],
    ['chat small-talk-28k', 1],
    ['train my/pairs.txt -o my.npz --epochs 2 --hidden 8 --workers 1', 3],
    ['ports', 0],
  ])('%s: an object a line', (line, least) => {
    expect(formOf(line.split(' ')[0]!)).toBe('lines');
    const lines = documents(line);
    expect(lines.length).toBeGreaterThanOrEqual(least);
    for (const one of lines) expect(one).toEqual(expect.any(Object));
  });
});
