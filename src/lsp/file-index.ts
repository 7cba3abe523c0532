/**
 * What a file defines and uses, found line by line without assembling it: so it is there while the source does not assemble,
 * and for branches that a condition skips.
 *
 * A name's key says what it belongs to, as the assembler's names do: `screen.print.loop` is the local label loop of print in
 * the module screen; what is local to a macro has the macro before it.
 */
import { readLine, type Line, type Span, type Word } from './lines.js';

export type DefinitionKind = 'label' | 'constant' | 'variable' | 'macro' | 'parameter' | 'struct' | 'field' | 'module';

export interface Definition extends Span {
  path: string;
  /** From 0, as editors count. */
  line: number;
  /** As a user would write it in full. */
  name: string;
  key: string;
  kind: DefinitionKind;
  /** The comment beside it, or directly above. */
  comment: string;
  /** Where its block ends, for macros, structures and modules; else its own line. */
  lastLine: number;
}

export interface Use extends Span {
  path: string;
  line: number;
  name: string;
  scope: Scope;
}

/** Where a name stands. */
export interface Scope {
  /** The full label above, with its module. */
  parent: string;
  /** Modules that are open. */
  modules: readonly string[];
  /** The macro whose body it is, and the names that are its own. */
  macro: string | undefined;
}

export interface Inclusion extends Span {
  line: number;
  /** As written. */
  file: string;
}

export interface FileIndex {
  path: string;
  text: string;
  lines: readonly Line[];
  definitions: readonly Definition[];
  uses: readonly Use[];
  inclusions: readonly Inclusion[];
  /** The scope of each line. */
  scopes: readonly Scope[];
}

/** Before what belongs to a macro alone; no name has it. */
const MACRO = '\0';
/** Of the comment above a definition. */
const MOST_COMMENT_LINES = 12;
/** Directives that define the label before them, and what that is then. */
const NAMED: Readonly<Record<string, DefinitionKind>> = { EQU: 'constant', DEFL: 'variable', '=': 'variable' };

export function keyInMacro(macro: string, name: string): string {
  return `${MACRO}${macro.toUpperCase()}${MACRO}${name}`;
}

/** `name MACRO`, `MACRO name`, and the same for structures. */
const CALLABLE = /^[ \t]*(?:([A-Za-z_.@?][\w.@$?]*):?[ \t]+)?[.]?(?:macro|struct)\b[ \t]*([A-Za-z_.@?][\w.@$?]*)?/gim;

/** The names of macros and structures in a text, in capitals: where one stands like a label, it is called. */
export function callablesIn(text: string): string[] {
  return [...text.matchAll(CALLABLE)]
    .flatMap(([, before, behind]) => before ?? behind ?? [])
    .map((name) => name.toUpperCase());
}

/** @param callables all of the program */
export function indexFile(
  path: string,
  text: string,
  lines: readonly string[],
  callables: ReadonlySet<string>,
): FileIndex {
  return new Indexer(path, text, lines, callables).index;
}

class Indexer {
  readonly index: FileIndex;
  private readonly definitions: Definition[] = [];
  private readonly uses: Use[] = [];
  private readonly inclusions: Inclusion[] = [];
  private readonly scopes: Scope[] = [];
  private readonly lines: Line[];
  private scope: Scope = { parent: '', modules: [], macro: undefined };
  /** Blocks that are open, with what they define. */
  private readonly blocks: { kind: 'macro' | 'repeat' | 'struct' | 'module'; definition: Definition | undefined }[] =
    [];
  /** LOCAL names of the macro that is open. */
  private locals = new Set<string>();

  constructor(
    private readonly path: string,
    text: string,
    lines: readonly string[],
    private readonly callables: ReadonlySet<string>,
  ) {
    this.lines = lines.map(readLine);
    this.lines.forEach((line, number) => {
      this.scopes.push(this.scope);
      this.read(line, number);
    });
    const { definitions, uses, inclusions, scopes } = this;
    this.index = { path, text, lines: this.lines, definitions, uses, inclusions, scopes };
  }

  private read(line: Line, number: number): void {
    const directive = line.directive?.names[0] ?? '';
    const block = BLOCKS[directive];
    if (block) return block(this, line, number);
    if (directive === 'INCLUDE' || directive === 'INCBIN') this.include(line, number);
    if (directive === 'LOCAL') for (const { text } of line.names) this.locals.add(text);
    const { label } = line;
    const isCall =
      label && !label.colon && line.directive?.label !== 'name' && this.callables.has(label.text.toUpperCase());
    if (isCall) this.use(label, number);
    else if (label) this.label(line, label, number, NAMED[directive] ?? 'label');
    // A word that is neither instruction nor directive calls a macro, or lays down a structure.
    if (line.op && !line.directive && !line.instruction) this.use(line.op, number);
    for (const name of line.names) this.use(name, number);
  }

