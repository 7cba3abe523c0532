/** Assembles firmware/board: the image that a board boots, and the programs on its disks. */
import { assemble, formatDiagnostic, type AssemblyResult } from '../../z80asm/assemble.js';
import { EmuError } from '../../seams/errors.js';
import type { Firmware, UartKind } from './board.js';
import { PERSONALITIES, PROGRAMS, type DrivePlan, type FirmwareKind } from './personality.js';

/** Loops that measure a tenth of a second count in 16 bits; beyond, their time-outs are shorter. */
const FASTEST_KHZ = 60_000;

export interface FirmwareOptions {
  uart: UartKind;
  clockHz: number;
  /** Which board it is; default: fast. */
  firmware?: FirmwareKind | undefined;
  /** Microseconds that XM wastes on each byte, if not those of that board. */
  xmByteUs?: number | undefined;
  /** The text of a file in firmware/board by its name there, or undefined where there is none. */
  readText(name: string): string | undefined;
}

/** @throws EmuError with the assembler's errors, if the sources don't assemble */
export function assembleFirmware(options: FirmwareOptions): Firmware {
  const { uart, clockHz, firmware = 'fast', xmByteUs, readText } = options;
  const { main, drives, defines, noiseFrom } = PERSONALITIES[firmware];
  const all = {
    UART_SIO: uart === 'sio' ? 1 : 0,
    CPU_KHZ: Math.min(FASTEST_KHZ, Math.round(clockHz / 1000)),
    ...driveDefines(drives),
    ...defines,
    ...(xmByteUs !== undefined && { XM_BYTE_US: xmByteUs }),
  };
  const build = (source: string): AssemblyResult => {
    const result = assemble({ main: source, defines: all, readText, readBinary: () => undefined });
    if (!result.ok) {
      const errors = result.diagnostics.filter(({ severity }) => severity === 'error').map(formatDiagnostic);
      throw new EmuError(`the board's firmware does not assemble\n${errors.join('\n')}`, { where: source });
    }
    return result;
  };
  const system = build(main);
  const symbol = (name: string): number => {
    const value = system.symbols.get(name);
    if (value === undefined) throw new EmuError(`no symbol ${name}`, { where: main });
    return value;
  };
  return {
    // The variables behind the code are no part of the image.
    image: system.bytes.subarray(0, symbol('image_end') - system.origin),
    origin: system.origin,
    entry: symbol('ENTRY'),
    noiseFrom,
    drives: drives.map(({ programs, ...drive }) => ({
      ...drive,
      files: programs.map((name) => ({ name, bytes: build(PROGRAMS[name]).bytes })),
    })),
  };
}

/** DRIVES, and the sizes of each, as board.inc wants them. */
function driveDefines(drives: readonly DrivePlan[]): Record<string, number> {
  const sizes = drives.flatMap(({ kilobytes, entries }, n) => [
    [`DRIVE${n}_BLOCKS`, kilobytes],
    [`DRIVE${n}_ENTRIES`, entries],
  ]);
  return { DRIVES: drives.length, ...(Object.fromEntries(sizes) as Record<string, number>) };
}
