// `z80lm disasm --trace-run`: what it runs, what it says, and that nothing of the user's is touched.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../src/emu/cpm/scratch-folder.js';
import { FolderRefusal } from '../../src/emu/cpm/folder.js';
import { assemble, memoryReader } from '../../src/z80asm/index.js';
import { MemoryFolder } from '../fakes/memory-folder.js';
import { Z80LM } from '../bundled.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-disasm-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes the file that its tail names, asks for a key, and jumps through a table with it. */
const SOURCE = ` ORG 100h
 LD DE,5Ch
 LD C,22
 CALL 5
 LD C,1
 CALL 5
 AND 1
 LD L,A
 LD H,0
 ADD HL,HL
 LD DE,table
 ADD HL,DE
 LD E,(HL)
 INC HL
 LD D,(HL)
 EX DE,HL
 JP (HL)
table: DW even,odd
even: JP 0
odd: RST 0`;

function disasm(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const [node, ...rest] = [...Z80LM, 'disasm', ...args] as [string, ...string[]];
  const { status, stdout, stderr } = spawnSync(node, rest, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('z80lm disasm --trace-run', () => {
  const program = join(folder, 'X.COM');
  writeFileSync(program, assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': SOURCE }) }).bytes);

  it('runs the program with a command tail and a line, and says what it found', () => {
    const { status, stdout, stderr } = disasm(program, '--trace-run', 'a', '--json', '--', 'NEW.TXT');
    expect(status).toBe(0);
    const { found, run, text } = JSON.parse(stdout) as { found: object; run: object; text: string };
    expect(found).toEqual({ addresses: 3, proven: 2, tables: 1, arguments: 0, bdosCalls: 2, executed: 17 });
    expect(run).toMatchObject({ end: 'ended' });
    expect(text).toContain('LD C,F_MAKE');
    expect(text).toContain('LD DE,FCB1');
    expect(text).toContain('DW L0120,L0123');
    expect(stderr).toContain('17 instructions executed, 2 of 3 addresses proven; the program ended');
    expect(readdirSync(folder)).toEqual(['X.COM']);
  });

  it('goes on behind a call in which the run was cut short', () => {
    const waits = join(folder, 'WAITS.COM');
    const source = ' ORG 100h\n CALL key\n JP 0\nkey: LD C,1\n CALL 5\n LD E,A\n LD C,2\n CALL 5\n RET';
    writeFileSync(waits, assemble({ main: 'w.asm', ...memoryReader({ 'w.asm': source }) }).bytes);
    const listed = readdirSync(folder);
    for (const lines of [['--trace-run'], ['--trace-run', '--trace-run', 'x'], ['--trace-run', 'x', '--trace-run']]) {
      const { status, stdout } = disasm(waits, ...lines, '--json');
      expect(status).toBe(0);
      expect((JSON.parse(stdout) as { codeBytes: number }).codeBytes).toBe(18);
    }
    expect(readdirSync(folder)).toEqual(listed);
    rmSync(waits);
  });

  it('refuses what does not go together', () => {
    expect(disasm(program, 'tail').status).toBe(2);
    expect(disasm(program, '--max-tstates', '5').status).toBe(2);
    expect(disasm(program, '--plain', '--trace-run').status).toBe(2);
    expect(disasm(program, '--org', '0x200', '--trace-run').status).toBe(2);
    expect(readFileSync(program).length).toBe(36);
  });
});

describe('the folder of a traced run', () => {
  it('is read, and never written', () => {
    const base = new MemoryFolder().put('A.TXT', 'a').put('B.TXT', 'b');
    const scratch = scratchFolder(base);
    scratch.write('C.TXT', Uint8Array.of(1, 2, 3));
    scratch.write('A.TXT', Uint8Array.of(4));
    scratch.rename('B.TXT', 'D.TXT');
    expect(scratch.list().map(({ name, size }) => `${name} ${size}`)).toEqual(['A.TXT 1', 'C.TXT 3', 'D.TXT 1']);
    expect(scratch.read('C.TXT', 2)).toEqual(Uint8Array.of(1, 2));
    expect(() => scratch.read('B.TXT')).toThrow(FolderRefusal);
    scratch.sub('1', true)!.write('E.TXT', Uint8Array.of(5));
    expect(scratch.sub('1', false)!.list()).toHaveLength(1);
    expect([...base.files.keys()]).toEqual(['A.TXT', 'B.TXT']);
    expect(base.text('A.TXT')).toBe('a');
    expect(base.folders.size).toBe(0);
    expect(() => scratch.write('BIG', new Uint8Array(9 * 1024 * 1024))).toThrow(FolderRefusal);
  });
});
