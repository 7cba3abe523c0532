/** What Stryker's report says of a room: how many mutants its tests noticed, and each that they did not. */
import { sampled } from './sample.js';

export interface Mutant {
  readonly id: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: Record<'start' | 'end', { readonly line: number; readonly column: number }>;
}

export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

/** What ends a test run that would not end counts as noticed: a person would notice too. */
const NOTICED = ['Killed', 'Timeout', 'RuntimeError'];
const UNNOTICED = ['Survived', 'NoCoverage'];

/** Mutants that count: of those no test reaches, which Stryker's checkers are not asked about, the sample too. */
function counted(file: string, mutants: readonly Mutant[], sample: number): Mutant[] {
  return mutants.filter(
    (mutant) => [...NOTICED, ...UNNOTICED].includes(mutant.status) && sampled({ ...mutant, fileName: file }, sample),
  );
}

/** One line for each mutant that no test noticed: where it is, what stood there, and what it became. */
export function survivors(report: Report, sample: number): string {
  return Object.entries(report.files)
    .flatMap(([file, { source, mutants }]) => {
      const lines = source.split('\n');
      return counted(file, mutants, sample)
        .filter(({ status }) => UNNOTICED.includes(status))
        .sort((a, b) => a.location.start.line - b.location.start.line)
        .map(({ status, mutatorName, replacement = '', location: { start, end } }) => {
          const from = lines[start.line - 1]!.slice(
            start.column - 1,
            end.line === start.line ? end.column - 1 : undefined,
          );
          const to = replacement.split('\n').map((line) => line.trim());
          return `${file}:${start.line}:${start.column} ${status} ${mutatorName}: ${from} -> ${to.join(' ').slice(0, 100)}`;
        });
    })
    .join('\n');
}

/** A line for each file and one for all: noticed, of how many, and for a sample the interval (Wilson, 95 %). */
export function summary(report: Report, sample: number): string {
  const rows: string[] = [];
  let allNoticed = 0;
  let allOf = 0;
  for (const [file, { mutants }] of Object.entries(report.files)) {
    const those = counted(file, mutants, sample);
    const noticed = those.filter(({ status }) => NOTICED.includes(status)).length;
    rows.push(row(file, noticed, those.length));
    allNoticed += noticed;
    allOf += those.length;
  }
  const [low, high] = wilson(allNoticed, allOf);
  const interval = sample > 1 ? `  one in ${sample}; 95 %: ${low} to ${high} %` : '';
  return [...rows, row('all', allNoticed, allOf) + interval].join('\n');
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
