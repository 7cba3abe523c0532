/** `z80lm disasm`: a program as source that assembles back to the same bytes, and that can be edited. */
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { CPM } from '../machines/cpm.js';
import { machineOfFile } from '../machines/index.js';
import type { Image } from '../machines/machine.js';
import { InputError, UsageError } from '../seams/errors.js';
import { counted, hex16 } from '../seams/words.js';
import { decodeSource, disassemble, parseConstant, parseSymbols } from '../z80asm/index.js';
import type { Observed } from '../emu/observe/observe.js';
import { readProgram } from './program-file.js';
import { action, wholeNumber } from './shared.js';

interface Options {
  org?: string;
  symbols?: string;
  entry?: string[];
  plain?: boolean;
  /** The lines to type; true where none is. */
  traceRun?: string[] | true;
  maxTstates?: string;
  output?: string;
}

/** @param list what an option without a value leaves is no list */
const collect = (value: string, list?: string[] | true): string[] => [...(Array.isArray(list) ? list : []), value];

export function registerDisasm(program: Command): void {
  program
    .command('disasm')
    .description('Disassemble a program to source that can be edited and assembled again.')
    .argument('<program>', 'the .com or .bin file; a .HEX or .TAP tells where it is loaded')
    .argument('[args...]', 'with --trace-run: the command tail')
    .option('--org <address>', 'where it is loaded (default: what its file says, or 0x100)')
    .option('--symbols <symbols>', 'names for addresses, from a symbol file')
    .option('--entry <address>', 'code also begins here (more than once)', collect)
    .option(
      '--trace-run [line]',
      'run it, type this line (repeatable), and learn what is code and what an address',
      collect,
    )
    .option('--max-tstates <n>', 'how long it runs at most')
    .option('--plain', 'follow jumps and calls only, and name nothing of CP/M')
    .option('-o, --output <file>', 'write to a file instead of the console')
    .action(
      action<Options, [string, string[]]>(async (shell, options, path, args) => {
        const file = readProgram(shell.files, path);
        const { bytes, origin, entry } = loaded(path, file, options.org);
        if (bytes.length === 0) throw new InputError('the file is empty', { where: path });
        if (origin + bytes.length > 0x10000)
          throw new InputError(`${bytes.length} bytes from ${hex16(origin)} do not fit into 64 KB`, { where: path });
        const symbols = options.symbols;
        const names =
          symbols === undefined
            ? new Map<number, string>()
            : parseSymbols(decodeSource(shell.files.read(symbols, 'source')), symbols).names;
        const entries = [entry, ...(options.entry ?? []).map((text) => address('--entry', text))];
        shell.files.willWrite({ '-o': options.output });
        const run = await traced(path, { bytes, origin, entry }, args, options);
        const made = { origin, names, entries, evidence: run?.evidence, isPlain: options.plain ?? false };
        const { text, codeBytes, found } = disassemble(bytes, made);
        if (options.output !== undefined) shell.files.write(options.output, text);
        else shell.write(text);
        shell.note(`${path}: ${codeBytes} bytes of code, ${bytes.length - codeBytes} of data`);
        if (run)
          shell.note(
            `the run: ${counted(found.executed, 'instruction')} executed, ${found.proven} of ${found.addresses} addresses proven; ${ENDS[run.end]}`,
          );
        const sizes = { program: path, origin, codeBytes, dataBytes: bytes.length - codeBytes };
        shell.emit({ ...sizes, found, ...(run && { run: { end: run.end, tStates: run.tStates } }), text });
      }),
    );
}

const ENDS: Record<Observed['end'], string> = {
  ended: 'the program ended',
  crashed: 'the program crashed',
  'no more input': 'it waits for more input: give more lines with --trace-run',
  limit: 'it was stopped: --max-tstates lets it run longer',
};

/** What a run of the program shows: with the files of its folder, of which none is changed. */
async function traced(
  path: string,
  { bytes, origin, entry }: Image,
  args: string[],
  { traceRun, maxTstates, plain }: Options,
): Promise<Observed | undefined> {
  if (!traceRun) {
    if (args.length > 0)
      throw new UsageError(`there is one program, and then ${JSON.stringify(args[0])}`, {
        hint: 'arguments are the command tail of --trace-run',
      });
    if (maxTstates !== undefined) throw new UsageError('--max-tstates is for --trace-run', { hint: 'add --trace-run' });
    return undefined;
  }
  if (plain) throw new UsageError('--plain and --trace-run exclude each other', { hint: 'leave one of them out' });
  if (origin !== CPM.memory.origin || entry !== origin)
    throw new UsageError('--trace-run runs CP/M programs only', { where: path, hint: 'one that is loaded at 0x100' });
  const { observe } = await import('../emu/observe/observe.js');
  const { scratchFolder } = await import('../emu/cpm/scratch-folder.js');
  const { nodeFolder } = await import('../host/node-folder.js');
  const limit = maxTstates === undefined ? undefined : wholeNumber('--max-tstates', maxTstates, 1, MOST_TSTATES);
  return observe(bytes, {
    tail: args.join(' '),
    lines: traceRun === true ? [] : traceRun,
    drives: [scratchFolder(nodeFolder(dirname(path)))],
    ...(limit !== undefined && { maxTStates: limit }),
  });
}

/** Some minutes of ours. */
const MOST_TSTATES = 1_000_000_000;

/** Where a program stands in memory. @param org what was said of that */
function loaded(path: string, file: Uint8Array, org: string | undefined): Image {
  const machine = machineOfFile(path);
  if (org === undefined && machine && !machine.hasDisks) return machine.file.decode(file, path);
  const origin = org === undefined ? CPM.memory.origin : address('--org', org);
  return { bytes: file, origin, entry: origin };
}

function address(option: string, text: string): number {
  const value = parseConstant(text);
  if (value === undefined || value < 0 || value > 0xffff)
    throw new UsageError(`${option} is ${JSON.stringify(text)}`, { hint: 'give an address such as 0x100 or 100h' });
  return value;
}
