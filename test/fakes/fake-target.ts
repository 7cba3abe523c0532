/** A Target that plays a script: each line typed is answered by a function, one byte every `byteMs`. */
import type { LoadProgress, Program, Target, TargetOutput } from '../../src/seams/target.js';

export interface FakeTargetOptions {
  banner?: string;
  /** What the console shows for a line typed, echo and prompt included; undefined: nothing, for ever. */
  reply: (line: string) => string | undefined;
  byteMs?: number;
  /** Bytes handed out at a time. */
  chunk?: number;
  tStatesPerMs?: number;
}

export class FakeTarget implements Target {
  readonly name = 'fake';
  readonly abilities;
  readonly typed: string[] = [];
  private pending: number[] = [];
  private line = '';
  private now = 0;

  constructor(private readonly options: FakeTargetOptions) {
    this.abilities = { tStates: options.tStatesPerMs !== undefined, transfer: false, realTime: false };
  }

  async *load(program: Program): AsyncIterable<LoadProgress> {
    yield {
      phase: 'done',
      step: 'loaded',
      doneBytes: program.bytes.length,
      totalBytes: program.bytes.length,
      retries: 0,
    };
  }

  async start(): Promise<void> {
    this.show(this.options.banner ?? '\r\n> ');
  }

  async type(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      if (byte !== 0x0d) {
        this.line += String.fromCharCode(byte);
        continue;
      }
      this.typed.push(this.line);
      this.show(this.options.reply(this.line) ?? '');
      this.line = '';
    }
  }

  async read(timeoutMs: number): Promise<TargetOutput | undefined> {
    const { byteMs = 1, chunk = 1, tStatesPerMs } = this.options;
    const bytes = Uint8Array.from(this.pending.splice(0, chunk));
    if (bytes.length === 0) {
      this.now += timeoutMs;
      return undefined;
    }
    this.now += byteMs * bytes.length;
    return { bytes, atMs: this.now, ...(tStatesPerMs !== undefined && { tStates: this.now * tStatesPerMs }) };
  }

  async close(): Promise<void> {}

  private show(text: string): void {
    this.pending.push(...Buffer.from(text, 'latin1'));
  }
}
