/** What `z80lm run` runs a program on: CP/M with this computer's folders as its drives, or another machine as it is. */
import { basename, dirname, extname } from 'node:path';
import { isMind } from '../build/mind.js';
import { createCpm, type CutOff } from '../emu/cpm/machine.js';
import type { CreateCpu } from '../emu/cpu.js';
import type { EmulatedMachine } from '../emu/emulated.js';
import type { CommandFiles } from '../host/command-files.js';
import { CPM } from '../machines/cpm.js';
import { machineOfFile } from '../machines/index.js';
import type { Machine } from '../machines/machine.js';
import type { Console } from '../seams/console.js';
import { UsageError } from '../seams/errors.js';
import type { Program } from '../seams/target.js';
import { openDevices, type DeviceFiles } from './run-devices.js';
import { openDrives } from './run-drives.js';

/** Options of the command line that only CP/M has. */
export interface CpmOptions extends DeviceFiles {
  drive?: string[] | undefined;
  disk?: string[] | undefined;
  /** Address of the BDOS. */
  bdosBase?: number | undefined;
}

/** What a machine has around it. */
export interface Surroundings {
  console: Console;
  /** Of the command: what is read is not written over. */
  files: CommandFiles;
  /** Takes what the system has to say of a program. */
  remark: (words: string) => void;
  /** What the program prints cannot be kept: the run had better end. */
  onFailure?: () => void;
  /** In the place of `createZ80`: a debugger's. */
  createCpu?: CreateCpu;
}

export interface RunMachine {
  emulated: EmulatedMachine;
  /** Power on, and start what is to run. @throws InputError where the program is not for this machine */
  start(): void;
  /** What a program leaves that did not end by itself. */
  cutOff(): CutOff;
  /** Write what it has printed until now. */
  flush(): void;
  /** Let go of what it holds on this computer, after all else. @throws InputError for what could not be written */
  close(): void;
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
 * @throws UsageError for options that the machine does not have
 */
export function runMachine(
  machine: Machine,
  program: Program | undefined,
  args: string[],
  { drive = [], disk = [], bdosBase, ...devices }: CpmOptions,
  { console, files, remark, onFailure = () => {}, createCpu }: Surroundings,
): RunMachine {
  if (!machine.hasDisks) {
    refuse(machine, '--drive', drive.length > 0, 'it has no disks');
    refuse(machine, '--disk', disk.length > 0, 'it has no disks');
    refuse(machine, '--bdos', bdosBase !== undefined, 'it has no BDOS');
    for (const [name, file] of Object.entries(devices))
      refuse(machine, `--${name}`, file !== undefined, 'it has no such device');
    refuse(
      machine,
      'a command tail',
      args.length > 0 && !machine.takesTail,
      'type it when the program asks, or by --type',
    );
    const emulated = machine.emulate(console, createCpu);
    const start = (): void => emulated.load(program!, args.join(' '));
    const nothing = (): void => {};
    return { emulated, start, cutOff: () => ({ lost: [], unclosed: [] }), flush: nothing, close: nothing };
  }
  const home = program === undefined ? undefined : dirname(program.name);
  const { drives, close } = openDrives({ drive, disk, home }, files, remark);
  const lines = openDevices(devices, files, onFailure);
  const cpm = createCpm({
    console,
    drives,
    remark,
    ...lines.options,
    ...(bdosBase !== undefined && { bdosBase }),
    ...(createCpu && { createCpu }),
  });
  return {
    emulated: cpm,
    start: () => (program === undefined ? cpm.boot() : cpm.load(program, args.join(' '))),
    cutOff: () => cpm.cutOff(),
    flush: () => lines.flush(),
    close() {
      close();
      lines.close();
    },
  };
}

function refuse({ name, title }: Machine, what: string, isGiven: boolean, hint: string): void {
  if (isGiven) throw new UsageError(`${what} is for CP/M programs, and this one is for ${name} (${title})`, { hint });
}
