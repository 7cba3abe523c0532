import { describe, expect, it } from 'vitest';
import { parseBoardFile } from '../../src/transfer/board-file.js';

const MINIMAL = { name: 'mine', tool: 'rx', receive: '{file}' };
const parse = (json: unknown): ReturnType<typeof parseBoardFile> => parseBoardFile(JSON.stringify(json), 'mine.json');

describe('a board file', () => {
  it('three fields are enough', () => {
    const { driver, line } = parse(MINIMAL);
    expect(driver).toMatchObject({ name: 'mine', title: 'mine' });
    expect(line).toEqual({});
  });

  it('can say everything', () => {
    const line = { baud: 38400, flow: 'none', stopBits: 2, paceMs: 0.5 };
    const ready = { text: 'Ready.*', afterMs: 600, check: 'checksum' };
    const all = { ...MINIMAL, toolDrives: 'CA', send: '/S {file}', ready, thanks: 'OK', drive: 'C', blockSize: 1024 };
    expect(parse({ ...all, line }).line).toEqual(line);
  });

  const wrong: [string, unknown, RegExp][] = [
    ['a missing field', { name: 'x', tool: 'RX' }, /receive: /],
    ['no place for the name', { ...MINIMAL, receive: '/R' }, /receive: must have \{file\}/],
    ['an unknown field', { ...MINIMAL, recieve: 'x' }, /recieve/],
    ['a drive that is none', { ...MINIMAL, drive: 'Q' }, /drive: has letters from A to P/],
    ['a block size that is none', { ...MINIMAL, blockSize: 256 }, /blockSize: /],
    ['a pattern that is none', { ...MINIMAL, thanks: '(' }, /thanks: is no regular expression/],
    ['a pace that is none', { ...MINIMAL, line: { paceMs: -1 } }, /line.paceMs: /],
    ['a list', [], /it: /],
  ];
  for (const [name, json, message] of wrong)
    it(`${name} is named`, () => {
      expect(() => parse(json)).toThrow(message);
      expect(() => parse(json)).toThrow(expect.objectContaining({ where: 'mine.json', exitStatus: 2 }) as Error);
    });

  it('that is not JSON', () => {
    expect(() => parseBoardFile('{', 'mine.json')).toThrow(/^this board file is not valid JSON: /);
  });
});
