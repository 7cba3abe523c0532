/** The system around the calls: where it is, how programs end and come back, what hooks it, and its other devices. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createCpm, type Cpm, type CpmOptions, type CpmStop } from '../../../src/emu/cpm/machine.js';
import { MemoryFolder } from '../../fakes/memory-folder.js';
import { ScriptConsole } from '../../fakes/script-console.js';

const FCB = 0x5c;
const RET = 0xc9;
const HALT = 0x76;
const CCP = 0xe400 - 0x800;
/** LD C,n / LD DE,nn / CALL 5 */
const bdos = (call: number, de = FCB): number[] => [0x0e, call, 0x11, de & 255, de >> 8, 0xcd, 5, 0];
const print = (letter: string): number[] => bdos(2, letter.charCodeAt(0));
const bytes = (...code: number[]): Uint8Array => Uint8Array.from(code);

let folder: MemoryFolder;
let op: ScriptConsole;
let remarks: string[];
let cpm: Cpm;
beforeEach(() => {
  folder = new MemoryFolder();
  cpm = machine();
});

function machine(options: Partial<CpmOptions> = {}): Cpm {
  op = new ScriptConsole();
  remarks = [];
  return createCpm({ console: op, drives: [folder], remark: (words) => remarks.push(words), ...options });
}

function run(code: number[], tail = ''): CpmStop {
  cpm.load({ name: 'T.COM', bytes: bytes(...code) }, tail);
  return cpm.run(cpm.cpu.tStates + 1e7);
}

/** Lines at the prompt, and all that the screen then shows. */
function typed(...lines: string[]): string {
  cpm.boot();
  for (const line of lines) {
    expect(cpm.run(cpm.cpu.tStates + 1e7).why).toBe('key');
    op.type(`${line}\r`);
  }
  expect(cpm.run(cpm.cpu.tStates + 1e7).why).toBe('key');
  return op.screen;
}

describe('errors of the BDOS', () => {
  it.each([
    ['a protected file', 'File R/O', [...bdos(15), ...bdos(21)]],
    ['a protected drive', 'R/O', [...bdos(28), ...bdos(22)]],
    ['a drive that is not there', 'Select', bdos(14, 0)],
  ])('%s: the message, and the program has ended', (_title, kind, code) => {
    folder.put('F.TXT', 'x');
    folder.readOnlyFiles.add('F.TXT');
    const drive = kind === 'Select' ? 'B' : 'A';
    const program = kind === 'Select' ? bdos(14, 1) : code;
    expect(run([...program, ...print('!'), RET], 'F.TXT')).toEqual({ why: 'ended', code: 0xfffd, lost: [] });
    expect(op.screen).toBe(`\r\nBdos Err On ${drive}: ${kind}`);
  });

  it('keep what the program has written', () => {
    expect(run([...bdos(22), ...bdos(21), ...bdos(14, 1)], 'NEW.TXT').why).toBe('ended');
    expect(folder.files.get('NEW.TXT')!.length).toBe(128);
  });

  it('lead back to the prompt', () => {
    folder.put('F.TXT', 'x').readOnlyFiles.add('F.TXT');
    expect(typed('era f.txt', 'b:')).toBe(
      '\r\nA>era f.txt\r\r\nBdos Err On A: File R/O\r\nA>b:\r\r\nBdos Err On B: Select\r\nA>',
    );
  });
});

