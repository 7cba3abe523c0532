/**
 * No room, no right, no port: the same for every command that writes. A limit on the size of files stands in for a full
 * disk (`ulimit -f`), since that needs no rights; a folder of the system's own for one that may not be written.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Z80LM } from '../bundled.js';
import { TALKER } from '../hil/programs.js';
import { describeWithFiles } from '../outside.js';

let folder: string;
const OLD = 'what was there before\n';
/** In units of 512 bytes (POSIX): more than nothing, less than any of the outputs. */
const MOST = 1;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-no-room-'));
  const pairs = Array.from({ length: 60 }, (_, n) => `is it number ${n}|ANSWER ${n % 12}`);
  writeFileSync(join(folder, 'pairs.txt'), `${pairs.join('\n')}\n`);
  writeFileSync(join(folder, 'x.asm'), ` org 100h\nhere: ds 5000,1\n jp here\n`);
  writeFileSync(join(folder, 'X.COM'), new Uint8Array(3000).fill(0x76));
  writeFileSync(join(folder, 'TALK.COM'), TALKER.bytes);
  writeFileSync(join(folder, 'prompts.txt'), 'hello there\n'.repeat(40));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  status: number | null;
  stderr: string;
}

/** @param shell what a shell does before it becomes z80lm */
function z80lm(shell: string, args: string[]): Ended {
  const { status, stderr } = spawnSync('/bin/sh', ['-c', `${shell}; exec "$@"`, 'sh', ...Z80LM, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', XDG_CONFIG_HOME: folder },
    timeout: 120_000,
  });
  return { status, stderr };
}

/** Each way to write a file: the words before its name. */
const WRITERS: string[][] = [
  ['asm', 'x.asm', '-o'],
  ['asm', 'x.asm', '-o', 'y.com', '--listing'],
  ['disasm', 'X.COM', '-o'],
  ['build', 'adventure', '-o'],
  ['train', 'pairs.txt', '--epochs', '3', '-o'],
  ['data', 'balance', 'pairs.txt', '-o'],
  ['compare', 'TALK.COM', '--prompts', 'prompts.txt', '--golden', 'g', '--record', '--html'],
];
const writer = (words: string[]): string => words.join(' ');

describeWithFiles(['/sys/kernel'], 'a file that cannot be written', () => {
  it.each(WRITERS.map((words) => [writer(words), words] as const))('%s: no room', (_, words) => {
    const target = words[0] === 'build' || words[0] === 'asm' ? 'T.COM' : 't.npz';
    writeFileSync(join(folder, target), OLD);
    const before = readdirSync(folder);
    const { status, stderr } = z80lm(`ulimit -f ${MOST}`, [...words, target]);
    expect(stderr).toMatch(/^error: /m);
    expect(stderr).not.toMatch(/internal|\bat .*:\d+:\d+/);
    expect(status).toBe(2);
    expect(readFileSync(join(folder, target), 'latin1')).toBe(OLD);
    expect(readdirSync(folder).filter((name) => !before.includes(name) && /tmp/.test(name))).toEqual([]);
  });

  it.each(WRITERS.map((words) => [writer(words), words] as const))(
    '%s: no right, found before the work',
    (_, words) => {
      const { status, stderr } = z80lm(':', [
        ...words,
        words[0] === 'build' ? '/sys/kernel/T.COM' : '/sys/kernel/t.npz',
      ]);
      expect(stderr).toMatch(/^error: \/sys\/kernel/m);
      expect(stderr).toMatch(/^hint: /m);
      expect(stderr).not.toMatch(/internal|\bat .*:\d+:\d+|epoch/);
      expect(status).toBe(2);
    },
  );

  it.each([
    ['ports'],
    ['asm', '--help'],
    ['eval', 'adventure', 'pairs.txt'],
    ['run', 'TALK.COM'],
    ['data', 'stats', 'pairs.txt'],
  ])('%s: a full standard output is told', (...args) => {
    const { status, stderr } = z80lm('exec >/dev/full', args);
    expect(stderr).toMatch(/^error: /m);
    expect(stderr).not.toMatch(/internal|\bat .*:\d+:\d+/);
    expect(status).toBe(2);
  });

  it.each([['flash', 'X.COM'], ['console'], ['doctor'], ['time', 'TALK.COM']])(
    '%s: a port that is not there',
    (...args) => {
      const { status, stderr } = z80lm(':', [...args, '--port', join(folder, 'ttyNone')]);
      expect(stderr).toMatch(/^error: /m);
      expect(stderr).not.toMatch(/internal|\bat .*:\d+:\d+/);
      expect(status).toBe(3);
    },
  );
});
