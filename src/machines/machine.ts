/**
 * What a machine is, to all that asks: where a program lies in its memory, what its host offers the firmware, what its
 * file looks like, how it is emulated, and how it gets onto a real one. One file for each; index.ts lists them.
 */
import type { FirmwareKind } from '../emu/board/personality.js';
import type { CreateCpu } from '../emu/cpu.js';
import type { EmulatedMachine } from '../emu/emulated.js';
import type { Console } from '../seams/console.js';
import type { Host } from '../seams/prompt.js';

/** A program as it stands in memory. */
export interface Image {
  bytes: Uint8Array;
  /** Where it begins in memory, and where it is entered. */
  origin: number;
  entry: number;
}

/** Memory that programs may use. */
export interface MachineMemory {
  /** The lowest address, the beginning of a page. */
  origin: number;
  /**
   * The first address behind it. Where `isFixed` is false only a running program knows (CP/M's word at 0006h), and this is
   * what a usual system has: free memory is told for it, and the build counts on it where it costs nothing to be wrong.
   */
  end: number;
  isFixed: boolean;
  /** What it is called, and what has so much of it: "free TPA … on a 64 KB system". */
  name: string;
  of: string;
  /**
   * Below it every access may have to wait, so that what is hardly used lies there: the part of a closed model that is read
   * once per question stands in front of the code. Undefined: all memory is as fast, and the code stands first.
   */
  hotFrom?: number;
}

export interface ProgramFile {
  /** Its type in a file's name: COM. */
  type: string;
  /** In words, as in "the program, a .COM". */
  title: string;
  /** @param name of the program, where the file holds one */
  encode(image: Image, name: string): Uint8Array;
  /** @throws InputError where the file is none of these */
  decode(file: Uint8Array, where: string): Image;
  /** The file as a sound, a WAV, for a machine that loads from a cassette. Undefined: no machine hears it. */
  sound?(file: Uint8Array): Uint8Array;
}

/** How a program gets onto a real one, over a serial line. */
export interface MachineBoard {
  /** The driver of src/transfer that does it, as --board names it; undefined: whatever a CP/M turns out to have. */
  driver: string | undefined;
  /** What starts programs there. */
  host: Host;
  /** The virtual board that is one, and the driver for that. */
  virtual: { title: string; firmware: FirmwareKind; driver: string };
  /** Programs lie on a disk and stay there; otherwise the last that was sent is the only one. */
  keepsPrograms: boolean;
}

export interface Machine {
  /** As --machine names it. */
  name: string;
  /** In words: "a CP/M 2.2 system". */
  title: string;
  memory: MachineMemory;
  /** The most bytes of a program, unless something else is asked for; training aims at it, too. */
  programBytes: number;
  /** A source in firmware/hosts. */
  host: string;
  /** Programs can be started with words behind their name. */
  takesTail: boolean;
  /** Programs find CP/M's calls and disks: TALK and its minds can be there. */
  hasDisks: boolean;
  file: ProgramFile;
  /** Of a usual one; predictions are for it. */
  clockHz: number;
  /** @param createCpu in the place of `createZ80`: a debugger's */
  emulate(console: Console, createCpu?: CreateCpu): EmulatedMachine;
  /** Undefined: no line leads to it. */
  board: MachineBoard | undefined;
}
