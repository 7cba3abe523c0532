/** How long a file may be that is read whole, by what it is to be. A longer one is a mistake, or no end is in sight. */
import type { FileKind } from '../seams/file-store.js';

const KB = 1024;
const MB = 1024 * KB;

export interface FileLimit {
  mostBytes: number;
  /** What such a file is called, with its article. */
  name: string;
}

export const FILE_LIMITS: Readonly<Record<FileKind, FileLimit>> = {
  // A million pairs, which no small model learns, have about 40 MB.
  data: { mostBytes: 64 * MB, name: 'a data file' },
  // The widest network that the trainer makes has under 2 MB; checkpoints hold it several times over.
  model: { mostBytes: 64 * MB, name: 'a model' },
  // The assembler reads a million lines; an INCBIN may take a part of a ROM or disk image.
  source: { mostBytes: 16 * MB, name: 'a source file' },
  // A program has at most 64 KB, but flash also sends other files, up to the 8 MB of a CP/M drive.
  program: { mostBytes: 8 * MB, name: 'a program' },
  // Written by hand.
  settings: { mostBytes: MB, name: 'a settings file' },
  // The virtual board's drive has some hundred KB, CP/M's largest 8 MB.
  disk: { mostBytes: 16 * MB, name: 'a disk image' },
};

/**
 * A pipe in place of a file, as a shell's <(...) gives. Its writer may take its time, and may never come.
 */
export const PIPE_PATIENCE = {
  /** Without a byte, from the start or since the last. A sort of much data is silent for long; nobody waits for minutes. */
  silenceMs: 10_000,
  /** Between two looks: soon enough that nobody notices. */
  lookMs: 10,
};
