/** An editor, as far as the language server can tell: the library's own protocol connection to the real process. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
} from 'vscode-languageserver/node';
import { spawnCli } from '../e2e/cli.js';

export interface EditorOptions {
  args?: string[];
  initializationOptions?: object;
  capabilities?: ClientCapabilities;
}

export class Editor {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'z80lm-lsp-')));
  child!: ChildProcessWithoutNullStreams;
  connection!: ProtocolConnection;
  server!: InitializeResult;
  stderr = '';
  /** The last that was published, by file name. */
  readonly diagnostics = new Map<string, Diagnostic[]>();
  private waiting: (() => void)[] = [];

  /** @param files by name, in the editor's folder */
  constructor(files: Record<string, string | Uint8Array>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  private nameOf(uri: string): string {
    const base = `${pathToFileURL(this.folder).href}/`;
    return uri.startsWith(base) ? uri.slice(base.length) : uri;
  }

  async start({ args = [], initializationOptions, capabilities = {} }: EditorOptions = {}): Promise<this> {
    this.child = spawnCli(['lsp', '--stdio', ...args], { cwd: this.folder });
    this.child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.child.stdout),
      new StreamMessageWriter(this.child.stdin),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.diagnostics.set(this.nameOf(uri), diagnostics);
      for (const wake of this.waiting.splice(0)) wake();
    });
    this.connection.listen();
    this.server = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(this.folder).href, name: 'test' }],
      capabilities,
      initializationOptions: { delayMs: 0, ...initializationOptions },
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    return this;
  }

  async open(name: string, text: string): Promise<void> {
    const textDocument = { uri: this.uri(name), languageId: 'asm', version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  async type(name: string, version: number, text: string): Promise<void> {
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version },
      contentChanges: [{ text }],
    });
  }

  /** Wait until what is published of a file is so. */
  async published(name: string, fits: (diagnostics: Diagnostic[]) => boolean = () => true): Promise<Diagnostic[]> {
    for (;;) {
      const found = this.diagnostics.get(name);
      if (found && fits(found)) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** The protocol's goodbye. @returns the exit status */
  async quit(): Promise<number | null> {
    const gone = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    return gone;
  }

  async remove(): Promise<void> {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.stdin.end();
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
