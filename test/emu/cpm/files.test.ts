/** BDOS calls 13 to 40 over a folder in memory: what programs see, what the folder holds. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BdosError } from '../../../src/emu/cpm/bdos-error.js';
import { BdosFiles } from '../../../src/emu/cpm/bdos-files.js';
import { Disks } from '../../../src/emu/cpm/disks.js';
import { MemoryFolder } from '../../fakes/memory-folder.js';

const FCB = 0x5c;
const DMA = 0x80;
const PARAMETERS = 0xf300;
const ALLOCATION = 0xf310;
const FAILED = 0xff;
const OPEN = 15;
const CLOSE = 16;
const FIRST = 17;
const NEXT = 18;
const ERASE = 19;
const READ = 20;
const WRITE = 21;
const MAKE = 22;
const RENAME = 23;
const READ_RANDOM = 33;
const WRITE_RANDOM = 34;
const SIZE = 35;
const SET_RANDOM = 36;

let folder: MemoryFolder;
let other: MemoryFolder;
let memory: Uint8Array;
let disks: Disks;
let files: BdosFiles;

beforeEach(() => {
  folder = new MemoryFolder();
  other = new MemoryFolder();
  memory = new Uint8Array(0x10000);
  disks = new Disks([folder, other]);
  files = new BdosFiles(memory, disks, { parameters: PARAMETERS, allocation: ALLOCATION });
});

/** What the call returns, or what it ends the program with. */
function call(number: number, de = FCB): number | string {
  try {
    return files.calls[number]!(de);
  } catch (error) {
    if (!(error instanceof BdosError)) throw error;
    return error.message;
  }
}

/** `NAME    TYP` into an FCB. */
function fcb(name: string, drive = 0, at = FCB): void {
  memory.fill(0, at, at + 36);
  memory[at] = drive;
  memory.set(Buffer.from(name.padEnd(11)), at + 1);
}

const extentBytes = (): number[] => [12, 14, 15, 32].map((offset) => memory[FCB + offset]!);
const fillDma = (byte: number): void => void memory.fill(byte, DMA, DMA + 128);
const dma = (): string => Buffer.from(memory.subarray(DMA, DMA + 128)).toString('latin1');
const setRandom = (record: number): void =>
  void memory.set([record & 255, (record >> 8) & 255, record >> 16], FCB + 33);
const random = (): number => memory[FCB + 33]! | (memory[FCB + 34]! << 8) | (memory[FCB + 35]! << 16);

describe('sequential reading', () => {
  it('gives records, the last filled with ^Z, then end of file', () => {
    folder.put('readme.txt', 'x'.repeat(130));
    fcb('README  TXT');
    expect(call(OPEN)).toBe(0);
    expect(extentBytes()).toEqual([0, 0x80, 2, 0]);
    expect(call(READ)).toBe(0);
    expect(dma()).toBe('x'.repeat(128));
    expect(call(READ)).toBe(0);
    expect(dma()).toBe('xx' + '\x1a'.repeat(126));
    expect(call(READ)).toBe(1);
    expect(extentBytes()).toEqual([0, 0x80, 2, 2]);
  });

  it('goes from extent to extent', () => {
    folder.put('BIG.DAT', new Uint8Array(16384 * 33).fill(7));
    fcb('BIG     DAT');
    call(OPEN);
    expect(extentBytes()).toEqual([0, 0x80, 128, 0]);
    for (let i = 0; i < 128; i++) expect(call(READ)).toBe(0);
    expect(extentBytes()).toEqual([0, 0x80, 128, 128]);
    expect(call(READ)).toBe(0);
    expect(extentBytes()).toEqual([1, 0x80, 128, 1]);
    for (let i = 129; i < 128 * 32 + 1; i++) call(READ);
    // Extent 32 is module 1, extent 0.
    expect(extentBytes()).toEqual([0, 0x81, 128, 1]);
  });

  it('of a file that is not there fails at open', () => {
    fcb('NONE    COM');
    expect(call(OPEN)).toBe(FAILED);
    expect(call(READ)).toBe(1);
  });

  it('opens the first that a wild name fits, and puts its name in the FCB', () => {
    folder.put('a.txt', 'a').put('b.txt', 'b');
    fcb('?       TXT');
    expect(call(OPEN)).toBe(0);
    expect(Buffer.from(memory.subarray(FCB + 1, FCB + 12)).toString()).toBe('A       TXT');
  });

  it('sees nothing that is no CP/M name', () => {
    folder.put('a file with blanks.txt', 'x').put('toolongname.txt', 'x').put('.hidden', 'x').put('x.text', 'x');
    fcb('???????????');
    expect(call(FIRST)).toBe(FAILED);
  });
});