describe('at the prompt', () => {
  it.each([
    ['HALT', [HALT], 'the program crashed at 0100h: HALT, and nothing interrupts'],
    ['memory that was never written', [0xc3, 0, 0x80], 'the program crashed at 8000h: executing memory'],
  ])('%s ends the program and not the prompt', (_title, code, words) => {
    folder.put('BAD.COM', bytes(...code)).put('GOOD.COM', bytes(...print('g'), RET));
    expect(typed('bad', 'good')).toBe('\r\nA>bad\r\r\n\r\nA>good\r\r\ng\r\nA>');
    expect(remarks.length).toBe(1);
    expect(remarks[0]).toContain(words);
  });

  it('keeps an earlier file of a program that crashes, and what it wrote beside it', () => {
    folder.put('F.TXT', 'earlier').put('BAD.COM', bytes(...bdos(15), ...bdos(21), HALT));
    typed('bad f.txt');
    expect(folder.text('F.TXT')).toBe('earlier');
    expect(folder.files.get('F.TXT.from-cpm')!.length).toBe(128);
  });

  it('an empty .COM runs what is in the TPA', () => {
    folder.put('P.COM', bytes(...print('p'), RET)).put('GO.COM', '');
    expect(typed('p', 'go')).toBe('\r\nA>p\r\r\np\r\nA>go\r\r\np\r\nA>');
  });

  it('drive and user after a program are those at 0004h', () => {
    // LD A,20h / LD (0004h),A / JP 0
    folder.put('U2.COM', bytes(0x3e, 0x20, 0x32, 4, 0, 0xc3, 0, 0)).put('W.COM', bytes(...bdos(14, 0), RET));
    folder.sub('user2', true)!.put('HERE.TXT', 'x');
    expect(typed('u2', 'dir')).toBe('\r\nA>u2\r\r\n\r\nA>dir\r\r\nA: HERE     TXT\r\nA>');
  });

  it('a program that hooks the warm boot and returns to the CCP itself stays (XSUB)', () => {
    const hook = 0xd000;
    // The hook: puts the old jump back, prints, and goes where the program would have returned to.
    const resident = [0x31, 0x00, 0xdc, 0x2a, 0x00, 0xd1, 0x22, 1, 0, ...print('h'), 0x2a, 0x02, 0xd1, 0xe9];
    folder.put('HOOK.COM', bytes(
      0xe1, 0x22, 0x02, 0xd1, // POP HL / LD (D102),HL
      0xe5, 0x2a, 1, 0, 0x22, 0x00, 0xd1, // PUSH HL / LD HL,(1) / LD (D100),HL
      0x21, hook & 255, hook >> 8, 0x22, 1, 0, // LD HL,hook / LD (1),HL
      0x21, 0x20, 0x01, 0x11, hook & 255, hook >> 8, 0x01, 0x20, 0, 0xed, 0xb0, RET, // LDIR / RET
      0, 0, 0, ...resident,
    )).put('BOOT.COM', bytes(0xc3, 0, 0)); // prettier-ignore
    expect(typed('hook', 'boot', 'boot')).toBe('\r\nA>hook\r\r\n\r\nA>boot\r\r\nh\r\nA>boot\r\r\n\r\nA>');
  });

  it('a command that a program leaves in the line of the CCP is done', () => {
    // LD HL,010E / LD DE,CCP+7 / LD BC,5 / LDIR / JP CCP / 3,"DIR"
    folder.put('CHAIN.COM', bytes(0x21, 0x0e, 0x01, 0x11, (CCP + 7) & 255, (CCP + 7) >> 8, 0x01, 4, 0, 0xed, 0xb0, 0xc3, CCP & 255, CCP >> 8, 3, 0x44, 0x49, 0x52)); // prettier-ignore
    expect(typed('chain')).toBe('\r\nA>chain\r\r\n\r\nA>\r\nA: CHAIN    COM\r\nA>');
  });
});

describe('where the system is', () => {
  it.each([
    [0xe400, 0xf200],
    [0xed00, 0xfb00],
    [0xef00, 0xfd00],
    [0xf000, 0xf100],
    [0xfd00, 0xfe00],
  ])('BDOS at %i: BIOS at %i', (bdosBase, bios) => {
    cpm = machine({ bdosBase });
    folder.put('F.TXT', 'hello');
    expect(run([...bdos(15), ...bdos(20), ...bdos(27, 0), 0x22, 0, 2, ...bdos(31, 0), RET], 'F.TXT').why).toBe('ended');
    const { memory } = cpm.cpu;
    const word = (at: number): number => memory[at]! | (memory[at + 1]! << 8);
    expect([word(6), word(1)]).toEqual([bdosBase + 6, bios + 3]);
    expect(Buffer.from(memory.subarray(0x80, 0x85)).toString()).toBe('hello');
    // The directory's eight blocks and the file's; nothing of it over the BIOS.
    expect([...memory.subarray(word(0x200), word(0x200) + 2)]).toEqual([0xff, 0x80]);
    expect(word(0x200) + 256).toBeLessThanOrEqual(0x10000);
    expect([...memory.subarray(bios, bios + 51)].filter((byte) => byte === 0xc3).length).toBeGreaterThanOrEqual(17);
    // Version 22 in the serial number.
    expect(memory[bdosBase + 1]).toBe(22);
  });

  it('has limits', () => {
    expect(() => machine({ bdosBase: 0xfe00 })).toThrow('the BDOS cannot begin at FE00h');
  });

  it('a crash says that the program overwrote it, and where', () => {
    // LD A,76h / LD (E406),A / CALL 5
    expect(run([0x3e, HALT, 0x32, 0x06, 0xe4, 0xcd, 5, 0])).toMatchObject({
      why: 'crashed',
      at: 0xe406,
      message:
        'HALT, and nothing interrupts; the program overwrote the BDOS at E406h (--bdos moves it, as far as FD00h)',
    });
  });
});

