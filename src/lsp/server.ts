/**
 * The language server (https://microsoft.github.io/language-server-protocol/): the library frames messages and keeps the texts
 * of the editor; what is asked is answered by the files beside this.
 *
 *     a key ──► text ──► delayMs of silence ──► programs of the open files, anew ──► findings to the files where they stand
 *     a question ──► the program as last assembled, its names as the texts are now ──► answer
 */
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createConnection,
  DidChangeWatchedFilesNotification,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Location,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { InputError, Z80lmError } from '../seams/errors.js';
import { diagnosticsOf } from './diagnostics.js';
import type { Definition, Use } from './file-index.js';
import { Framing } from './framing.js';
import { hoverAt, type Place } from './hover.js';
import { candidates } from './include-graph.js';
import { wordAt } from './lines.js';
import type { ProjectIndex } from './project-index.js';
import { renamed } from './rename.js';
import { settingsFrom, type LspSettings } from './settings.js';
import { completionsAt, outlineOf } from './symbols.js';
import { Workspace, type Assembly, type Disk } from './workspace.js';

export interface ServerOptions {
  input: Readable;
  output: Writable;
  disk: Disk;
  /** From where relative paths are, where the editor names no folder. */
  folder: string;
  /** What holds where the editor sets nothing. */
  settings: LspSettings;
  version: string;
  /** Milliseconds, from whenever. */
  now: () => number;
  /** Endings of files that programs are made of. */
  endings: readonly string[];
}

/**
 * A program that took longer is assembled while one types no more, but when a file is opened or saved: the server does nothing
 * else meanwhile, and an editor waits for its answers.
 */
const MOST_MS_WHILE_TYPING = 2_000;

interface Asked extends Place {
  assembly: Assembly;
  index: ProjectIndex;
}

/** Speaks with one editor. */
export class LanguageServer {
  /** Resolves with the exit status that the protocol wants when the editor has said so, or has gone: 0 after `shutdown`. */
  readonly over: Promise<0 | 1>;
  private readonly connection: Connection;
  private readonly documents = new TextDocuments(TextDocument);
  private readonly workspace: Workspace;
  /** What the editor calls the files that it has opened, or asked about. */
  private readonly uris = new Map<string, string>();
  private readonly published = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private pullsSettings = false;
  private watchesFiles = false;
  private end!: (status: 0 | 1) => void;
  private refused!: (error: InputError) => void;

  constructor(private readonly options: ServerOptions) {
    this.over = new Promise((resolve, reject) => {
      this.end = resolve;
      this.refused = reject;
    });
    this.workspace = new Workspace(options.disk, options.now, slashed(options.folder));
    this.workspace.configure(options.settings);
    const watchDog = {
      shutdownReceived: false,
      // An editor that has gone has closed our input: its process need not be watched.
      initialize: () => {},
      exit: (code: number) => this.close(code === 0 ? 0 : 1),
    };
    const gone = (): void => this.close(watchDog.shutdownReceived ? 0 : 1);
    options.input.once('end', gone);
    options.input.once('close', gone);
    const reader = new StreamMessageReader(watched(options.input, (error) => this.refuse(error)));
    // Its timer would keep the process when an editor goes in the middle of a message.
    reader.partialMessageTimeout = 0;
    const writer = new StreamMessageWriter(options.output);
    this.connection = createConnection((logger) => createProtocolConnection(reader, writer, logger), watchDog);
    this.answer();
    this.documents.listen(this.connection);
    this.connection.listen();
  }

  /** The end, be it from outside. */
  close(status: 0 | 1): void {
    clearTimeout(this.timer);
    this.end(status);
  }

  private refuse(error: InputError): void {
    clearTimeout(this.timer);
    this.refused(error);
  }

  // ---- what the editor says -----------------------------------------------------------------------------

