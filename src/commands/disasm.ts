/** `z80lm disasm`: a program as source that assembles back to the same bytes. */
import type { Command } from 'commander';
import { CPM } from '../machines/cpm.js';
import { machineOfFile } from '../machines/index.js';
import type { Image } from '../machines/machine.js';
import { InputError, UsageError } from '../seams/errors.js';
import { hex16 } from '../seams/words.js';
import { decodeSource, disassemble, parseConstant, parseSymbols } from '../z80asm/index.js';
import { action } from './shared.js';

interface Options {
  org?: string;
  symbols?: string;
  entry?: string[];
  output?: string;
}

const collect = (value: string, list: string[] = []): string[] => [...list, value];

export function registerDisasm(program: Command): void {
  program
    .command('disasm')
    .description('Disassemble a program, telling code from data by following the flow.')
    .argument('<program>', 'the .com or .bin file; a .HEX or .TAP tells where it is loaded')
    .option('--org <address>', 'where it is loaded (default: what its file says, or 0x100)')
    .option('--symbols <symbols>', 'names for addresses, from a symbol file')
    .option('--entry <address>', 'code also begins here (more than once)', collect)
    .option('-o, --output <file>', 'write to a file instead of the console')
    .action(
      action<Options, [string]>(async (shell, options, path) => {
        const file = shell.files.read(path, 'program');
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
        const { text, codeBytes } = disassemble(bytes, { origin, names, entries });
        if (options.output !== undefined) shell.files.write(options.output, text);
        else shell.write(text);
        shell.note(`${path}: ${codeBytes} bytes of code, ${bytes.length - codeBytes} of data`);
        shell.emit({ program: path, origin, codeBytes, dataBytes: bytes.length - codeBytes, text });
      }),
    );
}

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
