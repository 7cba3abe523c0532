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
  /** Run until state[left] is used up, HALT, or attention. */
  core: () => void;
}
