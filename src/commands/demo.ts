/** `z80lm demo`: the whole way on the shipped data and the virtual board, in about a minute. */
import type { Command } from 'commander';
import { nodeClock } from '../host/node-clock.js';
import { mustBeWritable, nodeFiles } from '../host/node-files.js';
import { nodeRunFolders } from '../host/node-run-folders.js';
import { startVirtualBoard } from '../host/virtual-board.js';
import { openLink } from '../link/open-link.js';
import { CPM } from '../machines/cpm.js';
import { pipeline, type PipelineHost } from '../pipeline.js';
import { EXIT, type ExitStatus } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';
import { boardTarget } from '../transfer/board-target.js';
import { makeDriver } from './make-driver.js';
import { PipelineView } from './pipeline-view.js';
import { action, type Shell } from './shared.js';
import { shippedData } from './shipped-data.js';
import { DATASET, wholeWayOptions, wholeWaySettings, type WholeWayFlags } from './whole-way-options.js';

export function registerDemo(program: Command): void {
  const command = program.command('demo').description('the whole way on the shipped data and the virtual board');
  wholeWayOptions(command).action(action(demo));
}

async function demo(shell: Shell, flags: WholeWayFlags): Promise<ExitStatus> {
  const { machine, outDir, training, clockHz } = wholeWaySettings(flags);
  mustBeWritable(`${outDir}/model.npz`);
  const { data, questions, about } = shippedData(shell.files, DATASET);
  // Where no line leads to the machine, the pipeline asks for none.
  const { virtual } = machine.board ?? CPM.board!;
  const programName = `${about.name}.${machine.file.type}`;
  const host: PipelineHost = {
    // It reads what it wrote the last time, and writes it anew.
    files: nodeFiles,
    clock: nodeClock,
    openBoard: async () => {
      const board = await startVirtualBoard({ clockHz, firmware: virtual.firmware });
      try {
        const link = await openLink(board.path, { clock: nodeClock });
        return {
          link,
          remark: board.remark,
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
      boardTarget(link, await makeDriver(nodeFiles, virtual.driver), nodeClock, {
        signal,
        program: programName,
      }),
    folders: nodeRunFolders,
  };
  const view = new PipelineView(shell);
  let made = '';
  // Without a board there is nothing that could differ.
  let equal = machine.board === undefined;
  for await (const event of pipeline(
    {
      data,
      training: { ...training, name: about.name, description: about.description },
      questions,
      outDir,
      machine,
      programName,
      clockHz,
    },
    host,
    shell.signal,
  )) {
    view.show(event);
    if (event.type === 'summary') equal = event.summary.equal;
    if (event.type === 'file' && event.path.endsWith(programName)) made = event.path;
  }
  if (!machine.board) {
    shell.print();
    shell.print(`wrote ${made}: z80lm run ${made} talks to it here`);
    shell.note(`no line leads to a ${machine.title}; how it gets onto one: ${pageUrl('machines')}`);
  }
  return equal ? EXIT.done : EXIT.no;
}
