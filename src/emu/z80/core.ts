/** A way to run the text of instructions.ts: JavaScript (bench/js-core.ts) or WebAssembly (wasm-core.ts). */
export interface PortCalls {
  in: (port: number) => number;
  out: (port: number, value: number) => void;
}

export interface Core {
  /** All pages of layout.ts. */
  memory: Uint8Array;
  /** The state words, by STATE. */
  state: Int32Array;
  /** Addresses of the last instructions, by state[n] mod 16; -1 where there was none. */
  trail: Int32Array;
  /** What the use of each of the Z80's addresses asks for: bits of MARK. */
  marks: Uint8Array;
  /** Where regions of translated code can be entered: the region's number in the high byte, its stretch in the low one. */
  entries: Uint16Array;
  /** Compile a module that exports `region`, and give it a number. */
  addRegion: (number: number, module: Uint8Array) => void;
  /** Run until state[left] is used up, HALT, attention, or a mark is met. Marks of data are not seen. */
  core: () => void;
  /** The same with marks of data, a third slower; made at the first call. */
  watchfulCore: () => () => void;
}
