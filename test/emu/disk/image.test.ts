/** Which format an image has, which slices, and a slice as a drive of the emulated CP/M. */
import { describe, expect, it } from 'vitest';
import { createCpm } from '../../../src/emu/cpm/machine.js';
import { FolderDisk } from '../../../src/emu/cpm/folder-disk.js';
import { writeBack } from '../../../src/emu/cpm/write-back.js';
import { FORMATS, sliceBytes, type FormatName } from '../../../src/emu/disk/formats.js';
import { formatDiskImage, openDiskImage, type DiskImage } from '../../../src/emu/disk/image.js';
import { MemoryStorage, type DiskStorage } from '../../../src/emu/disk/storage.js';
import { ScriptConsole } from '../../fakes/script-console.js';
import { content } from './disks.js';

/** Long images of which little is written: only that is kept. */
class SparseStorage implements DiskStorage {
  readonly #sectors = new Map<number, Uint8Array>();
  readonly readOnly = false;
  constructor(
    public size = 0,
    private readonly fill = 0xe5,
  ) {}
  read(at: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, i) => this.#sectors.get((at + i) >> 9)?.[(at + i) & 511] ?? this.fill);
  }
  write(at: number, bytes: Uint8Array): void {
    bytes.forEach((byte, i) => {
      const sector = (at + i) >> 9;
      if (!this.#sectors.has(sector)) this.#sectors.set(sector, new Uint8Array(512).fill(this.fill));
      this.#sectors.get(sector)![(at + i) & 511] = byte;
    });
    this.size = Math.max(this.size, at + bytes.length);
  }
  settle(): void {}
}

function image(name: FormatName, slices: number): SparseStorage {
  const storage = new SparseStorage();
  formatDiskImage(storage, name, slices);
  return storage;
}

const what = ({ format, slices }: DiskImage): string => `${format.name} ${slices}`;

describe('the format of an image', () => {
  it.each([
    ['hd1k', 1],
    ['hd1k', 3],
    ['hd512', 1],
    ['hd512', 2],
    ['classic', 8],
    ['fd144', 1],
    ['fd720', 1],
    ['ibm-3740', 1],
  ] as const)('%s of %i is told, empty and not', (name, slices) => {
    const storage = image(name, slices);
    expect(what(openDiskImage(storage, 'x.img'))).toBe(`${name} ${slices}`);
    openDiskImage(storage, 'x.img', name).fileSystem(0).write(0, 'A.COM', content(9000));
    const found = openDiskImage(storage, 'x.img');
    expect(what(found)).toBe(`${name} ${slices}`);
    expect(found.fileSystem(0).files()).toMatchObject([{ name: 'A.COM', bytes: 9088 }]);
  });

  it('is one that tools made without a master boot record, or cut off behind the last file', () => {
    const whole = image('hd1k', 1);
    const slice = new MemoryStorage(whole.read(0x10_0000, 64 * 1024));
    expect(what(openDiskImage(slice, 'x.img', 'hd1k'))).toBe('hd1k 1');
    openDiskImage(slice, 'x.img', 'hd1k')
      .fileSystem(0)
      .write(0, 'A', content(200 * 1024));
    expect(what(openDiskImage(slice, 'x.img'))).toBe('hd1k 1');
    expect(Buffer.compare(openDiskImage(slice, 'x.img').fileSystem(0).read(0, 'A'), content(200 * 1024))).toBe(0);
  });

  it('is found behind the kilobyte that emulators of IDE drives put first', () => {
    const storage = image('hd512', 2);
    const ide = new SparseStorage();
    ide.write(0, new TextEncoder().encode('1DED15C0'));
    ide.write(1024, storage.read(0, 200 * 1024));
    ide.size = storage.size + 1024;
    expect(what(openDiskImage(ide, 'x.ide'))).toBe('hd512 2');
  });

  it('is not guessed where it cannot be told', () => {
    expect(() => openDiskImage(new SparseStorage(100_000_000, 0), 'x.img')).toThrow(
      'this is no disk image of a format that can be told',
    );
    expect(() => openDiskImage(new SparseStorage(0), 'x.img')).toThrow(
      'this is no disk image of a format that can be told',
    );
    expect(() => openDiskImage(new SparseStorage(70_000_000), 'x.img')).toThrow(
      'this empty disk image can be hd512 or classic',
    );
  });

  it('is the one that was named, and a slice without a directory is none', () => {
    const zeros = openDiskImage(new SparseStorage(20_000_000, 0), 'x.img', 'hd512');
    expect([what(zeros), zeros.formatted()]).toEqual(['hd512 3', []]);
    expect(() => zeros.fileSystem(1)).toThrow('slice 1 holds no CP/M directory in the format hd512');
    expect(() => zeros.fileSystem(3)).toThrow('there is no slice 3');
  });

  it('has a partition that begins beyond the end of the image', () => {
    const storage = new MemoryStorage(image('hd1k', 2).read(0, 0x10_0000));
    expect(() => openDiskImage(storage, 'x.img')).toThrow('begins beyond the end of the image');
  });
});