describe('the BIOS', () => {
  /** CALL an entry of the jump table, and store A and HL at 0200h. */
  const call = (entry: number): number[] => [0xcd, (3 * entry) & 255, 0xf2, 0x32, 0, 2, 0x22, 1, 2];
  it.each([
    ['SELDSK: no disk', 9, [9, 0, 0], [0, 0, 0]],
    ['READ: an error', 13, [1, 2, 3], [1, 3, 2]],
    ['WRITE: an error', 14, [1, 2, 3], [1, 3, 2]],
    ['SECTRAN: as it is', 16, [7, 2, 3], [7, 0x34, 0x12]],
    ['LISTST: ready', 15, [7, 2, 3], [0xff, 3, 2]],
  ])('%s', (_title, entry, [a, h, l], result) => {
    run([0x3e, a!, 0x26, h!, 0x2e, l!, 0x01, 0x34, 0x12, ...call(entry), RET]);
    expect([...cpm.cpu.memory.subarray(0x200, 0x203)]).toEqual(result);
  });
});

describe('printer and punch', () => {
  it('that nobody has are said to drop their text, once', () => {
    run([...bdos(5, 0x41), ...bdos(5, 0x42), ...bdos(4, 0x43), ...bdos(4, 0x43), RET]);
    expect(remarks).toEqual([
      'text for the printer is dropped: --printer FILE keeps it',
      'what the program punches is dropped: --punch FILE keeps it',
    ]);
  });

  it('get calls 5 and 4, the BIOS’s, and what ^P prints', () => {
    const printed: number[] = [];
    const punched: number[] = [];
    cpm = machine({ list: (byte) => printed.push(byte), punch: (byte) => punched.push(byte) });
    run([...bdos(5, 0x41), ...bdos(4, 0x42), 0x0e, 0x43, 0xcd, 15, 0xf2, RET]);
    expect([String.fromCharCode(...printed), String.fromCharCode(...punched)]).toEqual(['AC', 'B']);
    expect(remarks).toEqual([]);
    typed('\x10type x', '\x10');
    expect(String.fromCharCode(...printed)).toContain('type x\r\r\nX?\r\nA>');
  });
});

describe('what a program did not close', () => {
  it('is there when it ends, also behind the end of a block that was', () => {
    folder.put('F.TXT', 'x'.repeat(128));
    // Open, CR = 1, write: the same block of the file.
    run([...bdos(15), 0x3e, 1, 0x32, FCB + 32, 0, ...bdos(26, 0x100), ...bdos(21), RET], 'F.TXT');
    expect(folder.files.get('F.TXT')!.length).toBe(256);
  });

  it('is there although another FCB closed the file before', () => {
    // Make, copy the FCB, write by both, close the first.
    const copy = [0x21, FCB, 0, 0x11, 0, 3, 0x01, 36, 0, 0xed, 0xb0];
    run([...bdos(22), ...bdos(21), ...copy, ...bdos(21, 0x300), ...bdos(21, 0x300), ...bdos(16), RET], 'F.TXT');
    expect(folder.files.get('F.TXT')!.length).toBe(384);
  });

  it('is nothing where an FCB was never opened: the file stays', () => {
    folder.put('F.TXT', 'hello');
    run([...bdos(16), ...bdos(20), RET], 'F.TXT');
    expect(folder.text('F.TXT')).toBe('hello');
  });
});
