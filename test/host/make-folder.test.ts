import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder } from '../../src/host/make-folder.js';

let root: string;
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'z80lm-folder-'))));
afterAll(() => rmSync(root, { recursive: true }));

const refusal = (path: string): string | undefined => {
  try {
    makeFolder(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
  return undefined;
};

it('makes what is missing, and takes what is there', () => {
  const folder = join(root, 'a', 'b', 'c');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

it('says what the system says of a file on the way', () => {
  writeFileSync(join(root, 'file'), '');
  expect(refusal(join(root, 'file', 'a', 'b'))).toBe('ENOTDIR');
});

it.runIf(existsSync('/proc/self'))('ends where none can be made', () => {
  expect(refusal('/proc/self/.config/z80lm')).toMatch(/^E/);
});
