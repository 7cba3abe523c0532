/** `z80lm disk`, and images as drives of `z80lm run`, as processes. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, type CliRun } from '../e2e/cli.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm disk '));
  mkdirSync(join(folder, 'out'));
  writeFileSync(join(folder, 'lines.txt'), 'one\ntwo\n');
  writeFileSync(join(folder, 'data.bin'), Buffer.from([1, 2, 26, 4]));
});
afterAll(() => rmSync(folder, { recursive: true }));

const z80lm = (...args: string[]): Promise<CliRun> => cli(args, { cwd: folder });
const disk = (...args: string[]): Promise<CliRun> => z80lm('disk', ...args);
const file = (name: string): string => readFileSync(join(folder, name), 'latin1');

describe('z80lm disk', () => {
  it('makes an image, and not over a file', async () => {
    expect((await disk('new', 'card.img', '--slices', '2')).status).toBe(0);
    expect(statSync(join(folder, 'card.img')).size).toBe(17 * 1024 * 1024);
    const again = await disk('new', 'card.img');
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('there is a file of that name')]);
    expect((await disk('new', 'x.img', '--format', 'fd144', '--slices', '2')).status).toBe(2);
  });

  it('puts, lists, gets and erases', async () => {
    expect((await disk('put', 'card.img:1', 'lines.txt', 'data.bin')).status).toBe(0);
    expect((await disk('put', 'card.img:1', 'lines.txt', '--text', '--user', '3', '--as', 'cr.lf')).status).toBe(0);
    const listed = await disk('ls', 'card.img:1');
    expect(listed.stdout).toBe(' 0: DATA.BIN           128\n 0: LINES.TXT          128\n 3: CR.LF              128\n');
    expect(listed.stderr).toBe('3 files, 8,132 KB free (hd1k, slice 1 of 2)\n');
    expect((await disk('get', 'card.img:1', '*.*', '-o', 'out')).status).toBe(0);
    expect(file('out/LINES.TXT')).toBe('one\ntwo\n'.padEnd(128, '\x1a'));
    expect(file('out/DATA.BIN').slice(0, 5)).toBe('\x01\x02\x1a\x04\x1a');
    expect((await disk('get', 'card.img:1', 'cr.*', '-o', 'text', '--text', '--user', '3')).status).toBe(0);
    expect(file('text')).toBe('one\ntwo\n');
    expect((await disk('rm', 'card.img:1', 'D*.BIN')).status).toBe(0);
    const { files, freeBytes } = JSON.parse((await disk('ls', 'card.img:1', '--json')).stdout) as { files: object[]; freeBytes: number }; // prettier-ignore
    expect(files.length).toBe(2);
    expect(freeBytes).toBe(8136 * 1024);
  });

  it('replaces nothing unless it is told to', async () => {
    const over = await disk('put', 'card.img:1', 'lines.txt');
    expect([over.status, over.stderr]).toEqual([1, expect.stringContaining('LINES.TXT: there is a file of that name')]);
    expect((await disk('get', 'card.img:1', 'LINES.TXT', '-o', 'out')).status).toBe(1);
    expect((await disk('put', 'card.img:1', 'lines.txt', '--force')).status).toBe(0);
    expect((await disk('get', 'card.img:1', 'LINES.TXT', '-o', 'out', '--force')).status).toBe(0);
    // The image itself, under whatever name.
    const image = await disk('get', 'card.img:1', 'LINES.TXT', '-o', 'card.img', '--force');
    expect([image.status, image.stderr]).toEqual([2, expect.stringContaining('would be written over')]);
  });

  it('says what is not there, and what is no name', async () => {
    const says = async (words: string, ...args: string[]): Promise<void> => {
      const { status, stderr } = await disk(...args);
      expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
    };
    await says('there is no file "*.COM"', 'rm', 'card.img:1', '*.COM');
    await says('there is no slice 7', 'ls', 'card.img:7');
    await says('there is no such file', 'ls', 'nothing.img');
    await says('this is no file', 'ls', 'out');
    await says('this is no disk image of a format that can be told', 'ls', 'lines.txt');
    writeFileSync(join(folder, 'too long a name'), '');
    await says('is no name of CP/M', 'put', 'card.img', 'too long a name');
  });

  it('tells what is wrong with a directory', async () => {
    expect((await disk('info', 'card.img')).status).toBe(0);
    const bytes = readFileSync(join(folder, 'card.img'));
    // A second file with the first one's block, whose name clears a screen.
    const at = (1 + 8) * 1024 * 1024 + 16 * 1024;
    bytes.copy(bytes, at + 32 * 5, at, at + 32);
    bytes.write('\x1b[2J    ', at + 32 * 5 + 1, 'latin1');
    writeFileSync(join(folder, 'bad.img'), bytes);
    const { status, stdout } = await disk('info', 'bad.img:1');
    expect(status).toBe(1);
    expect(stdout).toContain("  entry 5 is no file's\n");
    expect(stdout).toMatch(/shares a block with another file/);
    expect(stdout).not.toContain('\x1b');
  });
});

describe('z80lm run --disk', () => {
  const run = (input: string, ...args: string[]): Promise<CliRun> => cli(['run', ...args], { cwd: folder, input });

  it('has all slices from A: on, and writes to them', async () => {
    const { status, stdout, stderr } = await run(
      'B:\nREN NEW.TXT=LINES.TXT\nDIR\nA:\nSAVE 1 P.COM\nEXIT\n',
      '--disk',
      'card.img',
    );
    expect([status, stderr]).toEqual([0, 'card.img (hd1k): A: slice 0, B: slice 1\n']);
    expect(stdout).toContain('B: NEW      TXT\r\n');
    expect((await disk('ls', 'card.img')).stdout).toBe(' 0: P.COM              256\n');
    expect((await disk('ls', 'card.img:1', '--user', '0')).stdout).toBe(' 0: NEW.TXT            128\n');
  });

  it('or one under a letter, beside the folder', async () => {
    const { stdout } = await run('DIR LINES.TXT\nDIR D:NEW.*\nEXIT\n', '--disk', 'D=card.img:hd1k:1');
    expect(stdout).toContain('A: LINES    TXT');
    expect(stdout).toContain('D: NEW      TXT');
  });

  it('refuses one letter for two, and what is no image', async () => {
    const twice = await run('', '--disk', 'C=card.img', '--disk', 'C=card.img:1');
    expect([twice.status, twice.stderr]).toEqual([2, expect.stringContaining('drive C: is given twice')]);
    expect((await run('', '--disk', 'lines.txt')).status).toBe(2);
  });

  it('keeps what is printed and punched, over no file that it reads', async () => {
    // Reads the reader, and prints and punches that, up to ^Z.
    const code = [0x0e, 3, 0xcd, 5, 0, 0xfe, 0x1a, 0xc8, 0xf5, 0x5f, 0x0e, 5, 0xcd, 5, 0, 0xf1, 0x5f, 0x0e, 4, 0xcd, 5, 0, 0x18, 0xe8]; // prettier-ignore
    writeFileSync(join(folder, 'DEVICES.COM'), Buffer.from(code));
    const devices = ['DEVICES.COM', '--printer', 'paper', '--punch', 'tape', '--reader', 'lines.txt'];
    for (let i = 0; i < 2; i++) expect((await run('', ...devices)).status).toBe(0);
    expect([file('paper'), file('tape')]).toEqual(['one\ntwo\n'.repeat(2), 'one\ntwo\n'.repeat(2)]);
    const silent = await run('', 'DEVICES.COM', '--reader', 'lines.txt');
    expect(silent.stderr).toBe(
      'text for the printer is dropped: --printer FILE keeps it\n' +
        'what the program punches is dropped: --punch FILE keeps it\n',
    );
    for (const input of ['DEVICES.COM', 'card.img'])
      expect((await run('', 'DEVICES.COM', '--disk', 'C=card.img', '--printer', input)).status).toBe(2);
    expect((await run('', 'DEVICES.COM', '--printer', 'tape', '--punch', 'tape')).status).toBe(2);
    expect(existsSync(join(folder, 'card.img'))).toBe(true);
  });
});
