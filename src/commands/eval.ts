/** `z80lm eval M.npz DATA`: how many answers a model gets right, against the data's own ceiling. */
import { Option, type Command } from 'commander';
import { decodeModel } from '../model/npz.js';
import { EXIT, type ExitStatus } from '../seams/errors.js';
import { percent } from '../seams/words.js';
import { evaluate, type Evaluation } from '../trainer/evaluate.js';
import { readPairs } from '../trainer/pairs.js';
import { evaluateOnZ80, type Z80Evaluation } from './eval-z80.js';
import { action, type Shell } from './shared.js';
import { speedLine } from './size-table.js';

/** Rows of the table of answers. */
const SHOWN_ANSWERS = 20;
/** Mistakes named in a row. */
const SHOWN_MISTAKES = 4;

interface Flags {
  on: 'int' | 'z80';
}

export function registerEval(program: Command): void {
  program
    .command('eval')
    .description('how many answers a model gets right')
    .argument('<model>', 'a .npz file')
    .argument('<data...>', 'files of question|answer lines')
    .addOption(
      new Option('--on <machine>', 'int: the integer model; z80: its program in the emulator, too, held to the former')
        .choices(['int', 'z80'])
        .default('int'),
    )
    .action(action(run));
}

async function run(shell: Shell, flags: Flags, modelFile: string, dataFiles: string[]): Promise<ExitStatus> {
  const network = decodeModel(shell.files.read(modelFile), modelFile);
  const pairs = dataFiles.flatMap((file) => readPairs(shell.files.read(file), file).pairs);
  const evaluation = evaluate(network, pairs);
  const z80 = flags.on === 'z80' ? await evaluateOnZ80(shell, network, pairs) : undefined;
  shell.emit({ model: modelFile, ...evaluation, ...(z80 && { z80 }) });
  for (const line of report(evaluation)) shell.print(line);
  if (!z80) return EXIT.done;
  for (const line of z80Report(z80)) shell.print(line);
  return z80.agree === z80.questions ? EXIT.done : EXIT.no;
}

function z80Report(z80: Z80Evaluation): string[] {
  const { questions, agree, pairs, pairsRight, untypable, programBytes, meanTStates, worstTStates } = z80;
  const words = (text: string): string => JSON.stringify(text);
  return [
    '',
    `on the Z80: ${pairsRight} of ${pairs} whole answers right (${percent(pairsRight / Math.max(1, pairs))})` +
      (untypable > 0 ? `; ${untypable} pairs left out: their questions cannot be typed, or are commands` : ''),
    agree === questions
      ? `all ${questions} distinct questions answered as by the integer model`
      : `${agree} of ${questions} distinct questions answered as by the integer model, ${questions - agree} not:`,
    ...z80.differ.map((d) => `  ${words(d.question)}: ${words(d.z80)}, not ${words(d.reference)}`),
    `${programBytes} bytes; ${speedLine({ meanTStates, worstTStates })}`,
  ];
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
