/**
 * What a run of a program has shown about its bytes: which are instructions, which are addresses, which are mere numbers.
 * The emulator gathers it (src/emu/observe/); the disassembler builds on it. Places are addresses of the program's own
 * bytes, as it was loaded.
 */
export interface Evidence {
  /** Where instructions began that were executed in their place. */
  executed: ReadonlySet<number>;
  /** Bytes that made an address, or more of them. */
  uses: readonly AddressUse[];
  /** Words that addresses were compared with: where they are an instruction's, they are limits. */
  limits: readonly AddressUse[];
  /** 64 KB: 1 where the program read or wrote memory by address. */
  touched: Uint8Array;
  /** Places of bytes that were the upper half of an address whose lower half was reckoned: a table that fills a page. */
  pages: ReadonlySet<number>;
  /** Places (of the lower byte) of words that were counted with or added to an address. */
  numbers: ReadonlySet<number>;
  /** By the place of a word: the block that it was the length of. */
  lengths: ReadonlyMap<number, { from: number; to: number }>;
  /** Places of bytes that were the number of a BDOS function. */
  functions: ReadonlySet<number>;
  /** By the address behind a CALL or RST: so many bytes there were its arguments. */
  inline: ReadonlyMap<number, number>;
  /** Addresses behind calls that had not come back when the run was cut short. */
  pending: ReadonlySet<number>;
}

/** Two bytes that were used as an address, wherever they lie. */
export interface AddressUse {
  low: number;
  high: number;
  /** What the two are together. */
  value: number;
  /** Of the addresses that were reached with it, the nearest. */
  nearest: number;
  /** Control went there. */
  isCode: boolean;
}
