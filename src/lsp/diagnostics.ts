/** The assembler's findings as an editor shows them: each in the file where it stands, with where the macro was called. */
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  type Range,
} from 'vscode-languageserver';
import { plain } from '../seams/plain.js';
import type { Diagnostic as Finding } from '../z80asm/index.js';
import { linesOf } from './lines.js';
import type { LspSettings } from './settings.js';
import type { Assembly } from './workspace.js';

/** Of one file; an editor with more is slow, and nobody reads them. */
const MOST_OF_A_FILE = 500;

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
} as const;
/** What no program needs is shown faded. */
const UNNECESSARY = new Set(['unused-label', 'unreachable', 'after-end']);
/** Of a file that is still being written, or that is a part of something: not worth a word. */
const LEFT_OUT = new Set(['no-output']);
const STACK_WORDS = { include: () => 'included here', macro: (name: string) => `in macro ${name}, called here`, repeat: (name: string) => `in this ${name}` }; // prettier-ignore

/** @param uriOf what the editor calls a path. @returns by path; all files of the programs have a row, if only an empty one */
export function diagnosticsOf(
  assemblies: readonly Assembly[],
  settings: LspSettings,
  uriOf: (path: string) => string,
): Map<string, Diagnostic[]> {
  const found = new Map<string, Diagnostic[]>();
  const told = new Set<string>();
  for (const assembly of assemblies) {
    const lines = new Map<string, string[]>();
    for (const path of assembly.texts.keys()) if (!found.has(path)) found.set(path, []);
    for (const finding of assembly.result.diagnostics) {
      const { file, severity, name } = finding;
      if (
        LEFT_OUT.has(name) ||
        (severity === 'warning' && !settings.warnings) ||
        (severity === 'hint' && !settings.hints)
      )
        continue;
      // What one program does not use, another may.
      if (name === 'unused-label' && !everywhere(finding, assemblies)) continue;
      const key = JSON.stringify([file, finding.line, finding.column, name, finding.message]);
      if (told.has(key)) continue;
      told.add(key);
      const list = found.get(file) ?? [];
      found.set(file, list);
      if (list.length >= MOST_OF_A_FILE) continue;
      if (!lines.has(file)) lines.set(file, linesOf(assembly.texts.get(file) ?? ''));
      list.push(toDiagnostic(finding, lines.get(file)![finding.line - 1] ?? '', uriOf));
    }
  }
  return found;
}

function everywhere({ file, line, column, name }: Finding, assemblies: readonly Assembly[]): boolean {
  return assemblies
    .filter(({ texts }) => texts.has(file))
    .every(({ result }) =>
      result.diagnostics.some(
        (other) => other.name === name && other.line === line && other.column === column && other.file === file,
      ),
    );
}

function toDiagnostic(finding: Finding, text: string, uriOf: (path: string) => string): Diagnostic {
  const { code, name, severity, message, hint, stack } = finding;
  const related = stack.map(({ kind, name: by, file, line }): DiagnosticRelatedInformation => ({
    location: { uri: uriOf(file), range: wholeLine(line - 1, '') },
    message: plain(STACK_WORDS[kind](by)),
  }));
  return {
    range: rangeOf(finding, text),
    severity: SEVERITIES[severity],
    code,
    source: 'z80lm',
    message: plain(hint === undefined ? message : `${message}\nhint: ${hint}`),
    ...(related.length > 0 && { relatedInformation: related }),
    ...(UNNECESSARY.has(name) && { tags: [DiagnosticTag.Unnecessary] }),
  };
}

/** In an expansion the columns are those of the line with its arguments put in: then it is the whole line. */
function rangeOf({ line, column, length, source }: Finding, text: string): Range {
  const number = Math.max(0, line - 1);
  if (source !== text) return wholeLine(number, text);
  const from = Math.min(column - 1, text.length);
  const to = Math.max(from, Math.min(from + length, text.length));
  return { start: { line: number, character: from }, end: { line: number, character: to } };
}

function wholeLine(line: number, text: string): Range {
  const from = text.length - text.trimStart().length;
  return { start: { line, character: from }, end: { line, character: Math.max(from, text.trimEnd().length) } };
}
