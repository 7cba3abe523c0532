/** A board on a port as a lane of a comparison: opened, recognised, driven. */
import { basename } from 'node:path';
import type { Lane } from '../hil/lane.js';
import { nodeClock } from '../host/node-clock.js';
import { InputError, UsageError } from '../seams/errors.js';
import type { Program } from '../seams/target.js';
import { boardTarget } from '../transfer/board-target.js';
import { createDriver, DRIVER_NAMES } from '../transfer/drivers/index.js';
import { recogniseBoard } from '../transfer/recognise.js';
import { boardName } from './flash.js';
import { openFromFlags, type LinkFlags } from './link-options.js';
import type { Shell } from './shared.js';

export interface BoardFlags extends Omit<LinkFlags, 'port'> {
  board: string;
  flash: boolean;
  as?: string;
}

/** A lane whose line is known. */
export interface BoardLane extends Lane {
  open(): Promise<Awaited<ReturnType<Lane['open']>> & { baud: number | undefined }>;
}

/** The board behind `port`. `program` names what is started where nothing is loaded. */
export function boardLane(shell: Shell, flags: BoardFlags, port: string, program: Program): BoardLane {
  if (flags.board !== 'auto' && !DRIVER_NAMES.includes(flags.board))
    throw new UsageError(`there is no kind of board ${JSON.stringify(flags.board)}`, {
      hint: `give one of ${DRIVER_NAMES.join(', ')}, auto`,
    });
  let kind = flags.board;
  return {
    name: port,
    async open() {
      const link = await openFromFlags({ ...flags, port });
      try {
        if (kind === 'auto') kind = await recogniseBoard(link, nodeClock);
        const target = boardTarget(link, createDriver(kind), nodeClock, {
          signal: shell.signal,
          ...(!flags.flash && { program: program.name }),
        });
        return { target, baud: link.baud, close: () => link.close() };
      } catch (error) {
        await link.close();
        throw error;
      }
    },
  };
}

/** A .COM for a board, by the name that it gets there. */
export function readProgram(shell: Shell, path: string, as?: string): Program {
  const program = { name: boardName(as ?? basename(path)), bytes: shell.files.read(path) };
  if (program.bytes.length === 0) throw new InputError('the file is empty', { where: path });
  return program;
}

/** For options that may be repeated. */
export function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
