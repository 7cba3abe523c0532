/** cpmtools, a file system for the same disks by others, reads what we write, and we what it writes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  FORMAT_NAMES,
  FORMATS,
  sliceBytes,
  systemTracksOf,
  type DiskFormat,
  type FormatName,
} from '../../../src/emu/disk/formats.js';
import { formatDiskImage, openDiskImage } from '../../../src/emu/disk/image.js';
import { makeImageFile, openImageFile } from '../../../src/host/image-file.js';
import { describeWith } from '../../outside.js';
import { content } from './disks.js';

/** What cpmtools has to know of a slice, which is given to it alone: with an offset it fails on long images. */
function definition(format: DiskFormat, slice: number): string {
  return `diskdef ${format.name}
  seclen ${format.sectorBytes}
  tracks ${format.tracks + addedTracks(format, slice)}
  sectrk ${format.sectorsPerTrack}
  blocksize ${format.blockBytes}
  maxdir ${format.directoryEntries}
  skew ${format.skew}
  boottrk ${systemTracksOf(format, slice) + addedTracks(format, slice)}
  os 2.2
end
`;
}

/** Debian's cpmtools 2.23 writes beyond its memory where a large disk has no system tracks: then it is shown one. */
const addedTracks = (format: DiskFormat, slice: number): number => (systemTracksOf(format, slice) === 0 ? 1 : 0);

/** No multiple of 128: cpmtools rounds as we do. */
const FILES = new Map([
  ['EMPTY.DAT', new Uint8Array(0)],
  ['ONE.BIN', content(1)],
  ['RECORD', content(128, 2)],
  ['EXTENT.COM', content(16_384, 3)],
  ['LONGER.COM', content(16_384 + 128, 4)],
  ['TWO.COM', content(32_768 + 1, 5)],
  // All of them leave the last track of the smallest disk free, which cpmtools writes and cannot read.
  ['BIG.DAT', content(60_000, 6)],
]);

describeWith(['cpmls', 'cpmcp', 'fsck.cpm'], 'disk images beside cpmtools', () => {
  let folder: string;
  const run = (program: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
    return stdout;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'z80lm cpmtools '));
    for (const name of ['ours', 'theirs']) run('mkdir', name);
    for (const [name, bytes] of FILES) writeFileSync(join(folder, 'theirs', name), bytes);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const slices = FORMAT_NAMES.flatMap(
    (name) =>
      (FORMATS[name].mostSlices > 1
        ? [
            [name, 0],
            [name, 1],
          ]
        : [[name, 0]]) as [FormatName, number][],
  );

  it.each(slices)('%s, slice %i', (name, slice) => {
    const format = FORMATS[name];
    const fsck = (): void => void expect(run('fsck.cpm', '-n', '-f', name, alone)).toContain('Phase 1');
    writeFileSync(join(folder, 'diskdefs'), definition(format, slice));
    const path = join(folder, `${name}-${slice}.img`);
    makeImageFile(path, (storage) => formatDiskImage(storage, name, slice + 1));
    const opened = openImageFile(path);
    const system = openDiskImage(opened, path).fileSystem(slice);
    const at = (name === 'hd1k' ? 0x10_0000 : 0) + slice * sliceBytes(format);
    const alone = join(folder, 'slice.img');
    const lead = new Uint8Array(addedTracks(format, slice) * format.sectorsPerTrack * format.sectorBytes);
    const show = (): void => writeFileSync(alone, Buffer.concat([lead, opened.read(at, sliceBytes(format))]));
    const takeBack = (): void => opened.write(at, readFileSync(alone).subarray(lead.length));

    // Ours, with a history: written, replaced, erased, in user areas.
    for (const [file, bytes] of FILES) {
      system.write(0, file, content(bytes.length + 3000, 9));
      system.write(0, file, bytes);
    }
    system.remove(0, 'TWO.COM');
    system.write(5, 'TWO.COM', FILES.get('TWO.COM')!);
    system.setAttributes(0, 'RECORD', { readOnly: true, system: true });
    show();
    fsck();
    run('cpmcp', '-f', name, alone, '0:*', 'ours');
    run('cpmcp', '-f', name, alone, '5:two.com', 'ours');
    const copied = readdirSync(join(folder, 'ours'));
    expect(copied.map((file) => file.toUpperCase()).sort()).toEqual([...FILES.keys()].sort());
    for (const file of copied) {
      const bytes = FILES.get(file.toUpperCase())!;
      const theirs = readFileSync(join(folder, 'ours', file));
      expect([file, theirs.length]).toEqual([file, Math.ceil(bytes.length / 128) * 128]);
      expect(Buffer.compare(theirs.subarray(0, bytes.length), bytes)).toBe(0);
      rmSync(join(folder, 'ours', file), { force: true });
    }

    // Theirs, in the same directory, between ours.
    system.remove(0, 'BIG.DAT');
    show();
    for (const file of FILES.keys()) run('cpmcp', '-f', name, alone, join('theirs', file), `7:${file.toLowerCase()}`);
    takeBack();
    expect(system.faults()).toEqual([]);
    for (const [file, bytes] of FILES) {
      const read = system.read(7, file);
      expect([file, read.length]).toEqual([file, Math.ceil(bytes.length / 128) * 128]);
      expect(Buffer.compare(read.subarray(0, bytes.length), bytes)).toBe(0);
    }
    fsck();
    expect(run('cpmls', '-f', name, alone)).toMatch(/7:\nbig\.dat\n/);
    opened.close();
  });
});
