/** Files on a disk of CP/M's: byte for byte what is written, and what no directory, however wrong, can bring about. */
import { describe, expect, it } from 'vitest';
import { FolderRefusal } from '../../../src/emu/cpm/folder.js';
import { FORMAT_NAMES } from '../../../src/emu/disk/formats.js';
import { sectorOrder } from '../../../src/emu/disk/volume.js';
import { MemoryStorage } from '../../../src/emu/disk/storage.js';
import fc from '../../fast-check.js';
import { content, disk, entries, plant, systemOn } from './disks.js';

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe('a directory entry', () => {
  it('of an 8" disk has sixteen blocks of a byte, one extent an entry', () => {
    const one = disk('ibm-3740');
    one.system.write(0, 'A.TXT', content(17 * 1024));
    expect(entries(one, 3)).toEqual([
      '0041202020202020205458540000008002030405060708090a0b0c0d0e0f1011',
      '0041202020202020205458540100000812000000000000000000000000000000',
      'e5'.repeat(32),
    ]);
  });

  it('of a hard disk has eight blocks of two bytes, two extents an entry', () => {
    const one = disk('hd512');
    one.system.write(3, 'BIG', content(40 * 1024 + 1));
    expect(entries(one, 2)).toEqual([
      '0342494720202020202020200100008004000500060007000800090' + '00a000b00',
      '0342494720202020202020200200004' + '10c000d000e0000000000000000000000',
    ]);
  });

  it('counts extents beyond 31 in S2', () => {
    const one = disk('hd1k');
    one.system.write(0, 'X', content(600 * 1024));
    expect(entries(one, 19).at(-1)!.slice(24, 32)).toBe('05000140');
    expect(same(one.system.read(0, 'X'), content(600 * 1024))).toBe(true);
  });

  it('of an empty file has no blocks', () => {
    const one = disk('classic');
    one.system.write(0, 'EMPTY', new Uint8Array(0));
    expect(entries(one, 1)).toEqual(['00454d5054592020202020' + '20' + '00'.repeat(20)]);
    expect(one.system.files()).toEqual([
      { user: 0, name: 'EMPTY', bytes: 0, readOnly: false, system: false, archived: false },
    ]);
  });
});

it('goes round an 8" track in steps of six', () => {
  expect(sectorOrder(26, 6).map((sector) => sector + 1)).toEqual([
    1, 7, 13, 19, 25, 5, 11, 17, 23, 3, 9, 15, 21, 2, 8, 14, 20, 26, 6, 12, 18, 24, 4, 10, 16, 22,
  ]);
});

describe.each(FORMAT_NAMES)('%s', (name) => {
  it('keeps what is written, replaced, renamed and erased, whatever the order', () => {
    const one = disk(name);
    const { blockBytes } = one.system.volume;
    const before = one.system.free();
    expect(before).toBe(one.system.capacity);
    const files = new Map<string, Uint8Array>();
    const lengths = [0, 1, 128, 129, blockBytes, blockBytes + 1, 3 * blockBytes - 5, 16_384, 16_385, 33_000];
    lengths.forEach((length, i) => files.set(`F${i}.DAT`, content(length, i)));
    for (const [file, bytes] of files) one.system.write(0, file, bytes);
    for (const [file, bytes] of files) one.system.write(0, file, (files.set(file, bytes.slice(0, bytes.length >> 1)), files.get(file)!)); // prettier-ignore
    one.system.rename(0, 'F3.DAT', 'G.TXT');
    files.set('G.TXT', files.get('F3.DAT')!);
    one.system.remove(0, 'F9.DAT');
    for (const file of ['F3.DAT', 'F9.DAT']) files.delete(file);
    for (const [file, bytes] of files) {
      const read = one.system.read(0, file);
      expect([file, read.length]).toEqual([file, Math.ceil(bytes.length / 128) * 128]);
      expect(same(read.subarray(0, bytes.length), bytes)).toBe(true);
      expect(read.subarray(bytes.length).every((byte) => byte === 0x1a)).toBe(true);
    }
    expect(one.system.faults()).toEqual([]);
    for (const file of files.keys()) one.system.remove(0, file);
    expect([one.system.files(), one.system.free()]).toEqual([[], before]);
  });

  it('is full when every block is a file’s, and says so before it changes anything', () => {
    const one = disk(name);
    one.system.write(0, 'A', new Uint8Array(one.system.capacity - one.system.volume.blockBytes).fill(7));
    const was = one.storage.bytes.slice();
    expect(() => one.system.write(0, 'B', content(one.system.volume.blockBytes + 1))).toThrow('the disk is full');
    expect(same(one.storage.bytes, was)).toBe(true);
    one.system.write(0, 'B', content(one.system.volume.blockBytes));
    expect(one.system.free()).toBe(0);
  });
});

