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
