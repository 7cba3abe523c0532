/** Help in its three forms, which are one: COMMAND --help, help COMMAND, and the manual page. */
import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { manPage } from '../../src/commands/man-page.js';
import { COMMANDS, jsonWords } from '../../src/commands/table.js';
import { Z80LM } from '../bundled.js';
import { describeWith } from '../outside.js';

const run = (...words: string[]) => {
  const [node, ...args] = [...Z80LM, ...words] as [string, ...string[]];
  const { stdout, stderr, status } = spawnSync(node, args, { encoding: 'utf8' });
  return { stdout, stderr, status };
};

describe('help', () => {
  it.each([['flash'], ['data'], ['data', 'lint'], ['help'], []])('%s %s: what --help shows', (...words) => {
    const shown = run(...words, '--help');
    expect(shown.stdout).toContain('Usage: z80lm');
    expect(run('help', ...words)).toEqual(shown);
  });

  it('of a command says whether --json gives one document or lines', () => {
    const said = (...words: string[]): string => /--json +([^]*?)\n +--quiet/.exec(run(...words, '--help').stdout)![1]!;
    const line = (...words: string[]): string => said(...words).replace(/\s+/g, ' ');
    expect(line('eval')).toBe('one JSON document on stdout, and nothing else there');
    expect(line('ports')).toBe('a JSON object a line on stdout, and nothing else there');
    expect(line('data', 'stats')).toBe('one JSON document on stdout, and nothing else there');
    expect(line('flash')).toBe('one JSON document on stdout, and nothing else there; with --run a JSON object a line');
    expect(line('tui')).toBe('an error as one JSON document on stdout');
  });

  it('says so of each', async () => {
    const program = new Command();
    for (const { load } of COMMANDS) (await load())(program);
    for (const { name, json } of COMMANDS) {
      const subs = program.commands.find((one) => one.name() === name)!.commands.map((sub) => sub.name());
      if (subs.length > 0) expect(Object.keys(json).sort()).toEqual(subs.sort());
      else expect(typeof json).toBe('string');
    }
    expect(jsonWords({ json: 'lines' })).toBe('a JSON object a line on stdout, and nothing else there');
  });
});

describe('a command that is none', () => {
  it.each([
    [['monitor'], "unknown command 'monitor'", 'Did you mean console?'],
    [['upload', 'X.COM'], "unknown command 'upload'", 'Did you mean flash?'],
    [['Term'], "unknown command 'Term'", 'Did you mean console?'],
    [['flsh'], "unknown command 'flsh'", 'Did you mean flash?'],
    [['data', 'lnt'], "unknown command 'lnt'", 'Did you mean lint?'],
    [['zzzzzz'], "unknown command 'zzzzzz'", 'z80lm --help lists them'],
    [['console', 'monitor'], "too many arguments for 'console'. Expected 0 arguments but got 1.", 'a board is named with --port'],
  ])('%j: what was meant', (words, what, hint) => {
    expect(run(...words)).toEqual({ stdout: '', stderr: `error: ${what}\n(${hint})\n`, status: 2 });
    expect(JSON.parse(run(...words, '--json').stdout)).toEqual({
      error: { name: 'UsageError', message: what, hint },
    });
  }); // prettier-ignore

  it.each([
    [['build', 'cpm-comands', '-o', 'X.COM'], 'did you mean cpm-commands?'],
    [['chat', 'smalltalk'], 'did you mean small-talk?'],
    [['train', 'adventures', '-o', 'x.npz'], 'did you mean adventure?'],
    [['data', 'stats', 'nothing'], 'twenty-questions, small-talk, cpm-commands, adventure come with it'],
  ])('%j: a model or data that come with z80lm', (words, hint) => {
    const { stderr, status } = run(...words);
    expect([status, stderr.split('\n')[1]]).toEqual([2, `hint: ${hint}`]);
  });

  it('what is no command, but a wish, is answered', () => {
    expect(run('upgrade').stderr).toContain('npm brings new versions: ');
    expect(run('help', 'monitor').stderr).toBe('error: there is no command "monitor"\nhint: Did you mean console?\n');
  });
});

describe('the manual page', () => {
  it('has every command and every option', async () => {
    const plain = (await manPage()).replace(/\\f[BIR]/g, '').replaceAll('\\-', '-');
    const program = new Command();
    for (const { load } of COMMANDS) (await load())(program);
    for (const command of program.commands)
      for (const one of command.commands.length === 0 ? [command] : command.commands) {
        const path = one === command ? one.name() : `${command.name()} ${one.name()}`;
        const section = plain.split(`\n.SS ${path} `)[1]?.split('\n.S')[0];
        expect(section, path).toBeDefined();
        for (const { long } of one.options) expect(section, `${path} ${long}`).toContain(`${long}`);
        expect(section, path).toContain('\n--json\n');
      }
  });

  it('is what help --man prints', async () => {
    expect(run('help', '--man').stdout).toBe(await manPage());
  });
});

describeWith(['groff'], 'the manual page in groff', () => {
  it('is set without a warning', async () => {
    const { stdout, stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], {
      input: await manPage(),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('z80lm - very small language models for Z80 boards');
  });
});

describeWith(['mandoc'], 'the manual page in mandoc', () => {
  it('has nothing to find fault with, but that it has no date', async () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint'], { input: await manPage(), encoding: 'utf8' });
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
  });
});
