/**
 * `z80lm run [X.COM] [-- ARGS]`: a program in its emulated machine, or CP/M's own prompt, with this terminal as its
 * console.
 *
 * stdout is the program's console and nothing else (with --json: the report); what the tool has to say, trace and
 * profile included, goes to stderr.
 */
import type { Command } from 'commander';
import { drive, type DriveEnd } from '../emu/drive.js';
import type { CutOff } from '../emu/cpm/machine.js';
import type { Cpu } from '../emu/cpu.js';
import { TERMINALS } from '../terminal/dialects.js';
import { hex, SymbolMap } from '../emu/debug/names.js';
import { Profile, profileTable } from '../emu/debug/profile.js';
import { roomToWrite } from '../host/room-to-write.js';
import { nodeClock } from '../host/node-clock.js';
import { preferencesFrom } from '../console/preferences.js';
import { hostConsole, type Keyboard } from '../host/node-console.js';
import { MACHINES } from '../machines/index.js';
import type { Machine } from '../machines/machine.js';
import { EmuError, EXIT, UsageError, type ExitStatus } from '../seams/errors.js';
import { decodeSource } from '../z80asm/source-text.js';
import { parseSymbols, type SymbolFile } from '../z80asm/symbol-file.js';
import { keyboardOption } from './keyboard-options.js';
import { readProgram } from './program-file.js';
import { runKeyboard } from './run-keys.js';
import { PrintedLog, runReport, statistics } from './run-report.js';
import { machineFor, runMachine, type RunMachine } from './run-machine.js';
import { readOptional } from './optional-file.js';
import { outputOf, terminal } from './program-output.js';
import { action, address, frequency, wholeNumber, type Shell } from './shared.js';

interface RunOptions {
  type?: string[];
  clock?: string;
  like?: string;
  maxTstates?: string;
  bdos?: string;
  stats?: boolean;
  drive?: string[];
  disk?: string[];
  printer?: string;
  punch?: string;
  reader?: string;
  terminal: string;
  arrows?: string;
  backspace?: string;
  symbols?: string;
  trace?: boolean;
  profile?: boolean;
  folded?: string;
  break?: string[];
}

/** Codes of CP/M 3's call 108 from here on mean that the program failed. */
const FAILURE_CODE = 0xff00;

export function registerRun(program: Command): void {
  program
    .command('run')
    .description("run a program in the emulator, or CP/M's prompt")
    .argument('[program]', `${kindsOfFiles()}; without one, the A> prompt (EXIT leaves it)`)
    .argument('[args...]', "the program's command tail")
    .option('--type <line>', 'type this line instead of reading the keyboard (repeatable)', collect)
    .option('--clock <frequency>', 'run at the true speed of this clock, such as 7.3728MHz')
    .option('--like <timing>', 'run as fast as the board that z80lm time --out measured')
    .option('--drive <letter=folder>', 'a folder as a drive (repeatable); A: is where the program lies', collect)
    .option('--disk <[letter=]image>', 'a disk image as a drive, or as several (repeatable)', collect)
    .option('--printer <file>', 'add what is printed (LST:) to a file')
    .option('--punch <file>', 'add what is punched (PUN:) to a file')
    .option('--reader <file>', 'what the reader (RDR:) reads')
    .option('--terminal <terminal>', `screen codes that the program sends: ${TERMINALS.join(', ')}`, 'vt100')
    .addOption(keyboardOption('arrows'))
    .addOption(keyboardOption('backspace'))
    .option('--bdos <address>', 'where the BDOS begins, in hex: the size of the TPA')
    .option('--stats', 'T-states, instructions and times of the characters, at the end')
    .option('--max-tstates <n>', 'stop after so many T-states')
    .option('--symbols <symbols>', 'names for trace, profile and --break; X.sym beside X.COM is found without')
    .option('--trace', 'every instruction with its registers')
    .option('--profile', 'where the T-states went, by symbol')
    .option('--folded <file>', 'write the profile as folded stacks, for flame graphs')
    .option('--break <place>', 'stop at a symbol or hex address and show the machine (repeatable)', collect)
    .action(action(run));
}

