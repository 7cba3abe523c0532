/**
 * What a file defines and uses, found line by line without assembling it: so it is there while the source does not assemble,
 * and for branches that a condition skips.
 *
 * A name's key says what it belongs to, as the assembler's names do: `screen.print.loop` is the local label loop of print in
 * the module screen; what is local to a macro has the macro before it.
 */
import type { Line, Part, Span, Word } from './lines.js';

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

/** The macro, in capitals, that such a key belongs to. */
export function macroOf(key: string): string {
  return key.split(MACRO)[1] ?? '';
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
  lines: readonly Line[],
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
  private scope: Scope = { parent: '', modules: [], macro: undefined };
  /** Blocks that are open, with what they define. */
  private readonly blocks: { kind: 'macro' | 'repeat' | 'struct' | 'module'; definition: Definition | undefined }[] =
    [];
  /** LOCAL names of the macro that is open. */
  private locals = new Set<string>();

  constructor(
    private readonly path: string,
    text: string,
    private readonly lines: readonly Line[],
    private readonly callables: ReadonlySet<string>,
  ) {
    lines.forEach((line, number) => {
      this.scopes.push(this.scope);
      const define = /^(\s*#define\s+)([A-Za-z_]\w*)/i.exec(line.text);
      if (define) {
        const [, before = '', name = ''] = define;
        this.define({ text: name, at: before.length, end: before.length + name.length }, number, 'constant', name);
      } else for (const part of line.parts) this.read(part, number);
    });
    const { definitions, uses, inclusions, scopes } = this;
    this.index = { path, text, lines, definitions, uses, inclusions, scopes };
  }

  private read(part: Part, number: number): void {
    const directive = part.directive?.names[0] ?? '';
    const block = BLOCKS[directive];
    if (block) return block(this, part, number);
    if (directive === 'INCLUDE' || directive === 'INCBIN') this.include(part, number);
    if (directive === 'LOCAL') for (const { text } of part.names) this.locals.add(text);
    const { label } = part;
    const isCall =
      label && !label.colon && part.directive?.label !== 'name' && this.callables.has(label.text.toUpperCase());
    if (isCall) this.use(label, number);
    else if (label) this.label(label, number, NAMED[directive] ?? 'label');
    // A word that is neither instruction nor directive calls a macro, or lays down a structure.
    if (part.op && !part.directive && !part.instruction) this.use(part.op, number);
    for (const name of part.names) this.use(name, number);
  }

  private label(word: Word, number: number, kind: DefinitionKind): void {
    const { macro, parent, modules } = this.scope;
    const { text } = word;
    const struct = this.blocks.findLast((block) => block.kind === 'struct')?.definition;
    if (struct) {
      this.define(word, number, 'field', `${struct.name}.${text.replace(/^\./, '')}`);
      return;
    }
    const isLocal = text[0] === '.' || text.startsWith('@@');
    if (macro !== undefined && (isLocal || this.locals.has(text))) {
      this.define(word, number, kind, text, keyInMacro(macro, text));
      return;
    }
    if (isLocal) {
      this.define(word, number, kind, text === '@@' ? text : parent + text);
      return;
    }
    const name = [...modules, text].join('.');
    this.define(word, number, kind, name);
    if (kind === 'label' && macro === undefined) this.scope = { ...this.scope, parent: name };
  }

  define(word: Word, number: number, kind: DefinitionKind, name: string, key = name): Definition {
    const definition: Definition = {
      path: this.path,
      line: number,
      at: word.at,
      end: word.end,
      name,
      key,
      kind,
      comment: this.lines[number]!.comment || this.commentAbove(number),
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

  private include(part: Part, number: number): void {
    const from = part.op!.end;
    const match = /["'<]([^"'>]+)["'>]|(\S+)/.exec(this.lines[number]!.text.slice(from, part.end));
    if (!match) return;
    const file = match[1] ?? match[2]!;
    const at = from + match.index + match[0].indexOf(file);
    this.inclusions.push({ line: number, file, at, end: at + file.length });
  }

  // ---- blocks -------------------------------------------------------------------------------------------

  openMacro(part: Part, number: number): void {
    const [name, ...parameters] = part.label ? [part.label, ...part.names] : part.names;
    if (!name) return this.openRepeat(part, number);
    const definition = this.define(name, number, 'macro', name.text);
    this.blocks.push({ kind: 'macro', definition });
    this.locals = new Set();
    this.scope = { ...this.scope, macro: name.text };
    for (const parameter of parameters)
      this.define(parameter, number, 'parameter', parameter.text, keyInMacro(name.text, parameter.text));
  }

  openRepeat(part: Part, number: number): void {
    if (part.label) this.label(part.label, number, 'label');
    for (const name of part.names) this.use(name, number);
    this.blocks.push({ kind: 'repeat', definition: undefined });
  }

  openNamed(kind: 'struct' | 'module', part: Part, number: number): void {
    const name = part.label ?? part.names[0];
    const { modules } = this.scope;
    const full = name && [...modules, name.text].join('.');
    const definition = name && this.define(name, number, kind, full!);
    this.blocks.push({ kind, definition });
    if (kind === 'module' && name) this.scope = { ...this.scope, modules: [...modules, name.text] };
  }

  close(kinds: readonly string[], part: Part, number: number): void {
    if (part.label) this.label(part.label, number, 'label');
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
const BLOCKS: Readonly<Record<string, (indexer: Indexer, part: Part, number: number) => void>> = {
  MACRO: (indexer, part, number) => indexer.openMacro(part, number),
  REPT: (indexer, part, number) => indexer.openRepeat(part, number),
  IRP: (indexer, part, number) => indexer.openRepeat(part, number),
  IRPC: (indexer, part, number) => indexer.openRepeat(part, number),
  ENDM: (indexer, part, number) => indexer.close(['macro', 'repeat'], part, number),
  STRUCT: (indexer, part, number) => indexer.openNamed('struct', part, number),
  ENDS: (indexer, part, number) => indexer.close(['struct'], part, number),
  MODULE: (indexer, part, number) => indexer.openNamed('module', part, number),
  ENDMODULE: (indexer, part, number) => indexer.close(['module'], part, number),
};
