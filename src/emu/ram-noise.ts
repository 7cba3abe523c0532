/** What RAM holds after power-on: the same each time, and nothing that a program could rely on. */
export function fillWithNoise(memory: Uint8Array): void {
  let state = 1;
  for (let at = 0; at < memory.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    memory[at] = state >> 16;
  }
}
