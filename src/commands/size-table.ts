/** Where the bytes of a program go, for `z80lm build` and `z80lm demo`. */
import type { BuiltProgram } from '../build/program.js';

export function sizeTable({ sizes, choices }: BuiltProgram): string[] {
  const rows: [string, number, string][] = [
    ['code and texts', sizes.code, ''],
    ...choices.map(({ layer, bytes, lists, packed }): [string, number, string] => [
      `layer ${layer}`,
      bytes,
      packed === 0 ? `${lists} columns as lists` : `${lists} columns as lists, ${packed} packed`,
    ]),
    ['page ends', sizes.unused, ''],
    ['program', sizes.program, '.COM file'],
    ['buffers', sizes.buffers, 'memory behind it'],
    ['free TPA', sizes.freeTpa, 'in a usual 64 KB system'],
  ];
  return rows.map(([name, bytes, note]) => `${name.padEnd(16)}${String(bytes).padStart(7)} bytes  ${note}`.trimEnd());
}
