import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explain, mustBeWritable, nodeFiles } from '../../src/host/node-files.js';
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

const IS_WINDOWS = process.platform === 'win32';
const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;

/** Rights do not bind root: it does this as a user who has none. */
function asNobody<T>(work: () => T): T {
  if (!IS_ROOT) return work();
  process.seteuid!(NOBODY);
  try {
    return work();
  } finally {
    process.seteuid!(0);
  }
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

  it.skipIf(IS_WINDOWS)('says permission denied to one who may not read', () => {
    const path = join(folder, 'locked');
    writeFileSync(path, 'old');
    chmodSync(path, 0);
    expect(failure(() => asNobody(() => nodeFiles.read(path))).message).toBe('permission denied');
  });

  describe.each<[string, (path: string) => void]>([
    ['write', (path) => nodeFiles.write(path, 'new')],
    ['mustBeWritable', mustBeWritable],
  ])('%s refuses, and leaves all as it was', (_name, use) => {
    it('a read-only file, to root too', () => {
      const path = join(folder, 'kept');
      writeFileSync(path, 'old', { mode: 0o444 });
      expect(failure(() => use(path))).toMatchObject({
        where: path,
        message: 'the file is read-only',
        hint: 'make it writable, or choose another name',
      });
      expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', ['kept']]);
    });

    it('a folder where the file should be', () => {
      const path = join(folder, 'taken');
      mkdirSync(join(path, 'inside'), { recursive: true });
      expect(failure(() => use(path)).message).toBe('this is a folder, not a file');
      expect(readdirSync(folder)).toEqual(['taken']);
    });

    it('a file where a folder should be', () => {
      writeFileSync(join(folder, 'file'), 'old');
      for (const path of ['file/x', 'file/deep/x'])
        expect(failure(() => use(join(folder, path))).message).toBe('part of the path is a file, not a folder');
    });

    // access(2) asks for the user who started the process, whom root cannot be instead of for a while.
    it.skipIf(IS_WINDOWS || (use === mustBeWritable && IS_ROOT))('a folder in which nothing may be made', () => {
      chmodSync(folder, 0o555);
      for (const path of ['x', 'deep/x'])
        expect(failure(() => asNobody(() => use(join(folder, path))))).toMatchObject({
          message: 'permission denied',
          hint: 'you may not write in this place; choose another',
        });
      chmodSync(folder, 0o755);
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it('mustBeWritable makes nothing where it has no objection', () => {
    mustBeWritable(join(folder, 'not', 'there', 'yet'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(IS_WINDOWS)('what a symbolic link leads to is replaced, and the link stays', () => {
    writeFileSync(join(folder, 'real'), 'old', { mode: 0o640 });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    nodeFiles.write(join(folder, 'link'), 'new');
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  });

  it('takes away what a killed process left beside the file, but nothing young or of one that runs', () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const left = [`.x.${dead}.tmp`, `.x.${process.ppid}.tmp`, `.y.${dead}.tmp`];
    for (const name of left) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), 1, 1);
    }
    writeFileSync(join(folder, `.x.1${dead}.tmp`), '');
    nodeFiles.write(join(folder, 'x'), 'new');
    expect(readdirSync(folder).sort()).toEqual([...left.slice(1), `.x.1${dead}.tmp`, 'x'].sort());
  });

  it.skipIf(IS_WINDOWS)('a pipe that nobody reads is refused, not waited for', () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(failure(() => nodeFiles.write(join(folder, 'pipe'), 'x')).message).toBe('nobody reads from this pipe');
  });

  it('mustBeWritable asks for room', () => {
    expect(failure(() => mustBeWritable(join(folder, 'x'), 2 ** 60))).toMatchObject({ message: 'the disk is full' });
    mustBeWritable(join(folder, 'x'), 1);
  });

  it('a file keeps its rights, and what is no file is written to, not replaced', () => {
    const path = join(folder, 'private');
    writeFileSync(path, 'old', { mode: 0o600 });
    nodeFiles.write(path, 'new');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', IS_WINDOWS ? 0o666 : 0o600]);
    if (IS_WINDOWS) return;
    nodeFiles.write('/dev/null', 'nothing');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('what the system says, in words', () => {
  it.each([
    ['EROFS', 'linux', 'the file system is read-only'],
    ['ENOSPC', 'linux', 'the disk is full'],
    ['EPERM', 'linux', 'permission denied'],
    ['EPERM', 'win32', 'another program has the file open, or may alone write it'],
    ['EBUSY', 'win32', 'another program has the file open, or may alone write it'],
  ] as const)('%s on %s', (code, platform, message) => {
    const cause = Object.assign(new Error(`${code}: raw`), { code, syscall: 'rename' });
    const said = explain('x', cause, 'write', platform) as InputError;
    expect(said).toBeInstanceOf(InputError);
    expect(said).toMatchObject({ message, where: 'x', cause });
    expect(said.hint).toBeDefined();
  });

  it('a defect of ours stays what it is', () => {
    const defect = new TypeError('x is not a function');
    expect(explain('x', defect, 'write')).toBe(defect);
  });
});