describe('writing', () => {
  it('keeps what is written when the file is closed, in records', () => {
    fcb('NEW     TXT');
    expect(call(MAKE)).toBe(0);
    expect(folder.text('NEW.TXT')).toBe('');
    for (const letter of 'ab') {
      fillDma(letter.charCodeAt(0));
      expect(call(WRITE)).toBe(0);
    }
    expect(extentBytes()).toEqual([0, 0, 2, 2]);
    expect(folder.text('NEW.TXT')).toBe('');
    expect(call(CLOSE)).toBe(0);
    expect(folder.text('NEW.TXT')).toBe('a'.repeat(128) + 'b'.repeat(128));
  });

  it('keeps the length of a file whose last record is not written, to the byte', () => {
    folder.put('odd.bin', 'x'.repeat(300));
    fcb('ODD     BIN');
    call(OPEN);
    fillDma(0x79);
    setRandom(1);
    expect(call(WRITE_RANDOM)).toBe(0);
    call(CLOSE);
    expect(folder.text('odd.bin')).toBe('x'.repeat(128) + 'y'.repeat(128) + 'x'.repeat(44));
  });

  it('reads back what was just written, before it is closed', () => {
    fcb('TMP     $$$');
    call(MAKE);
    fillDma(0x31);
    call(WRITE);
    fillDma(0);
    memory[FCB + 32] = 0;
    expect(call(READ)).toBe(0);
    expect(dma()).toBe('1'.repeat(128));
  });

  it('over an existing name leaves the earlier file until it is closed', () => {
    folder.put('old.txt', 'precious');
    fcb('OLD     TXT');
    call(MAKE);
    fillDma(0x6e);
    call(WRITE);
    expect(folder.text('old.txt')).toBe('precious');
    disks.discard();
    expect(folder.text('old.txt')).toBe('precious');
    fcb('OLD     TXT');
    call(MAKE);
    fillDma(0x6e);
    call(WRITE);
    call(CLOSE);
    expect(folder.text('old.txt')).toBe('n'.repeat(128));
  });

  it('keeps unclosed files at the end of the program', () => {
    fcb('LEFT    TXT');
    call(MAKE);
    fillDma(0x71);
    call(WRITE);
    expect(disks.closeAll()).toEqual([]);
    expect(folder.text('LEFT.TXT')).toBe('q'.repeat(128));
  });

  it.each(['../UP   TXT', 'A/B     TXT', 'A.B     TXT', '        TXT', 'A*      TXT'])(
    'refuses the name %j',
    (name) => {
      fcb(name);
      expect(call(MAKE)).toBe(FAILED);
      expect(folder.files.size).toBe(0);
    },
  );
});

