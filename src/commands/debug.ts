/**
 * `z80lm debug X.COM [-- TAIL]`: a program under the debugger, with this terminal for both, or commands from a pipe; with --dap
 * an editor is the front end.
 *
 * stdout has the program's console and what the debugger shows; with --json one object a command.
 */
import { pipedLines, terminalLines, type CommandLines } from '../debugger/command-lines.js';
import type { Hooks } from '../debugger/debuggee.js';
import { completions } from '../debugger/completions.js';
import { Interpreter, type Answer } from '../debugger/interpreter.js';
import { callLine } from '../emu/debug/bdos-trace.js';
import { roomToWrite } from '../host/room-to-write.js';
import { EXIT, UsageError, Z80lmError, type ExitStatus } from '../seams/errors.js';
import { plainLine } from '../seams/plain.js';
import type { Command } from 'commander';
import { openProgram, type DebugProgram } from './debug-program.js';
import { TERMINALS } from '../terminal/dialects.js';
import { outputOf, terminal } from './program-output.js';
import { action, address, wholeNumber, type Shell } from './shared.js';

interface DebugOptions {
  type?: string[];
  drive?: string[];
  disk?: string[];
  terminal: string;
  bdos?: string;
  symbols?: string;
  listing?: string;
  maxTstates?: string;
  dap?: boolean;
  dapPort?: string;
}

export function registerDebug(program: Command): void {
  program
    .command('debug')
    .description('run a program in the debugger, forwards and backwards')
    .argument('[program]', 'the program; with --dap the editor names it')
    .argument('[args...]', "the program's command tail")
    .option('--type <line>', 'type this line when the program waits for a key (repeatable)', collect)
    .option('--drive <letter=folder>', 'a folder as a drive (repeatable); A: is where the program lies', collect)
    .option('--disk <[letter=]image>', 'a disk image as a drive, or as several (repeatable)', collect)
    .option('--terminal <terminal>', `screen codes that the program sends: ${TERMINALS.join(', ')}`, 'vt100')
    .option('--bdos <address>', 'where the BDOS begins, in hex: the size of the TPA')
    .option('--symbols <symbols>', 'names; X.sym beside X.COM is found without')
    .option('--listing <listing>', 'lines of source; X.lst beside X.COM is found without')
    .option('--max-tstates <n>', 'stop each run of the program after so many T-states')
    .option('--dap', 'speak the Debug Adapter Protocol on stdin and stdout, for an editor')
    .option('--dap-port <tcp-port>', 'the same at a port of this computer, for one editor after the other')
    .action(action(debug));
}

