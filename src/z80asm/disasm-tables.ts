/** Tables of addresses of code: behind JP (HL), and around the words of a run that control went to. */
import type { Flow } from './disasm-flow.js';

/** Instructions before JP (HL) in which the table is looked up. */
const LOOKED_AT = 14;
/** Entries of a table. */
const MOST_ENTRIES = 256;
/** Words of a run that are in one table stand about as close as this. */
const APART = 32;

/**
 * @param sorted addresses of instructions; `sorted[index]` is a JP (HL), (IX) or (IY)
 * @returns places of the words of its table
 */
export function staticTable(flow: Flow, sorted: readonly number[], index: number): number[] {
  const { code } = flow;
  if (code.get(sorted[index]!)!.instruction!.mnemonic !== 'JP') return [];
  let table: number | undefined;
  let reads = 0;
  let hasSum = false;
  for (let i = index - 1; i >= 0 && index - i <= LOOKED_AT; i--) {
    const one = code.get(sorted[i]!)!;
    if (sorted[i]! + one.length !== sorted[i + 1]) break;
    const { mnemonic, operands } = one.instruction!;
    if (mnemonic === 'LD' && operands[1] === '(HL)') reads++;
    if (mnemonic === 'ADD' && operands[0] === 'HL') hasSum = true;
    const isTable = mnemonic === 'LD' && operands[1] === 'nn' && flow.inside(one.word!) && !flow.covered[one.word!];
    if (isTable && hasSum) {
      table = one.word!;
      break;
    }
  }
  if (table === undefined || reads < 2) return [];
  const places: number[] = [];
  let stop = flow.end;
  for (let at = table; at + 1 < stop && places.length < MOST_ENTRIES; at += 2) {
    const target = wordAt(flow, at);
    if (flow.covered[at] || flow.covered[at + 1] || !flow.mayBeCode(target)) break;
    places.push(at);
    // A table ends where the first of its routines begins.
    if (target > at) stop = Math.min(stop, target);
  }
  return places.length > 1 ? places : [];
}

/** Words beside those that a run has used as addresses of code: between two of them, and on both sides. */
export function extendTable(flow: Flow): number[] {
  const { evidence, covered, code } = flow;
  const seen = (evidence?.uses ?? [])
    .filter(
      ({ isCode, low, high }) => isCode && high === low + 1 && flow.inside(low) && !covered[low] && !covered[high],
    )
    .map(({ low }) => low)
    .sort((a, b) => a - b);
  const places: number[] = [];
  const isEntry = (at: number): boolean => flow.inside(at) && flow.inside(at + 1) && !covered[at] && !covered[at + 1] && flow.mayBeCode(wordAt(flow, at)); // prettier-ignore
  const isKnown = (at: number): boolean => isEntry(at) && code.has(wordAt(flow, at));
  for (let i = 0; i + 1 < seen.length; i++) {
    const [from, to] = [seen[i]!, seen[i + 1]!];
    if (to - from > APART || (to - from) % 2 !== 0) continue;
    const between: number[] = [];
    for (let at = from + 2; at < to; at += 2) between.push(at);
    if (!between.every(isEntry)) continue;
    places.push(...between);
    for (let at = to + 2; isKnown(at); at += 2) places.push(at);
    for (let at = from - 2; isKnown(at); at -= 2) places.push(at);
  }
  return places;
}

function wordAt({ memory }: Flow, at: number): number {
  return memory[at]! | (memory[at + 1]! << 8);
}
