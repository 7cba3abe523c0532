/**
 * Fill the generated parts of docs/assembler.md from the assembler's own tables.
 *
 *     npx tsx scripts/generate-assembler-reference.ts
 *
 * Each part stands between `<!-- generated: name -->` and `<!-- end -->`. A test checks that this changes nothing.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { FINDINGS } from '../src/z80asm/diagnostics.js';
import { DIRECTIVES } from '../src/z80asm/directive-table.js';
import { DIALECT_NAMES, dialectOf } from '../src/z80asm/dialect.js';
import { Z180_TABLE } from '../src/z80asm/instructions-z180.js';
import { tableRows } from '../src/z80asm/instructions.js';
import { ownText } from './own-text.js';

export const REFERENCE = new URL('../docs/assembler.md', import.meta.url);

/** A cell of a table: a bar would end it. */
function code(text: string): string {
  return text.includes('|') ? `<code>${text.replaceAll('|', '&#124;').replaceAll('<', '&lt;')}</code>` : `\`${text}\``;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function directives(): string {
  const groups = [...new Set(DIRECTIVES.map((d) => d.group))];
  return groups
    .map((group) => {
      const rows = DIRECTIVES.filter((d) => d.group === group).map((d) => [
        code(d.syntax),
        d.about,
        d.names.slice(1).map(code).join(' '),
      ]);
      return `### ${group}\n\n${table(['Directive', 'Meaning', 'Also'], rows)}`;
    })
    .join('\n\n');
}

function instructions(): string {
  const kinds: Record<string, string> = { u: 'undocumented', a: 'other spelling', ua: 'other spelling, undocumented' };
  const rows = tableRows()
    .filter((row) => row.flags !== 'd')
    .map((row) => [code(row.form.replace('}', '} ')), code(row.code), row.times, kinds[row.flags] ?? '']);
  return table(['Form', 'Code', 'T-states', ''], rows);
}

function z180(): string {
  const rows = tableRows(Z180_TABLE).map((row) => [code(row.form), code(row.code), row.times]);
  return table(['Form', 'Code', 'T-states'], rows);
}

function findings(): string {
  const order = (code: string): string => `${'EWH'.indexOf(code[0]!)}${code}`;
  const rows = Object.entries(FINDINGS)
    .map(([name, [number, about]]) => [number, name, about] as [string, string, string])
    .sort(([a], [b]) => (order(a) < order(b) ? -1 : 1));
  return table(['Code', 'Name', 'Meaning'], rows);
}

function dialects(): string {
  const said = (characters: string): string => [...characters].map(code).join(' ') || '–';
  const others = DIALECT_NAMES.filter((name) => name !== 'z80lm');
  const rows = (['z80lm', ...others] as const).map((name) => {
    const { about, nameStart, nameRest, hexPrefixes, binaryPrefixes, escapes, separators, ...rest } = dialectOf(name);
    const truth = rest.operators.binary.get('==')!.apply(1, 1);
    const level = (text: string): number => rest.operators.binary.get(text)!.level;
    const order = level('*') === level('+') ? 'left to right' : level('<<') >= level('*') ? "M80's" : "C's";
    return [
      `\`${name}\``,
      about,
      said([...new Set(nameStart + nameRest)].join('')),
      said(hexPrefixes + binaryPrefixes),
      said(escapes),
      said(separators),
      `${order}, ${rest.bits} bits, true is ${truth}`,
      rest.ignoreCase ? 'the same' : 'two names',
    ];
  });
  return table(
    [
      'Dialect',
      'Whose',
      'In names',
      'Before numbers',
      'Escapes in',
      'Between statements',
      'Operators',
      '`Ab` and `aB`',
    ],
    rows,
  );
}

const PARTS: Record<string, () => string> = { dialects, directives, instructions, z180, findings };

/** The reference with its generated parts made anew. */
export async function renderReference(text: string): Promise<string> {
  const filled = text.replace(
    /(<!-- generated: (\w+) -->)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n\n${PARTS[name]!()}\n\n${end}`,
  );
  return format(filled, { parser: 'markdown', printWidth: 120, singleQuote: true, trailingComma: 'all' });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(REFERENCE, await renderReference(ownText(REFERENCE)));
