/** `z80lm eval M.npz DATA`: how many answers a model gets right, against the data's own ceiling. */
import type { Command } from 'commander';
import { decodeModel } from '../model/npz.js';
import { evaluate, type Evaluation } from '../trainer/evaluate.js';
import { readPairs } from '../trainer/pairs.js';
import { action, type Shell } from './shared.js';

/** Rows of the table of answers. */
const SHOWN_ANSWERS = 20;
/** Mistakes named in a row. */
const SHOWN_MISTAKES = 4;

export function registerEval(program: Command): void {
  program
    .command('eval')
    .description('how many answers a model gets right')
    .argument('<model>', 'a .npz file')
    .argument('<data...>', 'files of question|answer lines')
    .action(action(run));
}

async function run(shell: Shell, _flags: object, modelFile: string, dataFiles: string[]): Promise<void> {
  const network = decodeModel(shell.files.read(modelFile), modelFile);
  const pairs = dataFiles.flatMap((file) => readPairs(shell.files.read(file), file).pairs);
  const evaluation = evaluate(network, pairs);
  shell.emit({ model: modelFile, ...evaluation });
  for (const line of report(evaluation)) shell.print(line);
}

function report({ score, answers }: Evaluation): string[] {
  const summary = (what: string, right: number, ceiling: number, count: number): string =>
    `${what} right ${percent(right)} of ${count}; the same question with different answers bounds it at ` +
    `${percent(ceiling)}, so ${percent(right / ceiling)} of what can be had`;
  const width = Math.max(6, ...answers.slice(0, SHOWN_ANSWERS).map((row) => row.answer.length));
  const rows = answers.slice(0, SHOWN_ANSWERS).map(({ answer, pairs, right, mistakes }) => {
    const said = mistakes.slice(0, SHOWN_MISTAKES).map((m) => `${m.said || '(nothing)'} ${m.pairs}`);
    if (mistakes.length > SHOWN_MISTAKES) said.push('...');
    return `${answer.padEnd(width)} ${String(pairs).padStart(7)} ${percent(right / pairs).padStart(7)}  ${said.join(', ')}`;
  });
  const more = answers.length - rows.length;
  return [
    summary('whole answers', score.answers, score.answerCeiling, score.pairs),
    summary('characters', score.characters, score.characterCeiling, score.characterCount),
    '',
    `${'answer'.padEnd(width)}   pairs   right  said instead`,
    ...rows,
    ...(more > 0 ? [`... and ${more} more answers`] : []),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
