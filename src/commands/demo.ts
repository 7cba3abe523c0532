/** `z80lm demo`: the whole way on the shipped data and the virtual board, in about three minutes. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { nodeClock } from '../host/node-clock.js';
import { startVirtualBoard } from '../host/virtual-board.js';
import { openLink } from '../link/open-link.js';
import { pipeline, type PipelineHost } from '../pipeline.js';
import { EXIT, type ExitStatus } from '../seams/errors.js';
import { DEFAULT_HIDDEN } from '../trainer/recipe.js';
import { boardTarget } from '../transfer/board-target.js';
import { romwbwDriver } from '../transfer/drivers/romwbw.js';
import { PipelineView } from './pipeline-view.js';
import { action, frequency, wholeNumber, type Shell } from './shared.js';
import { shippedData } from './shipped-data.js';

interface DemoFlags {
  out: string;
  epochs: string;
  seed: string;
  hidden: string;
  clock: string;
  workers?: string;
}

const DATASET = 'twenty-questions';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('the whole way on the shipped data and the virtual board')
    .option('--out <folder>', 'where the model, the program and the transcripts go', 'out')
    .option('--epochs <n>', 'times to go through the data: fewer is quicker and worse', '24')
    .option('--seed <n>', 'another seed, another model', '1')
    .option('--hidden <widths>', 'widths of the hidden layers', DEFAULT_HIDDEN.join(','))
    .option('--workers <n>', 'threads that train (default: one a core)')
    .option('--clock <frequency>', "the board's clock, and the prediction's", '7.3728MHz')
    .action(action(demo));
}

async function demo(shell: Shell, flags: DemoFlags): Promise<ExitStatus> {
  const clockHz = frequency(flags.clock);
  const { data, questions, about } = shippedData(shell.files, DATASET);
  const host: PipelineHost = {
    files: shell.files,
    clock: nodeClock,
    openBoard: async () => {
      const board = await startVirtualBoard({ clockHz });
      try {
        const link = await openLink(board.path, { clock: nodeClock });
        return {
          link,
          close: async () => {
            await link.close();
            await board.close();
          },
        };
      } catch (error) {
        await board.close();
        throw error;
      }
    },
    boardTarget: async (link, signal) =>
      boardTarget(link, romwbwDriver(), nodeClock, { signal, program: `${about.name}.COM` }),
  };
  const view = new PipelineView(shell, flags.out);
  let equal = false;
  for await (const event of pipeline(
    {
      data,
      training: {
        hidden: flags.hidden.split(',').map((width) => wholeNumber('a width in --hidden', width, 1, 256)),
        epochs: wholeNumber('--epochs', flags.epochs, 1, 1000),
        seed: wholeNumber('--seed', flags.seed, 0, 2 ** 31 - 1),
        workers: flags.workers === undefined ? availableParallelism() : wholeNumber('--workers', flags.workers, 1, 64),
        name: about.name,
        description: about.description,
      },
      questions,
      outDir: flags.out,
      programName: `${about.name}.COM`,
      clockHz,
    },
    host,
    shell.signal,
  )) {
    view.show(event);
    if (event.type === 'summary') equal = event.summary.equal;
  }
  return equal ? EXIT.done : EXIT.no;
}
