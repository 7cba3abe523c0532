/**
 * `z80lm build M.npz -o X.COM`: a model into a CP/M program, with a table of what takes the room. `-o X.MND` makes a mind
 * of it, and `--shell -o TALK.COM` the program that loads minds.
 */
import type { Command } from 'commander';
import { firmwareReader } from '../build/firmware-files.js';
import { measureMind, measureProgram } from '../build/measure.js';
import { LAYOUT_NAMES } from '../build/layout-names.js';
import { buildMind, buildProgram, TooLargeError, type BuiltProgram, type LayoutName } from '../build/program.js';
import { buildShell } from '../build/shell.js';
import type { Outputs } from '../host/command-files.js';
import { CPM } from '../machines/cpm.js';
import { MACHINE_NAMES, MACHINES, machineNamed, machineOfFile } from '../machines/index.js';
import type { Machine } from '../machines/machine.js';
import { sampleQuestions } from '../build/samples.js';
import type { Network } from '../model/network.js';
import { decodeModel } from '../model/npz.js';
import { UsageError } from '../seams/errors.js';
import { grouped } from '../seams/words.js';
import { action, wholeNumber, type Shell } from './shared.js';
import { MODEL_ARGUMENT, modelPath, modelSizes } from './shipped-data.js';
import { decidedLater } from './values.js';
import { sizeTable, speedLine } from './size-table.js';

const MAKE_SHELL = 'z80lm build --shell -o TALK.COM';

interface BuildOptions {
  output: string;
  shell?: boolean;
  layout: string;
  maxSize?: string;
  machine?: string;
  name?: string;
  listing?: boolean;
  symbols?: boolean;
  wav?: boolean;
}

export function registerBuild(program: Command): void {
  program
    .command('build')
    .description('turn a model into a program: for CP/M, or another --machine')
    .argument('[model]', MODEL_ARGUMENT)
    .requiredOption('-o, --output <file>', 'the program to write, or a .MND, a mind for TALK.COM to load')
    .option(
      '--machine <machine>',
      `what it is to run on: ${MACHINE_NAMES.join(', ')} (default: what the file's name says)`,
    )
    .option('--shell', 'no model: make TALK.COM, which loads minds from disk')
    .option('--layout <layout>', 'auto: the fastest that fits; sparse: fast; packed: small', 'auto')
    .addOption(decidedLater('--max-size <bytes>', 'refuse to make a larger program', limitWords()))
    .option('--name <name>', "the program's name in its banner (default: the model's)")
    .option('--listing', 'write a listing beside it (.lst)')
    .option('--symbols', 'write its symbols beside it (.sym)')
    .option('--wav', 'write it beside it as sound, too, for a machine that loads from a cassette (.wav)')
    .action(action(build));
}

async function build(shell: Shell, options: BuildOptions, model: string | undefined): Promise<void> {
  const { machine, kind } = whatFor(options);
  const { sound } = machine.file;
  if (options.wav && sound === undefined)
    throw new UsageError('--wav is for machines that load from a cassette', {
      hint: `of those there are ${MACHINES.filter(({ file }) => file.sound)
        .map(({ name }) => name)
        .join(', ')}`,
    });
  if (options.shell) return makeShell(shell, options, model, kind);
  if (model === undefined)
    throw new UsageError('no model given', {
      hint: `z80lm build M.npz -o X.COM makes a program of a model; ${MAKE_SHELL} needs none`,
    });
  if (!(LAYOUT_NAMES as readonly string[]).includes(options.layout))
    throw new UsageError(`there is no layout ${JSON.stringify(options.layout)}`, {
      hint: `it is one of ${LAYOUT_NAMES.join(', ')}`,
    });
  shell.files.willWrite(outputsOf(options));
  const firmware = firmwareReader(shell.files);
  const wishes = {
    layout: options.layout as LayoutName,
    machine,
    ...(options.maxSize !== undefined && { maxSize: wholeNumber('--max-size', options.maxSize, 1, 65_536) }),
    ...(options.name !== undefined && { name: options.name }),
  };
  const { network, built } = firstThatFits(shell, model, (read) =>
    kind === 'mind' ? buildMind(read, wishes, firmware) : buildProgram(read, wishes, firmware),
  );
  const mind = kind === 'mind' ? built : undefined;
  const questions = sampleQuestions(network.about);
  const measured = mind
    ? measureMind(buildShell(firmware).program, mind.file, questions)
    : measureProgram(built.file, questions, machine);

  const names = writeAll(shell, options, built, built.file);
  if (options.wav && sound) {
    const wav = beside(options.output, 'wav');
    shell.files.write(wav, sound(built.file));
    names.push(wav);
  }
  for (const line of [...sizeTable(built, mind?.file.length), '', speedLine(measured, machine.clockHz)])
    shell.print(line);
  wrote(shell, names);
  shell.emit({
    files: names,
    sizes: { ...built.sizes, ...(mind && { file: mind.file.length }) },
    layers: built.choices,
    measured,
  });
}

