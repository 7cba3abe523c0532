/**
 * What stands at the other ends of CP/M's list, punch and reader devices in `z80lm run`: files. What is printed is added to its file
 * as the run goes, so a run that is killed leaves what it printed until then; what was in the file before stays.
 */
import type { CpmOptions } from '../emu/cpm/machine.js';
import { appendFile } from '../host/append-file.js';
import type { CommandFiles } from '../host/command-files.js';
import type { Appender } from '../seams/appender.js';

export interface DeviceFiles {
  printer?: string | undefined;
  punch?: string | undefined;
  reader?: string | undefined;
}

export interface Devices {
  /** As `createCpm` takes them; those that are not here it makes a remark about. */
  options: Pick<CpmOptions, 'list' | 'punch' | 'reader'>;
  /** Write what has come since the last call. What goes wrong is told to `onFailure`, once, and thrown by `close`. */
  flush(): void;
  /** @throws InputError where a file could not be written */
  close(): void;
}

/** As much is held back until the next flush: a program that prints without end must not fill our memory. */
const HELD = 64 * 1024;

/**
 * @param onFailure a file cannot be written: the run had better end
 * @throws InputError, UsageError for files that cannot be read, written, or are both
 */
export function openDevices(named: DeviceFiles, files: CommandFiles, onFailure: () => void): Devices {
  const tape = named.reader === undefined ? undefined : files.read(named.reader, 'disk');
  let at = 0;
  files.willWrite({ '--printer': named.printer, '--punch': named.punch });
  let failure: { error: unknown } | undefined;
  const failed = (error: unknown): void => {
    failure ??= { error };
    onFailure();
  };
  const list = named.printer === undefined ? undefined : output(named.printer, failed);
  const punch = named.punch === undefined ? undefined : output(named.punch, failed);
  return {
    options: {
      ...(list && { list: (byte) => list.add(byte) }),
      ...(punch && { punch: (byte) => punch.add(byte) }),
      ...(tape && { reader: () => tape[at++] }),
    },
    flush() {
      list?.flush();
      punch?.flush();
    },
    close() {
      list?.close();
      punch?.close();
      if (failure) throw failure.error;
    },
  };
}

interface Output {
  add(byte: number): void;
  flush(): void;
  close(): void;
}

function output(path: string, onFailure: (error: unknown) => void): Output {
  const file: Appender = appendFile(path);
  let bytes: number[] = [];
  let isBroken = false;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      isBroken = true;
      onFailure(error);
    }
  };
  const flush = (): void => {
    if (bytes.length === 0 || isBroken) return;
    attempt(() => file.append(Uint8Array.from(bytes)));
    bytes = [];
  };
  return {
    add(byte) {
      bytes.push(byte);
      if (bytes.length >= HELD) flush();
    },
    flush,
    close() {
      flush();
      attempt(() => file.close());
    },
  };
}
