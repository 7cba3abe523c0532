/**
 * The listing: what each line became, and what it costs.
 *
 *     addr  bytes                    T-states     sum  line  source
 *     0103  10 FE                       13/8   23/18     7  loop:   djnz loop
 *
 * T-states are taken/not taken; `sum` runs within TIMED regions, all conditions taken/none. Lines of an
 * expansion have a + before them.
 */
import type { AssemblyResult, ListingLine } from './assemble.js';

const BYTES_A_ROW = 8;
/** Of a long block (a table, DS 4000) only the first rows are shown. */
const MAX_ROWS = 4;

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

function pair(most: number, least: number): string {
  return most === least ? String(most) : `${most}/${least}`;
}

function byteRows(bytes: Uint8Array): string[] {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_ROW) {
    if (rows.length === MAX_ROWS) {
      rows.push(`... ${bytes.length - at} more`);
      break;
    }
    rows.push(Array.from(bytes.subarray(at, at + BYTES_A_ROW), (byte) => hex(byte, 2)).join(' '));
  }
  return rows;
}

function row(address: string, bytes: string, time: string, sum: string, line: string, text: string): string {
  return `${address.padEnd(5)} ${bytes.padEnd(24)}${time.padStart(6)} ${sum.padStart(11)} ${line.padStart(5)} ${text}`.trimEnd();
}

function lineRows(entry: ListingLine): string[] {
  const text = `${entry.depth > 0 ? '+' : ' '}${entry.text}`;
  const line = String(entry.line);
  if (entry.skipped) return [row('', '', '', '', line, text)];
  const [first = '', ...rest] = byteRows(entry.bytes);
  const time = entry.tStates === undefined ? '' : pair(entry.tStatesTaken!, entry.tStates);
  const sum = entry.sum ? pair(entry.sum.most, entry.sum.least) : '';
  const blank = entry.text.trim() === '' || entry.text.trim().startsWith(';');
  const value = entry.value === undefined ? '' : `= ${hex(entry.value & 0xffff, 4)}`;
  const rows = [row(blank ? '' : hex(entry.address, 4), first || value, time, sum, line, text)];
  rest.forEach((bytes, i) => {
    const address = entry.address + (i + 1) * BYTES_A_ROW;
    rows.push(row(bytes.startsWith('...') ? '' : hex(address, 4), bytes, '', '', '', ''));
  });
  return rows;
}

/** The whole listing as text: lines, measured regions, symbols. */
export function formatListing(result: AssemblyResult): string {
  const out = [row('addr', 'bytes', 'T', 'sum', 'line', ' source')];
  let file = '';
  for (const entry of result.listing) {
    if (entry.file !== file) {
      file = entry.file;
      out.push('', `; ${file}`);
    }
    out.push(...lineRows(entry));
  }
  if (result.regions.length > 0) {
    out.push('', '; TIMED regions: bytes, T-states with no and with every condition taken');
    for (const { name, bytes, least, most } of result.regions)
      out.push(`;   ${name.padEnd(24)} ${String(bytes).padStart(5)}  ${least} ... ${most}`);
  }
  out.push('', '; Symbols');
  for (const entry of byName(result))
    out.push(`;   ${entry.name.padEnd(32)} ${hex(entry.value! & 0xffff, 4)}  ${entry.kind}`);
  return `${out.join('\n')}\n`;
}

function byName(result: AssemblyResult): AssemblyResult['symbolTable'] {
  return [...result.symbolTable].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The map: segments, then labels by address with the room up to the next full label. */
export function formatMap(result: AssemblyResult): string {
  const out = ['; Segments: from, to, bytes'];
  for (const { address, bytes } of result.segments)
    out.push(`${hex(address, 4)} ${hex(address + bytes.length - 1, 4)} ${String(bytes.length).padStart(6)}`);
  out.push('', '; Labels: address, bytes to the next full label, name, where');
  const labels = result.symbolTable
    .filter((entry) => entry.kind === 'label')
    .sort((a, b) => a.value! - b.value! || (a.name < b.name ? -1 : 1));
  const end = result.origin + result.bytes.length;
  const full = labels.filter((entry) => !/[^.]\.|^@/.test(entry.name)).map((entry) => entry.value!);
  for (const entry of labels) {
    const isFull = !/[^.]\.|^@/.test(entry.name);
    const next = full.find((address) => address > entry.value!) ?? Math.max(end, entry.value!);
    const room = isFull ? String(next - entry.value!) : '';
    out.push(`${hex(entry.value!, 4)} ${room.padStart(6)}  ${entry.name.padEnd(32)} ${entry.file}:${entry.line}`);
  }
  return `${out.join('\n')}\n`;
}

/** A make rule: the output needs all the files read. */
export function formatDependencies(output: string, result: AssemblyResult): string {
  const escape = (path: string): string => path.replace(/([ #])/g, '\\$1').replaceAll('$', '$$$$');
  const rules = result.dependencies.slice(1).map((path) => `${escape(path)}:`);
  return [`${escape(output)}: ${result.dependencies.map(escape).join(' ')}`, ...rules].join('\n') + '\n';
}
