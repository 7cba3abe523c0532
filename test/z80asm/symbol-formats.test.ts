/** Symbols as debuggers want them: each form whole, and read back. */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/seams/errors.js';
import {
  assemble,
  formatSymbols,
  memoryReader,
  parseSymbols,
  symbolExtension,
  symbolFormatOf,
  SYMBOL_FORMATS,
  type SymbolFormat,
} from '../../src/z80asm/index.js';

const SOURCE = `BDOS EQU 5
 ORG 100h
 INCLUDE "lib.asm"
start: LD BC,300
.l: DEC BC ; LOGPOINT bc|\${BC}
 JR NZ,.l
 m1 2
 RET
p STRUCT
x DB 0
 ENDS
 MODULE mm
data: DB "LOGPOINT"
.q: NOP
 ENDMODULE
`;
const result = assemble({
  main: 'main.asm',
  defines: { FAST: 1 },
  ...memoryReader({ 'main.asm': SOURCE, 'lib.asm': 'm1 MACRO n\n LD A,n\n ENDM\n' }),
});
const made = (format: SymbolFormat): string[] =>
  formatSymbols(result, { format, checksum: (file) => (file === 'main.asm' ? 0xabcd : -1) }).split('\n');

describe('a symbol file', () => {
  it('for DeZog has the memory, names, instructions, and comments that it obeys', () => {
    expect(made('sld')).toEqual([
      '|SLD.data.version|1',
      '||K|KEYWORDS|WPMEM,LOGPOINT,ASSERTION',
      'main.asm|1||0|-1|-1|Z|pages.size:65536,pages.count:32,slots.count:1,slots.adr:0',
      'main.asm|10||0|-1|0|L|p,x,,+struct_def',
      'main.asm|11||0|-1|1|L|,p,,+struct_def',
      'main.asm|1||0|-1|5|L|,BDOS,,+equ',
      'main.asm|4||0|0|256|L|,start,',
      'main.asm|5||0|0|259|L|,start,l',
      'main.asm|13||0|0|265|L|mm,data,',
      'main.asm|14||0|0|273|L|mm,data,q',
      'main.asm|4||0|0|256|T|',
      'main.asm|5||0|0|259|T|',
      'main.asm|6||0|0|260|T|',
      'lib.asm|2||0|0|262|T|',
      'main.asm|8||0|0|264|T|',
      'main.asm|14||0|0|273|T|',
      'main.asm|5||0|0|259|K|; LOGPOINT bc ${BC}',
      '',
    ]);
  });

  it('for openMSX has lines that old and new versions of its debugger take', () => {
    expect(made('openmsx')).toEqual([
      'p.x: equ 00000H',
      'FAST: equ 00001H',
      'p: equ 00001H',
      'BDOS: equ 00005H',
      'start: equ 00100H',
      'start.l: equ 00103H',
      'mm.data: equ 00109H',
      'mm.data.q: equ 00111H',
      '',
    ]);
  });

  it('for NoICE has commands', () => {
    expect(made('noice')).toEqual([
      'DEF p.x 0x0000',
      'DEF FAST 0x0001',
      'DEF p 0x0001',
      'DEF BDOS 0x0005',
      'DEF start 0x0100',
      'DEF start.l 0x0103',
      'DEF mm.data 0x0109',
      'DEF mm.data.q 0x0111',
      'FILE main.asm',
      'LINE 4 0x0100',
      'LINE 5 0x0103',
      'LINE 6 0x0104',
      'FILE lib.asm',
      'LINE 2 0x0106',
      'FILE main.asm',
      'LINE 8 0x0108',
      'LINE 14 0x0111',
      '',
    ]);
  });

  it('for WLA DX has sections, with checksums beside the files', () => {
    const lines = made('wla');
    expect(lines).toEqual([
      '[information]',
      'version 3',
      'wlasymbol true',
      '',
      '[labels]',
      '00:0100 start',
      '00:0103 start.l',
      '00:0109 mm.data',
      '00:0111 mm.data.q',
      '',
      '[definitions]',
      '00000000 p.x',
      '00000001 FAST',
      '00000001 p',
      '00000005 BDOS',
      '',
      '[source files v2]',
      '0001:0000 0000abcd main.asm',
      '0001:0001 ffffffff lib.asm',
      '',
      '[addr-to-line mapping v2]',
      '00000000 00:0000 0100 0001:0000:00000004',
      '00000003 00:0003 0103 0001:0000:00000005',
      '00000004 00:0004 0104 0001:0000:00000006',
      '00000006 00:0006 0106 0001:0001:00000002',
      '00000008 00:0008 0108 0001:0000:00000008',
      '00000011 00:0011 0111 0001:0000:0000000e',
      '',
    ]);
    expect(formatSymbols(result, { format: 'wla' }).split('\n')).toEqual([...lines.slice(0, 15), '']);
  });

  it.each(SYMBOL_FORMATS)('%s is read back, places as places', (format) => {
    const { values, names } = parseSymbols(made(format).join('\n'), 'x');
    expect(values.get('mm.data.q')).toBe(0x111);
    expect(values.get('BDOS')).toBe(5);
    expect([...names].filter(([address]) => address >= 0x100)).toEqual([
      [0x100, 'start'],
      [0x103, 'start.l'],
      [0x109, 'mm.data'],
      [0x111, 'mm.data.q'],
    ]);
    // NoICE and openMSX do not say which names are places.
    expect(names.has(5)).toBe(format === 'noice' || format === 'openmsx');
  });

  it('is of the form that its name asks for', () => {
    const names = ['x.sld', 'X.SLD.TXT', 'x.noi', 'x.sym', 'x', 'sld'];
    expect(names.map(symbolFormatOf)).toEqual(['sld', 'sld', 'noice', 'z80lm', 'z80lm', 'z80lm']);
    expect(SYMBOL_FORMATS.map(symbolExtension)).toEqual(['.sym', '.sld', '.sym', '.noi', '.sym']);
  });
});

describe('symbol files of other tools', () => {
  it('may have words of those kinds as names', () => {
    expect([...parseSymbols('LINE EQU 5\nDEFS: equ 6\nFILE = 7\n', 'x').values]).toEqual([
      ['LINE', 5],
      ['DEFS', 6],
      ['FILE', 7],
    ]);
  });

  it('have banks and pages, of which there is one', () => {
    const text = '; no$gmb\n00:0150 main\n00:0200 loop\n';
    expect([...parseSymbols(text, 'x').names]).toEqual([
      [0x150, 'main'],
      [0x200, 'loop'],
    ]);
    expect([...parseSymbols('DEF main 0:0x150\nDEFS x 0x5\n', 'x').names]).toEqual([
      [0x150, 'main'],
      [5, 'x'],
    ]);
  });

  it.each(['nonsense', 'start EQU 1 2', '[labels]\n00:01 x', '0100', 'DEF x', 'DEF x y', 'a|b|c'])(
    '%j is none',
    (text) => {
      expect(() => parseSymbols(text, 'x.sym')).toThrow(InputError);
    },
  );
});
