/**
 * `z80lm data`: look after training data.
 *
 *     lint DATA..     what may be wrong with it, with line numbers; --fix writes a cleaned copy
 *     stats DATA..    how much of what there is, as a table, and as a picture with --svg
 *     balance DATA    the same number of pairs for every answer
 *     gen             pairs from a spec of facts and phrasings, or from a language model (data-gen.ts)
 */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { nodeClock } from '../host/node-clock.js';
import { EXIT, UsageError, type ExitStatus } from '../seams/errors.js';
import { inSlices } from '../seams/slices.js';
import { counted, percent } from '../seams/words.js';
import { balance, type Target } from '../trainer/data-balance.js';
import {
  FINDING_KINDS,
  lintSliced,
  repair,
  type Finding,
  type FindingKind,
  type LintReport,
} from '../trainer/data-lint.js';
import { answersPicture, statsOf, type DataStats } from '../trainer/data-stats.js';
import { fallbackOf } from '../trainer/fallback.js';
import { headText } from '../trainer/head.js';
import { pairText, readPairs, scanPairsSliced, textLines, type PairFile, type ScannedFile } from '../trainer/pairs.js';
import { headOf } from '../trainer/play.js';
import { registerGen } from './data-gen.js';
import { DATA_ARGUMENT, dataPath } from './shipped-data.js';
import { action, seedOf, wholeNumber, type Shell } from './shared.js';

/** Findings of a kind, and rows of the table of answers, shown without --all. */
const SHOWN = 10;
const SHOWN_ANSWERS = 20;
const BAR = 40;

export function registerData(program: Command): void {
  const data = program.command('data').description('look after training data');
  data
    .command('lint')
    .description('what may be wrong with training data, with line numbers')
    .argument('<data...>', `${DATA_ARGUMENT}; read together`)
    .option('--all', 'every finding, not just the first ten of a kind')
    .option('--fix <file>', 'write a copy without bad lines, duplicates and outvoted answers')
    .action(action(runLint));
  data
    .command('stats')
    .description('how much of what there is')
    .argument('<data...>', DATA_ARGUMENT)
    .option('--all', 'every answer, not just the twenty commonest')
    .option('--svg <file>', 'the answers as a bar chart')
    .action(action(runStats));
  data
    .command('balance')
    .description('the same number of pairs for every answer')
    .argument('<data...>', DATA_ARGUMENT)
    .requiredOption('-o, --output <file>', 'the balanced file')
    .option('--to <n>', 'pairs an answer: a number, or what the answers have now: least, mean, most', 'mean')
    .option('--seed <n>', 'decides which pairs are left out or repeated', '1')
    .action(action(runBalance));
  registerGen(data);
}

async function runLint(shell: Shell, flags: { all?: boolean; fix?: string }, names: string[]): Promise<ExitStatus> {
  const files = names.map((name) => dataPath(shell.files, name));
  const [only] = files as [string];
  if (flags.fix !== undefined && files.length > 1)
    throw new UsageError(`--fix cleans one file, and ${files.length} are given`, { hint: 'run it for each of them' });
  // To clean a file in place is what --fix may be for.
  if (flags.fix !== undefined) shell.files.mayReplace(flags.fix);
  shell.files.willWrite({ '--fix': flags.fix });
  const rests = { clock: nodeClock, signal: shell.signal };
  const scanned: ScannedFile[] = [];
  for (const file of files) scanned.push(await inSlices(scanPairsSliced(shell.files.read(file), file), rests));
  const report = await inSlices(lintSliced(scanned), rests);
  let fixed: { file: string; dropped: number } | undefined;
  if (flags.fix !== undefined) {
    const { lines, dropped } = repair(scanned[0]!, textLines(shell.files.read(only), only));
    shell.files.write(flags.fix, lines.join('\n'));
    fixed = { file: flags.fix, dropped };
  }
  shell.emit({ files, ...report, ...(fixed && { fixed }) });
  for (const line of lintLines(report, flags.all ? Infinity : SHOWN)) shell.print(line);
  if (fixed) shell.note(`${fixed.file}: written, ${counted(fixed.dropped, 'line')} left out`);
  else if (report.findings.some(({ kind }) => REPAIRABLE.includes(kind)) && files.length === 1)
    shell.note(`z80lm data lint ${only} --fix FILE writes a copy without them`);
  // After a repair the question is answered by another lint, of the repaired file.
  return fixed || report.findings.every(({ level }) => level === 'warning') ? EXIT.done : EXIT.no;
}

const REPAIRABLE: FindingKind[] = ['bad line', 'contradiction', 'duplicate'];

