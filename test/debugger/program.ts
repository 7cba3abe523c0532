/** The program of program.asm, with its listing and symbols, in a folder of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemble, formatListing, formatSymbols, memoryReader } from '../../src/z80asm/index.js';

export interface MadeProgram {
  folder: string;
  /** T.COM, with T.lst and T.sym beside it. */
  com: string;
  asm: string;
  lines: string[];
  remove(): void;
}

export function makeProgram(): MadeProgram {
  const text = readFileSync(fileURLToPath(new URL('program.asm', import.meta.url)), 'utf8').replaceAll('\r', '');
  const result = assemble({ main: 't.asm', ...memoryReader({ 't.asm': text }) });
  const folder = mkdtempSync(join(tmpdir(), 'z80lm-debug-'));
  writeFileSync(join(folder, 't.asm'), text);
  writeFileSync(join(folder, 'T.COM'), result.bytes);
  writeFileSync(join(folder, 'T.lst'), formatListing(result));
  writeFileSync(join(folder, 'T.sym'), formatSymbols(result));
  return {
    folder,
    com: join(folder, 'T.COM'),
    asm: join(folder, 't.asm'),
    lines: text.split('\n'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
