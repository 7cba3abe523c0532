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
import { openDiskFile, type DiskFile } from './disk-file.js';
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
    const { disk, ...about } = driveA(firmware, settings);
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
    // A disk that can't be written now may be a second later; the board runs on meanwhile, and says so once.
    let trouble: string | undefined;
    const save = (): void => {
      if (!disk) return;
      try {
        disk.save();
        const elsewhere = disk.path === settings.diskFile ? undefined : `its disk is kept in ${disk.path} now`;
        tell(elsewhere && `${settings.diskFile} was changed by somebody else: ${elsewhere}`);
      } catch (error) {
        if (!(error instanceof Z80lmError)) throw error;
        tell(`the disk is not saved: ${error.where ?? ''}: ${error.message}`);
      }
    };
    const tell = (words: string | undefined): void => {
      if (words !== undefined && words !== trouble) answer({ trouble: words });
      trouble = words;
    };
    const saving = setInterval(save, SAVE_MS);
    await runRealtime({ ...settings, ...about, firmware, wire: plug, clock, signal });
    clearInterval(saving);
    save();
    plug.close();
  } catch (error) {
    refuse(error);
  }
}

/** What is on A: at the start, and where it is kept. */
function driveA(
  { drives }: Firmware,
  { files = [], freeKilobytes, diskFile }: BoardSettings,
): { disk?: DiskFile; diskImage?: Uint8Array; files?: BoardSettings['files'] } {
  const drive = drives[0];
  if (!drive) {
    if (diskFile !== undefined || freeKilobytes !== undefined)
      throw new UsageError('this board has no disk', { hint: 'leave out what is about its drive A:' });
    return {};
  }
  const all =
    freeKilobytes === undefined ? files : [...files, filler(drive, [...drive.files, ...files], freeKilobytes)];
  if (diskFile === undefined) return { files: all };
  const disk = openDiskFile(diskFile, formatDisk(drive, [...drive.files, ...all]));
  return { diskImage: disk.image, disk };
}
