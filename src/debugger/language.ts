/**
 * The debugger's command language: plain words, of which the beginning is enough where it fits one only, and the letters of
 * DDT and SID as they were typed there, with what they act on directly behind them: `g100`, `d100,1ff`, `t5`, `xa`.
 */
import { UsageError } from '../seams/errors.js';

export type CommandName =
  | 'step' | 'over' | 'out' | 'continue' | 'until' | 'go'
  | 'back' | 'back-over' | 'back-out' | 'back-continue' | 'goto' | 'restart'
  | 'break' | 'watch' | 'delete' | 'enable' | 'disable' | 'pass'
  | 'regs' | 'print' | 'mem' | 'list' | 'stack' | 'who' | 'history' | 'bdos' | 'symbols'
  | 'set' | 'patch' | 'fill' | 'move' | 'hex' | 'type' | 'keys' | 'help' | 'quit'; // prettier-ignore

export interface CommandEntry {
  name: CommandName;
  /** Other words for it, whole. */
  also?: readonly string[];
  /** DDT's letter, which may be followed by its arguments at once. */
  letter?: string;
  takes: string;
  words: string;
  /** An empty line does it again. */
  repeats?: boolean;
}

/** In the order of help, by group. */
export const COMMAND_GROUPS: readonly (readonly [title: string, entries: readonly CommandEntry[]])[] = [
  [
    'forwards',
    [
      { name: 'step', letter: 't', takes: '[N]', words: 'an instruction, or N', repeats: true },
      { name: 'over', also: ['next', 'n'], takes: '[N]', words: 'the same, and a call as a whole', repeats: true },
      { name: 'out', also: ['finish'], takes: '', words: 'until this routine has returned', repeats: true },
      { name: 'continue', takes: '', words: 'run', repeats: true },
      { name: 'until', takes: 'PLACE', words: 'run to there' },
      { name: 'go', letter: 'g', takes: '[START][,PLACE...]', words: "DDT's: run, from START, to one of the places" },
      { name: 'restart', also: ['run'], takes: '', words: 'the program from its beginning; breakpoints stay' },
    ],
  ],
  [
    'backwards',
    [
      { name: 'back', also: ['reverse-step', 'rs'], takes: '[N]', words: 'an instruction back, or N', repeats: true },
      { name: 'back-over', also: ['reverse-over', 'rn'], takes: '[N]', words: 'the same, and a call as a whole', repeats: true }, // prettier-ignore
      { name: 'back-out', also: ['reverse-out'], takes: '', words: 'to the call of this routine', repeats: true },
      { name: 'back-continue', also: ['reverse-continue', 'rc'], takes: '', words: 'back to where continue would have stopped', repeats: true }, // prettier-ignore
      { name: 'goto', takes: 'N', words: 'to where N instructions had been executed (history shows them)' },
      { name: 'who', takes: 'PLACE', words: 'what wrote this byte last' },
      { name: 'history', takes: '[N]', words: 'the last N instructions, and how far back one can go' },
    ],
  ],
  [
    'where to stop',
    [
      { name: 'break', also: ['b'], takes: '[PLACE | bdos [N] | port [N] [in|out]] [if EXPR] [hits N] [log TEXT]', words: 'stop there; alone: all that there are' }, // prettier-ignore
      { name: 'watch', takes: 'PLACE[,LENGTH] [read|write|any] [if EXPR] [hits N] [log TEXT]', words: 'stop when it is written, or read' }, // prettier-ignore
      { name: 'pass', letter: 'p', takes: '[PLACE[,COUNT]]', words: "SID's pass points: break PLACE, at the COUNTth time on; -pPLACE takes it away" }, // prettier-ignore
      { name: 'delete', takes: '[NUMBER...]', words: 'take away one, or all' },
      { name: 'enable', takes: 'NUMBER...', words: 'stop there again' },
      { name: 'disable', takes: 'NUMBER...', words: 'for now, do not' },
    ],
  ],
  [
    'looking',
    [
      { name: 'regs', letter: 'x', takes: '[REGISTER [VALUE]]', words: 'all registers, or change one' },
      { name: 'print', takes: 'EXPR', words: 'its value: hex, decimal, character, name' },
      {
        name: 'mem',
        also: ['dump'],
        letter: 'd',
        takes: '[PLACE[,END]]',
        words: 'memory in hex and as text',
        repeats: true,
      },
      { name: 'list', also: ['disassemble'], letter: 'l', takes: '[PLACE[,END]]', words: 'instructions, with names and source', repeats: true }, // prettier-ignore
      { name: 'stack', also: ['where', 'bt'], takes: '', words: 'where routines were called from, as the stack looks' },
      { name: 'bdos', takes: '[on|off]', words: 'the call at hand; on: all calls as they are made' },
      { name: 'symbols', takes: '[TEXT]', words: 'names and their values' },
      { name: 'hex', letter: 'h', takes: 'A[,B]', words: "DDT's: sum and difference" },
    ],
  ],
  [
    'changing',
    [
      { name: 'set', letter: 's', takes: 'PLACE BYTE...', words: "bytes in hex, or 'text'" },
      { name: 'patch', letter: 'a', takes: 'PLACE INSTRUCTION', words: 'assemble it there' },
      { name: 'fill', letter: 'f', takes: 'FROM,TO,BYTE', words: 'memory' },
      { name: 'move', letter: 'm', takes: 'FROM,TO,DESTINATION', words: 'memory' },
      { name: 'type', takes: 'TEXT', words: 'a line, with Enter, for when the program waits for a key' },
      { name: 'keys', takes: 'TEXT', words: 'keys, without Enter; ^C is Control-C, ^^ is ^' },
    ],
  ],
  [
    '',
    [
      { name: 'help', also: ['?'], takes: '[COMMAND]', words: 'this' },
      { name: 'quit', also: ['q', 'exit'], takes: '', words: 'leave' },
    ],
  ],
];

