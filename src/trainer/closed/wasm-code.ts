/**
 * A few words of WebAssembly, enough for loops over vectors of four float32: each function gives the bytes of an
 * expression, and expressions are put together as they are read.
 *
 *     add(get(0), f32(2))    →    local.get 0   f32.const 2   f32.add
 *
 * Format: WebAssembly Core Specification 2.0, chapter 5.
 */
export type Code = readonly number[];

export const TYPES = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
export type Type = keyof typeof TYPES;

const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
const signed = (value: number): number[] =>
  value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];

const operation =
  (...opcode: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), ...opcode];
const vector =
  (...opcode: number[]) =>
  (...operands: Code[]): Code => [...operands.flat(), 0xfd, ...opcode];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const addI32 = operation(0x6a);
export const f32 = (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
export const addF32 = operation(0x92);

// Vectors of four float32; addresses are multiples of 16.
const ALIGNED = 4;
export const load = (address: Code, offset = 0): Code => [...address, 0xfd, 0x00, ALIGNED, ...unsigned(offset)];
export const store = (address: Code, value: Code): Code => [...address, ...value, 0xfd, 0x0b, ALIGNED, 0];
export const splat = vector(0x13);
export const lane = (of: Code, index: number): Code => [...of, 0xfd, 0x1f, index];
export const nearest = vector(0x6a);
export const abs = vector(0xe0, 0x01);
export const sqrt = vector(0xe3, 0x01);
export const add = vector(0xe4, 0x01);
export const sub = vector(0xe5, 0x01);
export const mul = vector(0xe6, 0x01);
export const div = vector(0xe7, 0x01);
export const min = vector(0xe8, 0x01);
export const max = vector(0xe9, 0x01);
/** Bits of the first where those of the third are set, else of the second. */
export const select = vector(0x52);
/** The sign bit of each of four float32. */
export const SIGNS: Code = [0xfd, 0x0c, ...[0, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80]];

/** Do `body` until the local that counts down in steps of four is 0; not at all if it is. */
export const countDown = (local: number, body: Code): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...get(local),
  ...[0x45, 0x0d, 1],
  ...body,
  ...set(local, addI32(get(local), i32(-4))),
  ...[0x0c, 0, 0x0b, 0x0b],
];

export interface Function {
  parameters: Type[];
  result?: Type;
  locals?: Type[];
  body: Code;
}

const list = (items: Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const text = (value: string): Code => [...unsigned(value.length), ...[...value].map((c) => c.charCodeAt(0))];

/** A module that imports shared memory as `in.memory` and exports the functions. */
export function moduleOf(functions: Record<string, Function>, mostPages: number): Uint8Array {
  const all = Object.entries(functions);
  const types = all.map(([, { parameters, result }]): Code => {
    const results = result === undefined ? [] : [[TYPES[result]]];
    return [0x60, ...list(parameters.map((type) => [TYPES[type]])), ...list(results)];
  });
  const bodies = all.map(([, { locals = [], body }]): Code => {
    const code = [...list(locals.map((type) => [1, TYPES[type]])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  const SHARED_WITH_MAXIMUM = 0x03;
  const memory = [...text('in'), ...text('memory'), 0x02, SHARED_WITH_MAXIMUM, 1, ...unsigned(mostPages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(all.map((_, index) => unsigned(index)))),
    ...section(7, list(all.map(([name], index) => [...text(name), 0x00, ...unsigned(index)]))),
    ...section(10, list(bodies)),
  ]);
}
