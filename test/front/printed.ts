/** The command lines that README.md and docs/*.md print, and whether the tool would take them. */
import { readdirSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';
import { ownText } from '../../scripts/own-text.js';
import { COMMANDS } from '../../src/commands/table.js';

const ROOT = new URL('../../', import.meta.url);

export interface Printed {
  file: string;
  line: number;
  words: string[];
}

export const PAGES: readonly string[] = [
  'README.md',
  'datasets/README.md',
  ...readdirSync(new URL('docs/', ROOT))
    .filter((name) => name.endsWith('.md') && name !== 'api.md')
    .sort()
    .map((name) => `docs/${name}`),
];

export const pageText = (file: string): string => ownText(new URL(file, ROOT));

/** The lines of code blocks, without the indentation that makes them one. */
export function codeLines(file: string): { line: number; code: string }[] {
  let fenced = false;
  return pageText(file)
    .split('\n')
    .flatMap((text, index) => {
      if (text.startsWith('```')) fenced = !fenced;
      const code = fenced ? text : /^ {4}(.*)$/.exec(text)?.[1];
      return code === undefined ? [] : [{ line: index + 1, code }];
    });
}

/** Lines of code blocks that begin with `z80lm` (or `npx z80lm`, or a prompt before it). */
export function printedCommands(file: string): Printed[] {
  return codeLines(file).flatMap(({ line, code }) => {
    const command = /^\s*(?:\$ )?(?:npx )?z80lm( .*)?$/.exec(code)?.[1];
    // z80lm alone is the terminal UI.
    const words = splitWords(command ?? '');
    return words.length > 0 ? [{ file, line, words }] : [];
  });
}

/** What is not z80lm's own: each `git clone`, `npm …` and `docker …` of code blocks, the parts of `a && b` one by one. */
export function shellCommands(file: string): Printed[] {
  return codeLines(file).flatMap(({ line, code }) =>
    (code.split(/\s{2,}/).find((part) => part !== '') ?? '')
      .replace(/^(?:- run: |\$ )/, '')
      .split(/ && |"/)
      .map((command) => command.replace(/^.* -c /, '').trim())
      .filter((command) => /^(git|npm|npx|cd) /.test(command) && !/^npx z80lm\b/.test(command))
      .map((command) => ({ file, line, words: command.split(/\s+/) })),
  );
}

/** Commands within a sentence: `z80lm report`. What is no whole command line there (`z80lm data lint|stats`) is left out. */
export function mentionedCommands(file: string): Printed[] {
  return pageText(file)
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(/`z80lm ([^`]+)`/g)]
        .map(([, command]) => splitWords(command!))
        .filter((words) => !words.some((word) => /[|…]|\.\./.test(word)))
        .map((words) => ({ file, line: index + 1, words })),
    );
}

/** Shell words; two spaces begin the explanation behind a command, and `…` stands for what was said above. */
export function splitWords(text: string): string[] {
  const command = text.split(/\s{2,}|\s#\s/)[0]!;
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? bare!)
    .map((word) => (word === '…' ? '/dev/ttyUSB0' : word));
}

/** Parse a command line as the tool does, and do nothing. @throws CommanderError for what it would refuse */
export async function parseOnly(words: readonly string[]): Promise<void> {
  const program = new Command('z80lm').option('--json').option('--quiet').exitOverride();
  const silent = { writeOut: () => {}, writeErr: () => {} };
  const entry = COMMANDS.find(({ name }) => name === words[0]);
  if (!entry) throw new Error(`there is no command ${words[0]}`);
  (await entry.load())(program);
  const tame = (command: Command): void => {
    command.exitOverride().configureOutput(silent);
    if (command.commands.length === 0) command.action(() => {});
    command.commands.forEach(tame);
  };
  tame(program);
  await program.parseAsync([...words], { from: 'user' }).catch((error: unknown) => {
    // Help is a good answer, told as an error.
    if ((error as CommanderError).code !== 'commander.helpDisplayed') throw error;
  });
}