describe('slices', () => {
  it('lie one behind the other, and know nothing of each other', () => {
    const storage = image('hd1k', 3);
    const opened = openDiskImage(storage, 'x.img');
    for (const slice of [0, 1, 2]) opened.fileSystem(slice).write(0, 'WHO', content(128, slice));
    // 1 MB, slices of 8 MB, 16 KB for the system.
    for (const slice of [0, 1, 2]) {
      const at = 1024 * 1024 + slice * 8 * 1024 * 1024 + 16 * 1024;
      expect(Buffer.from(storage.read(at, 4)).toString('latin1')).toBe('\0WHO');
      expect(Buffer.compare(storage.read(at + 32 * 1024, 128), content(128, slice))).toBe(0);
    }
  });

  it("are Searle's drives: only the first has a system track, the last is short", () => {
    const storage = image('classic', 8);
    const opened = openDiskImage(storage, 'x.img');
    const blocks = [0, 1, 7].map((slice) => opened.fileSystem(slice).volume.blocks);
    expect(blocks).toEqual([2044, 2048, 1280]);
    opened.fileSystem(1).write(0, 'B', content(1));
    expect(Buffer.from(storage.read(sliceBytes(FORMATS.classic), 2)).toString('latin1')).toBe('\0B');
    const card = openDiskImage(new SparseStorage(128 * 1024 * 1024), 'x.img', 'classic');
    expect([7, 15].map((slice) => card.fileSystem(slice).volume.blocks)).toEqual([2048, 512]);
  });
});

describe('as a drive', () => {
  /** Lines at the prompt, with an image as A:. */
  const session = (storage: DiskStorage, ...lines: string[]): string => {
    const console = new ScriptConsole().type(lines.map((line) => `${line}\r`).join(''));
    const cpm = createCpm({ console, drives: [openDiskImage(storage, 'x.img').folder(0)] });
    cpm.boot();
    while (cpm.run(cpm.cpu.tStates + 10_000_000).why === 'time');
    return console.screen;
  };

  it('has its files, user areas and attributes', () => {
    const storage = image('ibm-3740', 1);
    const system = openDiskImage(storage, 'x.img').fileSystem(0);
    system.write(0, 'HELLO.TXT', new TextEncoder().encode('Hello, disk.\x1a'));
    system.write(0, 'HIDDEN.TXT', content(1), { system: true });
    system.write(0, 'KEEP.TXT', content(1), { readOnly: true });
    system.write(3, 'THREE.TXT', content(1));
    const shown = session(
      storage,
      'DIR',
      'TYPE HELLO.TXT',
      'REN NEW.TXT=HELLO.TXT',
      'ERA KEEP.TXT',
      'USER 3',
      'DIR',
      'SAVE 1 S.COM',
    );
    expect(shown).toContain('A: HELLO    TXT : KEEP     TXT\r\n');
    expect(shown).toContain('Hello, disk.');
    expect(shown).toContain('A: THREE    TXT\r\n');
    expect(shown).not.toContain('HIDDEN');
    expect(system.files().map(({ user, name, bytes }) => `${user}:${name} ${bytes}`)).toEqual([
      '0:NEW.TXT 128',
      '0:HIDDEN.TXT 128',
      '0:KEEP.TXT 128',
      '3:THREE.TXT 128',
      '3:S.COM 256',
    ]);
    expect(system.faults()).toEqual([]);
  });

  it('has as much room as the image, and a file that does not fit is said', () => {
    const storage = image('ibm-3740', 1);
    const folder = openDiskImage(storage, 'x.img').folder(0);
    const disk = new FolderDisk(folder, { held: 0, forget: () => {}, remark: () => {} });
    disk.login();
    const free = [...disk.allocation.vector].reduce(
      (sum, byte) => sum + 8 - byte.toString(2).replace(/0/g, '').length,
      0,
    );
    // 241 KB in blocks of 4.
    expect(free).toBe(60);
    folder.write('REST', new Uint8Array(240 * 1024).fill(1));
    expect(session(storage, 'SAVE 16 BIG.COM', 'DIR')).toMatch(/NO SPACE|disk full/i);
    expect(folder.list().map(({ name }) => name)).toContain('REST');
  });

  it('keeps what a program wrote beside a file under a name that a disk can have', () => {
    const folder = openDiskImage(image('hd1k', 1), 'x.img').folder(0);
    folder.write('A.TXT', content(128, 1));
    folder.write('A.$$1', content(128, 2));
    const there = folder.list()[0];
    const beside = writeBack(folder, {
      name: 'A.TXT',
      there,
      bytes: content(256, 3),
      original: undefined,
      isCutOff: true,
    });
    expect(beside).toBe('A.$$2');
    expect(folder.list().map(({ name, size }) => `${name} ${size}`)).toEqual(['A.TXT 128', 'A.$$1 128', 'A.$$2 256']);
  });

  it('that was cut off says of each file in what is missing that it is broken, and does not read it', () => {
    const storage = image('fd144', 1);
    const system = openDiskImage(storage, 'x.img').fileSystem(0);
    for (const name of ['A.BIN', 'B.BIN']) system.write(0, name, content(50_000));
    const cut = new MemoryStorage(storage.read(0, 90_000));
    const short = openDiskImage(cut, 'x.img', 'fd144').fileSystem(0);
    expect(short.faults()[0]).toMatch(/^0:B\.BIN: block \d+ lies behind the end of the image, which was cut off$/);
    expect(short.read(0, 'A.BIN').slice(0, 50_000)).toEqual(content(50_000));
    expect(() => short.read(0, 'B.BIN')).toThrow('behind the end of the image');
  });

  it('is none that ends before its directory does, and is not made longer', () => {
    const storage = new MemoryStorage(content(3000));
    expect(() => openDiskImage(storage, 'x.bin', 'hd512')).toThrow('this is no hd512 image');
    expect(storage.size).toBe(3000);
  });
});