describe('a host that refuses', () => {
  it('has a full disk: write gives 2 and the earlier file is untouched', () => {
    folder.put('log.txt', 'x'.repeat(128));
    folder.room = 200;
    fcb('LOG     TXT');
    call(OPEN);
    memory[FCB + 32] = 1;
    fillDma(0x79);
    expect(call(WRITE)).toBe(2);
    call(CLOSE);
    expect(folder.text('log.txt')).toBe('x'.repeat(128));
  });

  it('has a read-only folder: no file is made, written, renamed or erased', () => {
    folder.put('a.txt', 'a');
    folder.isReadOnly = true;
    fcb('B       TXT');
    expect(call(MAKE)).toBe('Bdos Err On A: R/O');
    fcb('A       TXT');
    expect(call(OPEN)).toBe(0);
    expect(call(WRITE)).toBe('Bdos Err On A: R/O');
    expect(call(ERASE)).toBe('Bdos Err On A: R/O');
    memory.set(Buffer.from('C       TXT'), FCB + 17);
    expect(call(RENAME)).toBe('Bdos Err On A: R/O');
    expect([...folder.files.keys()]).toEqual(['a.txt']);
  });

  it('has a read-only file, which shows as attribute', () => {
    folder.put('ro.txt', 'a');
    folder.readOnlyFiles.add('ro.txt');
    fcb('RO      TXT');
    expect(call(FIRST)).toBe(0);
    expect(memory[DMA + 9]! & 0x80).toBe(0x80);
    expect(call(OPEN)).toBe(0);
    expect(call(WRITE)).toBe('Bdos Err On A: File R/O');
    fcb('RO      TXT');
    expect(call(ERASE)).toBe('Bdos Err On A: File R/O');
    // An FCB that does not say so writes nothing either.
    fcb('RO      TXT');
    memory[FCB + 15] = 1;
    memory[FCB + 16] = 8;
    expect(call(WRITE)).toBe(2);
    expect(folder.text('ro.txt')).toBe('a');
  });

  it('keeps the attribute that a program sets', () => {
    folder.put('a.txt', 'a');
    fcb('A       TXT');
    memory[FCB + 9]! |= 0x80;
    expect(call(30)).toBe(0);
    expect(folder.readOnlyFiles).toEqual(new Set(['a.txt']));
    fcb('A       TXT');
    expect(call(30)).toBe(0);
    expect(folder.readOnlyFiles).toEqual(new Set());
  });
});

describe('random access', () => {
  beforeEach(() => {
    folder.put(
      'r.dat',
      Uint8Array.from({ length: 128 * 300 }, (_, i) => Math.floor(i / 128)),
    );
    fcb('R       DAT');
    call(OPEN);
  });

  it('reads the record and leaves sequential access on the same one', () => {
    setRandom(257);
    expect(call(READ_RANDOM)).toBe(0);
    expect(memory[DMA]).toBe(257 & 255);
    expect(extentBytes()).toEqual([2, 0x80, 44, 1]);
    expect(call(READ)).toBe(0);
    expect(memory[DMA]).toBe(1);
    call(READ);
    expect(memory[DMA]).toBe(2);
  });

  it('tells unwritten records, missing extents and impossible positions apart', () => {
    setRandom(300);
    expect(call(READ_RANDOM)).toBe(1);
    setRandom(3000);
    expect(call(READ_RANDOM)).toBe(4);
    setRandom(65536);
    expect(call(READ_RANDOM)).toBe(6);
  });

  it('writes past the end with zeros between (calls 34 and 40)', () => {
    for (const [number, record] of [
      [WRITE_RANDOM, 310],
      [40, 320],
    ] as const) {
      fillDma(0xaa);
      setRandom(record);
      expect(call(number)).toBe(0);
      setRandom(record - 5);
      expect(call(READ_RANDOM)).toBe(0);
      expect(dma()).toBe('\0'.repeat(128));
    }
    call(CLOSE);
    expect(folder.files.get('r.dat')!.length).toBe(321 * 128);
  });

  it('knows the size, and the record of the sequential position', () => {
    // The original's call 35 leaves what its last search returned.
    expect(call(SIZE)).toBe(FAILED);
    expect(random()).toBe(300);
    memory[FCB + 12] = 1;
    memory[FCB + 32] = 5;
    call(SET_RANDOM);
    expect(random()).toBe(133);
  });
});

