/**
 * `z80lm disk`: the files of CP/M disk images.
 *
 *     info IMAGE            format, slices, what is in them and what is wrong with them
 *     ls IMAGE [FILE..]     files of a slice
 *     get IMAGE FILE..      copy from the image
 *     put IMAGE FILE..      copy into it
 *     rm IMAGE FILE..       erase
 *     new IMAGE             an empty one
 */
import { basename, join } from 'node:path';
import { statSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { FolderRefusal } from '../emu/cpm/folder.js';
import { fieldOf } from '../emu/disk/directory.js';
import type { FileSystem, ImageFile } from '../emu/disk/file-system.js';
import { FORMAT_NAMES, FORMATS, type FormatName } from '../emu/disk/formats.js';
import { formatDiskImage, newImageBytes } from '../emu/disk/image.js';
import { makeImageFile } from '../host/image-file.js';
import { EXIT, InputError, RefusedError, UsageError, type ExitStatus } from '../seams/errors.js';
import { plainText } from '../seams/plain.js';
import { counted, grouped } from '../seams/words.js';
import { cpmText, hostText } from './cpm-text.js';
import { IMAGE_SYNTAX, openNamed, type NamedImage } from './image-name.js';
import { action, wholeNumber, type Shell } from './shared.js';

const PATTERNS = 'files in it: a name, or a pattern with * and ? in quotes';
const KB = 1024;
/** What P2DOS and its descendants have; CP/M 2.2 has 0 to 15. */
const LAST_USER = 31;

export function registerDisk(program: Command): void {
  const disk = program.command('disk').description('the files of CP/M disk images');
  const user = (): Option => new Option('--user <n>', 'user area').default('0');
  disk
    .command('info')
    .description('format, slices, what is in them and what is wrong with them')
    .argument('<image>', IMAGE_SYNTAX)
    .action(action(info));
  disk
    .command('ls')
    .description('the files of a slice')
    .argument('<image>', IMAGE_SYNTAX)
    .argument('[names...]', PATTERNS)
    .option('--user <n>', 'of this user area only')
    .action(action(list));
  disk
    .command('get')
    .description('copy files from an image')
    .argument('<image>', IMAGE_SYNTAX)
    .argument('<names...>', PATTERNS)
    .option('-o, --output <file>', 'where to: a folder, or for one file its name', '.')
    .addOption(user())
    .option('--text', 'as text: up to ^Z, with line ends of this computer')
    .option('--force', 'replace files that are there')
    .action(action(get));
  disk
    .command('put')
    .description('copy files into an image')
    .argument('<image>', IMAGE_SYNTAX)
    .argument('<file...>', 'files of this computer')
    .option('--as <name>', 'what one file is called there')
    .addOption(user())
    .option('--text', 'as text: lines end with CR LF')
    .option('--force', 'replace files that are there, read-only ones too')
    .action(action(put));
  disk
    .command('rm')
    .description('erase files in an image')
    .argument('<image>', IMAGE_SYNTAX)
    .argument('<names...>', PATTERNS)
    .addOption(user())
    .option('--force', 'read-only files, too')
    .action(action(remove));
  disk
    .command('new')
    .description('make an empty image')
    .argument('<image>', 'its name')
    .addOption(new Option('--format <name>', 'its format').choices(FORMAT_NAMES).default('hd1k'))
    .option('--slices <n>', 'disks in it', '1')
    .action(action(make));
}

/** Open, work, close; what the file system refuses is said of the image. */
function within<T>(shell: Shell, text: string, mayWrite: boolean, work: (named: NamedImage) => T): T {
  const named = openNamed(text, shell.files, mayWrite);
  try {
    if (mayWrite && named.storage.readOnly)
      throw new InputError('the image may not be written', { where: named.name.path, hint: 'see its rights' });
    return work(named);
  } catch (error) {
    if (error instanceof FolderRefusal) throw new RefusedError(error.message, { where: named.name.path, cause: error });
    throw error;
  } finally {
    named.storage.close();
  }
}

/** @returns the slice that was named, or the first */
function sliceOf({ image, name }: NamedImage): FileSystem {
  return image.fileSystem(name.slice ?? 0);
}

async function info(shell: Shell, _options: object, text: string): Promise<ExitStatus> {
  return within(shell, text, false, ({ name, image, storage }) => {
    const wanted = image.formatted().filter((slice) => name.slice === undefined || slice === name.slice);
    if (name.slice !== undefined) image.fileSystem(name.slice);
    const slices = wanted.map((slice) => {
      const system = image.fileSystem(slice);
      const files = system.files();
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { slice, files: files.length, bytes, freeBytes: system.free(), faults: system.faults() };
    });
    const { format } = image;
    shell.print(`${plainText(name.path)}: ${format.name} (${format.title}), ${counted(image.slices, 'slice')}`);
    for (const { slice, files, bytes, freeBytes, faults } of slices) {
      shell.print(`slice ${slice}: ${counted(files, 'file')}, ${kilobytes(bytes)}, ${kilobytes(freeBytes)} free`);
      for (const fault of faults) shell.print(`  ${plainText(fault)}`);
    }
    const empty = image.slices - image.formatted().length;
    if (name.slice === undefined && empty > 0) shell.print(`${counted(empty, 'slice')} without a directory`);
    shell.emit({ image: name.path, format: format.name, bytes: storage.size, sliceCount: image.slices, slices });
    return slices.some(({ faults }) => faults.length > 0) ? EXIT.no : EXIT.done;
  });
}

async function list(shell: Shell, options: { user?: string }, text: string, names: string[]): Promise<void> {
  within(shell, text, false, (named) => {
    const system = sliceOf(named);
    const user = options.user === undefined ? undefined : userArea(options.user);
    const inArea = system.files().filter((file) => user === undefined || file.user === user);
    const files = (names.length === 0 ? inArea : chosen(inArea, names, named.name.path)).sort(byUserAndName);
    for (const { user, name, bytes, ...attributes } of files)
      shell.print(`${String(user).padStart(2)}: ${name.padEnd(12)} ${grouped(bytes).padStart(9)}${marks(attributes)}`);
    const { image, name } = named;
    const where = image.slices > 1 ? `, slice ${name.slice ?? 0} of ${image.slices}` : '';
    shell.note(`${counted(files.length, 'file')}, ${kilobytes(system.free())} free (${image.format.name}${where})`);
    shell.emit({
      image: name.path,
      format: image.format.name,
      slice: name.slice ?? 0,
      files,
      freeBytes: system.free(),
      faults: system.faults(),
    });
    tellFaults(shell, system);
  });
}

interface GetOptions {
  output: string;
  user: string;
  text?: boolean;
  force?: boolean;
}

async function get(shell: Shell, options: GetOptions, text: string, names: string[]): Promise<void> {
  within(shell, text, false, (named) => {
    const system = sliceOf(named);
    const user = userArea(options.user);
    const files = chosen(areaOf(system, user), names, named.name.path);
    const isFolder = statSync(options.output, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (!isFolder && files.length > 1)
      throw new UsageError(`${counted(files.length, 'file')} do not fit into one`, {
        where: options.output,
        hint: 'name a folder that exists with -o',
      });
    const targets = files.map(({ name }) =>
      isFolder ? join(options.output, hostName(name, named.name.path)) : options.output,
    );
    for (const path of targets) {
      if (!options.force && shell.files.exists(path)) throw isThere(path);
      shell.files.willWrite({ '-o': path });
    }
    const copied = files.map(({ name }, i) => {
      const bytes = refusalOf(name, () => system.read(user, name));
      const content = options.text ? hostText(bytes) : bytes;
      shell.files.write(targets[i]!, content);
      shell.note(`${name}: ${counted(content.length, 'byte')} to ${plainText(targets[i]!)}`);
      return { name, file: targets[i]!, bytes: content.length };
    });
    shell.emit({ image: named.name.path, user, copied });
  });
}

interface PutOptions {
  as?: string;
  user: string;
  text?: boolean;
  force?: boolean;
}

async function put(shell: Shell, options: PutOptions, text: string, paths: string[]): Promise<void> {
  if (options.as !== undefined && paths.length > 1)
    throw new UsageError(`--as names one file, and ${paths.length} are given`, { hint: 'copy them one at a time' });
  within(shell, text, true, (named) => {
    const system = sliceOf(named);
    const user = userArea(options.user);
    const there = new Map(areaOf(system, user).map((file) => [file.name, file]));
    const files = paths.map((path) => {
      const content = shell.files.read(path, 'disk');
      const name = (options.as ?? basename(path)).toUpperCase();
      if (!fieldOf(name))
        throw new InputError(`${JSON.stringify(name)} is no name of CP/M`, {
          where: path,
          hint: 'give it one of up to 8 and 3 characters with --as NAME.TYP',
        });
      if (there.has(name) && !options.force) throw isThere(name);
      return { name, path, content: options.text ? cpmText(content) : content };
    });
    const taken = files.find(({ name }, i) => files.findIndex((one) => one.name === name) < i);
    if (taken) throw new UsageError(`two of these files are ${taken.name} there`, { where: taken.path });
    const copied = files.map(({ name, path, content }) => {
      refusalOf(name, () => {
        if (there.get(name)?.readOnly) system.setAttributes(user, name, { readOnly: false });
        system.write(user, name, content);
      });
      shell.note(`${plainText(path)}: ${counted(content.length, 'byte')} to ${user}:${name}`);
      return { name, file: path, bytes: content.length };
    });
    tellFaults(shell, system);
    shell.emit({ image: named.name.path, user, copied, freeBytes: system.free() });
  });
}

async function remove(
  shell: Shell,
  options: { user: string; force?: boolean },
  text: string,
  names: string[],
): Promise<void> {
  within(shell, text, true, (named) => {
    const system = sliceOf(named);
    const user = userArea(options.user);
    const files = chosen(areaOf(system, user), names, named.name.path);
    const kept = options.force ? undefined : files.find(({ readOnly }) => readOnly);
    if (kept)
      throw new RefusedError(`${kept.name} is read-only`, {
        where: named.name.path,
        hint: '--force erases it all the same',
      });
    for (const { name, readOnly } of files)
      refusalOf(name, () => {
        if (readOnly) system.setAttributes(user, name, { readOnly: false });
        system.remove(user, name);
      });
    for (const { name } of files) shell.note(`${user}:${name} erased`);
    shell.emit({ image: named.name.path, user, erased: files.map(({ name }) => name), freeBytes: system.free() });
  });
}

async function make(shell: Shell, options: { format: FormatName; slices: string }, path: string): Promise<void> {
  const { format } = options;
  const slices = wholeNumber('--slices', options.slices, 1, FORMATS[format].mostSlices);
  makeImageFile(path, (storage) => formatDiskImage(storage, format, slices));
  const bytes = newImageBytes(format, slices);
  shell.note(`${plainText(path)}: ${format}, ${counted(slices, 'slice')}, ${kilobytes(bytes)}`);
  shell.emit({ image: path, format, slices, bytes });
}

const kilobytes = (bytes: number): string => `${grouped(Math.ceil(bytes / KB))} KB`;

function areaOf(system: FileSystem, user: number): ImageFile[] {
  return system.files().filter((file) => file.user === user);
}

function userArea(text: string): number {
  return wholeNumber('--user', text, 0, LAST_USER);
}

/** What fits the patterns, each file once. @throws InputError where nothing fits one of them */
function chosen(files: ImageFile[], patterns: string[], where: string): ImageFile[] {
  const found = new Set<ImageFile>();
  for (const pattern of patterns) {
    const fits = matcher(pattern);
    const some = files.filter(({ name }) => fits(name));
    if (some.length === 0)
      throw new InputError(`there is no file ${JSON.stringify(pattern)}`, {
        where,
        hint: 'z80lm disk ls shows what there is, in all user areas',
      });
    some.forEach((file) => found.add(file));
  }
  return [...found];
}

/** As CP/M's: name and type apart, in small letters or capitals; a lone * is all files. */
function matcher(pattern: string): (name: string) => boolean {
  const [base = '', type = ''] = (pattern === '*' ? '*.*' : pattern).split('.');
  const part = (text: string): string =>
    text.replace(/[^A-Za-z0-9]/g, (char) => (char === '*' ? '.*' : char === '?' ? '.?' : `\\${char}`));
  const regex = new RegExp(`^${part(base)}${type === '' ? '' : `\\.${part(type)}`}$`, 'i');
  return (name) => regex.test(name) || (type !== '' && regex.test(`${name}.`));
}

function byUserAndName(a: ImageFile, b: ImageFile): number {
  return a.user - b.user || (a.name < b.name ? -1 : 1);
}

function marks({ readOnly, system, archived }: Pick<ImageFile, 'readOnly' | 'system' | 'archived'>): string {
  return [readOnly && '  R/O', system && '  SYS', archived && '  ARC'].filter(Boolean).join('');
}

/** A name of CP/M's that is one on every computer, and leads nowhere else. */
function hostName(name: string, where: string): string {
  if (/^[^.\\/:*?"<>|][^\\/:*?"<>|]*$/.test(name)) return name;
  throw new InputError(`${JSON.stringify(name)} cannot be a file's name here`, {
    where,
    hint: 'copy it alone, and name the file with -o',
  });
}

function isThere(where: string): RefusedError {
  return new RefusedError('there is a file of that name', { where, hint: '--force replaces it' });
}

/** Which file it was that was refused. */
function refusalOf<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FolderRefusal) throw new FolderRefusal(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

function tellFaults(shell: Shell, system: FileSystem): void {
  const { length } = system.faults();
  if (length > 0) shell.note(`${counted(length, 'fault')} in its directory: z80lm disk info tells them`);
}