describe('replacing a file', () => {
  it('writes new blocks, then the directory, so that the earlier file is whole until then', () => {
    const one = disk('hd1k');
    one.system.write(0, 'A', content(10_000, 1));
    const order: string[] = [];
    const { storage } = one;
    const write = storage.write.bind(storage);
    const inDirectory = (at: number): boolean => at < 0x10_0000 + 16 * 1024 + 32 * 1024;
    storage.write = (at, bytes) => {
      order.push(inDirectory(at) ? 'directory' : 'data');
      // The power goes before each write of the directory.
      if (inDirectory(at)) expect(same(one.system.read(0, 'A').subarray(0, 10_000), content(10_000, 1))).toBe(true);
      write(at, bytes);
    };
    storage.settle = () => void order.push('settled');
    one.system.write(0, 'A', content(9_000, 2));
    expect(order).toEqual(['data', 'data', 'data', 'settled', 'directory', 'settled']);
    expect(same(one.system.read(0, 'A').subarray(0, 9_000), content(9_000, 2))).toBe(true);
  });

  it('leaves blocks that are as they were, and writes over its own where there are no others', () => {
    const one = disk('ibm-3740');
    one.system.write(0, 'A', content(200 * 1024));
    one.system.write(0, 'REST', content(one.system.free()));
    const [first] = entries(one, 1);
    const changed = content(200 * 1024);
    changed[5000] = changed[5000]! ^ 0xff;
    one.system.write(0, 'A', changed);
    expect(entries(one, 1)).toEqual([first]);
    expect(same(one.system.read(0, 'A'), changed)).toBe(true);
    expect(() => one.system.write(0, 'A', content(201 * 1024))).toThrow('the disk is full');
    expect(same(one.system.read(0, 'A'), changed)).toBe(true);
  });

  it('keeps holes, and the length that the last of them tells', () => {
    const one = disk('hd512');
    plant(one, 0, { name: 'SPARSE  DAT', ex: 3, rc: 128, blocks: [100] });
    one.system.volume.write(100 * 4096, content(4096));
    const was = one.system.read(0, 'SPARSE.DAT');
    expect(was.length).toBe(64 * 1024);
    expect(same(was.subarray(32 * 1024, 36 * 1024), content(4096))).toBe(true);
    expect(was.subarray(0, 32 * 1024).every((byte) => byte === 0)).toBe(true);
    const free = one.system.free();
    was[32 * 1024]! ^= 1;
    one.system.write(0, 'SPARSE.DAT', was);
    expect(one.system.free()).toBe(free);
    expect(same(one.system.read(0, 'SPARSE.DAT'), was)).toBe(true);
    expect(entries(one, 2)[1]).toBe('e5'.repeat(32));
  });

  it('keeps attributes but that it is archived', () => {
    const one = disk('hd1k');
    one.system.write(0, 'A.COM', content(1), { system: true, archived: true });
    one.system.write(0, 'A.COM', content(2));
    expect(one.system.files()[0]).toMatchObject({ readOnly: false, system: true, archived: false });
    one.system.setAttributes(0, 'A.COM', { readOnly: true });
    for (const change of [
      () => one.system.write(0, 'A.COM', content(1)),
      () => one.system.remove(0, 'A.COM'),
      () => one.system.rename(0, 'A.COM', 'B.COM'),
    ])
      expect(change).toThrow('the file is read-only');
    one.system.setAttributes(0, 'A.COM', { readOnly: false });
    one.system.rename(0, 'A.COM', 'B.COM');
    expect(one.system.files()[0]).toMatchObject({ name: 'B.COM', system: true });
  });

  it('keeps user areas apart', () => {
    const one = disk('hd1k');
    one.system.write(0, 'A', content(1, 1));
    one.system.write(1, 'A', content(1, 2));
    one.system.remove(0, 'A');
    expect(one.system.read(1, 'A')[0]).toBe(content(1, 2)[0]);
    expect(() => one.system.read(0, 'A')).toThrow('there is no such file');
  });

  it('does not take CP/M 3’s stamps for free entries, and clears those of another file', () => {
    const one = disk('hd1k');
    plant(one, 0, { user: 0x20, name: 'LABEL   ' + '   ' });
    one.system.volume.write(3 * 32, Uint8Array.of(0x21, ...Array<number>(31).fill(0x77)));
    for (const file of ['A', 'B', 'C']) one.system.write(0, file, content(1));
    expect(entries(one, 5).map((entry) => entry.slice(0, 4))).toEqual(['204c', '0041', '0042', '2177', '0043']);
    expect(entries(one, 4)[3]).toBe(`21${'77'.repeat(10)}${'00'.repeat(20)}77`);
  });
});

describe('names', () => {
  it.each(['', '.', '..', 'A.B.C', 'TOOLONGNAME', 'A.LONG', 'a', 'A B', 'A*', '?', 'A:B', 'A,B', 'Ä', 'A\x00', '.COM'])(
    'that CP/M cannot have are refused: %j',
    (name) => {
      const one = disk('hd1k');
      expect(() => one.system.write(0, name, content(1))).toThrow('this is no name of CP/M');
      one.system.write(0, 'OK', content(1));
      expect(() => one.system.rename(0, 'OK', name)).toThrow(FolderRefusal);
    },
  );
});

