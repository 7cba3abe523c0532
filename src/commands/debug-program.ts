/** A program as `z80lm debug` has it: its machine in a session, and the names and lines of source that lie beside it. */
import type { CutOff } from '../emu/cpm/machine.js';
import { createSession, type SessionOptions } from '../emu/debug/session.js';
import { allNames, Keyboard, type Debuggee } from '../debugger/debuggee.js';
import type { CommandFiles } from '../host/command-files.js';
import { parseListing, SourceMap } from '../z80asm/listing-file.js';
import { decodeSource } from '../z80asm/source-text.js';
import { parseSymbols } from '../z80asm/symbol-file.js';
import { readOptional } from './optional-file.js';
import { readProgram } from './program-file.js';
import { machineFor, runMachine, type CpmOptions, type RunMachine } from './run-machine.js';

export interface DebugProgram {
  path: string;
  /** The command tail. */
  args: string[];
  cpm: CpmOptions;
  /** Files that were named; those beside the program are found without. */
  symbols: string | undefined;
  listing: string | undefined;
}

export interface Ears extends Pick<SessionOptions, 'log' | 'traced'> {
  /** A byte of the program's console. */
  write: (byte: number) => void;
  /** What the system, or we, have to say of the program. */
  remark: (words: string) => void;
}

export interface Opened extends Debuggee {
  /** The listing that the lines of source are from. */
  listingPath: string | undefined;
  /** Let go of what the program holds on this computer, after all else: what it leaves that did not end by itself. */
  end(): CutOff;
}

/** A listing whose bytes are not those of the program misleads; code that moves itself is not where it was assembled for. */
const LEAST_FIT = 0.5;

/** @throws InputError, UsageError for files and options that are wrong */
export function openProgram(files: CommandFiles, program: DebugProgram, ears: Ears): Opened {
  const { path, args, cpm } = program;
  const loaded = { name: path, bytes: readProgram(files, path) };
  const machine = machineFor(loaded);
  const text = (named: string | undefined, type: string): { text: string; where: string } | undefined => {
    const where = named ?? beside(path, machine.file.type, type);
    if (where === undefined) return undefined;
    const bytes = named === undefined ? readOptional(files, where, ears.remark, 'source') : files.read(where, 'source');
    return bytes && { text: decodeSource(bytes), where };
  };
  const symbolText = text(program.symbols, 'sym');
  const symbols = symbolText && parseSymbols(symbolText.text, symbolText.where);
  const listing = text(program.listing, 'lst');
  const lines = listing ? parseListing(listing.text) : [];
  if (listing && lines.length === 0) ears.remark(`${listing.where} has no lines of z80lm asm: it is ignored`);

  const keyboard = new Keyboard(ears.write);
  let running!: RunMachine;
  // The system's own names are known when there is a machine, which only the session makes.
  const around = { console: keyboard, files, remark: ears.remark };
  const probe = runMachine(machine, loaded, args, { bdosBase: cpm.bdosBase }, around);
  probe.close();
  const names = allNames(probe.emulated.names, symbols?.names ?? new Map());
  const values = new Map([...[...probe.emulated.names].map(([at, name]) => [name, at] as const), ...(symbols?.values ?? [])]); // prettier-ignore
  const session = createSession({
    machine: (createCpu) => {
      running = runMachine(machine, loaded, args, cpm, { ...around, createCpu });
      return running.emulated;
    },
    symbols: names,
    values,
    ...(ears.log && { log: ears.log }),
    ...(ears.traced && { traced: ears.traced }),
  });
  const start = (): void => {
    keyboard.clear();
    session.start(() => running.start());
  };
  start();
  const map = new SourceMap(lines);
  const fits = lines.length === 0 || map.fits(session.cpu.memory) >= LEAST_FIT;
  if (!fits) ears.remark(`${listing!.where} is of another program: it is ignored`);
  return {
    session,
    source: fits ? map : new SourceMap([]),
    listingPath: listing?.where,
    values,
    keyboard,
    start,
    end() {
      const left = session.state === 'ended' ? { unclosed: [], lost: [] } : running.cutOff();
      running.close();
      return left;
    },
  };
}

/** `X.lst` beside `X.COM`. */
function beside(path: string, type: string, other: string): string | undefined {
  const found = path.replace(new RegExp(`\\.${type}$`, 'i'), `.${other}`);
  return found === path ? undefined : found;
}
