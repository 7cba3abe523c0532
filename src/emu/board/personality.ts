/** The boards that the virtual board can be: what it boots, which drives it has, and what is on them. */
import type { DiskFormat } from './cpm-disk.js';

export type FirmwareKind = 'fast' | 'romwbw' | 'romwbw2' | 'cpm' | 'scm' | 'bare';

/** Programs in firmware/board by the name they have on the board. */
export const PROGRAMS = {
  'XM.COM': 'xm.asm',
  'STAT.COM': 'stat.asm',
  'DOWNLOAD.COM': 'download.asm',
  'PIP.COM': 'pip.asm',
  'LOAD.COM': 'load.asm',
  'DUMP.COM': 'dump.asm',
} as const;
export type ProgramName = keyof typeof PROGRAMS;

export interface DrivePlan extends DiskFormat {
  readOnly: boolean;
  programs: readonly ProgramName[];
}

export interface Personality {
  /** In words, for the user. */
  title: string;
  /** The source of the image, with the symbols ENTRY and image_end. */
  main: 'system.asm' | 'scm.asm';
  /** From A: up. */
  drives: readonly DrivePlan[];
  /** Symbols for the sources: see board.inc (BOOT) and xm.asm. */
  defines: Readonly<Record<string, number>>;
  /** Where RAM begins that holds noise after power-on; undefined: it is empty. */
  noiseFrom?: number;
}

const RAM_DISK: DrivePlan = { kilobytes: 256, entries: 128, readOnly: false, programs: [] };
const ROM_DISK: DrivePlan = { kilobytes: 64, entries: 64, readOnly: true, programs: ['XM.COM', 'STAT.COM'] };
/** RomWBW keeps 8 KB for the directory: 248k of 256 are free. */
const ROMWBW_DRIVES = [{ ...RAM_DISK, entries: 248 }, ROM_DISK];
const CARD: DrivePlan = { ...RAM_DISK, entries: 128 };

/** BOOT, as in board.inc. */
const BOOT = { atOnce: 0, bare: 1, romwbw2: 2, romwbw3: 3, card: 4 } as const;

/** As fast as the line, for those who don't want to wait. */
const FAST_XM = {
  XM_BYTE_US: 0,
  XM_REQUEST_TENTHS: 50,
  XM_REQUESTS_CRC: 15,
  XM_REQUESTS: 20,
  XM_LOST_TENTHS: 10,
  XM_NAK_TENTHS: 10,
};
/** Observed: 0.40 and 0.64 ms a byte, of which this XM itself needs some 0.08. */
const XM_3_7 = { ...FAST_XM, XM_BYTE_US: 320, XM_REQUEST_TENTHS: 51, XM_LOST_TENTHS: 13, XM_NAK_TENTHS: 13 };
const XM_2_9 = {
  ...FAST_XM,
  XM_BYTE_US: 560,
  XM_REQUEST_TENTHS: 103,
  XM_REQUESTS_CRC: 5,
  XM_REQUESTS: 10,
  XM_LOST_TENTHS: 21,
  XM_NAK_TENTHS: 11,
};

export const PERSONALITIES: Readonly<Record<FirmwareKind, Personality>> = {
  fast: {
    title: 'CP/M with a quick XM',
    main: 'system.asm',
    drives: [RAM_DISK, ROM_DISK],
    defines: { BOOT: BOOT.atOnce, ...FAST_XM },
  },
  romwbw: {
    title: 'as RomWBW 3.7',
    main: 'system.asm',
    drives: ROMWBW_DRIVES,
    defines: { BOOT: BOOT.romwbw3, ...XM_3_7 },
  },
  romwbw2: {
    title: 'as RomWBW 2.9.1',
    main: 'system.asm',
    drives: ROMWBW_DRIVES,
    defines: { BOOT: BOOT.romwbw2, ...XM_2_9 },
  },
  cpm: {
    title: 'as CP/M on a CompactFlash card',
    main: 'system.asm',
    drives: [
      { ...CARD, programs: ['DOWNLOAD.COM'] },
      CARD,
      { ...CARD, programs: ['STAT.COM', 'PIP.COM', 'LOAD.COM', 'DUMP.COM'] },
    ],
    defines: { BOOT: BOOT.card },
  },
  scm: { title: 'as the Small Computer Monitor', main: 'scm.asm', drives: [], defines: {}, noiseFrom: 0x8000 },
  bare: {
    title: 'CP/M without any receiver',
    main: 'system.asm',
    drives: [{ ...CARD, programs: ['PIP.COM', 'LOAD.COM', 'STAT.COM', 'DUMP.COM'] }],
    defines: { BOOT: BOOT.bare },
  },
};

export const FIRMWARE_KINDS = Object.keys(PERSONALITIES) as FirmwareKind[];
