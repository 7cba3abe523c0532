// A disassembly can be edited: with a NOP before any of its instructions the program still does what it did.
import { describe, expect, it } from 'vitest';
import { createCpm } from '../../src/emu/cpm/machine.js';
import { observe } from '../../src/emu/observe/observe.js';
import { assemble, disassemble, memoryReader, type Evidence } from '../../src/z80asm/index.js';
import { ScriptConsole } from '../fakes/script-console.js';

function bytesOf(source: string): Uint8Array {
  const result = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': source }) });
  expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return result.bytes;
}

/** What a program prints, up to its end. */
function printed(bytes: Uint8Array, keys: string): string {
  const console = new ScriptConsole().type(keys);
  const machine = createCpm({ console });
  machine.load({ name: 'X.COM', bytes }, '');
  const stop = machine.run(2_000_000);
  return `${console.screen}|${stop.why}`;
}

interface Edits {
  places: number;
  same: number;
  text: string;
}

/** A NOP before each of the instructions, one at a time: how often the program still prints the same. */
function edit(source: string, lines: string[], isObserved = true): Edits {
  const bytes = bytesOf(source);
  const evidence: Evidence | undefined = isObserved ? observe(bytes, { lines }).evidence : undefined;
  const { text } = disassemble(bytes, { origin: 0x100, evidence });
  expect(bytesOf(text)).toEqual(bytes);
  const rows = text.split('\n');
  const keys = lines.map((line) => `${line}\r`).join('');
  const before = printed(bytes, keys);
  let places = 0;
  let same = 0;
  rows.forEach((row, at) => {
    if (!/; [0-9A-F]{4} {2}[0-9A-F]{2}/.test(row)) return;
    places++;
    const edited = bytesOf([...rows.slice(0, at), ' NOP', ...rows.slice(at)].join('\n'));
    if (printed(edited, keys) === before) same++;
  });
  return { places, same, text };
}

const OUT = `
out: PUSH HL
 PUSH DE
 PUSH BC
 LD E,A
 LD C,2
 CALL 5
 POP BC
 POP DE
 POP HL
 RET
`;

describe('an edited disassembly', () => {
  it('finds texts behind calls, as many as there are', () => {
    const { places, same, text } = edit(
      ` ORG 100h
 CALL print
 DB 'first',13,10,0
 CALL print
 DB 'second',0
 LD A,(0FFFFh)
 INC A
 JR NZ,done
 CALL print
 DB 'never',0
done: JP 0
print: POP HL
.loop: LD A,(HL)
 INC HL
 OR A
 JR Z,.end
 CALL out
 JR .loop
.end: JP (HL)${OUT}`,
      [],
    );
    expect([places, same]).toEqual([25, 25]);
    expect(text).toContain("DB 'never',0x00");
  });

  it('finds tables behind JP (HL), with the entries that were not used', () => {
    const source = ` ORG 100h
 LD C,1
 CALL 5
 SUB 'a'
 LD L,A
 LD H,0
 ADD HL,HL
 LD DE,table
 ADD HL,DE
 LD A,(HL)
 INC HL
 LD H,(HL)
 LD L,A
 JP (HL)
table: DW first,second,third
first: LD A,'1'
 JR show
second: LD A,'2'
 JR show
third: LD A,'3'
show: CALL out
 JP 0${OUT}`;
    for (const isObserved of [true, false]) {
      const { places, same, text } = edit(source, ['b'], isObserved);
      expect([places, same]).toEqual([30, 30]);
      expect(text).toMatch(/DW L[0-9A-F]{4},L[0-9A-F]{4},L[0-9A-F]{4}/);
    }
  });

  it('writes addresses in data and in registers as labels, and numbers as numbers', () => {
    const { places, same, text } = edit(
      ` ORG 100h
 LD HL,list
next: LD E,(HL)
 INC HL
 LD D,(HL)
 INC HL
 LD A,D
 OR E
 JR Z,count
 LD C,9
 PUSH HL
 CALL 5
 POP HL
 JR next
; 123h is no address here, though there is one.
count: LD BC,123h
 LD HL,0
.more: INC HL
 DEC BC
 LD A,B
 OR C
 JR NZ,.more
 LD A,L
 CALL out
 JP 0
list: DW one,two,0
one: DB 'one$'
two: DB 'two$'${OUT}`,
      [],
    );
    expect([places, same]).toEqual([33, 33]);
    expect(text).toContain('LD BC,0x0123');
    expect(text).toMatch(/DW D[0-9A-F]{4},D[0-9A-F]{4}/);
  });

  it('writes into instructions by their labels', () => {
    const { places, same, text } = edit(
      ` ORG 100h
 LD A,'x'
 LD (patch+1),A
patch: LD A,0
 CALL out
 LD HL,after
 LD (go+1),HL
go: JP 0
after: LD A,'y'
 CALL out
 RST 0${OUT}`,
      [],
    );
    expect([places, same]).toEqual([20, 20]);
    expect(text).toMatch(/LD \(L[0-9A-F]{4}\+1\),A/);
  });

  it('keeps tables on pages, variables behind the end, limits and lengths', () => {
    const { places, same, text } = edit(
      ` ORG 100h
 LD SP,stack
 LD HL,var
 LD (HL),'v'
 LD H,HIGH(page)
 LD A,1
 ADD A,A
 LD L,A
 LD A,(HL)
 CALL out
 LD HL,text
.more: LD A,(HL)
 CALL out
 INC HL
 LD DE,text.end
 OR A
 SBC HL,DE
 ADD HL,DE
 JR NZ,.more
 LD HL,part
 LD DE,8000h
 LD BC,part.end-part
 LDIR
 CALL 8000h
 LD A,(var)
 CALL out
 JP 0
text: DB 'text'
text.end:
part: LD A,'m'
 OR A
 RET
part.end:${OUT}
 ALIGN 256
page: DB '012345'
var EQU $
stack EQU $+64`,
      [],
    );
    expect([places, same]).toEqual([36, 36]);
    expect(text).toContain('ALIGN 256');
    expect(text).toMatch(/LD BC,L[0-9A-F]{4}-D[0-9A-F]{4}/);
    expect(text).toMatch(/V[0-9A-F]{4} +EQU 0x[0-9A-F]{4}\+moved/);
  });

  it('leaves two letters what they are', () => {
    const { places, same, text } = edit(
      ` ORG 100h
start: LD HL,'IZ'
 LD (5Ch+9),HL
 LD A,(5Ch+9)
 CALL out
 JP 0${OUT}`,
      [],
    );
    expect(text).toContain('LD HL,0x495A');
    expect([places, same]).toEqual([15, 15]);
  });
});
