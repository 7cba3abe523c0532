/** A name is changed everywhere, if the programs that it is in are the same bytes afterwards: they are assembled to see that. */
import type { TextEdit } from 'vscode-languageserver';
import { UsageError } from '../seams/errors.js';
import type { Definition, Use } from './file-index.js';
import type { ProjectIndex } from './project-index.js';
import type { Assembly, Workspace } from './workspace.js';

/** Part of a file that a name stands in. */
interface Place {
  path: string;
  line: number;
  at: number;
  end: number;
}

/**
 * @param use the name, and where it was pointed at
 * @returns edits by path
 * @throws UsageError where it cannot be done, or would change the program
 */
export function renamed(use: Use, to: string, index: ProjectIndex, workspace: Workspace): Map<string, TextEdit[]> {
  const definitions = index.resolve(use);
  const [first] = definitions;
  if (!first) throw new UsageError(`nothing defines ${use.name}`);
  if (!/^\.?[A-Za-z_][\w$]*$/.test(to)) throw new UsageError(`${JSON.stringify(to)} is not a name`);
  const newName = to.replace(/^\./, '');
  const programs = workspace.rootsOf(use.path).map((root) => workspace.assembled(root));
  const edits = new Map<string, TextEdit[]>();
  const told = new Set<string>();
  for (const { path, line, at, end } of placesOf(definitions, newName, index)) {
    const key = `${path}\n${line}\n${at}`;
    if (told.has(key)) continue;
    told.add(key);
    const range = { start: { line, character: at }, end: { line, character: end } };
    edits.set(path, [...(edits.get(path) ?? []), { range, newText: newName }]);
  }
  mustBeSame(programs, edits, workspace);
  return edits;
}

/** The last part of each name, and the part before a dot where a local label is named in full. */
function placesOf(definitions: readonly Definition[], newName: string, index: ProjectIndex): Place[] {
  const names = new Set(definitions.map(({ name }) => name));
  const places: Place[] = [...definitions, ...index.usesOf(definitions)].map((place) => lastPart(place, index));
  // start.loop, where start is renamed.
  for (const name of names) {
    const below = [...index.definitions()].filter((other) => other.name.startsWith(`${name}.`));
    for (const use of index.usesOf(below)) {
      const [target] = index.resolve(use);
      const at = use.name.toLowerCase().lastIndexOf(`${name.slice(name.lastIndexOf('.') + 1)}.`.toLowerCase());
      if (!target || at < 0 || use.name[0] === '.') continue;
      const own = name.slice(name.lastIndexOf('.') + 1).length;
      places.push({ path: use.path, line: use.line, at: use.at + at, end: use.at + at + own });
    }
  }
  return places.filter(({ path, line, at, end }) => textAt(index, path, line).slice(at, end) !== newName);
}

function lastPart({ path, line, at, end }: Place, index: ProjectIndex): Place {
  const dot = textAt(index, path, line).slice(at, end).lastIndexOf('.');
  return { path, line, at: at + dot + 1, end };
}

function textAt(index: ProjectIndex, path: string, line: number): string {
  return index.files.get(path)?.lines[line]?.text ?? '';
}

/** @throws UsageError where one of the programs would be another */
function mustBeSame(programs: readonly Assembly[], edits: ReadonlyMap<string, TextEdit[]>, workspace: Workspace): void {
  const after = new Map([...edits].map(([path, list]) => [path, edited(workspace.textOf(path) ?? '', list)]));
  for (const { root, result } of programs) {
    const then = workspace.assembleWith(root, after).result;
    const [error] = then.diagnostics.filter(({ severity }) => severity === 'error');
    if (!result.ok) throw new UsageError('the program has errors: rename when it assembles, so that it can be checked');
    if (error) throw new UsageError(`the program would not assemble then: ${error.message}`);
    if (then.origin !== result.origin || Buffer.compare(then.bytes, result.bytes) !== 0)
      throw new UsageError('the program would be another then: something else has this name');
  }
}

/** A text with these edits, none of which overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  const places = edits
    .map(({ range: { start, end }, newText }) => ({
      from: starts[start.line]! + start.character,
      to: starts[end.line]! + end.character,
      newText,
    }))
    .sort((one, other) => one.from - other.from);
  let out = '';
  let done = 0;
  for (const { from, to, newText } of places) {
    out += text.slice(done, from) + newText;
    done = to;
  }
  return out + text.slice(done);
}
