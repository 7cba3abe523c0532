/**
 * What stands at the other ends of CP/M's list, punch and reader devices in `z80lm run`: files. What is printed is added to its file
 * as the run goes, so a run that is killed leaves what it printed until then; what was in the file before stays.
 */
import { appendFile } from '../host/append-file.js';
import type { CommandFiles } from '../host/command-files.js';
import type { Appender } from '../seams/appender.js';

export interface DeviceFiles {
  printer?: string | undefined;
  punch?: string | undefined;
  reader?: string | undefined;
}

/** As `createCpm` takes them. */
export interface Devices {
  list(byte: number): void;
  punch(byte: number): void;
  reader(): number | undefined;
  /** Write what has come since the last call. What goes wrong is told to `onFailure`, once, and thrown by `close`. */
  flush(): void;
  /** @throws InputError where a file could not be written */
  close(): void;
}

/** As much is held back until the next flush: a program that prints without end must not fill our memory. */
const HELD = 64 * 1024;

/**
 * @param remark hears that something was printed for which there is no file, once for each device
 * @param onFailure a file cannot be written: the run had better end
 * @throws InputError, UsageError for files that cannot be read, written, or are both
 */
export function openDevices(
  named: DeviceFiles,
  files: CommandFiles,
  remark: (words: string) => void,
  onFailure: () => void,
): Devices {
  const tape = named.reader === undefined ? undefined : files.read(named.reader, 'disk');
  let at = 0;
  files.willWrite({ '--printer': named.printer, '--punch': named.punch });
  let failure: { error: unknown } | undefined;
  const failed = (error: unknown): void => {
    failure ??= { error };
    onFailure();
  };
  const outputs = [
    output(named.printer, () => remark('the program prints, and nothing is kept of it without --printer FILE'), failed),
    output(named.punch, () => remark('the program punches, and nothing is kept of it without --punch FILE'), failed),
  ] as const;
  return {
    list: outputs[0].add,
    punch: outputs[1].add,
    reader: () => tape?.[at++],
    flush: () => outputs.forEach((one) => one.flush()),
    close() {
      for (const one of outputs) one.close();
      if (failure) throw failure.error;
    },
  };
}

interface Output {
  add(byte: number): void;
  flush(): void;
  close(): void;
}

function output(path: string | undefined, onLost: () => void, onFailure: (error: unknown) => void): Output {
  if (path === undefined) {
    let isTold = false;
    const add = (): void => {
      if (!isTold) onLost();
      isTold = true;
    };
    return { add, flush: () => {}, close: () => {} };
  }
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
