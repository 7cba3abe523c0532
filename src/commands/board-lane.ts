/** A board on a port as a lane of a comparison: opened, recognised, driven. */
import type { Command } from 'commander';
import type { Lane } from '../hil/lane.js';
import { nodeClock } from '../host/node-clock.js';
import type { Image, Machine } from '../machines/machine.js';
import { heeding } from '../link/wait.js';
import { InputError } from '../seams/errors.js';
import type { Program, Target } from '../seams/target.js';
import { boardTarget } from '../transfer/board-target.js';
import { DRIVER_NAMES } from '../transfer/drivers/index.js';
import { bootCpm, recogniseBoard } from '../transfer/recognise.js';
import { boardName, chooseBoard, machineFor, mustHaveBoard, nameOf, tellState } from './flash.js';
import { openFromFlags, type LinkFlags } from './link-options.js';
import { makeDriver, mustRunOn } from './make-driver.js';
import type { Shell } from './shared.js';

export interface BoardFlags extends Omit<LinkFlags, 'port'> {
  board: string;
  boot?: boolean;
  flash: boolean;
  as?: string;
}

/** A lane whose line is known. */
export interface BoardLane extends Lane {
  open(): Promise<Awaited<ReturnType<Lane['open']>> & { baud: number | undefined }>;
  /** What board it is, once it is known. */
  kind(): string | undefined;
}

/** The board behind `port`. `program` names what is started where nothing is loaded. */
export async function boardLane(
  shell: Shell,
  flags: BoardFlags,
  port: string,
  program: MachineProgram,
): Promise<BoardLane> {
  const chosen = await chooseBoard(shell, flags.board);
  let driver = chosen?.driver;
  return {
    name: port,
    kind: () => driver?.title,
    forgets: program.machine.board?.keepsPrograms === false,
    async open() {
      const link = await openFromFlags({ ...flags, port }, chosen?.line, shell);
      try {
        // Looking for the board types on it, and may wait for seconds; the target hears the signal by itself.
        const heard = heeding(link, shell.signal);
        if (flags.boot) await bootCpm(heard, nodeClock);
        driver ??= await makeDriver(
          shell.files,
          await recogniseBoard(heard, nodeClock, { onState: tellState(shell, link) }),
        );
        mustRunOn(driver, program.machine, program.name);
        const options = { signal: shell.signal, ...(!flags.flash && { program: program.name }) };
        const target = boardTarget(link, driver, nodeClock, options);
        const opened = flags.boot ? bootingTarget(target, () => bootCpm(heard, nodeClock)) : target;
        return { target: opened, baud: link.baud, close: () => link.close() };
      } catch (error) {
        await link.close();
        throw error;
      }
    },
  };
}

/** A board that was reset waits in its boot menu: then it is brought from there to CP/M before a start. */
function bootingTarget(target: Target, boot: () => Promise<unknown>): Target {
  return {
    ...target,
    async start(tail, name) {
      await boot();
      await target.start(tail, name);
    },
  };
}

/** What --board and its kin say, for commands that talk with a board. */
export function withBoardOptions(command: Command): Command {
  return command
    .option('--board <board>', `${DRIVER_NAMES.join(', ')}, or a board file (.json), or auto: find out`, 'auto')
    .option('--boot', 'bring the board from its boot menu to CP/M, at the beginning and after a reset')
    .option('--as <name>', "its name on the board; the file's name unless given");
}

/** A program, and the machine that it is for. */
export interface MachineProgram extends Program {
  machine: Machine;
  /** As it stands in memory; the file's bytes may be a text. */
  image: Image;
}

/** A program for a board, by the name that it gets there. */
export function readProgram(shell: Shell, path: string, as?: string): MachineProgram {
  mustHaveBoard(path);
  const name = as === undefined ? nameOf(path) : boardName(as);
  const bytes = shell.files.read(path);
  if (bytes.length === 0) throw new InputError('the file is empty', { where: path });
  const machine = machineFor(path, name);
  return { name, bytes, machine, image: machine.file.decode(bytes, path) };
}

/** For options that may be repeated. */
export function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
