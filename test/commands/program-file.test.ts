import { describe, expect, it } from 'vitest';
import { readProgram } from '../../src/commands/program-file.js';
import type { FileStore } from '../../src/seams/file-store.js';
import { InputError } from '../../src/seams/errors.js';

const holding = (bytes: Uint8Array): FileStore => ({ read: () => bytes }) as unknown as FileStore;
const text = new TextEncoder().encode(' ORG 100h\r\n RET ; done\n\x1a');

describe('a program', () => {
  it.each(['hello.asm', 'HELLO.Z80', 'lib/hello.mac'])('is not its source %s', (path) => {
    expect(() => readProgram(holding(text), path)).toThrow(InputError);
    try {
      readProgram(holding(text), path);
    } catch (error) {
      const output = path.replace(/\.\w+$/, '.COM');
      expect(error).toMatchObject({ where: path, hint: `z80lm asm ${path} -o ${output} makes the program` });
    }
  });

  it.each([
    ['hello.com', text],
    ['hello.z80', Uint8Array.from([0xc3, 0, 1, 0x00])],
    ['empty.asm', new Uint8Array(0)],
  ])('may be %s', (path, bytes) => {
    expect(readProgram(holding(bytes), path)).toBe(bytes);
  });
});
