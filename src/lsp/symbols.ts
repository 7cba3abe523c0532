/** The outline of a file, and what may be typed at a place. */
import {
  CompletionItemKind,
  SymbolKind,
  type CompletionItem,
  type CompletionList,
  type DocumentSymbol,
  type Range,
} from 'vscode-languageserver';
import { DIRECTIVES } from '../z80asm/directive-table.js';
import { MNEMONICS, REGISTER_NAMES } from '../z80asm/instructions.js';
import { Z180_FORMS } from '../z80asm/instructions-z180.js';
import { macroOf, type Definition, type DefinitionKind } from './file-index.js';
import { aboutDirective, formOf, formsFor, timeWords, type Place } from './hover.js';
import type { Line } from './lines.js';
import type { ProjectIndex } from './project-index.js';

/** Names of a program that are offered at once; as more is typed, others come. */
const MOST_OFFERED = 1_000;

const OUTLINE_KINDS: Readonly<Record<DefinitionKind, SymbolKind | undefined>> = {
  label: SymbolKind.Function,
  constant: SymbolKind.Constant,
  variable: SymbolKind.Variable,
  macro: SymbolKind.Method,
  parameter: undefined,
  struct: SymbolKind.Struct,
  field: SymbolKind.Field,
  module: SymbolKind.Module,
};

const OFFER_KINDS: Readonly<Record<DefinitionKind, CompletionItemKind>> = {
  label: CompletionItemKind.Function,
  constant: CompletionItemKind.Constant,
  variable: CompletionItemKind.Variable,
  macro: CompletionItemKind.Method,
  parameter: CompletionItemKind.TypeParameter,
  struct: CompletionItemKind.Struct,
  field: CompletionItemKind.Field,
  module: CompletionItemKind.Module,
};

/** Local labels and fields stand below what they belong to. */
export function outlineOf(path: string, index: ProjectIndex): DocumentSymbol[] {
  const lines = index.files.get(path)?.lines ?? [];
  const top: DocumentSymbol[] = [];
  const byName = new Map<string, DocumentSymbol>();
  for (const definition of index.definitionsIn(path)) {
    const kind = OUTLINE_KINDS[definition.kind];
    if (kind === undefined || definition.name === '@@') continue;
    const { name, line, lastLine, at, end } = definition;
    const symbol: DocumentSymbol = {
      name,
      kind,
      range: { start: { line, character: 0 }, end: { line: lastLine, character: lines[lastLine]?.text.length ?? end } },
      selectionRange: { start: { line, character: at }, end: { line, character: end } },
      children: [],
    };
    // What is a macro's own has its name in the key.
    const owner = definition.key === name ? name.slice(0, Math.max(0, name.lastIndexOf('.'))) : macroOf(definition.key);
    const parent = byName.get(owner);
    (parent?.children ?? top).push(symbol);
    byName.set(definition.kind === 'macro' ? name.toUpperCase() : definition.key, symbol);
    // An outline's ranges hold those below.
    if (parent && symbol.range.end.line > parent.range.end.line) parent.range.end = symbol.range.end;
  }
  return top;
}

/** Made when first asked for: it takes a while. */
let made: { items: readonly CompletionItem[]; names: ReadonlySet<string> } | undefined;

function operations(): NonNullable<typeof made> {
  if (made) return made;
  const items = operationItems();
  return (made = { items, names: new Set(items.map(({ label }) => label)) });
}

const operationItems = (): CompletionItem[] => [
  ...[...MNEMONICS, ...Z180_FORMS.keys()].map((label): CompletionItem => {
    const forms = formsFor(label);
    const [first] = forms;
    const detail = first
      ? forms.length === 1
        ? `${formOf(first)}: ${timeWords(first)}`
        : `${forms.length} forms`
      : '';
    return { label, kind: CompletionItemKind.Keyword, detail };
  }),
  ...DIRECTIVES.flatMap((directive) =>
    directive.names
      .filter((label) => /^\.?\w+$/.test(label))
      .map((label): CompletionItem => ({
        label,
        kind: CompletionItemKind.Operator,
        detail: directive.syntax,
        documentation: { kind: 'markdown', value: aboutDirective(directive).join('\n\n') },
      })),
  ),
];

/** What fits where the cursor is: operations at the beginning of a statement, names in its operands. */
export function completionsAt({ path, line, character }: Place, index: ProjectIndex): CompletionList {
  const file = index.files.get(path);
  const text = file?.lines[line]?.text.slice(0, character) ?? '';
  const read = file?.lines[line];
  if (!file || !read || character > read.end) return { isIncomplete: false, items: [] };
  const typed = /[\w.@?$]*$/.exec(text)![0];
  const before = text.slice(0, text.length - typed.length);
  const range: Range = { start: { line, character: character - typed.length }, end: { line, character } };
  // Whoever writes in small letters goes on so.
  const isSmall = typed !== typed.toUpperCase() || (typed === '' && writesSmall(file.lines));
  const margin = /^([\w.@?$]+)\s+$/.exec(before)?.[1];
  const isOperation =
    /^\s*(?:[\w.@?$]+:{1,2}\s*)?$/.test(before) ||
    (margin !== undefined && !operations().names.has(margin.toUpperCase()));
  const all = isOperation
    ? [...operations().items.map((item) => inCase(item, isSmall)), ...namesFor(true)]
    : namesFor(false);
  function namesFor(callable: boolean): CompletionItem[] {
    const { parent, macro } = file!.scopes[line]!;
    const own = isSmall ? [...REGISTER_NAMES].map((name) => name.toLowerCase()) : [...REGISTER_NAMES];
    const items: CompletionItem[] = callable ? [] : own.map((label) => ({ label, kind: CompletionItemKind.Variable }));
    for (const definition of index.definitions()) {
      const label = nameHere(definition, parent, macro, path);
      const isCallable = definition.kind === 'macro' || definition.kind === 'struct';
      if (label === undefined || (callable ? !isCallable : definition.kind === 'macro' || definition.kind === 'module'))
        continue;
      items.push({
        label,
        kind: OFFER_KINDS[definition.kind],
        ...(definition.comment && { detail: definition.comment.split('\n')[0]! }),
      });
    }
    return items;
  }
  const wanted = typed.toLowerCase();
  const fitting = all.filter(({ label }) => label.toLowerCase().startsWith(wanted));
  const items = fitting.slice(0, MOST_OFFERED).map((item) => ({ ...item, textEdit: { range, newText: item.label } }));
  return { isIncomplete: fitting.length > items.length, items };
}

function writesSmall(lines: readonly Line[]): boolean {
  const first = lines.flatMap(({ parts }) => parts).find(({ op }) => op !== undefined)?.op!.text;
  return first !== undefined && first === first.toLowerCase();
}

function inCase(item: CompletionItem, small: boolean): CompletionItem {
  return small ? { ...item, label: item.label.toLowerCase() } : item;
}

/** How a name is written at a place; undefined where it cannot be. */
function nameHere(
  { name, kind, key, path }: Definition,
  parent: string,
  macro: string | undefined,
  here: string,
): string | undefined {
  if (name === '@@') return undefined;
  if (key !== name) {
    // What belongs to a macro, in its body.
    const isHere = macro !== undefined && path === here && macroOf(key) === macro.toUpperCase();
    return isHere ? name : undefined;
  }
  return kind === 'label' && parent !== '' && name.startsWith(`${parent}.`) ? name.slice(parent.length) : name;
}
