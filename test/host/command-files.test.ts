/** No output over an input, nor over another output, under whatever name. */
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandFiles, type CommandFiles } from '../../src/host/command-files.js';
import { UsageError } from '../../src/seams/errors.js';

let folder: string;
let files: CommandFiles;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-files-'));
  mkdirSync(at('sub'));
  writeFileSync(at('s.asm'), 'precious');
  symlinkSync(at('s.asm'), at('symbolic'));
  symlinkSync(folder, at('sub/up'));
  linkSync(at('s.asm'), at('hard'));
  files = commandFiles();
});
afterEach(() => rmSync(folder, { recursive: true }));

const NAMES = ['s.asm', './sub/../s.asm', 'symbolic', 'hard', 'sub/up/s.asm'];
const refused = (work: () => void): UsageError => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return error as UsageError;
  }
  throw new Error('it was not refused');
};

describe.each(NAMES)('a file that is read, by its name %s', (name) => {
  const other = (): string => `${folder}/${name}`;

  it('is not written over, said or not', () => {
    files.read(at('s.asm'));
    for (const work of [() => files.write(other(), 'x'), () => files.willWrite({ '-o': other() })]) {
      const error = refused(work);
      expect(error.message).toMatch(/^this file is read.*, and would be written over$/);
      expect(error).toMatchObject({ where: other(), exitStatus: 2 });
      expect(error.hint).toBeDefined();
    }
    expect(readFileSync(at('s.asm'), 'utf8')).toBe('precious');
  });

  it('is not read when it was said that it will be written', () => {
    files.willWrite({ '-o': other() });
    expect(refused(() => files.read(at('s.asm'))).hint).toBe('name another file with -o');
  });

  it('may be written where that is meant', () => {
    files.mayReplace(other());
    files.willWrite({ '--fix': other() });
    files.read(at('s.asm'));
    files.write(other(), 'new');
    files.write(other(), 'newer');
    expect(readFileSync(other(), 'utf8')).toBe('newer');
  });

  it('is no place for two outputs', () => {
    const error = refused(() => files.willWrite({ '-o': at('s.asm'), '--listing': other() }));
    expect(error).toMatchObject({ message: '--listing and -o are the same file', where: other() });
  });
});

describe('outputs', () => {
  it('that are not there yet are told apart by their places', () => {
    refused(() => files.willWrite({ '-o': at('new/x'), '--map': at('sub/up/new/x') }));
    commandFiles().willWrite({ '-o': at('new/x'), '--map': at('new/y') });
    expect(readdirSync(folder).sort()).toEqual(['hard', 's.asm', 'sub', 'symbolic']);
  });

  it('may be written again and read again, but not under another name', () => {
    files.willWrite({ '-o': at('x') });
    files.write(at('x'), 'one');
    files.write(at('x'), 'two');
    files.read(at('x'));
    files.write(at('x'), 'three');
    linkSync(at('x'), at('y'));
    refused(() => files.write(at('y'), 'four'));
    expect(readFileSync(at('y'), 'utf8')).toBe('three');
  });

  it('a file that was not there when it was looked for may be made', () => {
    expect(() => files.read(at('none'))).toThrow();
    files.write(at('none'), 'x');
  });

  it.skipIf(process.platform === 'win32')('no device is a file to lose', () => {
    files.read('/dev/null');
    files.willWrite({ '-o': '/dev/null', '--listing': '/dev/null' });
    files.write('/dev/null', 'x');
  });
});
