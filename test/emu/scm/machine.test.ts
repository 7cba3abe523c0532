/** The monitor's machine without its prompt: what it loads, where it enters, and what its calls leave. */
import { describe, expect, it } from 'vitest';
import { createScm } from '../../../src/emu/scm/machine.js';
import type { EmulatedMachine } from '../../../src/emu/emulated.js';
import { SCM } from '../../../src/machines/scm.js';
import { toBytes } from '../../../src/seams/bytes.js';
import { InputError } from '../../../src/seams/errors.js';
import { assemble } from '../../../src/z80asm/index.js';
import { toIntelHex } from '../../../src/z80asm/intel-hex.js';
import { ScriptConsole } from '../../fakes/script-console.js';

const SECOND = 7_372_800;
const ENDED = { why: 'ended', code: 0, lost: [] };

function assembled(source: string): Uint8Array {
  const result = assemble({
    main: 'x.asm',
    format: 'hex',
    readText: () => ` org 8000h\n${source}`,
    readBinary: () => new Uint8Array(0),
  });
  expect(result.ok).toBe(true);
  return toBytes(toIntelHex(result.segments, result.entry));
}

function started(file: Uint8Array, console = new ScriptConsole()): { scm: EmulatedMachine; console: ScriptConsole } {
  const scm = createScm(console);
  scm.load({ name: 'X.HEX', bytes: file }, '');
  return { scm, console };
}

const SAYS = `
  ret
begin:
  ld a,'Y'
  ld c,2
  rst 30h
  ret
`;

describe('a program', () => {
  it('is entered where END says, and else at its first byte', () => {
    const { scm, console } = started(assembled(`${SAYS} end begin`));
    expect(scm.run(SECOND)).toEqual(ENDED);
    expect(console.screen).toBe('Y');
    expect(started(assembled(SAYS)).scm.cpu.pc).toBe(0x8000);
  });

  it('has its entry in its file, there and back', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    for (const entry of [0x8000, 0x8002]) {
      const image = { bytes, origin: 0x8000, entry };
      expect(SCM.file.decode(SCM.file.encode(image, 'X'), 'X.HEX')).toEqual(image);
    }
  });

  it.each([':00000001FF', ':0080000080\n:00000001FF'])('has a byte: %j', (text) => {
    for (const read of [() => started(toBytes(text)), () => SCM.file.decode(toBytes(text), 'X.HEX')]) {
      expect(read).toThrow(InputError);
      expect(read).toThrow(expect.objectContaining({ message: 'the file holds no data', where: 'X.HEX' }));
    }
  });
});

describe('a call', () => {
  /** Main registers behind a call, pushed: AF, BC, DE, HL. */
  const behind = (set: string, console?: ScriptConsole): string[] => {
    const { scm } = started(
      assembled(`
        ld hl,1234h
        ld de,text
        ld bc,5600h
        ld a,'A'
        or a
        scf
        ${set}
        rst 30h
        push af
        push bc
        push de
        push hl
        ld (sp_at),sp
        pop hl
        pop hl
        pop hl
        pop hl
        ret
      text: db 'x',0
      sp_at: dw 0`),
      console,
    );
    expect(scm.run(SECOND)).toEqual(ENDED);
    const at = 0xfcbe - 8;
    const words = [6, 4, 2, 0].map((n) => scm.cpu.memory[at + n]! | (scm.cpu.memory[at + n + 1]! << 8));
    return words.map((word) => word.toString(16).padStart(4, '0'));
  };

  it.each([
    ['write', 'ld c,2'],
    ['a text', 'ld c,6'],
    ['a new line', 'ld c,7'],
  ])('of %s keeps no main register', (_, set) => expect(behind(set)).toEqual(['a5bf', 'dbdc', 'ddde', 'd8d1']));

  it('gives a key, or whether there is one, and nothing else', () => {
    const typed = (): ScriptConsole => new ScriptConsole().type('k');
    expect(behind('ld c,1', typed())).toEqual(['6bbf', 'dbdc', 'ddde', 'd8d1']);
    expect(behind('ld c,3', typed())).toEqual(['a5bf', 'dbdc', 'ddde', 'd8d1']);
    expect(behind('ld c,3')).toEqual(['a5ff', 'dbdc', 'ddde', 'd8d1']);
  });
});
