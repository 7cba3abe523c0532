/**
 * The sources that an editor has open, over those of the disk, and the programs that they make. A program is a source with all
 * that it includes; it is assembled anew when one of its files has changed.
 */
import { posix } from 'node:path';
import type { DialectName } from '../z80asm/dialect.js';
import { assemble, decodeSource, type AssemblyResult, type ListingLine } from '../z80asm/index.js';
import { callablesIn, indexFile, type FileIndex } from './file-index.js';
import { candidates, IncludeGraph } from './include-graph.js';
import { LineReader } from './lines.js';
import { ProjectIndex } from './project-index.js';
import { DEFAULTS, type LspSettings } from './settings.js';

/** Files by their whole paths, with slashes. */
export interface Disk {
  /** undefined: there is no such file. @throws InputError for one that cannot be read */
  read(path: string): Uint8Array | undefined;
  /** Sources in a folder, as many as are looked at. @param below in those below it as well */
  sourcesIn(folder: string, below: boolean): string[];
}

/** A program, assembled. */
export interface Assembly {
  root: string;
  result: AssemblyResult;
  /** The sources that were read. */
  texts: ReadonlyMap<string, string>;
  /** How long it took. */
  ms: number;
  stale: boolean;
}

/** Characters of sources that are looked through for who includes whom. */
const MOST_SCANNED = 32 * 1024 * 1024;
/** Of one file that many programs include, so many are assembled. */
const MOST_PROGRAMS = 4;

export class Workspace {
  settings: LspSettings = DEFAULTS;
  /** Whole paths, with slashes. */
  folders: readonly string[] = [];
  private readonly open = new Map<string, string>();
  private readonly graph = new IncludeGraph();
  private readonly readers = new Map<DialectName | undefined, LineReader>();
  private scanned = false;
  private readonly assemblies = new Map<string, Assembly>();
  private readonly indexes = new Map<string, { index: FileIndex; key: string }>();
  private readonly projects = new WeakMap<Assembly, { texts: readonly string[]; index: ProjectIndex }>();

  /**
   * @param now milliseconds, from whenever
   * @param base from where relative paths are, where there is no folder
   */
  constructor(
    private readonly disk: Disk,
    private readonly now: () => number,
    private readonly base: string,
  ) {}

  /** Other settings, or other folders: all is looked at anew. */
  configure(settings: LspSettings, folders = this.folders): void {
    this.settings = settings;
    this.folders = folders;
    this.graph.clear();
    this.scanned = false;
    this.assemblies.clear();
  }

  get openPaths(): string[] {
    return [...this.open.keys()];
  }

  /** A text of the editor's; undefined: it has closed it, and the disk's counts again. */
  setOpen(path: string, text: string | undefined): void {
    // Its folder may have programs that it is part of.
    if (text !== undefined && !this.open.has(path) && !this.graph.has(path)) this.scanned = false;
    if (text === undefined) this.open.delete(path);
    else this.open.set(path, text);
    this.changed(path);
  }

  /** A file is another than it was, here or on the disk. */
  changed(path: string): void {
    this.graph.set(path, this.textOf(path), this.includePaths);
    for (const assembly of this.assemblies.values()) {
      const misses = assembly.result.diagnostics.some(({ name }) => name === 'file-not-found');
      if (misses || assembly.result.dependencies.includes(path)) assembly.stale = true;
    }
  }

  /** What the file says now, to who edits it. */
  textOf(path: string): string | undefined {
    const text = this.open.get(path);
    if (text !== undefined) return text;
    try {
      const bytes = this.disk.read(path);
      return bytes && decodeSource(bytes);
    } catch {
      // Whoever needs it is told by the assembler.
      return undefined;
    }
  }

  /** Whole. */
  get includePaths(): string[] {
    return this.settings.includePaths.map((path) => this.whole(path));
  }

  /** A path of the settings, from the folder of the workspace. */
  private whole(path: string): string {
    return candidates(path, `${this.folders[0] ?? this.base}/x`, [])[0]!;
  }

  // ---- programs -----------------------------------------------------------------------------------------

  /** The sources that the programs begin with to which a file belongs; the file itself where it is none's part. */
  rootsOf(path: string): string[] {
    const mains = this.settings.main.map((main) => this.whole(main));
    if (mains.length > 0) {
      const own = mains.filter((main) => main === path || this.assembly(main).result.dependencies.includes(path));
      return own.length > 0 ? own : [path];
    }
    this.scan();
    const roots = this.graph.rootsOf(path).slice(0, MOST_PROGRAMS);
    return roots.length > 0 ? roots : [path];
  }