/** Of a shipped model's sizes, the first that fits; of any other there is one. @throws what `make` does for the last */
function firstThatFits(
  shell: Shell,
  model: string,
  make: (network: Network) => BuiltProgram,
): { network: Network; built: BuiltProgram } {
  const names = modelSizes(shell.files, model);
  for (const name of names) {
    const path = modelPath(shell.files, name);
    const network = decodeModel(shell.files.read(path, 'model'), path);
    try {
      const built = make(network);
      if (name !== model) shell.note(`${model} is too large for this, so it is ${name}, a smaller model of the same`);
      return { network, built };
    } catch (error) {
      if (!(error instanceof TooLargeError) || name === names.at(-1)) throw error;
    }
  }
  throw new Error('a model has a name');
}

function makeShell(shell: Shell, options: BuildOptions, model: string | undefined, kind: 'program' | 'mind'): void {
  if (model !== undefined)
    throw new UsageError('--shell takes no model', {
      hint: `${MAKE_SHELL} makes the shell; z80lm build ${model} -o NAME.MND makes a mind that it loads`,
    });
  if (kind === 'mind')
    throw new UsageError('the shell is a program, not a mind', { hint: `name a .COM: ${MAKE_SHELL}` });
  if (options.name !== undefined || options.layout !== 'auto' || options.maxSize !== undefined)
    throw new UsageError('--name, --layout and --max-size apply to models, and --shell has none', {
      hint: `omit them: ${MAKE_SHELL}`,
    });
  shell.files.willWrite(outputsOf(options));
  const built = buildShell(firmwareReader(shell.files));
  const names = writeAll(shell, options, built, built.program);
  shell.print(
    `the shell      ${grouped(built.program.length, 9)} bytes; with what it keeps, ${grouped(built.resident)} in memory`,
  );
  wrote(shell, names);
  shell.emit({ files: names, sizes: { program: built.program.length, resident: built.resident } });
}

/** What is to be made, and for what: by --machine, and by the type in the name of its file. @throws UsageError */
function whatFor({ output, machine: named, shell }: BuildOptions): { machine: Machine; kind: 'program' | 'mind' } {
  const isMind = /\.mnd$/i.test(output);
  const hasType = /\.[^./\\]+$/.test(output);
  const asked = named === undefined ? undefined : machineNamed(named);
  const machine = asked ?? (isMind || !hasType ? CPM : machineOfFile(output));
  if (machine === undefined)
    throw new UsageError(`${JSON.stringify(output)} is neither a program nor a mind`, {
      hint: `name a program, such as ${MACHINES.map(({ name, file }) => `-o GUESS.${file.type} (${name})`).join(', ')}, or a mind for TALK.COM, such as -o GUESS.MND`,
    });
  if ((isMind || shell) && !machine.hasDisks)
    throw new UsageError(`${isMind ? 'minds' : 'TALK'} and its disk are CP/M's`, {
      hint: `for ${machine.name} name a .${machine.file.type}: -o GUESS.${machine.file.type}`,
    });
  if (!hasType && !machine.hasDisks)
    throw new UsageError(`${JSON.stringify(output)} does not tell what it is`, {
      hint: `name it .${machine.file.type}, such as -o ${output}.${machine.file.type}`,
    });
  if (!isMind && hasType && machineOfFile(output) !== machine)
    throw new UsageError(
      `a program for ${machine.name} is ${machine.file.title}, and ${JSON.stringify(output)} is named otherwise`,
      {
        hint: `name it .${machine.file.type}, such as -o GUESS.${machine.file.type}`,
      },
    );
  return { machine, kind: isMind ? 'mind' : 'program' };
}

/** Of --max-size. */
function limitWords(): string {
  return MACHINES.map(
    ({ name, programBytes, memory }) => `${name} ${memory.isFixed ? 'what fits' : programBytes}`,
  ).join(', ');
}

function outputsOf({ output, listing, symbols, wav }: BuildOptions): Outputs {
  return {
    '-o': output,
    '--listing': listing ? beside(output, 'lst') : undefined,
    '--symbols': symbols ? beside(output, 'sym') : undefined,
    '--wav': wav ? beside(output, 'wav') : undefined,
  };
}

/** The file, and what was asked for beside it. Returns their names. */
function writeAll(
  shell: Shell,
  { output, listing, symbols }: BuildOptions,
  built: Pick<BuiltProgram, 'listing' | 'symbolFile'>,
  file: Uint8Array,
): string[] {
  const written: Record<string, Uint8Array | string> = { [output]: file };
  if (listing) written[beside(output, 'lst')] = built.listing();
  if (symbols) written[beside(output, 'sym')] = built.symbolFile();
  for (const [name, data] of Object.entries(written)) shell.files.write(name, data);
  return Object.keys(written);
}

function wrote(shell: Shell, names: readonly string[]): void {
  shell.print();
  for (const name of names) shell.print(`wrote ${name}`);
}

function beside(path: string, extension: string): string {
  return `${path.replace(/\.[^./\\]*$/, '')}.${extension}`;
}
