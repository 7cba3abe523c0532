/** The scripts are loaded by the shells that are here, and asked what they complete, of files and values alike. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { complete, placeholderOf } from '../../src/commands/complete.js';
import { SHELLS } from '../../src/commands/completion.js';
import { COMMANDS } from '../../src/commands/table.js';
import { VALUE_KINDS } from '../../src/commands/value-kinds.js';
import { listPorts } from '../../src/link/port-list.js';
import { Z80LM } from '../bundled.js';
import { describeWith } from '../outside.js';

/** A folder with files of all kinds, where the questions are asked. */
const folder = mkdtempSync(join(tmpdir(), 'z80lm-completion-'));
for (const name of ['TALK.COM', 'talk.npz', 'talk.asm', 'talk.txt', 'two words.COM', '.hidden.COM'])
  writeFileSync(join(folder, name), '');
mkdirSync(join(folder, 'tapes'));
writeFileSync(join(folder, 'tapes', 'G.TAP'), '');

const valuesOf = async (...words: string[]): Promise<string[]> => (await complete(words)).map(([value]) => value);

describe('what a word may become', () => {
  it.each([
    [['fl'], ['flash']],
    [['--v'], ['--version']],
    [['build', '--la'], ['--layout']],
    [
      ['build', '--layout', ''],
      ['auto', 'sparse', 'packed'],
    ],
    [['build', '--layout=p'], ['--layout=packed']],
    [
      ['build', 'cpm'],
      ['cpm-commands', 'cpm-commands-28k'],
    ],
    [['train', 'small'], ['small-talk']],
    [
      ['train', 'x.txt', '-o', 'm.npz', '--machine', ''],
      ['cpm', 'scm', 'zx48'],
    ],
    [['flash', '--board', 'ro'], ['romwbw']],
    [['flash', '--baud', '96'], ['9600']],
    [
      ['console', '--flow', ''],
      ['rtscts', 'none'],
    ],
    [
      ['time', '--stop-bits', ''],
      ['1', '2'],
    ],
    [['asm', '--format', 'h'], ['hex']],
    [['board', '--firmware', 'x'], []],
    [['run', '--terminal', 'ad'], ['adm3a']],
    [['data', 'ba'], ['balance']],
    [['data', 'lint', '--f'], ['--fix']],
    [['data', 'gen', 'adv'], ['adventure']],
    [['help', 'data', 'st'], ['stats']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['--quiet', 'disasm', '--s'], ['--symbols']],
    [['nonsense', ''], []],
    [['flash', '--as', ''], []],
    // Behind "--" all are arguments; a value is none.
    [['build', '--', 'cpm-commands-'], ['cpm-commands-28k']],
    [
      ['chat', '--seed', '1', 'adv'],
      ['adventure', 'adventure-28k'],
    ],
    [['chat', 'adventure', 'adv'], []],
  ])('%j: %j', async (words, values) => {
    expect(await valuesOf(...words)).toEqual(values);
  });

  it('a file of the kind that is wanted, or a folder on the way to one', async () => {
    const files = async (command: string, typed = ''): Promise<string[]> =>
      (await valuesOf(command, `${folder}/${typed}`)).map((path) => path.slice(folder.length + 1));
    expect(await files('run')).toEqual(['TALK.COM', 'tapes/', 'two words.COM']);
    expect(await files('run', 'tapes/')).toEqual(['tapes/G.TAP']);
    expect(await files('run', '.h')).toEqual(['.hidden.COM']);
    expect(await files('asm')).toEqual(['talk.asm', 'tapes/']);
    expect(await files('chat')).toEqual(['talk.npz', 'tapes/']);
    expect(await files('train')).toEqual(['talk.txt', 'tapes/']);
    expect(await files('nowhere/run')).toEqual([]);
  });

  it('a port that is there', async () => {
    const paths = (await listPorts()).map(({ path }) => path);
    const offered = await valuesOf('flash', '--port', '');
    for (const path of paths) expect(offered).toContain(path);
  });

  it('every placeholder of --help is known', async () => {
    const program = new Command('z80lm');
    for (const { load } of COMMANDS) (await load())(program);
    const unknown = [program.commands, program.commands.flatMap(({ commands }) => [...commands])]
      .flat()
      .flatMap((command) => [
        ...command.options.filter((option) => option.required || option.optional),
        ...command.registeredArguments,
      ])
      .filter((one) => !one.argChoices && !Object.hasOwn(VALUE_KINDS, placeholderOf(one)))
      .map((one) => placeholderOf(one));
    expect(unknown, 'give each a row in src/commands/value-kinds.ts').toEqual([]);
  });
});

