/** Files by names in any letter case, as CP/M and Windows have them. */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** The path of the file beside this one whose name differs in letter case only; undefined where none or several do. */
export function otherCase(path: string): string | undefined {
  const wanted = basename(path).toLowerCase();
  try {
    const found = readdirSync(dirname(path)).filter((name) => name.toLowerCase() === wanted);
    return found.length === 1 ? path.slice(0, path.length - wanted.length) + found[0]! : undefined;
  } catch {
    // No such folder, or one that may not be read: there is nothing of that name.
    return undefined;
  }
}
