/** What is under the pointer: an instruction with its T-states and flags, a name with its value, a directive, a number. */
import type { Hover, MarkupContent, Range } from 'vscode-languageserver';
import { plain } from '../seams/plain.js';
import type { Directive } from '../z80asm/directive-table.js';
import { flagWords } from '../z80asm/flags.js';
import { FORMS, type FormNode, type Instruction } from '../z80asm/instructions.js';
import { Z180_FORMS } from '../z80asm/instructions-z180.js';
import type { Definition, Use } from './file-index.js';
import { partAt, wordAt, type Part, type Span } from './lines.js';
import type { ProjectIndex } from './project-index.js';
import { listingAt, type Assembly } from './workspace.js';

/** Forms of a mnemonic that are shown where the line is none of them. */
const MOST_FORMS = 12;
/** Bytes of a line that are shown. */
const MOST_BYTES = 8;

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

export interface Place {
  path: string;
  /** From 0. */
  line: number;
  character: number;
}

/** @param shown how a path is shown */
export function hoverAt(
  place: Place,
  index: ProjectIndex,
  assembly: Assembly,
  shown: (path: string) => string,
): Hover | undefined {
  const { path, line, character } = place;
  const read = index.files.get(path)?.lines[line];
  if (!read || character > read.end) return undefined;
  const name = index.nameAt(path, line, character);
  const definitions = name ? index.resolve(name) : [];
  if (name && definitions.length > 0) return hover(aboutName(name, definitions, assembly, shown), line, name);
  const part = partAt(read, character);
  if (!part) return undefined;
  const number = wordAt(part.numbers, character);
  const value = number && numberIn(number.text);
  if (number && value !== undefined) return hover([`\`${number.text}\` is ${numberWords(value)}`], line, number);
  const { op, instruction, directive } = part;
  if (!op) return undefined;
  if (instruction && character >= op.at) {
    const statement = {
      at: op.at,
      end: Math.max(op.end, read.text.slice(0, part.end).replace(/[\s\\:!]+$/, '').length),
    };
    return hover(aboutInstruction(instruction, part, place, index, assembly), line, statement);
  }
  if (wordAt([op], character) === undefined) return undefined;
  if (directive) return hover(aboutDirective(directive), line, op);
  const forms = formsFor(op.text.toUpperCase());
  return forms.length > 0 ? hover(aboutForms(forms), line, op) : undefined;
}

function hover(lines: readonly string[], line: number, { at, end }: Span): Hover {
  const contents: MarkupContent = { kind: 'markdown', value: plain(lines.join('\n\n')) };
  const range: Range = { start: { line, character: at }, end: { line, character: end } };
  return { contents, range };
}

// ---- instructions ---------------------------------------------------------------------------------------

function aboutInstruction(
  instruction: Instruction,
  part: Part,
  { path, line }: Place,
  index: ProjectIndex,
  assembly: Assembly,
): string[] {
  // Of several statements in a line it is not known which made what; and what was typed since is not assembled yet.
  const { text, parts } = index.files.get(path)!.lines[line]!;
  const isAlone = parts.filter(({ op }) => op !== undefined).length === 1 && parts.includes(part);
  const made = listingAt(assembly, path, line).filter(
    (entry) => isAlone && entry.tStates !== undefined && entry.text === text,
  );
  const [first] = made;
  return [
    `\`${formOf(instruction)}\`${instruction.undocumented ? ' (undocumented)' : ''}`,
    `${timeWords(instruction)}, ${instruction.code.length === 1 ? '1 byte' : `${instruction.code.length} bytes`} \`${codeOf(instruction)}\``,
    `Flags: ${flagWords(instruction)}`,
    ...(first
      ? [
          `Here: \`${bytesOf(first.bytes)}\` at ${hex(first.address, 4)}h${made.length > 1 ? `, and ${made.length - 1} more` : ''}`,
        ]
      : []),
  ];
}

/** The usual forms of a mnemonic. */
export function formsFor(mnemonic: string): Instruction[] {
  const root = FORMS.get(mnemonic) ?? Z180_FORMS.get(mnemonic);
  return root ? formsBelow(root).filter(({ variant }) => !variant) : [];
}

function formsBelow({ instruction, next }: FormNode): Instruction[] {
  return [...(instruction ? [instruction] : []), ...[...(next?.values() ?? [])].flatMap(formsBelow)];
}

