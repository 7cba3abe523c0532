/**
 * `z80lm run X.COM [-- ARGS]`: a CP/M program in the emulator, with this terminal as its console.
 *
 * stdout is the program's console and nothing else; what the tool has to say goes to stderr.
 */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { drive, type DriveEnd } from '../emu/cpm/drive.js';
import { createCpm, type Cpm } from '../emu/cpm/machine.js';
import { nodeClock } from '../host/node-clock.js';
import { hostConsole } from '../host/node-console.js';
import { EmuError, EXIT, UsageError, type ExitStatus } from '../seams/errors.js';
import { action, frequency, wholeNumber, type Shell } from './shared.js';

interface RunOptions {
  type?: string[];
  clock?: string;
  maxTstates?: string;
  bdos?: string;
  stats?: boolean;
}

/** What the statistics count in where no clock is given. */
const DEFAULT_CLOCK_HZ = 7_372_800;
/** Codes of CP/M 3's call 108 from here on mean that the program failed. */
const FAILURE_CODE = 0xff00;

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run a CP/M program in the emulator')
    .argument('<program>', 'a .COM file')
    .argument('[args...]', 'its command tail')
    .option('--type <line>', 'type this line instead of reading the keyboard (repeatable)', collect)
    .option('--clock <frequency>', 'run at the true speed of this clock, such as 7.3728MHz')
    .option('--stats', 'T-states, instructions and times of the characters, at the end')
    .option('--max-tstates <n>', 'stop after so many T-states')
    .option('--bdos <address>', 'where the BDOS begins, in hex: the size of the TPA')
    .action(action(run));
}

async function run(shell: Shell, options: RunOptions, path: string, args: string[]): Promise<ExitStatus> {
  const bytes = shell.files.read(path);
  const clockHz = options.clock === undefined ? undefined : frequency(options.clock);
  const maxTStates =
    options.maxTstates === undefined
      ? undefined
      : wholeNumber('--max-tstates', options.maxTstates, 1, Number.MAX_SAFE_INTEGER);
  const bdosBase = options.bdos === undefined ? undefined : address('--bdos', options.bdos);

  const abort = new AbortController();
  const signal = AbortSignal.any([shell.signal, abort.signal]);
  const shown: Printed[] = [];
  let unflushed: number[] = [];
  const console = hostConsole({
    lines: options.type,
    write: (byte) => {
      unflushed.push(byte);
      if (options.stats || shell.json) shown.push({ byte, tStates: cpm.cpu.tStates });
    },
    onLeave: () => abort.abort(),
  });
  signal.addEventListener('abort', () => console.close(), { once: true });
  const cpm: Cpm = createCpm({ console, ...(bdosBase !== undefined && { bdosBase }) });
  let end: DriveEnd;
  try {
    cpm.load({ name: path, bytes }, args.join(' '));
    end = await drive(cpm, console, nodeClock, {
      ...(clockHz !== undefined && { clockHz }),
      ...(maxTStates !== undefined && { maxTStates }),
      signal,
      flush: () => {
        if (unflushed.length > 0) shell.write(Uint8Array.from(unflushed));
        unflushed = [];
      },
    });
  } finally {
    console.close();
  }
  if (shell.json) shell.emit(report(path, cpm, end, shown, clockHz));
  else if (options.stats) for (const line of statistics(cpm, shown, clockHz)) shell.note(line);
  return conclude(shell, path, end, cpm);
}

function conclude(shell: Shell, path: string, end: DriveEnd, cpm: Cpm): ExitStatus {
  switch (end.why) {
    case 'ended':
      return end.code >= FAILURE_CODE ? EXIT.no : EXIT.done;
    case 'no more input':
      shell.note('\n(the input has ended, and the program waits for more)');
      return EXIT.done;
    case 'interrupted':
      return EXIT.interrupted;
    case 'limit':
      throw new EmuError(`stopped after ${cpm.cpu.tStates} T-states, at ${hex(cpm.cpu.pc)}`, {
        where: path,
        hint: 'allow more with --max-tstates',
      });
    case 'crashed':
      throw new EmuError(`the program crashed at ${hex(end.at)}: ${end.message}`, { where: path });
  }
}

interface Printed {
  byte: number;
  tStates: number;
}

function report(path: string, cpm: Cpm, end: DriveEnd, shown: Printed[], clockHz = DEFAULT_CLOCK_HZ): object {
  const { tStates, instructions } = cpm.cpu;
  return {
    program: basename(path),
    end: end.why,
    ...(end.why === 'ended' && { code: end.code }),
    tStates,
    instructions,
    clockHz,
    seconds: tStates / clockHz,
    output: Buffer.from(shown.map(({ byte }) => byte)).toString('latin1'),
    characterTStates: shown.map((printed) => printed.tStates),
  };
}

function statistics(cpm: Cpm, shown: Printed[], clockHz = DEFAULT_CLOCK_HZ): string[] {
  const { tStates, instructions } = cpm.cpu;
  const mhz = clockHz / 1e6;
  const lines = [
    `${tStates.toLocaleString('en')} T-states, ${instructions.toLocaleString('en')} instructions, ` +
      `${(tStates / clockHz).toFixed(3)} s at ${mhz} MHz, ${shown.length} characters`,
  ];
  const gaps = shown.slice(1).map((printed, i) => printed.tStates - shown[i]!.tStates);
  if (gaps.length > 0) lines.push(`longest between two characters: ${Math.max(...gaps).toLocaleString('en')} T-states`);
  return lines;
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

/** A 16-bit address in hex: E400, 0xE400, E400h. */
function address(name: string, text: string): number {
  const match = /^(?:0x|\$)?([0-9a-f]{1,4})h?$/i.exec(text);
  if (!match)
    throw new UsageError(`${name} is ${JSON.stringify(text)}`, { hint: 'give an address in hex, such as E400' });
  return parseInt(match[1]!, 16);
}

function hex(value: number): string {
  return `${value.toString(16).toUpperCase().padStart(4, '0')}h`;
}