async function run(shell: Shell, options: RunOptions, path: string | undefined, args: string[]): Promise<ExitStatus> {
  const program = path === undefined ? undefined : { name: path, bytes: readProgram(shell.files, path) };
  const machine = machineFor(program);
  shell.files.willWrite({ '--folded': options.folded });
  const clockHz = await speed(shell, options);
  const maxTStates =
    options.maxTstates === undefined
      ? undefined
      : wholeNumber('--max-tstates', options.maxTstates, 1, Number.MAX_SAFE_INTEGER);
  const bdosBase = options.bdos === undefined ? undefined : address('--bdos', options.bdos);
  const symbolFile = readSymbols(shell, options.symbols, path, machine);
  const breakpoints = new Set((options.break ?? []).map((place) => breakpoint(place, symbolFile)));
  const codes = outputOf(terminal(options.terminal), (text) => console.answer(text));

  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const signal = AbortSignal.any([shell.signal, abort.signal]);
  const shown = new PrintedLog();
  const remarks: string[] = [];
  const flush = (): Promise<void> | undefined => {
    const bytes = codes.take();
    if (bytes.length > 0) shell.write(bytes);
    return roomToPrint(signal);
  };
  const console = hostConsole({
    lines: options.type,
    write: (byte) => {
      codes.add(byte);
      if (options.stats || shell.json) shown.add(byte, cpu.tStates);
    },
    onLeave: stop,
    onDeaf: () => note('\n(the program takes ^C itself; Ctrl-] twice ends the run)'),
    keyboard: keyboardOf(options),
  });
  signal.addEventListener('abort', () => console.close(), { once: true });
  const note = (line: string): void => {
    void flush();
    shell.note(line);
  };
  const remark = (words: string): void => {
    remarks.push(words);
    note(words);
  };
  let running: RunMachine;
  try {
    const { drive, disk, printer, punch, reader } = options;
    const own = { drive, disk, bdosBase, printer, punch, reader };
    running = runMachine(machine, program, args, own, { console, files: shell.files, remark, onFailure: stop });
  } catch (error) {
    // An open keyboard would keep the process.
    console.close();
    throw error;
  }
  const { emulated } = running;
  const { cpu } = emulated;

  const symbols = new SymbolMap(new Map([...running.emulated.names, ...(symbolFile?.names ?? [])]));
  const profile = options.profile || options.folded !== undefined ? new Profile(symbols) : undefined;
  const trace = options.trace ? note : undefined;
  const watched = trace || profile || breakpoints.size > 0;
  // The first prompt does not wait for what only some runs need: the debugger, and the listing of a stop.
  const debug = watched
    ? (await import('../emu/debug/debugger.js')).createDebugger(emulated, { symbols, trace, profile, breakpoints })
    : undefined;

  let end: DriveEnd;
  try {
    running.start();
    end = await drive(emulated, console, nodeClock, {
      ...(clockHz !== undefined && { clockHz }),
      ...(maxTStates !== undefined && { maxTStates }),
      ...(debug && { run: (until: number) => debug.run(until), isStepwise: debug.isStepwise }),
      signal,
      flush: () => {
        running.flush();
        return flush();
      },
    });
  } finally {
    console.close();
    const undo = codes.undo();
    if (undo !== '') shell.write(undo);
  }

  const cut = end.why === 'ended' ? undefined : running.cutOff();
  running.close();
  const name = path ?? 'CP/M';
  const rows = profile?.rows() ?? [];
  const reckoned = clockHz ?? machine.clockHz;
  if (shell.json)
    shell.emit(runReport(name, cpu, end, shown, { clockHz: reckoned, profile: profile && rows, remarks, cut }));
  else if (options.stats) statistics(cpu, shown, reckoned).forEach(note);
  if (options.profile && !shell.json) profileTable(rows).forEach(note);
  if (options.folded !== undefined && profile) shell.files.write(options.folded, profile.folded());
  if (end.why === 'crashed' || end.why === 'limit' || end.why === 'paused') {
    const { stopLines } = await import('../emu/debug/listing.js');
    if (debug?.hit !== undefined) note(`\nat ${symbols.describe(debug.hit) ?? `${hex(debug.hit)}h`}:`);
    stopLines(cpu, symbols).forEach(note);
  }
  return conclude(shell, name, end, cpu, cut);
}