function lintLines(report: LintReport, shown: number): string[] {
  const lines = (Object.keys(FINDING_KINDS) as FindingKind[]).flatMap((kind) => {
    const findings = report.findings.filter((finding) => finding.kind === kind);
    if (findings.length === 0) return [];
    const cures = [...new Set(findings.map(({ cure }) => cure))];
    const more = findings.length - shown;
    return [
      `${kind} (${findings[0]!.level}): ${FINDING_KINDS[kind]}: ${findings.length}`,
      ...findings.slice(0, shown).map((finding) => `  ${place(finding)}: ${finding.message}`),
      ...(more > 0 ? [`  ... and ${more} more (--all shows them)`] : []),
      `  cure: ${cures.join('; ')}`,
      '',
    ];
  });
  const verdict = report.findings.length === 0 ? 'nothing found' : counted(report.findings.length, 'finding');
  const ceiling =
    report.ceiling < 1 ? `; no model can get more than ${percent(report.ceiling)} of the answers right` : '';
  return [...lines, `${counted(report.pairs, 'pair')}: ${verdict}${ceiling}`];
}

function place({ places }: Finding): string {
  const [{ file, line }, ...others] = places as [Finding['places'][0], ...Finding['places']];
  const also = others.slice(0, 3).map((other) => (other.file === file ? other.line : `${other.file}:${other.line}`));
  return `${file}:${[line, ...also].join(',')}${others.length > 3 ? ',...' : ''}`;
}

async function runStats(shell: Shell, flags: { all?: boolean; svg?: string }, names: string[]): Promise<void> {
  const files = names.map((name) => dataPath(shell.files, name));
  shell.files.willWrite({ '--svg': flags.svg });
  const stats = statsOf(readAll(shell, files).flatMap(({ pairs }) => pairs));
  if (flags.svg !== undefined)
    shell.files.write(flags.svg, answersPicture(stats, files.map((f) => basename(f)).join(', ')));
  shell.emit({ files, ...stats });
  for (const line of statsLines(stats, flags.all ? Infinity : SHOWN_ANSWERS)) shell.print(line);
  if (flags.svg !== undefined) shell.note(`${flags.svg}: written`);
}

function statsLines(stats: DataStats, shown: number): string[] {
  const rows = stats.answers.slice(0, shown);
  const width = Math.max(6, ...rows.map(({ answer }) => answer.length));
  const most = Math.max(...rows.map(({ pairs }) => pairs));
  const length = ({ mean, longest }: DataStats['questionLength']): string =>
    `${mean.toFixed(1)} characters on average, ${longest} at most`;
  return [
    `pairs       ${stats.pairs}${stats.followUps > 0 ? `, ${stats.followUps} of them follow-ups in dialogues` : ''}`,
    `questions   ${stats.questions} different, ${length(stats.questionLength)}`,
    `answers     ${stats.answers.length} different, ${length(stats.answerLength)}`,
    `charset     ${stats.charset.length} characters: ${stats.charset}`,
    `examples    ${stats.examples} characters to learn`,
    '',
    ...rows.map(
      ({ answer, pairs }) =>
        `${answer.padEnd(width)} ${String(pairs).padStart(7)} ${percent(pairs / stats.pairs).padStart(6)} ` +
        '#'.repeat(Math.max(1, Math.round((BAR * pairs) / most))),
    ),
    ...(stats.answers.length > rows.length ? [`... and ${stats.answers.length - rows.length} more (--all)`] : []),
  ];
}

async function runBalance(
  shell: Shell,
  flags: { output: string; to: string; seed: string },
  files: string[],
): Promise<void> {
  const target: Target = ['least', 'mean', 'most'].includes(flags.to)
    ? (flags.to as Target)
    : wholeNumber('--to', flags.to, 1, 1_000_000);
  shell.files.willWrite({ '-o': flags.output });
  const read = readAll(
    shell,
    files.map((name) => dataPath(shell.files, name)),
  );
  fallbackOf(read);
  const { head } = headOf(read);
  const { pairs, ...figures } = balance(
    read.flatMap((file) => file.pairs),
    target,
    seedOf(flags.seed),
  );
  const lines = [...headText(head), ...pairs.map(pairText)];
  shell.files.write(flags.output, `${lines.join('\n')}\n`);
  shell.emit({ file: flags.output, pairs: pairs.length, ...figures });
  shell.print(
    `${flags.output}: ${pairs.length} pairs, ${figures.target} an answer ` +
      `(${figures.dropped} left out, ${figures.added} repetitions)`,
  );
}

function readAll(shell: Shell, files: string[]): PairFile[] {
  return files.map((file) => readPairs(shell.files.read(file), file));
}
