/**
 * What a console has shown, in a temporary file without a name: it is unlinked as soon as it is open, so that nothing
 * is left of it however the process ends. Where an open file cannot be unlinked, it is removed at the end.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlockStore } from '../seams/block-store.js';
import { atExit } from './at-exit.js';

export const SCROLLBACK_SETTINGS = {
  /** Hours of a board that never stops at 115,200 baud; a million lines of a listing. */
  bytes: 64 * 1024 * 1024,
} as const;

interface Place {
  at: number;
  length: number;
}

/** @returns undefined where there is no room for such a file: keep the lines in memory then */
export function fileBlocks(limit: number = SCROLLBACK_SETTINGS.bytes, folder = tmpdir()): BlockStore | undefined {
  let file: number;
  let remove: () => void;
  try {
    const own = mkdtempSync(join(folder, 'z80lm-console-'));
    remove = atExit(() => rmSync(own, { recursive: true, force: true }));
    file = openSync(join(own, 'lines'), 'wx+', 0o600);
    if (process.platform !== 'win32') remove();
  } catch {
    return undefined;
  }
  let isOpen = true;
  /** A ring: the newest block lies behind the one before it, or at the file's beginning. */
  let places: Place[] = [];
  let first = 0;
  let end = 0;

  const giveUpOldest = (): void => {
    places.shift();
    first++;
  };
  const clear = (): void => {
    places = [];
    first = end = 0;
  };
  return {
    get first() {
      return first;
    },
    get next() {
      return first + places.length;
    },
    append(block) {
      const bytes = Buffer.from(block);
      const wraps = end + bytes.length > limit;
      const at = wraps ? 0 : end;
      const isInTheWay = ({ at: from, length }: Place): boolean =>
        length === 0 || (wraps && from >= end) || (from < at + bytes.length && at < from + length);
      while (places[0] && isInTheWay(places[0])) giveUpOldest();
      const length = isOpen && bytes.length <= limit && written(file, bytes, at) ? bytes.length : 0;
      places.push({ at, length });
      end = at + length;
    },
    read(number) {
      const place = places[number - first];
      if (!isOpen || !place || place.length === 0) return undefined;
      const bytes = Buffer.alloc(place.length);
      try {
        return readSync(file, bytes, 0, place.length, place.at) === place.length ? bytes.toString() : undefined;
      } catch {
        return undefined;
      }
    },
    clear,
    close() {
      if (!isOpen) return;
      isOpen = false;
      clear();
      closeSync(file);
      remove();
    },
  };
}

/** A disk that is full loses lines that nobody may ever want; the console goes on. */
function written(file: number, bytes: Uint8Array, at: number): boolean {
  try {
    return writeSync(file, bytes, 0, bytes.length, at) === bytes.length;
  } catch {
    return false;
  }
}
