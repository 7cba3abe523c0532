/** What a run says of a room: how many mutants its tests noticed, and each that they did not. */
import { sampled } from './plugin.js';

/** A mutant that was tried, or that no test reaches. */
export interface Mutant {
  readonly file: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  /** From 1. */
  readonly location: Record<'start' | 'end', { readonly line: number; readonly column: number }>;
}

/** What ends a test run that would not end counts as noticed: a person would notice too. */
const NOTICED = ['Killed', 'Timeout', 'RuntimeError'];
const UNNOTICED = ['Survived', 'NoCoverage'];

/** @param lines of the plugin. Of mutants that no test reaches, which a checker is not asked about, the sample too. */
export function readResults(lines: string, sample: number): Mutant[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Mutant)
    .filter(
      (mutant) =>
        [...NOTICED, ...UNNOTICED].includes(mutant.status) && sampled({ ...mutant, fileName: mutant.file }, sample),
    )
    .sort((a, b) => (a.file === b.file ? a.location.start.line - b.location.start.line : a.file < b.file ? -1 : 1));
}

/**
 * One line for each mutant that no test noticed: where it is, what stood there, and what it became.
 * @param source reads a file
 */
export function survivors(mutants: readonly Mutant[], source: (file: string) => string): string {
  return mutants
    .filter(({ status }) => UNNOTICED.includes(status))
    .map(({ file, status, mutatorName, replacement = '', location: { start, end } }) => {
      const line = source(file).split('\n')[start.line - 1] ?? '';
      const from = line.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined);
      const to = replacement.split('\n').map((part) => part.trim());
      return `${file}:${start.line}:${start.column} ${status} ${mutatorName}: ${from} -> ${to.join(' ').slice(0, 100)}`;
    })
    .join('\n');
}

/** A line for each file and one for all: noticed, of how many, and for a sample the interval (Wilson, 95 %). */
export function summary(mutants: readonly Mutant[], sample: number): string {
  const noticedOf = (those: readonly Mutant[]): number => those.filter(({ status }) => NOTICED.includes(status)).length;
  const rows = [...new Set(mutants.map(({ file }) => file))].map((file) => {
    const those = mutants.filter((mutant) => mutant.file === file);
    return row(file, noticedOf(those), those.length);
  });
  const [low, high] = wilson(noticedOf(mutants), mutants.length);
  const interval = sample > 1 ? `  one in ${sample}; 95 %: ${low} to ${high} %` : '';
  return [...rows, row('all', noticedOf(mutants), mutants.length) + interval].join('\n');
}

const row = (name: string, noticed: number, of: number): string =>
  `${name.padEnd(36)}${`${noticed}/${of}`.padStart(11)}${`${((100 * noticed) / Math.max(1, of)).toFixed(1)} %`.padStart(9)}`;

/** Where the share of all mutants lies when `k` of a sample of `n` were noticed, 95 %, in per cent. */
function wilson(k: number, n: number): [string, string] {
  const z = 1.96;
  const p = k / Math.max(1, n);
  const middle = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const at = (x: number): string => ((100 * x) / (1 + (z * z) / n)).toFixed(1);
  return [at(middle - half), at(middle + half)];
}