async function debug(
  shell: Shell,
  options: DebugOptions,
  path: string | undefined,
  args: string[],
): Promise<ExitStatus> {
  if (options.dap || options.dapPort !== undefined) return adapter(shell, options, path, args);
  if (path === undefined) throw new UsageError('which program?', { hint: 'z80lm debug X.COM' });
  const most =
    options.maxTstates === undefined
      ? Infinity
      : wholeNumber('--max-tstates', options.maxTstates, 1, Number.MAX_SAFE_INTEGER);
  const { signal } = shell;
  const screen = new Screen(shell, terminal(options.terminal), (text) => opened.keyboard.press(Buffer.from(text)));
  const opened = openProgram(shell.files, programOf(options, path, args), {
    write: (byte) => screen.add(byte),
    remark: (words) => screen.say([plainLine(words)]),
    log: (id, text) => screen.say([`${id}: ${plainLine(text)}`]),
    traced: (call) => screen.say([`bdos ${callLine(call)}`]),
  });
  opened.keyboard.type(...(options.type ?? []));

  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  let pressed = (): void => {};
  const interrupt = (): void => {
    opened.session.interrupt();
    pressed();
  };
  let began = 0;
  const hooks: Hooks = {
    flush: () => screen.flush(signal),
    async turn() {
      await new Promise(setImmediate);
      if (opened.session.cpu.tStates - began >= most) opened.session.interrupt();
    },
    async key(why) {
      if (opened.keyboard.next()) return true;
      if (!isTerminal || signal.aborted) return false;
      await new Promise<void>((resolve) => {
        const timer = why === 'key' ? undefined : setTimeout(() => pressed(), IDLE_MS);
        pressed = () => {
          clearTimeout(timer);
          pressed = () => {};
          resolve();
        };
      });
      return true;
    },
  };
  const interpreter = new Interpreter(opened, hooks);
  const lines: CommandLines = isTerminal
    ? terminalLines({
        stdin: process.stdin,
        stdout: process.stdout,
        complete: (line) => completions(line, interpreter.context),
        onKeys: (keys) => {
          opened.keyboard.press(keys);
          pressed();
        },
        onInterrupt: interrupt,
      })
    : pipedLines(process.stdin, (line) => !shell.json && screen.say([plainLine(line)]));
  const stop = (): void => {
    interrupt();
    lines.close();
  };
  signal.addEventListener('abort', stop, { once: true });

  let wrong = false;
  try {
    screen.show('', interpreter.begin());
    for (;;) {
      await screen.flush(signal);
      const line = await lines.next();
      if (line === undefined || signal.aborted) break;
      began = opened.session.cpu.tStates;
      lines.forProgram(true);
      try {
        const answer = await interpreter.execute(line);
        if (answer.quit) break;
        screen.show(line, answer);
      } catch (error) {
        if (!(error instanceof Z80lmError)) throw error;
        wrong = true;
        screen.refuse(line, error);
      } finally {
        lines.forProgram(false);
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    lines.close();
    screen.close();
  }
  const { unclosed, lost } = opened.end();
  if (unclosed.length > 0)
    shell.note(`not closed by the program, and kept as far as it was written: ${unclosed.join(', ')}`);
  if (lost.length > 0) shell.note(`not saved: ${lost.join(', ')}`);
  if (signal.aborted) return EXIT.interrupted;
  return lost.length > 0 ? EXIT.no : wrong && !isTerminal ? EXIT.usage : EXIT.done;
}

/** How long an idle program is left alone before it may look for a key again. */
const IDLE_MS = 20;

function programOf(options: DebugOptions, path: string, args: string[]): DebugProgram {
  return {
    path,
    args,
    cpm: {
      drive: options.drive,
      disk: options.disk,
      bdosBase: options.bdos === undefined ? undefined : address('--bdos', options.bdos),
    },
    symbols: options.symbols,
    listing: options.listing,
  };
}

async function adapter(
  shell: Shell,
  options: DebugOptions,
  path: string | undefined,
  args: string[],
): Promise<ExitStatus> {
  const { serveDap, serveDapAt } = await import('./debug-adapter.js');
  const defaults = path === undefined ? undefined : programOf(options, path, args);
  if (options.dapPort === undefined) return serveDap(shell, defaults);
  return serveDapAt(shell, wholeNumber('--dap-port', options.dapPort, 0, 0xffff), defaults);
}

/** What both write on: the program's console, and the debugger's lines, each of which begins at the left. */
class Screen {
  readonly #output: ReturnType<typeof outputOf>;
  #atLeft = true;
  #printed = '';

  constructor(
    private readonly shell: Shell,
    kind: ReturnType<typeof terminal>,
    answer: (text: string) => void,
  ) {
    this.#output = outputOf(kind, answer);
  }

  /** A byte of the program. */
  add(byte: number): void {
    this.#output.add(byte);
    if (this.shell.json && this.#printed.length < MOST_PRINTED) this.#printed += String.fromCharCode(byte);
  }

  /** Resolves when there is room for more. */
  flush(signal: AbortSignal): Promise<void> | undefined {
    this.#take();
    return roomToWrite(process.stdout, signal);
  }

  /** Lines of ours. */
  say(lines: readonly string[]): void {
    this.#take();
    if (lines.length === 0) return;
    const undo = this.#output.undo();
    this.shell.write(`${undo}${this.#atLeft ? '' : '\n'}${lines.join('\n')}\n`);
    this.#atLeft = true;
  }

  show(command: string, { lines, report }: Answer): void {
    if (this.shell.json) this.#emit({ command, ...report, ...(!report && { lines }) });
    else this.say(lines);
  }

  refuse(command: string, { name, message, hint }: Z80lmError): void {
    if (this.shell.json) this.#emit({ command, error: { name, message, hint } });
    else this.say([`? ${plainLine(message)}${hint === undefined ? '' : ` (${plainLine(hint)})`}`]);
  }

  close(): void {
    this.say([]);
    this.shell.write(`${this.#output.undo()}${this.#atLeft ? '' : '\n'}`);
  }

  #take(): void {
    const bytes = this.#output.take();
    if (bytes.length === 0) return;
    this.shell.write(bytes);
    this.#atLeft = bytes.at(-1) === LF;
  }

  #emit(report: object): void {
    this.#take();
    this.shell.emit({ ...report, output: this.#printed });
    this.#printed = '';
  }
}

const LF = 0x0a;
/** Characters of one command's run that its report has. */
const MOST_PRINTED = 1_000_000;

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