export function formOf({ mnemonic, operands }: Instruction): string {
  return operands.length > 0 ? `${mnemonic} ${operands.join(',')}` : mnemonic;
}

/** `7 T-states`, `12 T-states if taken, 7 if not`, `21 T-states a round, 16 the last`. */
export function timeWords({ mnemonic, tStates, tStatesTaken, code }: Instruction): string {
  const whose = Z180_FORMS.has(mnemonic) ? ' of a Z180' : '';
  if (tStates === tStatesTaken) return `${tStates} T-states${whose}`;
  return code[0] === 0xed && /R$/.test(mnemonic)
    ? `${tStatesTaken} T-states${whose} a round, ${tStates} the last`
    : `${tStatesTaken} T-states if taken, ${tStates} if not`;
}

/** `DD CB d 46+8b`: letters stand where the numbers go. */
export function codeOf({ code, slots }: Instruction): string {
  const cells = code.map((byte) => hex(byte, 2));
  for (const { kind, byte, shift } of slots) {
    if (kind === 'nn') cells[byte] = cells[byte + 1] = 'n';
    else if (kind === 'n' || kind === 'e' || kind === 'd') cells[byte] = kind;
    else if (kind !== 'z') cells[byte] += `+${1 << shift}${kind}`;
  }
  return cells.join(' ');
}

function bytesOf(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, MOST_BYTES), (byte) => hex(byte, 2)).join(' ');
  return bytes.length > MOST_BYTES ? `${shown} ...` : shown;
}

function aboutForms(forms: readonly Instruction[]): string[] {
  const rows = forms.slice(0, MOST_FORMS).map((form) => `${formOf(form).padEnd(16)} ${timeWords(form)}`);
  const more = forms.length - rows.length;
  return [`\`\`\`\n${rows.join('\n')}${more > 0 ? `\n... and ${more} more` : ''}\n\`\`\``];
}

export function aboutDirective({ names, syntax, about }: Directive): string[] {
  const also = names.slice(1);
  return [
    `\`${syntax}\``,
    about,
    ...(also.length > 0 ? [`Also: ${also.map((name) => `\`${name}\``).join(', ')}`] : []),
  ];
}

// ---- names and numbers ----------------------------------------------------------------------------------

function aboutName(
  use: Use,
  definitions: readonly Definition[],
  assembly: Assembly,
  shown: (path: string) => string,
): string[] {
  const [first] = definitions as [Definition];
  const { kind, name, path, line, comment } = first;
  const value = assembly.result.symbols.get(name);
  const what = kind === 'parameter' ? `parameter of ${use.scope.macro ?? 'a macro'}` : kind;
  return [
    `${what} \`${name === '@@' ? use.name : name}\`${value === undefined ? '' : `: ${numberWords(value)}`}`,
    ...(comment === '' ? [] : [fenced(comment)]),
    `${shown(path)}:${line + 1}${definitions.length > 1 ? `, and ${definitions.length - 1} more` : ''}`,
  ];
}

/** Text that is no Markdown, whatever is in it. */
function fenced(text: string): string {
  return `\`\`\`text\n${text.replace(/^`{3,}/gm, "'''")}\n\`\`\``;
}

/** `41h, 65, 'A'` */
export function numberWords(value: number): string {
  const bits = value & 0xffff;
  const words = [`${value < 0 ? hex(bits, 4) : hex(value, value > 0xff ? 4 : 2)}h`, String(value)];
  if (value >= 0x20 && value < 0x7f && value !== 0x60) words.push(`'${String.fromCharCode(value)}'`);
  if (value >= 0 && value <= 0xff) words.push(`${value.toString(2).padStart(8, '0')}b`);
  return words.map((word) => `\`${word}\``).join(', ');
}

/** A number of the source, in the notations that stand for themselves. */
function numberIn(text: string): number | undefined {
  const [, digits, base] =
    [
      [/^(?:0x|[$#])([0-9a-f]+)$/i, 16],
      [/^(\d[0-9a-f]*)h$/i, 16],
      [/^(?:0b)?([01]+)b?$/i, /b/i.test(text) ? 2 : 10],
      [/^(\d+)d?$/i, 10],
    ]
      .map(([pattern, number]) => [...((pattern as RegExp).exec(text) ?? []), number] as [string, string, number])
      .find((match) => match.length === 3) ?? [];
  return digits === undefined ? undefined : parseInt(digits, base);
}
