/** The calls of the BDOS as a person reads them: name, what DE stands for, and what came back. */

/** What DE is for a call. */
export type Argument =
  | { kind: 'none' }
  | { kind: 'byte' | 'word'; value: number }
  /** Up to the `$`, or as much of it as is shown. */
  | { kind: 'string'; at: number; text: string }
  | { kind: 'buffer'; at: number }
  | {
      kind: 'fcb';
      at: number;
      drive: number;
      name: string;
      newName?: string;
      extent: number;
      record: number;
      random: number;
    };

export interface TracedCall {
  number: number;
  name: string;
  argument: Argument;
  /** HL as the call gave it; A is its lower half. */
  result: number;
  /** Where the program goes on behind it. */
  returnsTo: number;
}