export const COMMAND_TABLE: readonly CommandEntry[] = COMMAND_GROUPS.flatMap(([, entries]) => entries);

export interface Command {
  entry: CommandEntry;
  /** All behind the command, as it was typed. */
  rest: string;
}

/** Words that begin one command only, and one letter for each of the most used. */
const LETTERS: Readonly<Record<string, CommandName>> = {
  c: 'continue',
  o: 'out',
  w: 'watch',
  u: 'until',
  r: 'regs',
  k: 'keys',
};

/** @returns undefined for an empty line, or a remark. @throws UsageError for what is no command, or several */
export function parseCommand(line: string): Command | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text.startsWith(';')) return undefined;
  // SID's way to take a pass point away.
  if (/^-p/i.test(text)) return { entry: entryOf('delete'), rest: `at ${text.slice(2).trim()}` };
  const [, word = '', rest = ''] = /^([a-z][a-z-]*|\?)(.*)$/is.exec(text) ?? [];
  const entry = wordEntry(word.toLowerCase(), rest);
  if (entry) return { entry, rest: rest.trim() };
  const letter = COMMAND_TABLE.find((one) => one.letter === text[0]!.toLowerCase());
  // Registers behind X; behind the others a number, or a name as SID has it: `l.main`.
  if (letter && (letter.letter === 'x' || /^[\da-f.,]/i.test(text.slice(1).trim())))
    return { entry: letter, rest: text.slice(1).trim() };
  throw new UsageError(`there is no command ${JSON.stringify(word || text)}`, { hint: 'help lists them' });
}

function wordEntry(word: string, rest: string): CommandEntry | undefined {
  const letter = word.length === 1 ? COMMAND_TABLE.find((one) => one.letter === word) : undefined;
  if (letter) return letter;
  const exact = COMMAND_TABLE.find(({ name, also = [] }) => name === word || also.includes(word));
  if (exact) return exact;
  if (LETTERS[word]) return entryOf(LETTERS[word]);
  // `d1ff` is DDT's; so is `dbuffer`, unless it begins a word.
  if (word === '' || /^\d/.test(rest)) return undefined;
  const begun = COMMAND_TABLE.filter(({ name }) => name.startsWith(word));
  if (begun.length > 1)
    throw new UsageError(`${JSON.stringify(word)} begins several commands`, {
      hint: begun.map(({ name }) => name).join(', '),
    });
  return begun[0];
}

function entryOf(name: CommandName): CommandEntry {
  return COMMAND_TABLE.find((one) => one.name === name)!;
}

/** Arguments, divided by commas or blanks; quotes and brackets keep theirs: `'a b'`, `(hl)`. */
export function argumentsOf(rest: string): string[] {
  return rest.match(/(?:'[^']*'|"[^"]*"|\([^)]*\)|\[[^\]]*\]|[^\s,'"([]+|['"([])+/g) ?? [];
}

/** @throws UsageError where nothing was given */
export function required(text: string | undefined, what: string): string {
  if (text === undefined || text === '') throw new UsageError(`${what} is missing`);
  return text;
}

/** What belongs to a breakpoint behind its place: `if EXPR`, `hits N`, `log TEXT`, in any order, each to the next of them. */
export function conditionsOf(rest: string): { place: string; condition?: string; hits?: string; log?: string } {
  const parts = rest.split(/(?:^|\s)(if|hits|log)\s/i);
  const found: Record<string, string> = {};
  // Whatever stands in the text of a log point is text.
  for (let i = 1; i < parts.length; i += 2) {
    const name = parts[i]!.toLowerCase();
    if (name === 'log') {
      found['log'] = parts
        .slice(i + 1)
        .reduce((text, part, at) => (at % 2 === 1 ? `${text} ${part} ` : text + part), '')
        .trim();
      break;
    }
    found[name === 'if' ? 'condition' : 'hits'] = parts[i + 1]!.trim();
  }
  return { place: parts[0]!.trim(), ...found };
}

/** Help for all commands, or one. @throws UsageError for a word that is none */
export function helpLines(about: string): string[] {
  if (about !== '') {
    const { entry } = parseCommand(about)!;
    const { name, takes, words, letter, also = [] } = entry;
    const others = [...(letter === undefined ? [] : [letter]), ...also];
    return [`${name} ${takes}`.trim(), `  ${words}`, ...(others.length === 0 ? [] : [`  also: ${others.join(', ')}`])];
  }
  const lines: string[] = [];
  for (const [title, entries] of COMMAND_GROUPS) {
    if (title !== '') lines.push(`${title}:`);
    for (const { name, letter, takes, words } of entries) {
      const call = `${letter === undefined ? '  ' : `${letter} `}${name} ${takes}`.trimEnd();
      lines.push(call.length < 36 ? `  ${call.padEnd(36)}${words}` : `  ${call}\n${' '.repeat(38)}${words}`);
    }
  }
  return [
    ...lines.flatMap((line) => line.split('\n')),
    'A place is a name, a number in hex, FILE:LINE, :LINE, or an expression such as hl+2.',
  ];
}