describe('a directory that lies', () => {
  it('about blocks outside the disk, or in the directory', () => {
    const one = disk('hd512');
    plant(one, 0, { name: 'FAR     COM', blocks: [4, 2048] });
    plant(one, 1, { name: 'DIR     COM', blocks: [2] });
    expect(one.system.faults()).toEqual([
      '0:FAR.COM: block 2,048 lies outside the disk',
      '0:DIR.COM: block 2 lies in the directory',
    ]);
    expect(() => one.system.read(0, 'FAR.COM')).toThrow('its block 2,048 lies outside the disk');
    // What it had is given back, and nothing else is touched.
    one.system.write(0, 'DIR.COM', content(4096));
    one.system.remove(0, 'FAR.COM');
    expect(one.system.faults()).toEqual([]);
    expect(same(one.system.read(0, 'DIR.COM'), content(4096))).toBe(true);
  });

  it('about blocks that are another file’s: neither is written over', () => {
    const one = disk('ibm-3740');
    one.system.write(0, 'GOOD', content(3 * 1024));
    plant(one, 1, { name: 'EVIL       ', rc: 16, blocks: [3, 4] });
    expect(one.system.faults()).toEqual([
      '0:GOOD shares a block with another file, or with itself',
      '0:EVIL shares a block with another file, or with itself',
    ]);
    one.system.write(0, 'EVIL', content(2 * 1024, 5));
    expect(same(one.system.read(0, 'GOOD'), content(3 * 1024))).toBe(true);
    expect(same(one.system.read(0, 'EVIL'), content(2 * 1024, 5))).toBe(true);
    expect(one.system.faults()).toEqual([]);
  });

  it('and a full disk does not make it write there either', () => {
    const one = disk('ibm-3740');
    one.system.write(0, 'GOOD', content(3 * 1024));
    plant(one, 1, { name: 'EVIL       ', rc: 16, blocks: [3, 4] });
    one.system.write(0, 'REST', content(one.system.free()));
    expect(() => one.system.write(0, 'EVIL', content(2 * 1024, 5))).toThrow('the disk is full');
    expect(same(one.system.read(0, 'GOOD'), content(3 * 1024))).toBe(true);
  });

  it('about records, extents and names', () => {
    const one = disk('hd512');
    plant(one, 0, { name: 'A          ', rc: 255, blocks: [10] });
    plant(one, 1, { name: 'A          ', rc: 1, ex: 1, blocks: [11] });
    plant(one, 2, { name: 'BAD\x1b[2J   ', blocks: [12] });
    plant(one, 3, { user: 99, name: 'ODD        ', blocks: [13] });
    expect(one.system.faults()).toEqual([
      '0:A says 255 records of an extent of 128',
      '0:A has extent 0 twice; the first counts',
      "entry 2 is no file's",
      "entry 3 is no file's",
    ]);
    expect(one.system.files().map(({ name }) => name)).toEqual(['A']);
    // Whoever they belong to, they are not free.
    const blocks = 2048 - 4 - 4;
    expect(one.system.free()).toBe(blocks * 4096);
    one.system.remove(0, 'A');
    expect(one.system.free()).toBe((blocks + 2) * 4096);
  });

  it('altogether: an unformatted disk is none', () => {
    expect(systemOn(new MemoryStorage(new Uint8Array(300_000)), 'hd512').isFormatted()).toBe(false);
    expect(systemOn(new MemoryStorage(content(300_000)), 'hd512').isFormatted()).toBe(false);
    expect(systemOn(new MemoryStorage(content(300_000)), 'hd512').faults().length).toBe(101);
    expect(disk('hd512').system.isFormatted()).toBe(true);
  });

  it('whatever it says: nobody crashes, and other files stay as they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 20 }),
        (planted) => {
          const one = disk('ibm-3740');
          one.system.write(0, 'GOOD', content(5 * 1024));
          planted.forEach((entry, i) => {
            entry[0]! &= 0x1f;
            for (let k = 1; k < 12; k++) entry[k] = 0x41 + (entry[k]! % 2);
            // Mostly blocks that there are.
            for (let k = 16; k < 32; k++) entry[k] = entry[k]! % 64;
            one.system.volume.write((i + 1) * 32, entry);
          });
          const good = one.system.read(0, 'GOOD');
          for (const { user, name } of one.system.files()) {
            if (name === 'GOOD') continue;
            try {
              one.system.read(user, name);
              one.system.setAttributes(user, name, { readOnly: false });
              one.system.write(user, name, content(3000));
              one.system.remove(user, name);
            } catch (error) {
              if (!(error instanceof FolderRefusal)) throw error;
            }
            if (!same(one.system.read(0, 'GOOD'), good)) return false;
          }
          return true;
        },
      ),
      { numRuns: 40 },
    );
  });
});
