/** Where files come from: beside the file that asks, then in the include paths. Each is read once. */
import { InputError } from '../seams/errors.js';
import type { AssemblerOptions } from './assembly.js';
import { SourceFile } from './source.js';

/** Of all files of a source together: what makes 64 KB has a small part of that, and memory has an end. */
const MOST_BYTES_IN_ALL = 64 * 1024 * 1024;

export class Files {
  /** Every file read, in order of first use: what a rebuild depends on. */
  readonly used = new Set<string>();
  private readonly sources = new Map<string, SourceFile>();
  private readonly binaries = new Map<string, Uint8Array>();
  /** What could not be read once is not tried again in the next pass: it may have taken long. */
  private readonly refusals = new Map<string, InputError>();
  private bytes = 0;
  private mainPath = '';

  constructor(private readonly options: AssemblerOptions) {}

  /** What has been read of lines may mean something else now. */
  forgetStatements(): void {
    for (const file of this.sources.values()) file.statements = [];
  }

  /** The text of a line, from 1, of a file that has been read. */
  line(path: string, line: number): string {
    return this.sources.get(path)?.written(line - 1) ?? '';
  }

  main(path: string): SourceFile | undefined {
    this.mainPath = path.replaceAll('\\', '/');
    return this.open(path);
  }

  /** A text file that the file `from` asks for, its name perhaps without one of the endings. @throws InputError for one that is there and cannot be read */
  source(path: string, from: string, endings: readonly string[] = []): SourceFile | undefined {
    for (const ending of ['', ...endings]) {
      const found = this.first(path + ending, from, (candidate) => this.open(candidate));
      if (found) return found;
    }
    return undefined;
  }

  /** The same for bytes. */
  binary(path: string, from: string): Uint8Array | undefined {
    return this.first(path, from, (candidate) => {
      const known = this.binaries.get(candidate);
      const bytes = known ?? this.options.readBinary(candidate);
      if (!bytes) return undefined;
      if (!known) this.count(bytes.length, candidate);
      this.binaries.set(candidate, bytes);
      this.used.add(candidate);
      return bytes;
    });
  }

  /** The first of the paths that gives something. Where none does, it is told of one that refused. */
  private first<T>(path: string, from: string, read: (candidate: string) => T | undefined): T | undefined {
    let refusal: InputError | undefined;
    for (const candidate of this.inAnyCase(this.candidates(path, from))) {
      if (candidate === undefined) continue;
      try {
        const found = this.refusals.has(candidate) ? undefined : read(candidate);
        if (found) return found;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        this.refusals.set(candidate, error);
      }
      refusal ??= this.refusals.get(candidate);
    }
    if (refusal) throw refusal;
    return undefined;
  }

  /** As written, and then as files are called: CP/M and Windows know no letter case, and sources from there show it. */
  private *inAnyCase(candidates: string[]): Generator<string | undefined> {
    yield* candidates;
    for (const candidate of candidates) yield this.options.otherCase?.(candidate);
  }

  private count(bytes: number, path: string): void {
    this.bytes += bytes;
    if (this.bytes > MOST_BYTES_IN_ALL)
      throw new InputError(`the files have more than ${MOST_BYTES_IN_ALL / 1024 / 1024} MB together`, {
        where: path,
        hint: 'take what is needed out of the large ones first',
      });
  }

  /** The paths that are tried, in order. */
  candidates(path: string, from: string): string[] {
    const slashed = path.replaceAll('\\', '/');
    if (/^(\/|[A-Za-z]:)/.test(slashed)) return [slashed];
    const folder = from.replaceAll('\\', '/').split('/').slice(0, -1).join('/');
    const folders = [folder === '' && !from.startsWith('/') ? '' : `${folder}/`];
    for (const include of this.options.includePaths)
      folders.push(include === '' ? '' : `${include.replace(/\/$/, '')}/`);
    // Where other assemblers begin: the folder that they were started in is mostly the main file's.
    folders.push(this.mainPath.includes('/') ? this.mainPath.slice(0, this.mainPath.lastIndexOf('/') + 1) : '');
    return [...new Set(folders.map((f) => normalise(f + slashed)))];
  }

  private open(path: string): SourceFile | undefined {
    let file = this.sources.get(path);
    if (!file) {
      const text = this.options.readText(path);
      if (text === undefined) return undefined;
      this.count(text.length, path);
      file = new SourceFile(path, text, this.options.syntax.dialect.blockComments);
      this.sources.set(path, file);
    }
    this.used.add(path);
    return file;
  }
}

function normalise(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '.') continue;
    if (part === '..' && out.length > 0 && out.at(-1) !== '..' && out.at(-1) !== '') out.pop();
    else out.push(part);
  }
  return out.join('/');
}
