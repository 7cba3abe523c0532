/**
 * A virtual board with its line, for as long as whoever asked for it wants it. It runs in a process of its own
 * (board-process.ts); what is said between the two is in virtual-board.ts.
 */
import { readFileSync } from 'node:fs';
import type { Firmware } from '../emu/board/board.js';
import { RC2014_HZ } from '../emu/cpu.js';
import { filler, formatDisk } from '../emu/board/cpm-disk.js';
import { assembleFirmware } from '../emu/board/firmware.js';
import { runRealtime } from '../emu/board/realtime.js';
import { packagePath } from '../package.js';
import type { Clock } from '../seams/clock.js';
import { UsageError, Z80lmError } from '../seams/errors.js';
import { openDiskFile } from './disk-file.js';
import { Plug } from './plug.js';
import type { BoardAnswer, BoardRequest, BoardSettings } from './virtual-board.js';
import { wireOpener } from './wire.js';

const FIRMWARE = packagePath('firmware/board/');
/** A disk that is kept in a file is written so often, and at the end. */
const SAVE_MS = 1000;

function readText(name: string): string | undefined {
  try {
    return readFileSync(`${FIRMWARE}${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

export interface BoardSurroundings {
  clock: Clock;
  /** Ends the board. */
  signal: AbortSignal;
  answer(message: BoardAnswer): void;
  onRequest(listener: (request: BoardRequest) => void): void;
}

/** Run it until the signal aborts. What is wrong with the settings is an answer, too. */
export async function runBoard(settings: BoardSettings, around: BoardSurroundings): Promise<void> {
  const { clock, signal, answer } = around;
  const { uart = 'acia', clockHz = RC2014_HZ, xmByteUs, firmware: kind, unplugAfter, replugMs } = settings;
  const refuse = (error: unknown): void => {
    if (!(error instanceof Z80lmError)) throw error;
    const { message, where, hint } = error;
    answer({ error: { message, ...(where !== undefined && { where }), ...(hint !== undefined && { hint }) } });
  };
  try {
    const firmware = assembleFirmware({ uart, clockHz, firmware: kind, xmByteUs, readText });
    const disk = driveA(firmware, settings);
    const plug = new Plug({
      open: wireOpener(settings),
      unplugAfter,
      replugMs,
      onPlug: ({ path, remark }) => answer({ path, remark }),
      onUnplug: () => answer({ unplugged: true }),
      onRefused: refuse,
    });
    await plug.plug();
    around.onRequest((request) => {
      if (request === 'unplug') plug.unplug();
      if (request === 'plug') plug.replug();
    });
    const saving = setInterval(() => disk.save?.(), SAVE_MS);
    await runRealtime({ ...settings, ...disk, firmware, wire: plug, clock, signal });
    clearInterval(saving);
    disk.save?.();
    plug.close();
  } catch (error) {
    refuse(error);
  }
}

/** What is on A: at the start, and where it is kept. */
function driveA({ drives }: Firmware, { files = [], freeKilobytes, diskFile }: BoardSettings) {
  const drive = drives[0];
  if (!drive) {
    if (diskFile !== undefined || freeKilobytes !== undefined)
      throw new UsageError('this board has no disk', { hint: 'leave out what is about its drive A:' });
    return {};
  }
  const all =
    freeKilobytes === undefined ? files : [...files, filler(drive, [...drive.files, ...files], freeKilobytes)];
  if (diskFile === undefined) return { files: all };
  const { image, save } = openDiskFile(diskFile, formatDisk(drive, [...drive.files, ...all]));
  return { diskImage: image, save };
}