describe('the directory', () => {
  const found = (): string[] => {
    const names: string[] = [];
    for (let code = call(FIRST); code !== FAILED; code = call(NEXT)) {
      const at = DMA + 32 * Number(code) + 1;
      names.push(Buffer.from(memory.subarray(at, at + 11)).toString());
    }
    return names;
  };

  it('is searched with ?', () => {
    folder.put('one.com', 'x').put('two.com', 'x').put('two.asm', 'x');
    fcb('????????COM');
    expect(found()).toEqual(['ONE     COM', 'TWO     COM']);
    fcb('TWO     ???');
    expect(found()).toEqual(['TWO     COM', 'TWO     ASM']);
  });

  it('has an entry of extents, records and blocks, which add up to the size', () => {
    folder.put('big.dat', new Uint8Array(40_000));
    fcb('BIG     DAT');
    memory[FCB + 12] = 0x3f;
    let blocks = 0;
    const entries: number[][] = [];
    for (let code = call(FIRST); code !== FAILED; code = call(NEXT)) {
      const at = DMA + 32 * Number(code);
      entries.push([memory[at]!, memory[at + 12]!, memory[at + 15]!]);
      for (let i = 16; i < 32; i += 2) if (memory[at + i]! | memory[at + i + 1]!) blocks++;
    }
    // 313 records: extents 0 and 1 full in the first entry, 57 in the second.
    expect(entries).toEqual([
      [0, 1, 128],
      [0, 2, 57],
    ]);
    expect(blocks).toBe(10);
  });

  it('erases by pattern and renames without overwriting', () => {
    folder.put('a.bak', '1').put('b.bak', '2').put('c.txt', '3');
    fcb('????????BAK');
    expect(call(ERASE)).toBe(0);
    expect(call(ERASE)).toBe(FAILED);
    expect([...folder.files.keys()]).toEqual(['c.txt']);
    folder.put('d.txt', '4');
    fcb('C       TXT');
    memory.set(Buffer.from('D       TXT'), FCB + 17);
    expect(call(RENAME)).toBe(FAILED);
    memory.set(Buffer.from('E       TXT'), FCB + 17);
    expect(call(RENAME)).toBe(0);
    expect(folder.text('E.TXT')).toBe('3');
  });

  it('is separate for drives and user numbers', () => {
    other.put('on-b.txt', 'b');
    fcb('ON-B    TXT');
    expect(call(OPEN)).toBe(FAILED);
    fcb('ON-B    TXT', 2);
    expect(call(OPEN)).toBe(0);
    expect(call(14, 1)).toBe(0);
    expect(call(25)).toBe(1);
    fcb('ON-B    TXT');
    expect(call(OPEN)).toBe(0);
    expect(call(14, 5)).toBe('Bdos Err On F: Select');
    expect(call(14, 1)).toBe(0);
    call(32, 3);
    expect(call(32, 0xff)).toBe(3);
    expect(call(OPEN)).toBe(FAILED);
    fcb('MINE    TXT');
    expect(call(MAKE)).toBe(1);
    expect(other.folders.get('user3')!.text('MINE.TXT')).toBe('');
  });

  it('keeps attributes that a program sets', () => {
    folder.put('sys.com', 'x');
    fcb('SYS     COM');
    memory[FCB + 9]! |= 0x80;
    memory[FCB + 10]! |= 0x80;
    expect(call(30)).toBe(0);
    fcb('SYS     COM');
    call(FIRST);
    expect([memory[DMA + 9]!, memory[DMA + 10]!, memory[DMA + 11]!]).toEqual([0xc3, 0xcf, 0x4d]);
    expect(call(ERASE)).toBe('Bdos Err On A: File R/O');
  });
});

describe('drives', () => {
  it('protects one with call 28 until it is reset', () => {
    call(28);
    expect(call(29)).toBe(1);
    fcb('X       TXT');
    expect(call(MAKE)).toBe('Bdos Err On A: R/O');
    call(37, 1);
    expect(call(29)).toBe(0);
    expect(call(MAKE)).toBe(0);
  });

  it('shows its parameters and what is taken', () => {
    folder.put('a.bin', new Uint8Array(5000));
    expect(call(31)).toBe(PARAMETERS);
    expect([...memory.subarray(PARAMETERS, PARAMETERS + 15)]).toEqual([64, 0, 5, 31, 1, 255, 7, 255, 3, 255, 0, 0, 0, 0, 0]); // prettier-ignore
    expect(call(27)).toBe(ALLOCATION);
    // Eight blocks of directory and two of 4 KB.
    expect([...memory.subarray(ALLOCATION, ALLOCATION + 3)]).toEqual([0xff, 0xc0, 0]);
  });

  it('forgets buffer and drive at call 13', () => {
    call(26, 0x4000);
    call(14, 1);
    call(13);
    expect(call(25)).toBe(0);
    folder.put('a.txt', 'hello');
    fcb('A       TXT');
    call(OPEN);
    call(READ);
    expect(dma().slice(0, 5)).toBe('hello');
  });
});
