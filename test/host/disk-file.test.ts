/** A board's disk in a file: whose changes are kept, and where. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDiskFile } from '../../src/host/disk-file.js';
import { startVirtualBoard, type BoardPeer, type BoardSettings } from '../../src/host/virtual-board.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-disk-'));
  path = join(folder, 'my.dsk');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is written where something has changed, and only then', () => {
  const disk = openDiskFile(path, new Uint8Array(1024));
  const before = readFileSync(path);
  writeFileSync(path, before);
  disk.save();
  expect(readdirSync(folder)).toEqual(['my.dsk']);
});

it('stays as somebody else has made it, and the board goes on beside it', () => {
  const disk = openDiskFile(path, new Uint8Array(1024));
  disk.image[3] = 7;
  disk.save();
  expect(readFileSync(path)[3]).toBe(7);
  writeFileSync(path, new Uint8Array(1024).fill(9));
  disk.image[4] = 8;
  disk.save();
  expect(disk.path).toBe(`${path}.from-board`);
  disk.image[5] = 8;
  disk.save();
  expect(readFileSync(path)).toEqual(Buffer.alloc(1024, 9));
  expect([...readFileSync(`${path}.from-board`).subarray(3, 6)]).toEqual([7, 8, 8]);
  expect(readdirSync(folder)).toEqual(['my.dsk', 'my.dsk.from-board']);
});

it('is looked for where the caller is, not where the process of the board is', async () => {
  let told: BoardSettings | undefined;
  const troubles: string[] = [];
  const peer = (): BoardPeer => {
    let listener: (answer: never) => void = () => {};
    return {
      send: (message) => {
        told = message as BoardSettings;
        for (const answer of [{ trouble: 'the disk is full' }, { path: '/dev/pts/99', remark: undefined }])
          listener(answer as never);
      },
      onAnswer: (given) => (listener = given),
      end: () => {},
      ended: Promise.resolve(undefined),
    };
  };
  await startVirtualBoard({ diskFile: 'my.dsk', onTrouble: (words) => troubles.push(words) }, peer);
  expect(told!.diskFile).toBe(join(process.cwd(), 'my.dsk'));
  expect(troubles).toEqual(['the disk is full']);
});
