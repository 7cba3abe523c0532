/** A real folder as a drive: what can be reached in it, and what happens to its files. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderRefusal } from '../../src/emu/cpm/folder.js';
import { nodeFolder } from '../../src/host/node-folder.js';
import { InputError } from '../../src/seams/errors.js';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'z80lm-folder-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

describe('nodeFolder', () => {
  it('lists plain files by name, and nothing else', () => {
    writeFileSync(join(path, 'b.com'), 'bb');
    writeFileSync(join(path, 'a.txt'), 'a');
    mkdirSync(join(path, 'folder'));
    symlinkSync('/etc/hostname', join(path, 'link.txt'));
    expect(nodeFolder(path).list()).toEqual([
      { name: 'a.txt', size: 1, readOnly: false },
      { name: 'b.com', size: 2, readOnly: false },
    ]);
  });

  it('replaces a file as a whole and keeps its mode', () => {
    writeFileSync(join(path, 'x.sh'), 'old');
    chmodSync(join(path, 'x.sh'), 0o755);
    const folder = nodeFolder(path);
    folder.write('x.sh', Buffer.from('new'));
    expect(readFileSync(join(path, 'x.sh'), 'utf8')).toBe('new');
    expect(statSync(join(path, 'x.sh')).mode & 0o777).toBe(0o755);
    expect(readdirSync(path)).toEqual(['x.sh']);
  });

  it.each(['../out', 'a/b', '..', '', 'a\\b', 'a\0b'])('reaches nothing by the name %j', (name) => {
    const folder = nodeFolder(path);
    expect(() => folder.write(name, new Uint8Array(1))).toThrow(FolderRefusal);
    expect(() => folder.read(name)).toThrow(FolderRefusal);
  });

  it('does not write through a symbolic link or over a folder', () => {
    writeFileSync(join(path, 'target'), 'safe');
    symlinkSync(join(path, 'target'), join(path, 'link.txt'));
    mkdirSync(join(path, 'dir.txt'));
    const folder = nodeFolder(path);
    for (const name of ['link.txt', 'dir.txt'])
      expect(() => folder.write(name, new Uint8Array(1))).toThrow(FolderRefusal);
    expect(readFileSync(join(path, 'target'), 'utf8')).toBe('safe');
    expect(readdirSync(path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('makes the folder of a user area when it is needed', () => {
    const folder = nodeFolder(path);
    expect(folder.sub('user3', false)).toBeUndefined();
    folder.sub('user3', true)!.write('A.TXT', Buffer.from('x'));
    expect(readFileSync(join(path, 'user3', 'A.TXT'), 'utf8')).toBe('x');
  });

  it('says what is wrong with a folder that is none', () => {
    expect(() => nodeFolder(join(path, 'none'))).toThrow(InputError);
    writeFileSync(join(path, 'file'), '');
    expect(() => nodeFolder(join(path, 'file'))).toThrow('this is no folder that can be read');
  });
});
