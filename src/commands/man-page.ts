/**
 * The manual page, `man z80lm`, from what --help is made of: each command with its options, the settings, the exit statuses.
 * `npm run build` writes it to dist/z80lm.1, and `z80lm help --man` prints it. The language is man(7), the plain part that
 * groff and mandoc both know.
 */
import type { Command } from 'commander';
import { manifest } from '../package.js';
import { EXIT } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';
import { programFor } from './command-line.js';
import { EXAMPLES, SUB_EXAMPLES } from './examples.js';
import { CONFIG_FILE, SETTINGS, variableOf } from './settings.js';
import { COMMANDS, jsonWords, type Entry } from './table.js';

const STATUSES: readonly [status: string, meaning: string][] = [
  [`${EXIT.done}`, 'done'],
  [`${EXIT.no}`, "the job's own answer is no: it differs, is not verified, is too large, has crashed"],
  [`${EXIT.usage}`, 'wrong use, or bad input'],
  [`${EXIT.link}`, 'the line or the board failed'],
  [`${EXIT.internal}`, 'a defect of z80lm'],
  [`129, ${EXIT.interrupted}, 143`, 'ended by a hangup, by Ctrl-C, by a request to end'],
];

/** @returns the page, in roff */
export async function manPage(): Promise<string> {
  const { program } = await programFor([]);
  const sections = [];
  for (const entry of COMMANDS) {
    const { command } = await programFor([entry.name]);
    sections.push(...commandLines(command!, entry));
  }
  const lines = [
    `.TH Z80LM 1 "" "z80lm ${manifest().version}" "User Commands"`,
    '.SH NAME',
    'z80lm \\- very small language models for Z80 boards',
    '.SH SYNOPSIS',
    `.B z80lm`,
    `[${italic('command')}] [${italic('options')}]`,
    '.SH DESCRIPTION',
    roff(program.description()),
    'Without a command it opens the terminal UI, which does the whole way on one screen.',
    '.SH OPTIONS',
    'Every command takes these, too.',
    ...optionLines(program),
    '.SH COMMANDS',
    ...sections,
    '.SH SETTINGS',
    'What need not be said with every command. A flag goes before the environment, that before the file',
    `.I ${roff(CONFIG_FILE)}`,
    'in the folder one is in (or the one that',
    '.B Z80LM_CONFIG',
    "names), and that before the command's own default.",
    ...SETTINGS.flatMap(({ key, words, commands }) => [
      '.TP',
      `${bold(key)}, ${bold(variableOf(key))}`,
      roff(`${words} (${commands.join(', ')})`),
    ]),
    '.SH EXIT STATUS',
    ...STATUSES.flatMap(([status, meaning]) => ['.TP', bold(status), roff(meaning)]),
    '.SH SEE ALSO',
    ...['install', 'first-model', 'troubleshooting'].flatMap((page) => ['.br', roff(pageUrl(page))]).slice(1),
  ];
  return `${lines.map(folded).join('\n')}\n`;
}

const WIDTH = 78;

/** Text is folded at blanks, as man's own checkers like it; examples keep theirs, and requests are one line. */
function folded(line: string): string {
  return /^\.| {4}/.test(line) ? line : line.replace(new RegExp(`(?=.{${WIDTH}})(.{1,${WIDTH}}) `, 'g'), '$1\n');
}

function commandLines(command: Command, entry: Entry): string[] {
  const subs = command.commands.map((sub) => ({ sub, path: `${entry.name} ${sub.name()}` }));
  return [
    ...(subs.length === 0 ? about(command, entry.name, jsonWords(entry), EXAMPLES[entry.name]) : []),
    ...subs.flatMap(({ sub, path }) => about(sub, path, jsonWords(entry, sub.name()), SUB_EXAMPLES[path])),
  ];
}

function about(command: Command, path: string, json: string, examples: readonly string[] = []): string[] {
  const help = command.createHelp();
  return [
    `.SS ${bold(path)} ${roff(command.usage())}`,
    roff(command.description()),
    ...help
      .visibleArguments(command)
      .flatMap((one) => ['.TP', italic(help.argumentTerm(one)), roff(help.argumentDescription(one))]),
    ...optionLines(command),
    '.TP',
    bold('--json'),
    roff(json),
    ...(examples.length === 0
      ? []
      : ['.PP', 'Examples:', '.PP', '.nf', ...examples.map((line) => `    ${roff(line)}`), '.fi']),
  ];
}

function optionLines(command: Command): string[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help' || command.parent === null)
    .flatMap((option) => {
      const [, flags, value = ''] = /^(.*?)( [<[].*)?$/.exec(help.optionTerm(option))!;
      return ['.TP', `${bold(flags!)}${value && ` ${italic(value.trim())}`}`, roff(help.optionDescription(option))];
    });
}

const bold = (text: string): string => `\\fB${roff(text)}\\fR`;
const italic = (text: string): string => `\\fI${roff(text)}\\fR`;

/** Text as roff takes it: no character of it is a command. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replace(/(^| )\./g, '$1\\&.');
}