  private label(line: Line, word: Word & { colon: boolean }, number: number, kind: DefinitionKind): void {
    const { macro, parent, modules } = this.scope;
    const { text } = word;
    const struct = this.blocks.findLast((block) => block.kind === 'struct')?.definition;
    if (struct) {
      this.define(line, word, number, 'field', `${struct.name}.${text.replace(/^\./, '')}`);
      return;
    }
    const isLocal = text[0] === '.' || text.startsWith('@@');
    if (macro !== undefined && (isLocal || this.locals.has(text))) {
      this.define(line, word, number, kind, text, keyInMacro(macro, text));
      return;
    }
    if (isLocal) {
      this.define(line, word, number, kind, text === '@@' ? text : parent + text);
      return;
    }
    const name = [...modules, text].join('.');
    this.define(line, word, number, kind, name);
    if (kind === 'label' && macro === undefined) this.scope = { ...this.scope, parent: name };
  }

  define(line: Line, word: Word, number: number, kind: DefinitionKind, name: string, key = name): Definition {
    const definition: Definition = {
      path: this.path,
      line: number,
      at: word.at,
      end: word.end,
      name,
      key,
      kind,
      comment: line.comment || this.commentAbove(number),
      lastLine: number,
    };
    this.definitions.push(definition);
    return definition;
  }

  private commentAbove(number: number): string {
    const above: string[] = [];
    for (let i = number - 1; i >= 0 && above.length < MOST_COMMENT_LINES; i--) {
      const { text, comment } = this.lines[i]!;
      if (!/^\s*;/.test(text)) break;
      // A ruler says nothing.
      if (/\w/.test(comment)) above.unshift(comment);
    }
    return above.join('\n');
  }

  private use(word: Word, line: number): void {
    this.uses.push({ path: this.path, line, at: word.at, end: word.end, name: word.text, scope: this.scope });
  }

  private include(line: Line, number: number): void {
    const from = line.op!.end;
    const match = /["'<]([^"'>]+)["'>]|(\S+)/.exec(line.text.slice(from, line.end));
    if (!match) return;
    const file = match[1] ?? match[2]!;
    const at = from + match.index + match[0].indexOf(file);
    this.inclusions.push({ line: number, file, at, end: at + file.length });
  }

  // ---- blocks -------------------------------------------------------------------------------------------

  openMacro(line: Line, number: number): void {
    const [name, ...parameters] = line.label ? [line.label, ...line.names] : line.names;
    if (!name) return this.openRepeat(line, number);
    const definition = this.define(line, name, number, 'macro', name.text);
    this.blocks.push({ kind: 'macro', definition });
    this.locals = new Set();
    this.scope = { ...this.scope, macro: name.text };
    for (const parameter of parameters)
      this.define(line, parameter, number, 'parameter', parameter.text, keyInMacro(name.text, parameter.text));
  }

  openRepeat(line: Line, number: number): void {
    if (line.label) this.label(line, line.label, number, 'label');
    for (const name of line.names) this.use(name, number);
    this.blocks.push({ kind: 'repeat', definition: undefined });
  }

  openNamed(kind: 'struct' | 'module', line: Line, number: number): void {
    const name = line.label ?? line.names[0];
    const { modules } = this.scope;
    const full = name && [...modules, name.text].join('.');
    const definition = name && this.define(line, name, number, kind, full!);
    this.blocks.push({ kind, definition });
    if (kind === 'module' && name) this.scope = { ...this.scope, modules: [...modules, name.text] };
  }

  close(kinds: readonly string[], line: Line, number: number): void {
    if (line.label) this.label(line, line.label, number, 'label');
    const at = this.blocks.findLastIndex((block) => kinds.includes(block.kind));
    if (at < 0) return;
    const [{ kind, definition } = { kind: 'repeat', definition: undefined }] = this.blocks.splice(at, 1);
    if (definition) definition.lastLine = number;
    const { modules } = this.scope;
    if (kind === 'module' && definition) this.scope = { ...this.scope, modules: modules.slice(0, -1) };
    if (kind === 'macro') {
      const outer = this.blocks.findLast((block) => block.kind === 'macro')?.definition;
      this.scope = { ...this.scope, macro: outer?.name };
    }
  }
}

/** Directives that open and close blocks. */
const BLOCKS: Readonly<Record<string, (indexer: Indexer, line: Line, number: number) => void>> = {
  MACRO: (indexer, line, number) => indexer.openMacro(line, number),
  REPT: (indexer, line, number) => indexer.openRepeat(line, number),
  IRP: (indexer, line, number) => indexer.openRepeat(line, number),
  IRPC: (indexer, line, number) => indexer.openRepeat(line, number),
  ENDM: (indexer, line, number) => indexer.close(['macro', 'repeat'], line, number),
  STRUCT: (indexer, line, number) => indexer.openNamed('struct', line, number),
  ENDS: (indexer, line, number) => indexer.close(['struct'], line, number),
  MODULE: (indexer, line, number) => indexer.openNamed('module', line, number),
  ENDMODULE: (indexer, line, number) => indexer.close(['module'], line, number),
};
