/**
 * Where the assembler is, and what it has found so far: the frames, the current line, the findings.
 *
 *     Context (findings) ← Names (symbols) ← Output (values, bytes) ← Reading (lines) ← Assembler (statements, passes)
 */
import { FINDINGS, severityOf, type Diagnostic, type Fault, type Finding, type StackEntry } from './diagnostics.js';
import type { BodyLine, Frame } from './source.js';
import type { Statement } from './statement.js';

const MAX_ERRORS = 1_000;
const MAX_SAID = 100_000;

export class Context {
  readonly diagnostics: Diagnostic[] = [];
  frames: Frame[] = [];
  pass = 0;
  /** A limit was passed: no further line, no further pass. */
  stopped = false;
  protected errors = 0;
  private said = '';
  protected current: BodyLine = { text: '', file: '', line: 0 };

  protected beginPass(): void {
    this.diagnostics.length = 0;
    this.errors = 0;
    this.said = '';
  }

  /** What the source tells while it is assembled. What is beyond `MAX_SAID` is left out. */
  say(text: string): void {
    this.said += text.slice(0, MAX_SAID - this.said.length);
  }

  /** All that in lines, without control characters. */
  messages(): string[] {
    const lines = this.said.replace(/\n$/, '').split('\n');
    return this.said === '' ? [] : lines.map((line) => line.replace(/[\x00-\x1f\x7f-\x9f]/g, '?'));
  }

  /** Report about part of the current line. */
  report(fault: Fault): void {
    this.reportAt(this.current, fault.name, fault.message, fault.hint, fault.at, fault.end, this.stack());
  }

  reportAt(
    line: BodyLine,
    name: Finding,
    message: string,
    hint?: string,
    at = 0,
    end?: number,
    stack: StackEntry[] = [],
  ): void {
    const severity = severityOf(name);
    if (severity === 'error' && ++this.errors > MAX_ERRORS) {
      // In the first pass much is unknown yet; the next tells.
      if (this.pass > 1 && !this.stopped) this.stop('too-many-errors', `more than ${MAX_ERRORS} errors: stopped`);
      if (name !== 'too-many-errors') return;
    }
    const firstInk = line.text.search(/\S/);
    const from = Math.max(0, at === 0 && end === undefined ? firstInk : at);
    const to = end ?? line.text.trimEnd().length;
    this.diagnostics.push({
      code: FINDINGS[name][0],
      name,
      severity,
      message,
      ...(hint !== undefined && { hint }),
      file: line.file,
      line: line.line,
      column: from + 1,
      length: Math.max(1, to - from),
      source: line.text,
      stack,
    });
  }

  /** Report and go no further. */
  stop(name: Finding, message: string, hint?: string): void {
    this.stopped = true;
    this.report({ name, message, hint, at: 0, end: Math.max(1, this.current.text.length) });
  }

  protected stack(): StackEntry[] {
    const out: StackEntry[] = [];
    for (let i = this.frames.length - 1; i > 0; i--) {
      const { kind, name, callFile, callLine } = this.frames[i]!;
      if (kind !== 'main') out.push({ kind, name, file: callFile, line: callLine });
    }
    return out;
  }

  get currentLine(): BodyLine {
    return this.current;
  }

  faultAtOp(statement: Statement, name: Finding, message: string, hint?: string): Fault {
    return { name, message, hint, at: statement.opAt, end: statement.opAt + Math.max(1, statement.op.length) };
  }

  /** Are we in a macro or repetition? */
  get expanding(): boolean {
    return this.frames.some((frame) => frame.kind === 'macro' || frame.kind === 'repeat');
  }
}
