/**
 * What StrykerJS has not: a sample, and results while it runs.
 *
 * The sample is a checker that lets one mutant in N through, always the same ones: by a hash of what the mutant is and
 * where. What a checker refuses is not run and does not count. The results are a line of JSON for each mutant that was
 * tried, so that a run of hours that is stopped has not been for nothing.
 */
import { appendFileSync, writeFileSync } from 'node:fs';

/** FNV-1a, 32 bits, with a last mix, as neighbours differ in few letters. */
function hash(text) {
  let h = 0x811c9dc5;
  for (const letter of text) h = Math.imul(h ^ letter.codePointAt(0), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

/**
 * Whether a mutant belongs to the sample of one in `n`.
 * @param {{fileName: string, mutatorName: string, replacement?: string, location: {start: {line: number, column: number}}}} mutant
 *   lines and columns as in Stryker's report: from 1
 */
export function sampled(mutant, n) {
  const { line, column } = mutant.location.start;
  const file = mutant.fileName.replaceAll('\\', '/').replace(/^.*(?=src\/)/, '');
  return hash([file, line, column, mutant.mutatorName, mutant.replacement].join('|')) % n === 0;
}

class SampleChecker {
  async init() {}

  async check(mutants) {
    const n = Number(process.env['MUTANTS_SAMPLE'] ?? 1);
    const fromOne = ({ line, column }) => ({ line: line + 1, column: column + 1 });
    return Object.fromEntries(
      mutants.map((mutant) => {
        const reported = { ...mutant, location: { start: fromOne(mutant.location.start) } };
        return [
          mutant.id,
          sampled(reported, n) ? { status: 'passed' } : { status: 'compileError', reason: 'not in the sample' },
        ];
      }),
    );
  }
}

class LinesReporter {
  #file = process.env['MUTANTS_LINES'];

  onMutationTestingPlanReady() {
    writeFileSync(this.#file, '');
  }

  onMutantTested({ fileName, mutatorName, replacement, status, location }) {
    if (status === 'CompileError') return;
    const file = fileName.replaceAll('\\', '/').replace(/^.*(?=src\/)/, '');
    appendFileSync(this.#file, `${JSON.stringify({ file, mutatorName, replacement, status, location })}\n`);
  }
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'sample', injectableClass: SampleChecker },
  { kind: 'Reporter', name: 'lines', injectableClass: LinesReporter },
];
