/** The scripts are loaded by the shells that are here, and asked what they complete. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { allWords, SHELLS, type Words } from '../../src/commands/completion.js';
import { COMMANDS } from '../../src/commands/table.js';
import { describeWith } from '../outside.js';

let words: Words[];
const script = (shell: keyof typeof SHELLS): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'z80lm-completion-')), shell);
  writeFileSync(file, SHELLS[shell](words));
  return file;
};

beforeAll(async () => {
  words = await allWords();
});

describe('completion', () => {
  it('knows every command and its options', () => {
    expect(words.map(({ name }) => name)).toEqual(COMMANDS.map(({ name }) => name));
    for (const shell of Object.values(SHELLS)) {
      const text = shell(words);
      for (const { name } of COMMANDS) expect(text).toContain(name);
      for (const flag of ['max-tstates', 'holdout', 'json']) expect(text).toContain(flag);
    }
  });
});

describeWith(['bash'], 'completion in bash', () => {
  it.each([
    ['z80lm fl', 'flash'],
    ['z80lm build --la', '--layout'],
    ['z80lm data ba', 'balance'],
    ['z80lm data lint --f', '--fix'],
    ['z80lm completion --j', '--json'],
  ])('%s', (line, completed) => {
    const list = line.split(' ');
    const ask = `source '${script('bash')}'; COMP_WORDS=(${list.join(' ')}); COMP_CWORD=${list.length - 1}; _z80lm; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe(completed);
  });
});

describeWith(['zsh'], 'completion in zsh', () => {
  it('is loaded', () => {
    const { status, stderr } = spawnSync('zsh', ['-f', '-n', script('zsh')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describeWith(['fish'], 'completion in fish', () => {
  it('completes an option', () => {
    const ask = `source '${script('fish')}'; complete -C 'z80lm build --lay'`;
    const { stdout } = spawnSync('fish', ['-N', '-c', ask], { encoding: 'utf8' });
    expect(stdout).toContain('--layout');
  });
});
