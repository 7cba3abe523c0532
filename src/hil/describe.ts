/** A difference in words: what all reports (terminal, JUnit, HTML) say about it. */
import { shown } from '../link/byte-reader.js';
import type { Comparison, Difference, ExchangeComparison } from './compare.js';

/** Of each side so much is shown before the first difference, and in all. */
const BEFORE = 24;
const WINDOW = 60;

/** @returns a headline, and lines that show both sides with the first differing byte marked; [] where they are equal */
export function markedDifference(
  exchange: ExchangeComparison,
  { left, right }: Pick<Comparison, 'left' | 'right'>,
): string[] {
  const { verdict, difference, texts } = exchange;
  if (verdict === 'same') return [];
  const lines = [headline(exchange, { left, right })];
  if (!difference || (verdict === 'missing' && (texts.left === '' || texts.right === ''))) return lines;
  const from = Math.max(0, difference.offset - BEFORE);
  const width = Math.max(left.length, right.length);
  const side = (name: string, text: string): string =>
    `${name.padEnd(width)}  ${from > 0 ? '…' : ''}${shown(text.slice(from, from + WINDOW))}`;
  const lead = shown(texts.left.slice(from, difference.offset)).length - 1 + (from > 0 ? 1 : 0);
  lines.push(side(left, texts.left), side(right, texts.right));
  lines.push(`${' '.repeat(width + 2 + lead)}^ byte ${difference.offset}: ${bytePair(difference)}`);
  return lines;
}

function headline(exchange: ExchangeComparison, { right }: { left: string; right: string }): string {
  const { verdict, line, echoDamaged, echoDoubled, again, incidents = [] } = exchange;
  const asked = again === undefined ? '' : `; ${AGAIN[again]}`;
  if (verdict === 'missing') {
    const reasons = incidents.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));
    return `no whole answer: ${reasons.join('; ') || 'it was not asked'}`;
  }
  if (verdict === 'differs') return `differs${asked}`;
  const echo = echoDamaged ? `the question came back damaged, so ${right} was perhaps asked something else` : '';
  if (echoDoubled)
    return `what was typed came back twice, and the rest is the same: does something besides ${right} echo it (half duplex)?`;
  const what = [line?.says, echo].filter((words) => words).join('; ');
  return `a fault of the line${what ? `: ${what}` : ''}${asked}`;
}

const AGAIN = {
  'came right': 'asked again, it was right',
  'came again': 'asked again, it differs in the same way',
  'differs anew': 'asked again, it differs in another way',
} as const;

function bytePair({ left, right }: Difference): string {
  return `${byteName(left)} there, ${byteName(right)} here`;
}

function byteName(byte: number | undefined): string {
  if (byte === undefined) return 'nothing';
  const hex = `${byte.toString(16).toUpperCase().padStart(2, '0')}h`;
  return byte > 0x20 && byte < 0x7f ? `${hex} '${String.fromCharCode(byte)}'` : hex;
}
