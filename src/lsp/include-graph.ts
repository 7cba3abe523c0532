/**
 * Which files include which, so that an editor that opens a part finds the program it belongs to. Found by a look at the
 * INCLUDE lines alone: conditions and macros may lead elsewhere, and then the setting `main` says it.
 */
import { posix } from 'node:path';

/** `INCLUDE "file"`, `#include <file>`, `.include file`, perhaps behind a label. */
const INCLUDE =
  /^(?:[\w.@?$]+:?)?[ \t]*[.#*]?(?:include|maclib)[ \t]+(?:"([^"\r\n]+)"|'([^'\r\n]+)'|<([^>\r\n]+)>|([^\s;]+))/gim;
/** Of one file: more are no source that somebody wrote. */
const MOST_INCLUDES = 2_000;

/** The files that a text includes, as written. */
export function includesIn(text: string): string[] {
  const found: string[] = [];
  for (const [, ...names] of text.matchAll(INCLUDE)) {
    found.push(names.find((name) => name !== undefined)!);
    if (found.length >= MOST_INCLUDES) break;
  }
  return found;
}

/** Where an included file is sought: beside the one that includes it, then in the folders of the settings. */
export function candidates(file: string, from: string, includePaths: readonly string[]): string[] {
  const slashed = file.replaceAll('\\', '/');
  if (/^(\/|[A-Za-z]:)/.test(slashed)) return [posix.normalize(slashed)];
  return [posix.dirname(from), ...includePaths].map((folder) => posix.join(folder, slashed));
}

export class IncludeGraph {
  private readonly included = new Map<string, ReadonlySet<string>>();

  has(path: string): boolean {
    return this.included.has(path);
  }

  /** @param text undefined: the file is gone */
  set(path: string, text: string | undefined, includePaths: readonly string[]): void {
    if (text === undefined) this.included.delete(path);
    else this.included.set(path, new Set(includesIn(text).flatMap((file) => candidates(file, path, includePaths))));
  }

  clear(): void {
    this.included.clear();
  }

  /** The files at the top of all that include this one, by name; none where nothing does, or all go in a circle. */
  rootsOf(path: string): string[] {
    const roots = new Set<string>();
    const seen = new Set([path]);
    const queue = [path];
    for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
      const includers = [...this.included].filter(([, files]) => files.has(one!)).map(([file]) => file);
      if (includers.length === 0 && one !== path) roots.add(one);
      for (const file of includers) {
        if (seen.has(file)) continue;
        seen.add(file);
        queue.push(file);
      }
    }
    return [...roots].sort();
  }
}
