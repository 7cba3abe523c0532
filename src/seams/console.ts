/**
 * The console seam: the operator's side of an emulated machine. `read` answers at once; a machine that needs
 * a key and gets none stops and is run again when there is one.
 */
export interface Console {
  /** Is a key waiting? */
  ready(): boolean;
  /** Take the next key (0..255), or undefined where none is waiting. */
  read(): number | undefined;
  /** A byte for the screen. */
  write(byte: number): void;
  /** No key will ever come again: a script that has ended, a closed pipe. */
  readonly ended: boolean;
}
