/** `z80lm build M.npz -o X.COM`: a model into a CP/M program, with a table of what takes the room. */
import type { Command } from 'commander';
import { firmwareReader } from '../build/firmware-files.js';
import { measureProgram } from '../build/measure.js';
import { buildProgram, type LayoutName } from '../build/program.js';
import { DEFAULT_MAX_SIZE } from '../model/limits.js';
import { sampleQuestions } from '../build/samples.js';
import { decodeModel } from '../model/npz.js';
import { UsageError } from '../seams/errors.js';
import { action, wholeNumber, type Shell } from './shared.js';
import { MODEL_ARGUMENT, modelPath } from './shipped-data.js';
import { sizeTable, speedLine } from './size-table.js';

const LAYOUTS: readonly string[] = ['auto', 'sparse', 'packed'] satisfies LayoutName[];

interface BuildOptions {
  output: string;
  layout: string;
  maxSize: string;
  name?: string;
  listing?: boolean;
  symbols?: boolean;
}

export function registerBuild(program: Command): void {
  program
    .command('build')
    .description('turn a model into a CP/M program')
    .argument('<model>', MODEL_ARGUMENT)
    .requiredOption('-o, --output <file>', 'the .COM to write')
    .option('--layout <layout>', 'auto: the fastest that fits; sparse: fast; packed: small', 'auto')
    .option('--max-size <bytes>', 'refuse to make a larger program', String(DEFAULT_MAX_SIZE))
    .option('--name <name>', "the program's name in its banner (default: the model's)")
    .option('--listing', 'write a listing beside it (.lst)')
    .option('--symbols', 'write its symbols beside it (.sym)')
    .action(action(build));
}

async function build(shell: Shell, options: BuildOptions, model: string): Promise<void> {
  if (!LAYOUTS.includes(options.layout))
    throw new UsageError(`there is no layout ${JSON.stringify(options.layout)}`, {
      hint: `it is one of ${LAYOUTS.join(', ')}`,
    });
  const maxSize = wholeNumber('--max-size', options.maxSize, 1, 65_536);
  const path = modelPath(shell.files, model);
  const network = decodeModel(shell.files.read(path), path);
  const built = buildProgram(
    network,
    { layout: options.layout as LayoutName, maxSize, ...(options.name !== undefined && { name: options.name }) },
    firmwareReader(shell.files),
  );
  const measured = measureProgram(built.program, sampleQuestions(network.about));

  const written: Record<string, Uint8Array | string> = { [options.output]: built.program };
  if (options.listing) written[beside(options.output, 'lst')] = built.listing();
  if (options.symbols) written[beside(options.output, 'sym')] = built.symbolFile();
  for (const [name, data] of Object.entries(written)) shell.files.write(name, data);

  for (const line of [...sizeTable(built), '', speedLine(measured)]) shell.print(line);
  shell.print();
  for (const name of Object.keys(written)) shell.print(`wrote ${name}`);
  shell.emit({ files: Object.keys(written), sizes: built.sizes, layers: built.choices, measured });
}

function beside(path: string, extension: string): string {
  return `${path.replace(/\.[^./\\]*$/, '')}.${extension}`;
}
