import { chmodSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/host/node-files.js';
import { InputError } from '../../src/seams/errors.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'z80lm-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function failure(work: () => void): InputError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('nothing was thrown');
}

describe('nodeFiles', () => {
  it('replaces a file as a whole and leaves no temporary file', () => {
    const path = join(folder, 'new', 'a.bin');
    nodeFiles.write(path, 'one');
    nodeFiles.write(path, Uint8Array.of(1, 2, 3));
    expect([...nodeFiles.read(path)]).toEqual([1, 2, 3]);
    expect(readdirSync(join(folder, 'new'))).toEqual(['a.bin']);
  });

  it('names the missing file and says what to do', () => {
    const error = failure(() => nodeFiles.read(join(folder, 'none')));
    expect(error).toMatchObject({ where: join(folder, 'none'), message: 'there is no such file', exitStatus: 2 });
    expect(error.hint).toBeDefined();
  });

  it('says that a folder is a folder', () => {
    expect(failure(() => nodeFiles.read(folder)).message).toBe('this is a folder, not a file');
  });

  it('leaves the earlier file where the new one cannot be put', () => {
    // A folder in the way makes the rename fail, for root too.
    const path = join(folder, 'taken');
    mkdirSync(join(path, 'inside'), { recursive: true });
    failure(() => nodeFiles.write(path, 'x'));
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it.skipIf(process.getuid?.() === 0)('says permission denied', () => {
    const path = join(folder, 'locked');
    writeFileSync(path, 'old');
    chmodSync(path, 0);
    expect(failure(() => nodeFiles.read(path)).message).toBe('permission denied');
    chmodSync(path, 0o600);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});
