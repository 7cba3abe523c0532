/** Where the firmware's sources are: in the package's firmware/ folder, beside src/ as beside dist/. */
import { packagePath } from '../package.js';
import type { FileStore } from '../seams/file-store.js';
import { decodeSource } from '../z80asm/index.js';
import type { SourceReader } from '../z80asm/index.js';

export const FIRMWARE_FOLDER = packagePath('firmware/');

/** Reads firmware sources by their path within firmware/, such as `chat/walk.asm`. */
export function firmwareReader(files: FileStore): SourceReader {
  const read = (path: string): Uint8Array | undefined => {
    const whole = `${FIRMWARE_FOLDER}${path}`;
    return files.exists(whole) ? files.read(whole) : undefined;
  };
  return {
    readBinary: read,
    readText: (path) => {
      const bytes = read(path);
      return bytes && decodeSource(bytes);
    },
  };
}

const INCLUDE = /^\s*include\s+"([^"]+)"/gim;

/** Those sources and what they include, whatever the conditions, by their paths; without what the build makes. */
export function includedBy({ readText }: SourceReader, sources: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const text = found.has(path) ? undefined : readText(path);
    if (text === undefined) return;
    found.add(path);
    for (const [, included] of text.matchAll(INCLUDE)) visit(new URL(included!, `file:///${path}`).pathname.slice(1));
  };
  for (const path of sources) visit(path);
  return [...found].sort();
}
