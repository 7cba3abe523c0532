/** The BDOS' files, called by small programs and checked from the host's side of the disk. */
import { describe, expect, it } from 'vitest';
import { formatDisk, readDisk, type DiskFile } from '../../../src/emu/board/cpm-disk.js';
import { booted, command, program } from './harness.js';

/** What the test programs share: a call on `fcb` that prints its result as a hex digit pair. */
const LIB = `
        include "../shared/hex.inc"
call_fcb: ld de,fcb
        push bc
        call 5
        pop bc
        ret
        hex_printer
        push hl
        push de
        push bc
        ld e,a
        ld c,2
        call 5
        pop bc
        pop de
        pop hl
        ret
file:   macro n                 ; function n on fcb, its result shown
        ld c,n
        call call_fcb
        call print_byte
        endm
fcb:    db 0,"DATA    BIN"
        ds 24
`;

const run = (source: string, others: DiskFile[] = []) => {
  const t = booted({ files: [...others, { name: 'T.COM', bytes: program(`jp start\n${LIB}\n${source}`) }] });
  const said = command(t, 'T', 60).replace('T\r\r\n', '');
  const files = Object.fromEntries(t.board.files().map((file) => [file.name, file.bytes]));
  return { t, said, data: files['DATA.BIN'], files };
};

/** Writes `records` records; record n begins with n in two bytes, the rest is n's lower half. */
const WRITE = (records: number) => `
start:  file 22                 ; make
        ld hl,0
more:   push hl
        ld (80h),hl
        ld a,l
        ld hl,82h
        ld b,126
fill:   ld (hl),a
        inc hl
        djnz fill
        ld c,21
        call call_fcb
        pop hl
        or a
        jp nz,full
        inc hl
        ld a,h
        cp ${records >> 8}
        jr nz,more
        ld a,l
        cp ${records & 0xff}
        jr nz,more
        xor a
full:   call print_byte
        file 16                 ; close
`;

const expected = (records: number) => {
  const bytes = new Uint8Array(records * 128);
  for (let n = 0; n < records; n++) {
    bytes.fill(n & 0xff, n * 128, (n + 1) * 128);
    bytes[n * 128 + 1] = n >> 8;
  }
  return bytes;
};

describe('sequential files', () => {
  it.each([1, 128, 129, 300, 1000])('writes %i records', (records) => {
    const { said, data } = run(`${WRITE(records)} ret`);
    expect(said).toMatch(/^0[0-3]0000$/);
    expect(data).toEqual(expected(records));
  });

  it('reads them back to the end', () => {
    const { said } = run(`${WRITE(300)}
        xor a
        ld (fcb+12),a
        ld (fcb+32),a
        file 15                 ; open
        ld hl,0
read:   push hl
        ld c,20
        call call_fcb
        pop hl
        or a
        jr nz,ended
        ld a,(80h)
        cp l
        jr nz,wrong
        ld a,(81h)
        cp h
        jr nz,wrong
        inc hl
        jr read
wrong:  ld a,0EEh
ended:  call print_byte
        ld a,h
        call print_byte
        ld a,l
        call print_byte
        file 35                 ; size
        ld a,(fcb+34)
        call print_byte
        ld a,(fcb+33)
        call print_byte
        ret`);
    // make, write, close, open, end of file, 300 records, size 300
    expect(said).toMatch(/^0[0-3]00000[0-3]01012C00012C$/);
  });

  it('says 2 when the disk is full, and keeps what went in', () => {
    const filler = { name: 'FILLER', bytes: new Uint8Array(200 * 1024) };
    const { said, data } = run(`${WRITE(1000)} ret`, [filler]);
    expect(said).toMatch(/^0[0-3]0200$/);
    // 252 KB, less 200 for the filler and 1 for the program.
    expect(data).toEqual(expected(51 * 8));
  });

  it('gives freed space back', () => {
    const { said, data } = run(`${WRITE(1000)}
        file 19                 ; delete
        xor a
        ld (fcb+12),a
        ld (fcb+14),a
        ld (fcb+32),a
        call start2
        ret
start2: ${WRITE(900).replace('start:', '').replaceAll('more', 'again').replaceAll('fill', 'fills').replaceAll('full', 'done')}
        ret`);
    expect(said).toMatch(/^0[0-3]0000000[0-3]0000$/);
    expect(data).toEqual(expected(900));
  });
});

