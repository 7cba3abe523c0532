/** How WebAssembly is written down: as much of the format as is used here (Core Specification 1.0, chapter 5). */
export const I32 = 0x7f;
export const I64 = 0x7e;
export const FUNCREF = 0x70;
/** The section of functions. */
const CODE = 10;
export const NO_VALUE = 0x40;
export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  call: 0x10,
  callIndirect: 0x11,
  select: 0x1b,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  load: 0x28,
  load64: 0x29,
  load8: 0x2d,
  load16: 0x2f,
  store: 0x36,
  store8: 0x3a,
  const: 0x41,
  const64: 0x42,
  isZero: 0x45,
  isZero64: 0x50,
  or64: 0x84,
  xor64: 0x85,
  shiftLeft64: 0x86,
  return: 0x0f,
} as const;
export const BINARY: Record<string, number> = {
  '==': 0x46, '!=': 0x47, '<': 0x48, '>': 0x4a, '<=': 0x4c, '>=': 0x4e,
  '+': 0x6a, '-': 0x6b, '&': 0x71, '|': 0x72, '^': 0x73, '<<': 0x74, '>>': 0x75,
}; // prettier-ignore

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    const done = value === (byte & 0x40 ? -1 : 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

export function name(text: string): number[] {
  return [...unsigned(text.length), ...Array.from(text, (c) => c.charCodeAt(0))];
}

export function vector(items: number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

export function section(id: number, content: number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

/** A module of these sections and, behind them, functions: each its locals and its code without the `end`. No byte is copied twice. */
export function moduleOf(sections: number[][], functions: number[][]): Uint8Array {
  const sizes = functions.map((body) => unsigned(body.length + 1));
  const length = functions.reduce((sum, body, i) => sum + sizes[i]!.length + body.length + 1, 1);
  const head = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...sections.flat(), CODE, ...unsigned(length)];
  const module = new Uint8Array(head.length + length);
  module.set(head);
  module[head.length] = functions.length;
  let at = head.length + 1;
  functions.forEach((body, i) => {
    module.set(sizes[i]!, at);
    module.set(body, at + sizes[i]!.length);
    at += sizes[i]!.length + body.length + 1;
    module[at - 1] = OP.end;
  });
  return module;
}