/** What all shells are asked: the line, and some of what must be offered. */
const ASKED: readonly (readonly [line: string, offers: readonly string[]])[] = [
  ['z80lm fl', ['flash']],
  ['z80lm build --la', ['--layout']],
  ['z80lm data ba', ['balance']],
  ['z80lm flash --board ', ['romwbw', 'scm', 'auto']],
  ['z80lm tui --machine z', ['zx48']],
  ['z80lm chat cpm', ['cpm-commands', 'cpm-commands-28k']],
  ['z80lm run T', ['TALK.COM']],
  ['z80lm run ta', ['tapes/']],
  ['z80lm asm ', ['talk.asm']],
];

/** `z80lm` on the path of a shell. */
function environment(): NodeJS.ProcessEnv {
  const bin = join(folder, 'tapes', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'z80lm'), `#!/bin/sh\nexec ${Z80LM.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(join(bin, 'z80lm'), 0o755);
  return { ...process.env, PATH: `${bin}:${process.env['PATH']}`, HOME: folder };
}
const script = (shell: keyof typeof SHELLS): string => {
  const file = join(folder, 'tapes', shell);
  writeFileSync(file, SHELLS[shell]);
  return file;
};
const ask = (shell: keyof typeof SHELLS, args: string[], text: string): string[] => {
  const { stdout, stderr } = spawnSync(shell, [...args, text], {
    encoding: 'utf8',
    cwd: folder,
    env: environment(),
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
};

/** In one process of the shell: `once` completes a line. @returns for each line what was offered */
function askAll(shell: keyof typeof SHELLS, args: string[], once: (line: string) => string): string[][] {
  const text = ASKED.map(([line]) => `echo '== next'\n${once(line)}`).join('\n');
  const rows = ask(shell, args, `${shell === 'zsh' ? 'compdef() { }\n' : ''}source '${script(shell)}'\n${text}`);
  const starts = rows.flatMap((row, index) => (row === '== next' ? [index] : []));
  return starts.map((start, index) => rows.slice(start + 1, starts[index + 1]));
}
const expectAll = (offered: readonly string[][]): void => {
  for (const [index, [line, offers]] of ASKED.entries())
    expect(offered[index], line).toEqual(expect.arrayContaining([...offers]));
};

describeWith(['bash'], 'completion in bash', () => {
  const once = (line: string, words = line.split(' ')): string =>
    `COMP_LINE='${line}'; COMP_POINT=${line.length};
     COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _z80lm
     printf '%s\\n' "\${COMPREPLY[@]}"`;
  const completed = (line: string, words?: string[]): string[] =>
    ask('bash', ['--norc', '-c'], `source '${script('bash')}'; ${once(line, words)}`);

  it('commands, options, values and files', () => {
    expectAll(askAll('bash', ['--norc', '-c'], (line) => once(line)));
  });

  it('an option with "=", which bash takes apart; a name with a blank, which it has to quote', () => {
    expect(completed('z80lm flash --baud=96', ['z80lm', 'flash', '--baud', '=', '96'])).toEqual(['9600']);
    expect(completed('z80lm build --layout=', ['z80lm', 'build', '--layout', '='])).toEqual([
      'auto',
      'sparse',
      'packed',
    ]);
    expect(completed('z80lm run two')).toEqual(['two\\ words.COM']);
    expect(completed('z80lm run two\\ w', ['z80lm', 'run', 'two\\ w'])).toEqual(['two\\ words.COM']);
  });
});

describeWith(['zsh'], 'completion in zsh', () => {
  // What the completion system would be given; the last test presses a real Tab.
  const once = (line: string): string => {
    const words = line.split(' ');
    return `compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@" }
       words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}; PREFIX='${words.at(-1)}'; _z80lm`;
  };

  it('commands, options, values and files', () => {
    expectAll(askAll('zsh', ['-f', '-c'], once));
  });

  it('a Tab in a shell that runs', () => {
    const lines = ask(
      'zsh',
      ['-f', '-c'],
      `zmodload zsh/zpty; zpty shell zsh -f -i
       zpty -w shell 'PS1="ready> "; autoload -U compinit; compinit -u -D; source "${script('zsh')}"; print lo""aded'
       zpty -r shell seen '*loaded*ready> '
       zpty -n -w shell $'z80lm build --layout pa\t'
       zpty -r shell seen '*packed*' && print -r -- done; zpty -d shell`,
    );
    expect(lines.at(-1)).toBe('done');
  });
});

describeWith(['fish'], 'completion in fish', () => {
  it('commands, options, values and files', () => {
    const rows = askAll('fish', ['-N', '-c'], (line) => `complete -C '${line}'`);
    expectAll(rows.map((row) => row.map((one) => one.split('\t')[0]!)));
  });
});
