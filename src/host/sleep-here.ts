/** Wait where one stands, as whoever reads or writes a whole file does: nothing else runs meanwhile, so only for moments. */
export function sleepHere(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
