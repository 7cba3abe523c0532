/** Assembles firmware/board: the system image, and the programs of the ROM disk. */
import { assemble, formatDiagnostic, type AssemblyResult } from '../../z80asm/assemble.js';
import { EmuError } from '../../seams/errors.js';
import type { Firmware, UartKind } from './board.js';

/** Programs of the ROM disk: file name to source. */
const ROM_PROGRAMS = { 'XM.COM': 'xm.asm', 'STAT.COM': 'stat.asm' } as const;

/** XM counts rounds of a loop in 16 bits for a tenth of a second; beyond, its time-outs are shorter. */
const FASTEST_KHZ = 60_000;

export interface FirmwareOptions {
  uart: UartKind;
  clockHz: number;
  /** Microseconds that XM wastes on each byte: RomWBW's takes 400 to 640, so that the line has to wait; default 0. */
  xmByteUs?: number | undefined;
  /** The text of a file in firmware/board by its name there, or undefined where there is none. */
  readText(name: string): string | undefined;
}

/** @throws EmuError with the assembler's errors, if the sources don't assemble */
export function assembleFirmware({ uart, clockHz, xmByteUs = 0, readText }: FirmwareOptions): Firmware {
  const defines = {
    UART_SIO: uart === 'sio' ? 1 : 0,
    CPU_KHZ: Math.min(FASTEST_KHZ, Math.round(clockHz / 1000)),
    XM_BYTE_US: xmByteUs,
  };
  const build = (main: string): AssemblyResult => {
    const result = assemble({ main, defines, readText, readBinary: () => undefined });
    if (!result.ok) {
      const errors = result.diagnostics.filter(({ severity }) => severity === 'error').map(formatDiagnostic);
      throw new EmuError(`the board's firmware does not assemble\n${errors.join('\n')}`, { where: main });
    }
    return result;
  };
  const system = build('system.asm');
  const symbol = (name: string): number => {
    const value = system.symbols.get(name);
    if (value === undefined) throw new EmuError(`no symbol ${name}`, { where: 'system.asm' });
    return value;
  };
  return {
    // The variables behind the code are no part of the image.
    image: system.bytes.subarray(0, symbol('image_end') - system.origin),
    origin: system.origin,
    entry: symbol('BIOS'),
    romFiles: Object.entries(ROM_PROGRAMS).map(([name, source]) => ({ name, bytes: build(source).bytes })),
  };
}
