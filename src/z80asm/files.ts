/** Where files come from: beside the file that asks, then in the include paths. Each is read once. */
import type { AssemblerOptions } from './assembly.js';
import { SourceFile } from './source.js';

export class Files {
  /** Every file read, in order of first use: what a rebuild depends on. */
  readonly used = new Set<string>();
  private readonly sources = new Map<string, SourceFile>();

  constructor(private readonly options: AssemblerOptions) {}

  main(path: string): SourceFile | undefined {
    return this.open(path);
  }

  /** A text file that the file `from` asks for. */
  source(path: string, from: string): SourceFile | undefined {
    for (const candidate of this.candidates(path, from)) {
      const file = this.open(candidate);
      if (file) return file;
    }
    return undefined;
  }

  binary(path: string, from: string): Uint8Array | undefined {
    for (const candidate of this.candidates(path, from)) {
      const bytes = this.options.readBinary(candidate);
      if (!bytes) continue;
      this.used.add(candidate);
      return bytes;
    }
    return undefined;
  }

  /** The paths that are tried, in order. */
  candidates(path: string, from: string): string[] {
    const slashed = path.replaceAll('\\', '/');
    if (/^(\/|[A-Za-z]:)/.test(slashed)) return [slashed];
    const folder = from.replaceAll('\\', '/').split('/').slice(0, -1).join('/');
    const folders = [folder === '' && !from.startsWith('/') ? '' : `${folder}/`];
    for (const include of this.options.includePaths)
      folders.push(include === '' ? '' : `${include.replace(/\/$/, '')}/`);
    return [...new Set(folders.map((f) => normalise(f + slashed)))];
  }

  private open(path: string): SourceFile | undefined {
    let file = this.sources.get(path);
    if (!file) {
      const text = this.options.readText(path);
      if (text === undefined) return undefined;
      file = new SourceFile(path, text);
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
