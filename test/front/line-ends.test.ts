/**
 * What a user's editor makes of line ends makes no difference: each file that is read as text gives the same with LF, as
 * we write it, and with CR LF and a byte-order mark, as Notepad does; from pairs to program, byte for byte.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ownText } from '../../scripts/own-text.js';
import { FIRMWARE_FOLDER, firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { modelPath } from '../../src/commands/shipped-data.js';
import { readScript } from '../../src/hil/script.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { decodeModel } from '../../src/model/npz.js';
import { expandSpec } from '../../src/trainer/data-expand.js';
import { parseSpec } from '../../src/trainer/data-spec.js';
import { readPairs, readPrompts, textLines } from '../../src/trainer/pairs.js';
import { parseBoardFile } from '../../src/transfer/board-file.js';
import { EchoTyper } from '../../src/transfer/echo-typer.js';
import { parseIntelHex } from '../../src/seams/intel-hex.js';
import { assemble, decodeSource, parseSymbols } from '../../src/z80asm/index.js';
import { cli } from '../e2e/cli.js';

const asWindows = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const PAIRS = '# talk\nhello|HI\nhi there|HI\n\nbye|BYE\nsee you|BYE\n';
const SOURCE = `; two ways
        org 100h
N       equ 3
twice   macro x
        db x, x
        endm
        rept N
        twice "ab"
        endm
text:   db 'end',13,10,'$'
        include "more.asm"
`;
const SYMBOLS = 'start EQU 0100H ; label\nN EQU 0003H ; equ\n';
const BOARD = '{\n  "name": "mine",\n  "tool": "XM",\n  "receive": "R {file}"\n}\n';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'z80lm ends '));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('CR LF is read as LF', () => {
  const readers: [what: string, text: string, read: (text: string) => unknown][] = [
    ['pairs', PAIRS, (text) => readPairs(bytes(text), 'p.txt')],
    ['prompts', 'hello\n# no\nbye\n', (text) => readPrompts(bytes(text), 'p.txt')],
    ['a script', '> prompt ? \nhello\n> expect HI\n', (text) => readScript(bytes(text), 's.txt')],
    ['a script in JSON', '{\n  "steps": [{ "ask": "hi" }]\n}\n', (text) => readScript(bytes(text), 's.json')],
    [
      'a spec',
      ownText(new URL('../../datasets/adventure.spec', import.meta.url)),
      (text) => expandSpec(parseSpec(textLines(bytes(text), 'a.spec').join('\n'), 'a.spec')),
    ],
    ['symbols', SYMBOLS, (text) => parseSymbols(decodeSource(bytes(text)), 'x.sym')],
    ['a board file', BOARD, (text) => JSON.stringify(parseBoardFile(new TextDecoder().decode(bytes(text)), 'b.json'))],
    ['Intel HEX', ':03010000C3000138\n:00000001FF\n', (text) => parseIntelHex(text, 'x.hex')],
    ['a text to be typed', 'DIR\nTYPE X\n', (text) => new EchoTyper(bytes(text), Uint8Array.of(13)).total],
  ];
  it.each(readers)('%s', (_what, text, read) => {
    expect(read(asWindows(text))).toEqual(read(text));
  });

  it('the firmware: the same program', () => {
    const path = modelPath(nodeFiles, 'adventure');
    const network = decodeModel(nodeFiles.read(path), path);
    const { readBinary, readText } = firmwareReader(nodeFiles);
    const program = (change: (text: string) => string): Uint8Array => {
      const changed = (name: string): string | undefined => {
        const text = readText(name)?.replaceAll('\r\n', '\n');
        return text === undefined ? undefined : change(text);
      };
      return buildProgram(network, {}, { readBinary, readText: changed }).program;
    };
    expect(program(asWindows)).toEqual(program((text) => text));
  });

  it('each file of the firmware: the same bytes', () => {
    const names = readdirSync(FIRMWARE_FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.asm'),
    );
    expect(names.length).toBeGreaterThan(5);
    const run = (name: string, change: (text: string) => string): unknown => {
      const { readBinary } = firmwareReader(nodeFiles);
      const readText = (path: string): string | undefined => {
        const file = readBinary(path);
        return file && change(decodeSource(file).replaceAll('\r\n', '\n'));
      };
      const { bytes: made, diagnostics } = assemble({ main: name, readText, readBinary });
      return { made, diagnostics };
    };
    for (const name of names) expect(run(name, asWindows), name).toEqual(run(name, (text) => text));
  });
});

it('from pairs, prompts, settings and source to model, program and transcript', { timeout: 600_000 }, async () => {
  const made = async (change: (text: string) => string): Promise<Record<string, string>> => {
    const texts = {
      'pairs.txt': PAIRS,
      'prompts.txt': 'hello\nbye\n',
      'z80lm.json': '{\n  "layout": "packed"\n}\n',
      'own.asm': SOURCE,
      'more.asm': "        db 'more'\n        ret\n",
    };
    const cwd = folderOf(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, change(text)])));
    const run = async (...words: string[]): Promise<string> => {
      const { status, stdout, stderr } = await cli(words, { cwd, env: { XDG_CONFIG_HOME: cwd } });
      expect(status, stderr).toBe(0);
      return stdout;
    };
    await run('train', 'pairs.txt', '-o', 'm.npz', '--epochs', '3', '--hidden', '8');
    await run('build', 'm.npz', '-o', 'M.COM');
    await run('asm', 'own.asm', '-o', 'OWN.COM');
    await run('compare', 'M.COM', '--prompts', 'prompts.txt', '--record', '--golden', 'golden');
    const golden = readdirSync(join(cwd, 'golden')).map((name) => join('golden', name));
    return Object.fromEntries(
      ['m.npz', 'M.COM', 'OWN.COM', ...golden].map((name) => [name, readFileSync(join(cwd, name)).toString('hex')]),
    );
  };
  expect(await made(asWindows)).toEqual(await made((text) => text));
});
