/** The files of one program together: what a name at a place means, and where else it is used. */
import { keyInMacro, type Definition, type FileIndex, type Scope, type Use } from './file-index.js';
import { wordAt, type Word } from './lines.js';

/** `@F`, `@B`: the nearest `@@` behind or before. */
const NEAREST = /^@?@([FfBb])$/;

export class ProjectIndex {
  private readonly byKey = new Map<string, Definition[]>();
  private readonly byFoldedKey = new Map<string, Definition[]>();

  constructor(readonly files: ReadonlyMap<string, FileIndex>) {
    for (const { definitions } of files.values())
      for (const definition of definitions) {
        push(this.byKey, definition.key, definition);
        push(this.byFoldedKey, definition.key.toLowerCase(), definition);
      }
  }

  *definitions(): Generator<Definition> {
    for (const list of this.byKey.values()) yield* list;
  }

  definitionsIn(path: string): readonly Definition[] {
    return this.files.get(path)?.definitions ?? [];
  }

  /** The name at a place, be it defined or used there. @param character as editors count, from 0 */
  nameAt(path: string, line: number, character: number): Use | undefined {
    const file = this.files.get(path);
    const read = file?.lines[line];
    if (!file || !read) return undefined;
    const words = read.parts.flatMap(({ label, op, directive, instruction, names }) => [
      label,
      directive || instruction ? undefined : op,
      ...names,
    ]);
    const word =
      wordAt<Word>(words, character) ??
      wordAt(file.definitions.filter((one) => one.line === line).map(asWord), character);
    return word && { path, line, at: word.at, end: word.end, name: word.text, scope: file.scopes[line]! };
  }

  /** What a name means: several where it is a variable, or defined twice. */
  resolve(use: Use): Definition[] {
    const own = this.definitionAt(use);
    if (own) return own.name === '@@' ? [own] : (this.byKey.get(own.key) ?? [own]);
    const direction = NEAREST.exec(use.name)?.[1]?.toLowerCase();
    if (direction) return this.nearest(use, direction === 'f');
    for (const map of [this.byKey, this.byFoldedKey])
      for (const key of keysOf(use.name, use.scope)) {
        const found = map.get(map === this.byKey ? key : key.toLowerCase());
        if (found) return found;
      }
    return [];
  }

  private definitionAt({ path, line, at }: Use): Definition | undefined {
    return this.definitionsIn(path).find((one) => one.line === line && one.at === at);
  }

  private nearest({ path, line }: Use, forwards: boolean): Definition[] {
    const all = this.definitionsIn(path).filter(({ name }) => name === '@@');
    const found = forwards ? all.find((one) => one.line > line) : all.findLast((one) => one.line <= line);
    return found ? [found] : [];
  }

  /** Where else the same is meant; the definitions are not among them. */
  usesOf(definitions: readonly Definition[]): Use[] {
    const wanted = new Set(definitions);
    const last = new Set(definitions.map(({ name }) => lastPart(name)));
    const isAnonymous = definitions.some(({ name }) => name === '@@');
    const found: Use[] = [];
    for (const { uses } of this.files.values())
      for (const use of uses) {
        // Most names are others: they need no look into the tables.
        if (!last.has(lastPart(use.name)) && !(isAnonymous && use.name.includes('@'))) continue;
        if (this.resolve(use).some((definition) => wanted.has(definition))) found.push(use);
      }
    return found;
  }
}

/** The keys that a name may have, in the order in which the assembler looks. */
function* keysOf(name: string, { parent, modules, macro }: Scope): Generator<string> {
  if (macro !== undefined) yield keyInMacro(macro, name);
  if (name[0] === '.' || name.startsWith('@@')) {
    yield parent + name;
    return;
  }
  for (let depth = modules.length; depth > 0; depth--) yield [...modules.slice(0, depth), name].join('.');
  yield name;
}

function asWord({ name, at, end }: Definition): Word {
  return { text: name, at, end };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
