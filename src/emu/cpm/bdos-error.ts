/** What makes the BDOS print "Bdos Err On A: …" and end the program. */
export type BdosErrorKind = 'Select' | 'R/O' | 'File R/O';

export class BdosError extends Error {
  constructor(
    readonly drive: number,
    readonly kind: BdosErrorKind,
  ) {
    super(`Bdos Err On ${String.fromCharCode(0x41 + drive)}: ${kind}`);
  }
}