describe('random files', () => {
  it('writes and reads records in any order', () => {
    const { said, data } = run(`
start:  file 22
        ld hl,300
        call put
        ld hl,5
        call put
        ld hl,129
        call put
        file 16
        ld hl,129
        call get
        ld hl,5
        call get
        ld hl,300
        call get
        ld hl,200               ; in a block that isn't
        ld (fcb+33),hl
        file 33
        ld hl,500               ; in an extent that isn't
        ld (fcb+33),hl
        file 33
        ld a,1
        ld (fcb+35),a
        file 33
        ret
put:    ld (fcb+33),hl
        ld (80h),hl
        file 34
        ret
get:    ld (fcb+33),hl
        file 33
        ld a,(81h)
        call print_byte
        ld a,(80h)
        call print_byte
        ret`);
    // make, three writes, close; three reads with what they brought; the three errors
    expect(said).toMatch(/^0[0-3]00000000(000081)(000005)(00012C)010406$/);
    expect(data!.length).toBe(301 * 128);
    expect([data![5 * 128], data![129 * 128], data![300 * 128], data![300 * 128 + 1]]).toEqual([5, 129, 44, 1]);
  });

  it('fills new blocks with zeros by function 40', () => {
    const { said, data } = run(`
start:  file 22
        ld hl,11
        ld (fcb+33),hl
        file 40
        file 36
        file 16
        ret`);
    expect(said).toMatch(/^0[0-3]000000$/);
    expect(data!.subarray(8 * 128, 11 * 128)).toEqual(new Uint8Array(3 * 128));
  });
});

describe('the directory', () => {
  it('searches with wildcards and goes on with function 18', () => {
    const files = ['AB1.X', 'AB2.X', 'AC1.X', 'AB3.Y'].map((name) => ({ name, bytes: new Uint8Array(1) }));
    const source = program(`jp start\n${LIB}
start:  ld hl,pattern
        ld de,fcb
        ld bc,12
        ldir
        ld c,17
next:   call call_fcb
        cp 0FFh
        ret z
        add a,a
        add a,a
        add a,a
        add a,a
        add a,a
        add a,81h
        ld l,a
        ld h,0
        ld b,3
name:   ld e,(hl)
        inc hl
        push hl
        push bc
        ld c,2
        call 5
        pop bc
        pop hl
        djnz name
        ld c,18
        jr next
pattern: db 0,"AB?     X  "`);
    const t = booted({ files: [...files, { name: 'T.COM', bytes: source }] });
    expect(command(t, 'T')).toBe('T\r\r\nAB1AB2');
  });

  it('keeps users apart', () => {
    const t = booted({ files: [{ name: 'A.TXT', bytes: new Uint8Array(1) }] });
    expect(command(t, 'USER 3')).toBe('USER 3\r');
    expect(command(t, 'DIR')).toContain('NO FILE');
    expect(command(t, 'SAVE 1 B.TXT')).toBe('SAVE 1 B.TXT\r');
    expect(command(t, 'DIR')).toContain('B        TXT');
    expect(command(t, 'USER 0')).toBe('USER 0\r');
    expect(command(t, 'DIR')).toBe('DIR\r\r\nA: A        TXT');
  });

  it('saves any number of pages: what is in memory, two records each', () => {
    const bytes = Uint8Array.from({ length: 160 * 256 }, (_, n) => (n * 7 + (n >> 8)) & 0xff);
    bytes[0] = 0xc9; // RET: the program does nothing, and stays in memory
    const t = booted({ files: [{ name: 'BIG.COM', bytes }] });
    command(t, 'BIG', 20);
    for (const pages of [0, 1, 127, 128, 150, 160]) {
      expect(command(t, `SAVE ${pages} M.BIN`, 20)).toBe(`SAVE ${pages} M.BIN\r`);
      const saved = t.board.files().find(({ name }) => name === 'M.BIN')!;
      expect(saved.bytes.length).toBe(pages * 256);
      expect(Buffer.compare(saved.bytes, bytes.subarray(0, pages * 256))).toBe(0);
    }
  });

  it('refuses to delete a file marked read-only', () => {
    const source = program(`jp start\n${LIB}
start:  file 22
        file 16
        ld hl,fcb+9
        set 7,(hl)
        file 30                 ; attributes
        file 19                 ; delete
        ret`);
    const t = booted({ files: [{ name: 'T.COM', bytes: source }] });
    t.type('T\r');
    expect(t.until('File R/O')).toMatch(/T\r\r\n0[0-3]0000\r\nBdos Err On A: File R\/O$/);
    t.type(' ');
    t.until('A>');
    expect(t.board.files().map(({ name }) => name)).toContain('DATA.BIN');
  });
});

describe('a disk from the host', () => {
  const DISK = { kilobytes: 256, entries: 128 };

  it('holds its files through format and read', () => {
    const files = [0, 1, 128, 1024, 16_384, 16_385, 40_000].map((length, i) => ({
      name: `F${i}.BIN`,
      bytes: Uint8Array.from({ length }, (_, at) => at * 7 + i),
    }));
    const back = readDisk(formatDisk(DISK, files), DISK);
    expect(back.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
    for (const [i, { bytes }] of back.entries()) {
      expect(bytes.length).toBe(Math.ceil(files[i]!.bytes.length / 128) * 128);
      expect(bytes.subarray(0, files[i]!.bytes.length)).toEqual(files[i]!.bytes);
    }
  });

  it('refuses what does not fit', () => {
    expect(() => formatDisk(DISK, [{ name: 'BIG', bytes: new Uint8Array(253 * 1024) }])).toThrow('the disk is full');
  });
});
