/**
 * What becomes of single bytes of the board before they are shown: boards differ in how they end lines and rub out. The
 * names are those that picocom and tio have for the same.
 */
import { UsageError } from '../seams/errors.js';

const [BS, LF, CR, DEL] = [0x08, 0x0a, 0x0d, 0x7f];

const MAPS: Readonly<Record<string, { from: number; to: readonly number[] }>> = {
  crlf: { from: CR, to: [LF] },
  crcrlf: { from: CR, to: [CR, LF] },
  igncr: { from: CR, to: [] },
  lfcr: { from: LF, to: [CR] },
  lfcrlf: { from: LF, to: [CR, LF] },
  ignlf: { from: LF, to: [] },
  bsdel: { from: BS, to: [DEL] },
  delbs: { from: DEL, to: [BS] },
};

export const MAP_NAMES = Object.keys(MAPS);

/** @param words names with commas between them @throws UsageError for one that there is not */
export function mapsNamed(words: string): string[] {
  const names = words.split(',').filter((name) => name !== '');
  for (const name of names)
    if (!Object.hasOwn(MAPS, name))
      throw new UsageError(`there is no map ${JSON.stringify(name)}`, {
        where: '--map-in',
        hint: `give some of ${MAP_NAMES.join(', ')}, with commas`,
      });
  return names;
}

/** @param words as mapsNamed takes them */
export function mapIn(bytes: Uint8Array, words: string): Uint8Array {
  if (words === '') return bytes;
  const maps = new Map(mapsNamed(words).map((name) => [MAPS[name]!.from, MAPS[name]!.to]));
  return Uint8Array.from([...bytes].flatMap((byte) => maps.get(byte) ?? [byte]));
}
