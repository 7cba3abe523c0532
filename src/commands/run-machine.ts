/** What `z80lm run` runs a program on: CP/M with this computer's folders as its drives, or another machine as it is. */
import { basename, dirname, extname } from 'node:path';
import { isMind } from '../build/mind.js';
import type { Folder } from '../emu/cpm/folder.js';
import { createCpm, type CutOff } from '../emu/cpm/machine.js';
import type { CreateCpu } from '../emu/cpu.js';
import type { EmulatedMachine } from '../emu/emulated.js';
import { nodeFolder } from '../host/node-folder.js';
import { CPM } from '../machines/cpm.js';
import { machineOfFile } from '../machines/index.js';
import type { Machine } from '../machines/machine.js';
import type { Console } from '../seams/console.js';
import { UsageError } from '../seams/errors.js';
import type { Program } from '../seams/target.js';

/** Options of the command line that only CP/M has. */
export interface CpmOptions {
  drive?: string[] | undefined;
  /** Address of the BDOS. */
  bdosBase?: number | undefined;
}

export interface RunMachine {
  emulated: EmulatedMachine;
  /** Power on, and start what is to run. @throws InputError where the program is not for this machine */
  start(): void;
  /** What a program leaves that did not end by itself. */
  cutOff(): CutOff;
}

/** The machine that a program is for. @throws UsageError for what no machine runs by itself */
export function machineFor(program: Program | undefined): Machine {
  if (program === undefined) return CPM;
  const { name, bytes } = program;
  if (isMind(bytes))
    throw new UsageError('this is a mind, which TALK.COM loads', {
      where: name,
      hint: `make TALK.COM beside it with z80lm build --shell -o TALK.COM, then z80lm run TALK.COM ${basename(name, extname(name))}`,
    });
  return machineOfFile(name) ?? CPM;
}

/**
 * @param program none: CP/M's prompt
 * @param remark takes what the system has to say of a program
 * @param createCpu in the place of `createZ80`: a debugger's
 * @throws UsageError for options that the machine does not have
 */
export function runMachine(
  machine: Machine,
  program: Program | undefined,
  args: string[],
  { drive = [], bdosBase }: CpmOptions,
  console: Console,
  remark: (words: string) => void,
  createCpu?: CreateCpu,
): RunMachine {
  if (!machine.hasDisks) {
    refuse(machine, '--drive', drive.length > 0, 'it has no disks');
    refuse(machine, '--bdos', bdosBase !== undefined, 'it has no BDOS');
    refuse(
      machine,
      'a command tail',
      args.length > 0 && !machine.takesTail,
      'type it when the program asks, or by --type',
    );
    const emulated = machine.emulate(console, createCpu);
    const start = (): void => emulated.load(program!, args.join(' '));
    return { emulated, start, cutOff: () => ({ lost: [], unclosed: [] }) };
  }
  const drives = foldersOf(drive, program === undefined ? '.' : dirname(program.name));
  const cpm = createCpm({
    console,
    drives,
    remark,
    ...(bdosBase !== undefined && { bdosBase }),
    ...(createCpu && { createCpu }),
  });
  return {
    emulated: cpm,
    start: () => (program === undefined ? cpm.boot() : cpm.load(program, args.join(' '))),
    cutOff: () => cpm.cutOff(),
  };
}

function refuse({ name, title }: Machine, what: string, isGiven: boolean, hint: string): void {
  if (isGiven) throw new UsageError(`${what} is for CP/M programs, and this one is for ${name} (${title})`, { hint });
}

/** `B=./work` → drives by letter; A: unless named is `home`. */
function foldersOf(named: string[], home: string): (Folder | undefined)[] {
  const drives: (Folder | undefined)[] = [];
  for (const text of named) {
    const match = /^([A-Pa-p]):?=(.+)$/.exec(text);
    if (!match)
      throw new UsageError(`--drive is ${JSON.stringify(text)}`, {
        hint: 'give a letter and a folder: --drive B=work',
      });
    drives[match[1]!.toUpperCase().charCodeAt(0) - 0x41] = nodeFolder(match[2]!);
  }
  drives[0] ??= nodeFolder(home);
  return drives;
}
