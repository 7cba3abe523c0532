import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileBlocks } from '../../src/host/scrollback-file.js';
import fc from '../fast-check.js';

describe('a scrollback on disk', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'z80lm-test-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it.skipIf(process.platform === 'win32')('has no name', () => {
    const blocks = fileBlocks(1000, folder)!;
    blocks.append('lines — €');
    expect(readdirSync(folder)).toEqual([]);
    expect(blocks.read(0)).toBe('lines — €');
    blocks.close();
    expect(blocks.read(0)).toBeUndefined();
  });

  it('is not there where there is no place for it', () => {
    expect(fileBlocks(1000, join(folder, 'missing'))).toBeUndefined();
  });

  it('has the newest blocks, whatever their sizes, and none that was written over', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 70 }), { maxLength: 60 }), (sizes) => {
        const blocks = fileBlocks(64, folder)!;
        const all = sizes.map((size, i) => String.fromCharCode(48 + i).repeat(size));
        all.forEach((block, i) => {
          blocks.append(block);
          expect(blocks.next).toBe(i + 1);
          for (let n = 0; n <= i; n++)
            expect(blocks.read(n)).toBe(n < blocks.first || all[n]!.length > 64 ? undefined : all[n]);
          // A block of half the room always leaves one before it alone.
          if (i > 0 && all[i]!.length <= 32 && all[i - 1]!.length <= 16) expect(blocks.first).toBeLessThan(i);
        });
        blocks.clear();
        expect([blocks.first, blocks.next]).toEqual([0, 0]);
        blocks.close();
      }),
      { numRuns: 100 },
    );
  });
});
