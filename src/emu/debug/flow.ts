/** Instructions that are no single step for a person: calls, returns, repeats. Prefixes DD and FD change none of them. */
const HALT = 0x76;
const DJNZ = 0x10;
const ED = 0xed;
const TO_ITSELF = 0xfe;

/** CALL, with or without a condition, or RST: it may push where it is to be gone on with. */
export function isCall(memory: Uint8Array, pc: number): boolean {
  const opcode = memory[pc]!;
  return opcode === 0xcd || (opcode & 0xc7) === 0xc4 || isRst(opcode);
}

const isRst = (opcode: number): boolean => (opcode & 0xc7) === 0xc7;

/** RET, with or without a condition, RETI, RETN. */
export function isReturn(memory: Uint8Array, pc: number): boolean {
  const opcode = memory[pc]!;
  if (opcode === ED) return (memory[(pc + 1) & 0xffff]! & 0xc7) === 0x45;
  return opcode === 0xc9 || (opcode & 0xc7) === 0xc0;
}

/** LDIR, CPDR and their kind, DJNZ to itself: two bytes that are executed over and over. */
export function isRepeat(memory: Uint8Array, pc: number): boolean {
  const second = memory[(pc + 1) & 0xffff]!;
  if (memory[pc] === DJNZ) return second === TO_ITSELF;
  return memory[pc] === ED && (second & 0xf4) === 0xb0;
}

/** The length of an instruction that is stepped over, not into: where it ends, the step does. */
export function callsOrRepeats(memory: Uint8Array, pc: number): number | undefined {
  if (isCall(memory, pc)) return isRst(memory[pc]!) ? 1 : 3;
  if (isRepeat(memory, pc)) return 2;
  return memory[pc] === HALT ? 1 : undefined;
}
