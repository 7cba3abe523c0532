/** Sources below a folder, for an editor's language server: a look that ends soon, be the folder the whole disk. */
import { readdirSync, type Dirent } from 'node:fs';

/** Endings that sources for the Z80 have. */
export const SOURCE_ENDINGS = ['asm', 'z80', 'mac', 's', 'inc', 'lib', 'azm', 'a80', 'src'] as const;

export const SEARCH_LIMITS = {
  /** A large project has some hundred sources. */
  files: 2_000,
  /** Folders that are looked into. */
  folders: 2_000,
};

/**
 * @param below in the folders below it as well
 * @returns whole paths with slashes, the nearest folders first. Links to folders, and hidden folders, are passed by
 */
export function findSources(folder: string, below = true, limits = SEARCH_LIMITS): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let i = 0; i < folders.length && i < limits.folders; i++) {
    for (const entry of entriesOf(folders[i]!)) {
      const path = `${folders[i]!.replace(/\/$/, '')}/${entry.name}`;
      if (below && entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
        folders.push(path);
      else if (entry.isFile() && (SOURCE_ENDINGS as readonly string[]).includes(endingOf(entry.name))) {
        found.push(path);
        if (found.length >= limits.files) return found;
      }
    }
  }
  return found;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // No rights, or gone meanwhile.
    return [];
  }
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}
