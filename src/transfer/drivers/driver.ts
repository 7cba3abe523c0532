/** What a kind of board firmware needs to be able to do; one implementation for each, chosen by --board. */
import type { Host } from '../../seams/prompt.js';
import type { LoadProgress, Program } from '../../seams/target.js';
import type { CpmLine } from '../cpm-line.js';
import type { Helper } from './with-helper.js';

export interface FlashOptions {
  /** Prove that the board has every byte (default); otherwise only that the size is right, where it tells. */
  verify?: boolean;
  signal?: AbortSignal;
  /** At a CP/M prompt: our own program on the board, where it is there or may be brought. */
  helper?: Helper;
}

export interface Driver {
  /** As --board names it. */
  readonly name: string;
  /** In words: "RomWBW, XM". */
  readonly title: string;
  /** What programs are started from there; CP/M unless given. */
  readonly host?: Host;
  /**
   * `echoed`: the board polls its UART and buffers nothing, so each key goes when the one before was echoed. Unless given,
   * keys go a few ms apart.
   */
  readonly keyboard?: 'echoed';
  /**
   * Put the program on the board. What was there under its name stays until the new one is proven.
   * @throws TransferError (status 3) that says what is on the board now; RefusedError (status 1) when what
   *   arrived differs
   */
  flash(line: CpmLine, program: Program, options: FlashOptions): AsyncIterable<LoadProgress>;
  /** Run the program with a command tail; returns with the link at the first byte that the program prints. */
  start(line: CpmLine, name: string, tail: string): Promise<void>;
}

/** `GUESS.COM`, or with a drive `B:GUESS.COM`, in its parts. */
export function fileParts(name: string): { drive: string | undefined; file: string; command: string } {
  const match = /^(?:([A-P]):)?([^.]+)(\..*)?$/i.exec(name);
  const stem = (match?.[2] ?? name).toUpperCase();
  return {
    drive: match?.[1]?.toUpperCase(),
    file: `${stem}${(match?.[3] ?? '').toUpperCase()}`,
    command: stem,
  };
}