/** "a .COM, a .HEX or a .TAP" */
function kindsOfFiles(): string {
  const kinds = MACHINES.map(({ file }) => `a .${file.type}`);
  return `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)!}`;
}

/** Whoever reads our output may be slow, or paused: what a program prints for ever must not pile up here meanwhile. */
function roomToPrint(signal: AbortSignal): Promise<void> | undefined {
  return roomToWrite(process.stdout, signal) ?? roomToWrite(process.stderr, signal);
}

/** @returns Hz, or undefined for as fast as it goes */
async function speed(shell: Shell, { clock, like }: RunOptions): Promise<number | undefined> {
  if (like === undefined) return clock === undefined ? undefined : frequency(clock);
  if (clock !== undefined)
    throw new UsageError('--clock and --like exclude each other', { hint: 'a timing has its own speed' });
  const { readEffectiveHz } = await import('../hil/timing-file.js');
  return readEffectiveHz(shell.files.read(like), like);
}

function conclude(shell: Shell, where: string, end: DriveEnd, cpu: Cpu, cut: CutOff | undefined): ExitStatus {
  const lost = end.why === 'ended' ? end.lost : (cut?.lost ?? []);
  if (lost.length > 0)
    throw new EmuError(`not saved: ${lost.join(', ')}`, {
      where,
      hint: 'see whether the folder of its drive is full, may not be written, or has a folder of that name',
    });
  const unclosed = cut?.unclosed ?? [];
  if (unclosed.length > 0 && end.why !== 'no more input')
    shell.note(`not closed by the program, and kept as far as it was written: ${unclosed.join(', ')}`);
  switch (end.why) {
    case 'ended':
      return end.code >= FAILURE_CODE ? EXIT.no : EXIT.done;
    case 'paused':
      return EXIT.done;
    case 'no more input':
      if (unclosed.length > 0)
        throw new EmuError(`the input ended before the program had closed ${unclosed.join(', ')}`, {
          where,
          hint: 'what it had written is kept; a program may hold more back until it is told to end',
        });
      shell.note('\n(the input has ended, and the program waits for more)');
      return EXIT.done;
    case 'interrupted':
      return EXIT.interrupted;
    case 'limit':
      throw new EmuError(`stopped after ${cpu.tStates} T-states, at ${hex(cpu.pc)}h`, {
        where,
        hint: 'allow more with --max-tstates',
      });
    case 'crashed':
      throw new EmuError(`the program crashed at ${hex(end.at)}h: ${end.message}`, { where });
  }
}

/** The .sym file that was named, or the one beside the program. */
function readSymbols(
  shell: Shell,
  named: string | undefined,
  path: string | undefined,
  { file: { type } }: Machine,
): SymbolFile | undefined {
  const beside = path?.replace(new RegExp(`\\.${type}$`, 'i'), '.sym');
  const file = named ?? (beside === path ? undefined : beside);
  if (file === undefined) return undefined;
  const bytes = named === undefined ? readOptional(shell.files, file, shell.note) : shell.files.read(file);
  return bytes && parseSymbols(decodeSource(bytes), file);
}

function breakpoint(place: string, symbols: SymbolFile | undefined): number {
  const named = symbols?.values.get(place);
  if (named !== undefined) return named;
  try {
    return address('--break', place);
  } catch {
    throw new UsageError(`--break: there is no symbol ${JSON.stringify(place)}`, {
      hint: symbols
        ? 'symbols are written as in the .sym file, addresses in hex as 0100'
        : 'no .sym file was found beside the program; name one with --symbols, or give an address in hex',
    });
  }
}

/** @throws UsageError for values that cannot be */
function keyboardOf({ terminal: kind, arrows, backspace }: RunOptions): Keyboard {
  return runKeyboard(preferencesFrom({ terminal: terminal(kind), arrows, backspace }));
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