  private answer(): void {
    const { connection, documents, workspace } = this;
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => this.initialized());
    connection.onDidChangeConfiguration(({ settings }) =>
      this.configured((settings as { z80lm?: unknown } | null)?.z80lm),
    );
    connection.onDidChangeWatchedFiles(({ changes }) => {
      for (const { uri } of changes) workspace.changed(this.pathOf(uri));
      this.schedule(Infinity);
    });
    documents.onDidOpen(({ document }) => this.uris.set(this.pathOf(document.uri), document.uri));
    documents.onDidChangeContent(({ document }) => {
      workspace.setOpen(this.pathOf(document.uri), document.getText());
      this.schedule(document.version <= 1 ? Infinity : MOST_MS_WHILE_TYPING);
    });
    documents.onDidSave(({ document }) => {
      workspace.changed(this.pathOf(document.uri));
      this.schedule(Infinity);
    });
    documents.onDidClose(({ document }) => {
      workspace.setOpen(this.pathOf(document.uri), undefined);
      this.schedule(Infinity);
    });
    connection.onHover((at) => {
      const asked = this.ask(at);
      return hoverAt(asked, asked.index, asked.assembly, (path) => this.shown(path)) ?? null;
    });
    connection.onDefinition((at) => this.definitions(this.ask(at)));
    connection.onReferences((at) => {
      const found = this.meant(at);
      return [...(at.context.includeDeclaration ? found.definitions : []), ...found.uses].map((one) =>
        this.locationOf(one),
      );
    });
    connection.onDocumentHighlight((at) => {
      const path = this.pathOf(at.textDocument.uri);
      const { definitions, uses } = this.meant(at);
      return [...definitions, ...uses]
        .filter((one) => one.path === path)
        .map((one) => ({ range: this.locationOf(one).range }));
    });
    connection.onPrepareRename((at) => {
      const { path, line, character, index } = this.ask(at);
      const use = index.nameAt(path, line, character);
      return use && index.resolve(use).length > 0 && use.name !== '@@' ? this.locationOf(lastPart(use)).range : null;
    });
    connection.onRenameRequest((at) => this.rename(this.ask(at), at.newName));
    connection.onDocumentSymbol(({ textDocument: { uri } }) => {
      const path = this.pathOf(uri);
      return outlineOf(path, this.indexOf(path).index);
    });
    connection.onCompletion((at) => {
      const asked = this.ask(at);
      return completionsAt(asked, asked.index);
    });
  }

  private initialize(params: InitializeParams): InitializeResult {
    const { workspaceFolders, rootUri, capabilities, initializationOptions } = params;
    const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
    this.pullsSettings = capabilities.workspace?.configuration === true;
    this.watchesFiles = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    const settings = settingsFrom(initializationOptions, this.options.settings);
    this.workspace.configure(
      settings,
      uris.map((uri) => this.pathOf(uri)),
    );
    return {
      serverInfo: { name: 'z80lm', version: this.options.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        documentHighlightProvider: true,
        renameProvider: { prepareProvider: true },
        documentSymbolProvider: true,
        completionProvider: { triggerCharacters: ['.'] },
      },
    };
  }

  private async initialized(): Promise<void> {
    if (this.watchesFiles)
      await this.connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: `**/*.{${this.options.endings.join(',')},bin}` }],
      });
    await this.configured(undefined);
  }

  /** @param sent undefined where the editor wants to be asked */
  private async configured(sent: unknown): Promise<void> {
    const given: unknown =
      sent ?? (this.pullsSettings ? await this.connection.workspace.getConfiguration('z80lm') : undefined);
    if (given === undefined || given === null) return;
    this.workspace.configure(settingsFrom(given, this.workspace.settings));
    this.schedule(Infinity);
  }

  // ---- findings -----------------------------------------------------------------------------------------

  private mostMs = 0;

  /** @param mostMs programs that took longer are left as they are */
  private schedule(mostMs: number): void {
    this.mostMs = Math.max(this.mostMs, mostMs);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const most = this.mostMs;
      this.mostMs = 0;
      try {
        this.publish(most);
      } catch (error) {
        // The server lives on: with the next key it may go well.
        this.connection.console.error(error instanceof Error ? String(error.stack) : String(error));
      }
    }, this.workspace.settings.delayMs);
  }

  private publish(mostMs: number): void {
    const { workspace, published } = this;
    const assemblies = workspace.roots.map((root) => workspace.assembled(root, mostMs));
    workspace.forgetOthers();
    const found = diagnosticsOf(assemblies, workspace.settings, (path) => this.uriOf(path));
    for (const path of published.keys()) if (!found.has(path)) found.set(path, []);
    for (const [path, diagnostics] of found) {
      const said = JSON.stringify(diagnostics);
      if (published.get(path) === said || (!published.has(path) && diagnostics.length === 0 && !this.uris.has(path)))
        continue;
      if (diagnostics.length === 0 && !this.uris.has(path)) published.delete(path);
      else published.set(path, said);
      void this.connection.sendDiagnostics({ uri: this.uriOf(path), diagnostics });
    }
  }

  // ---- questions ----------------------------------------------------------------------------------------

  private indexOf(path: string): { assembly: Assembly; index: ProjectIndex } {
    const assembly = this.workspace.assembliesOf(path)[0]!;
    return { assembly, index: this.workspace.projectIndex(assembly) };
  }

  private ask({ textDocument: { uri }, position: { line, character } }: TextDocumentPositionParams): Asked {
    const path = this.pathOf(uri);
    return { path, line, character, ...this.indexOf(path) };
  }

  private definitions({ path, line, character, index, assembly }: Asked): Location[] {
    const file = index.files.get(path);
    const inclusion = wordAt(file?.inclusions.filter((one) => one.line === line) ?? [], character);
    if (inclusion) {
      const tried = candidates(inclusion.file, path, this.workspace.includePaths);
      const found = tried.find((one) => assembly.result.dependencies.includes(one));
      return found === undefined ? [] : [this.locationOf({ path: found, line: 0, at: 0, end: 0 })];
    }
    const use = index.nameAt(path, line, character);
    if (!use) return [];
    const found = index.resolve(use);
    if (found.length > 0) return found.map((one) => this.locationOf(one));
    // What a structure lays down is in no line of its own.
    const entry = assembly.result.symbolTable.find(({ name, line: at }) => name === use.name && at > 0);
    return entry
      ? [
          this.locationOf({
            path: entry.file,
            line: entry.line - 1,
            at: entry.column - 1,
            end: entry.column - 1 + entry.length,
          }),
        ]
      : [];
  }

  /** The definitions of a name and all its uses, in all programs that the file is part of. */
  private meant(at: TextDocumentPositionParams): { definitions: Definition[]; uses: Use[] } {
    const { path, line, character } = this.ask(at);
    const definitions = new Map<string, Definition>();
    const uses = new Map<string, Use>();
    const keyOf = (one: Use | Definition): string => `${one.path}\n${one.line}\n${one.at}`;
    for (const assembly of this.workspace.assembliesOf(path)) {
      const index = this.workspace.projectIndex(assembly);
      const use = index.nameAt(path, line, character);
      const found = use ? index.resolve(use) : [];
      for (const one of found) definitions.set(keyOf(one), one);
      for (const one of index.usesOf(found)) uses.set(keyOf(one), one);
    }
    return { definitions: [...definitions.values()], uses: [...uses.values()] };
  }

  private rename({ path, line, character, index }: Asked, to: string): WorkspaceEdit {
    const use = index.nameAt(path, line, character);
    try {
      if (!use) throw new InputError('there is no name here');
      const edits = renamed(use, to, index, this.workspace);
      return { changes: Object.fromEntries([...edits].map(([file, list]) => [this.uriOf(file), list])) };
    } catch (error) {
      if (!(error instanceof Z80lmError)) throw error;
      throw new ResponseError(LSPErrorCodes.RequestFailed, error.message);
    }
  }

  // ---- paths --------------------------------------------------------------------------------------------

  /** What is no file has its URI for a path. */
  private pathOf(uri: string): string {
    if (!/^file:/i.test(uri)) return uri;
    try {
      return slashed(fileURLToPath(uri));
    } catch {
      return uri;
    }
  }

  private uriOf(path: string): string {
    return this.uris.get(path) ?? (/^(\/|[A-Za-z]:\/)/.test(path) ? pathToFileURL(path).href : path);
  }

  private shown(path: string): string {
    const folder = this.workspace.folders.find((one) => path.startsWith(`${one}/`));
    return folder === undefined ? path : path.slice(folder.length + 1);
  }

  private locationOf({ path, line, at, end }: Pick<Use, 'path' | 'line' | 'at' | 'end'>): Location {
    return { uri: this.uriOf(path), range: { start: { line, character: at }, end: { line, character: end } } };
  }
}

function lastPart(use: Use): Use {
  return { ...use, at: use.at + use.name.lastIndexOf('.') + 1 };
}

/** With slashes, and on Windows the drive in capitals. */
function slashed(path: string): string {
  return path.replaceAll('\\', '/').replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

/** The same bytes, as long as they are messages. */
function watched(input: Readable, refuse: (error: InputError) => void): Readable {
  const framing = new Framing();
  const out = new PassThrough();
  input.on('data', (bytes: Buffer) => {
    try {
      framing.feed(bytes);
    } catch (error) {
      input.pause();
      input.removeAllListeners('data');
      if (error instanceof InputError) return refuse(error);
      throw error;
    }
    out.write(bytes);
  });
  return out;
}