  private scan(): void {
    if (this.scanned) return;
    this.scanned = true;
    const { includePaths, folders } = this;
    // Of a file that is opened alone, its own folder.
    const alone = this.openPaths.filter((path) => !folders.some((folder) => path.startsWith(`${folder}/`)));
    const all = new Set([
      ...this.openPaths,
      ...folders.flatMap((folder) => this.disk.sourcesIn(folder, true)),
      ...[...new Set(alone.map((path) => posix.dirname(path)))].flatMap((folder) => this.disk.sourcesIn(folder, false)),
    ]);
    let bytes = 0;
    for (const path of all) {
      const text = this.textOf(path);
      bytes += text?.length ?? 0;
      if (bytes > MOST_SCANNED) break;
      this.graph.set(path, text, includePaths);
    }
  }

  /** The programs to which a file belongs, as they were last assembled. */
  assembliesOf(path: string): Assembly[] {
    return this.rootsOf(path).map((root) => this.assembly(root));
  }

  /** The programs of all open files. */
  get roots(): string[] {
    return [...new Set(this.openPaths.flatMap((path) => this.rootsOf(path)))];
  }

  private assembly(root: string): Assembly {
    return this.assemblies.get(root) ?? this.assembled(root);
  }

  /** As `assembly`, anew if a file has changed. @param mostMs what took longer the last time is left as it is */
  assembled(root: string, mostMs = Infinity): Assembly {
    const before = this.assemblies.get(root);
    if (before && (!before.stale || before.ms > mostMs)) return before;
    const assembly = this.assembleWith(root, this.open);
    this.assemblies.set(root, assembly);
    return assembly;
  }

  /** With these texts in the place of the files: what would come of a change. */
  assembleWith(root: string, open: ReadonlyMap<string, string>): Assembly {
    const { defines, ignoreCase, format, dialect } = this.settings;
    const texts = new Map<string, string>();
    const began = this.now();
    const result = assemble({
      main: root,
      readText: (path) => {
        const text = open.get(path) ?? this.open.get(path) ?? decoded(this.disk.read(path));
        if (text !== undefined) texts.set(path, text);
        return text;
      },
      readBinary: (path) => this.disk.read(path),
      includePaths: this.includePaths,
      defines,
      ...(ignoreCase && { caseInsensitive: true }),
      ...(dialect && { dialect }),
      ...(format && { format }),
    });
    return { root, result, texts, ms: this.now() - began, stale: false };
  }

  /** Programs that nobody looks at any more are forgotten, and what was found in their files. */
  forgetOthers(): void {
    const roots = new Set([...this.roots, ...this.settings.main.map((main) => this.whole(main))]);
    for (const root of this.assemblies.keys()) if (!roots.has(root)) this.assemblies.delete(root);
    const used = new Set([
      ...this.open.keys(),
      ...[...this.assemblies.values()].flatMap(({ texts }) => [...texts.keys()]),
    ]);
    for (const path of this.indexes.keys()) if (!used.has(path)) this.indexes.delete(path);
  }

  // ---- names --------------------------------------------------------------------------------------------

  /** What a file says, line by line. @param callables macros and structures of its program */
  private fileIndex(
    path: string,
    text: string,
    callables: ReadonlySet<string>,
    dialect: DialectName | undefined,
  ): FileIndex {
    const key = [dialect, ...[...callables].sort()].join(' ');
    const known = this.indexes.get(path);
    if (known?.index.text === text && known.key === key) return known.index;
    const index = indexFile(path, text, this.readerOf(dialect).read(text), callables);
    this.indexes.set(path, { index, key });
    return index;
  }

  private readerOf(dialect: DialectName | undefined): LineReader {
    let reader = this.readers.get(dialect);
    if (!reader) this.readers.set(dialect, (reader = new LineReader(dialect)));
    return reader;
  }

  /** The names of a program, as its files are now. */
  projectIndex(assembly: Assembly): ProjectIndex {
    const paths = [...new Set([assembly.root, ...assembly.texts.keys()])];
    const texts = paths.map((path) => this.open.get(path) ?? assembly.texts.get(path) ?? '');
    const known = this.projects.get(assembly);
    if (known && known.texts.every((text, i) => text === texts[i])) return known.index;
    const callables = new Set(texts.flatMap(callablesIn));
    const dialect = this.settings.dialect ?? shownDialect(assembly.result);
    const index = new ProjectIndex(
      new Map(paths.map((path, i) => [path, this.fileIndex(path, texts[i]!, callables, dialect)])),
    );
    this.projects.set(assembly, { texts, index });
    return index;
  }
}

/** What the assembler took the sources for, where it tells. */
function shownDialect(result: AssemblyResult & { dialect?: DialectName }): DialectName | undefined {
  return result.dialect;
}

function decoded(bytes: Uint8Array | undefined): string | undefined {
  return bytes && decodeSource(bytes);
}

/** What a line of a file became: several for a line of a macro. @param line from 0 */
export function listingAt({ result }: Assembly, path: string, line: number): ListingLine[] {
  return result.listing.filter((entry) => entry.line === line + 1 && entry.file === path && entry.bytes.length > 0);
}
