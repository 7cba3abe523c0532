/** TALK as its user meets it: loading minds, what it tells of those it cannot load, and what is there afterwards. */
import { beforeAll, describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildMind } from '../../src/build/program.js';
import { buildShell } from '../../src/build/shell.js';
import { startTalk, type Talk } from '../../src/build/talk.js';
import type { Folder } from '../../src/emu/cpm/folder.js';
import { diskOf } from '../../src/emu/cpm/memory-disk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { toBytes } from '../../src/model/encoder.js';
import { answer } from '../../src/model/inference.js';
import type { Network } from '../../src/model/network.js';
import { crc16 } from '../../src/seams/crc16.js';
import { randomClosed } from './random-closed.js';
import { randomNetwork } from './random-network.js';

const PROMPT = '\r\n> ';
const NOBODY = 'No mind is loaded: /LOAD NAME, or /LIST.';
const firmware = firmwareReader(nodeFiles);
const shell = buildShell(firmware).program;

let guess: Network;
let chat: Network;
let files: Record<string, Uint8Array>;
let guessEnd: number;
const start = (tail = '', more: Record<string, Uint8Array> = {}, bdos?: number, b?: Folder): Talk =>
  startTalk(shell, tail, bdos, [diskOf({ ...files, ...more }), ...(b ? [b] : [])]);
const says = (network: Network, question: string): string => answer(network, toBytes(question));
/** What is shown for a line, between its echo and the prompt that comes after it. */
const typed = (talk: Talk, line: string): string => {
  const shown = talk.type(`${line}\r`);
  expect(shown.startsWith(`${line}\r\n`), shown).toBe(true);
  expect(shown.endsWith(PROMPT), shown).toBe(true);
  return shown.slice(line.length + 2, -PROMPT.length);
};

beforeAll(() => {
  guess = randomClosed(5, {
    buckets: 1024, hidden: [40], answers: 30, steps: 'answers', density: [0.1, 0.4], biasReach: 40,
  }); // prettier-ignore
  guess.about = { name: 'GUESSER', description: 'Guesses.' };
  chat = randomNetwork(7, { widths: [60, 12], density: 0.3, biasReach: 300 });
  chat.charset = [...'ABCDEFGHIJK', '\0'];
  chat.about = { name: 'CHATTER' };
  const built = buildMind(guess, {}, firmware);
  guessEnd = built.symbols.get('ram_end')!;
  files = { 'GUESS.MND': built.file, 'CHAT.MND': buildMind(chat, {}, firmware).file, 'X.COM': Uint8Array.of(0xc9) };
});

const GUESS_BANNER = '\r\nGUESSER\r\nGuesses.\r\nType ? for help.';
const CHAT_BANNER = '\r\nCHATTER\r\nType ? for help.';

describe('TALK alone', () => {
  it('shows the minds on the disk, and its prompt', () => {
    expect(start().output()).toBe(
      `TALK: minds from disk. Type ? for help.\r\nMinds on A:\r\n  GUESS      CHAT     ${PROMPT}`,
    );
    expect(startTalk(shell).output()).toBe(`TALK: minds from disk. Type ? for help.\r\nNo minds on A:${PROMPT}`);
  });

  it('helps, and says that nobody is there to answer', () => {
    const talk = start();
    for (const command of ['/LOAD', '/LIST', '/INFO', '/BYE']) expect(typed(talk, '?')).toContain(command);
    expect(typed(talk, 'hello')).toBe(NOBODY);
    expect(typed(talk, '/info')).toBe(NOBODY);
    expect(talk.type('\r')).toBe(PROMPT);
    expect(talk.type('   \r')).toBe(`   ${PROMPT}`);
  });

  it.each(['!\r', '\x03', '/bye\r', '  /Bye  \r'])('leaves at %j', (keys) => {
    const talk = start();
    expect(talk.type(keys)).toMatch(/\r\nGood-bye\.\r\n$/);
    expect(talk.ended).toBe(true);
  });

  it.each(['/x', '/', '/loader guess', '/byes', '/b', '/time'])('names its commands for %j', (line) => {
    expect(typed(start(), line)).toBe('Commands: /LOAD NAME, /LIST, /INFO, /BYE.');
  });
});

describe('loading', () => {
  it('brings the mind up, from the command tail or the prompt', () => {
    expect(start('guess').output()).toBe(`${GUESS_BANNER}${PROMPT}`);
    const talk = start();
    expect(typed(talk, '/load guess')).toBe(GUESS_BANNER);
    expect(talk.ask('is it big').text).toBe(says(guess, 'is it big'));
  });

  it('takes another mind, and the first one again', () => {
    const talk = start('GUESS');
    for (let round = 0; round < 2; round++) {
      expect(typed(talk, '/LOAD CHAT')).toBe(CHAT_BANNER);
      expect(talk.ask('how are you').text).toBe(says(chat, 'how are you'));
      expect(typed(talk, '/load Guess')).toBe(GUESS_BANNER);
      expect(talk.ask('is it alive').text).toBe(says(guess, 'is it alive'));
    }
  });

  it('keeps keys that were typed ahead, from mind to mind', () => {
    const talk = start('guess');
    const shown = talk.type('is it big\r/load chat\rhow are you\r/info\r');
    expect(shown.split(PROMPT).slice(0, 3)).toEqual([
      `is it big\r\n${says(guess, 'is it big')}`,
      `/load chat\r\n${CHAT_BANNER}`,
      `how are you\r\n${says(chat, 'how are you')}`,
    ]);
    expect(shown).toContain('A:CHAT.MND: CHATTER');
  });

  it('hands the rest of the command tail to the mind, which leaves then', () => {
    const talk = start('guess is it big');
    expect(talk.output()).toBe(`${says(guess, 'IS IT BIG')}\r\n`);
    expect(talk.ended).toBe(true);
    // Not what was left in the buffer by the first.
    expect(start('guess   ').output()).toBe(`${GUESS_BANNER}${PROMPT}`);
    expect(start('guess /list').output()).toBe('Minds on A:\r\n* GUESS      CHAT     \r\n');
  });

  it('takes names with a drive, with .MND, in any letters', () => {
    const b = diskOf({ 'OTHER.MND': files['CHAT.MND']! });
    for (const name of ['b:other', 'B:OTHER.MND', 'B:Other.mnd']) {
      expect(start(name, {}, undefined, b).output()).toBe(`${CHAT_BANNER}${PROMPT}`);
      expect(typed(start('a:guess', {}, undefined, b), `/load   ${name}  `)).toBe(CHAT_BANNER);
    }
  });

  it.each([
    '', ' ', 'ninechars', '.mnd', 'guess.com', 'guess.mn', 'guess.mndx', 'g*', 'gues?', 'q:guess', 'a:', '1:guess', 'guess chat', 'a:b:c', 'gue[s',
  ])('calls %j no name', (name) => {
    const talk = start('chat');
    expect(typed(talk, `/load ${name}`)).toBe('A name has 1 to 8 characters: GUESS, B:GUESS.');
    expect(talk.ask('hello').text).toBe(says(chat, 'hello'));
  }); // prettier-ignore

  it('says what is not there, in the command tail as at the prompt', () => {
    expect(start('nosuch').output()).toBe(`NOSUCH is not on this disk.${PROMPT}`);
    expect(start('x.com').output()).toBe(`A name has 1 to 8 characters: GUESS, B:GUESS.${PROMPT}`);
    const talk = start('chat', {}, undefined, diskOf({}));
    expect(typed(talk, '/load nosuch')).toBe('NOSUCH is not on this disk.');
    expect(typed(talk, '/load b:nosuch')).toBe('B:NOSUCH is not on this disk.');
    expect(talk.ask('hello').text).toBe(says(chat, 'hello'));
  });

  it('leaves by !, ^C and /bye with a good-bye', () => {
    for (const keys of ['!\r', '\x03', '/bye\r']) {
      const talk = start('guess');
      expect(talk.type(keys)).toMatch(/\r\nGood-bye\.\r\n$/);
      expect(talk.ended).toBe(true);
    }
  });
});

describe('what is no sound mind', () => {
  /** The header after a change, with a sum that fits. */
  const changed = (change: (header: DataView) => void): Uint8Array => {
    const file = files['GUESS.MND']!.slice();
    const view = new DataView(file.buffer);
    change(view);
    view.setUint16(126, crc16(file.subarray(0, 126)), false);
    return file;
  };
  const without = (change: (file: Uint8Array) => void): Uint8Array => {
    const file = files['GUESS.MND']!.slice();
    change(file);
    return file;
  };

  it.each<[string, () => Uint8Array, string]>([
    ['another file', () => Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff), 'BAD: this is no mind.'],
    ['a program', () => shell, 'BAD: this is no mind.'],
    ['an empty file', () => new Uint8Array(0), 'BAD: this is no mind.'],
    ['the last letter of the magic', () => without((f) => (f[7]! ^= 1)), 'BAD: this is no mind.'],
    ['a later version', () => changed((v) => v.setUint8(8, 2)), 'BAD was made for a newer TALK.'],
    ['another place', () => changed((v) => v.setUint16(10, 0x0e00, true)), 'BAD was made for another TALK.'],
    ['a bit of the length', () => without((f) => (f[13]! ^= 0x10)), 'BAD is damaged.'],
    ['a bit of the name', () => without((f) => (f[20]! ^= 1)), 'BAD is damaged.'],
    ['a bit of the sum', () => without((f) => (f[16]! ^= 1)), 'BAD is damaged.'],
    ['the last byte of the header', () => without((f) => (f[127]! ^= 0x80)), 'BAD is damaged.'],
    ['more than there is memory', () => changed((v) => v.setUint16(14, 0xf001, true)), 'BAD needs 60K, has 56K.'],
  ])('%s is found before the mind in memory is touched', (_, bad, words) => {
    const talk = start('chat', { 'BAD.MND': bad() });
    expect(typed(talk, '/load bad')).toBe(words);
    expect(talk.ask('hello').text).toBe(says(chat, 'hello'));
    expect(typed(talk, '/info')).toContain('CHAT.MND');
    // The same where there was none.
    expect(start('bad', { 'BAD.MND': bad() }).output()).toBe(`${words}${PROMPT}`);
  });

  it.each<[string, (file: Uint8Array) => Uint8Array | void]>([
    ['a bit in the first record', (f) => void (f[128]! ^= 1)],
    ['a bit in the middle', (f) => void (f[Math.floor(f.length / 2)]! ^= 0x80)],
    ['its last byte', (f) => void (f[f.length - 1]! ^= 1)],
    ['a record of zeros', (f) => void f.fill(0, 1280, 1408)],
    ['two records exchanged', (f) => void f.set([...f.slice(2688, 2816), ...f.slice(2560, 2688)], 2560)],
    ['a record left out', (f) => Uint8Array.from([...f.subarray(0, 1280), ...f.subarray(1408)])],
    ['the last record left out', (f) => f.subarray(0, f.length - 128)],
    ['all but the header', (f) => f.subarray(0, 128)],
    ['filled up by XMODEM in the middle', (f) => void f.fill(0x1a, 3840)],
  ])('damage: %s; no mind is left, and TALK goes on', (_, damage) => {
    const file = files['GUESS.MND']!.slice();
    const talk = start('chat', { 'BAD.MND': damage(file) ?? file });
    expect(typed(talk, '/load bad')).toBe('BAD is damaged. No mind is loaded now.');
    expect(typed(talk, 'hello')).toBe(NOBODY);
    expect(typed(talk, '/info')).toBe(NOBODY);
    expect(typed(talk, '/list')).toBe('Minds on A:\r\n  GUESS      CHAT       BAD      ');
    expect(typed(talk, '/load chat')).toBe(CHAT_BANNER);
    expect(talk.ask('hello').text).toBe(says(chat, 'hello'));
  });

  it('what a transfer in blocks of 1K puts behind a mind does no harm', () => {
    const padded = new Uint8Array(Math.ceil(files['CHAT.MND']!.length / 1024) * 1024 + 1024).fill(0x1a);
    padded.set(files['CHAT.MND']!);
    expect(start('long', { 'LONG.MND': padded }).output()).toBe(`${CHAT_BANNER}${PROMPT}`);
  });

  it('a small machine: TALK says what a mind needs and what there is, to the page', () => {
    const least = Math.ceil(guessEnd / 256) * 256;
    // The BDOS is entered 6 bytes behind its beginning.
    expect(start('guess', {}, least).output()).toBe(`${GUESS_BANNER}${PROMPT}`);
    const needs = Math.ceil((guessEnd - 0x100) / 1024);
    const has = Math.floor((least - 256 + 6 - 0x100) / 1024);
    expect(start('guess', {}, least - 256).output()).toBe(`GUESS needs ${needs}K, has ${has}K.${PROMPT}`);
  });

  it('in the least memory that a mind needs, the system is left alone', () => {
    const least = Math.ceil(guessEnd / 256) * 256;
    const talk = start('', {}, least);
    const system = talk.emulated.cpu.memory.slice(least);
    typed(talk, '/load guess');
    talk.ask('is it big');
    expect(talk.emulated.cpu.memory.slice(least)).toEqual(system);
  });
});

describe('what TALK tells while a mind is loaded', () => {
  it('/list marks the one that is loaded, on the drive that is asked for', () => {
    const b = diskOf({ 'GUESS.MND': files['GUESS.MND']!, 'READ.ME': Uint8Array.of(1) });
    const talk = start('chat', {}, undefined, b);
    expect(typed(talk, '/list')).toBe('Minds on A:\r\n  GUESS    * CHAT     ');
    expect(typed(talk, '/list b:')).toBe('Minds on B:\r\n  GUESS    ');
    typed(talk, '/load b:guess');
    expect(typed(talk, '/LIST A:')).toBe('Minds on A:\r\n  GUESS      CHAT     ');
    expect(typed(talk, '/LIST B:')).toBe('Minds on B:\r\n* GUESS    ');
    for (const wrong of ['b', 'q:', 'guess', 'b: c'])
      expect(typed(talk, `/list ${wrong}`)).toBe('Drives are A: to P:.');
  });

  it('/list has six names to a line', () => {
    const many = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`M${i}.MND`, Uint8Array.of(0)]));
    const lines = startTalk(shell, '', undefined, [diskOf(many)])
      .output()
      .split('\r\n')
      .slice(2, -1);
    expect(lines.map((line) => line.split(/ +/).filter(Boolean))).toEqual([
      ['M0', 'M1', 'M2', 'M3', 'M4', 'M5'],
      ['M6', 'M7', 'M8', 'M9', 'M10', 'M11'],
      ['M12'],
    ]);
    for (const line of lines) expect(line.length).toBeLessThan(80);
  });

  it('/info is the file, the model, its sizes and its sum', () => {
    const file = files['GUESS.MND']!;
    const bytes = new DataView(file.buffer).getUint16(12, true);
    const checksum = crc16(file.subarray(128)).toString(16).toUpperCase().padStart(4, '0');
    expect(typed(start('guess'), '/info')).toBe(
      `A:GUESS.MND: GUESSER\r\n${bytes} bytes, needs ${Math.ceil((guessEnd - 0x100) / 1024)}K, version 1, checksum ${checksum}.`,
    );
  });

  it('what is no command names those that there are; /time is the mind’s own', () => {
    const talk = start('guess');
    for (const line of ['/quit', '/', '/1', '/T', '/TIMES', '/TALK', '/time x'])
      expect(typed(talk, line)).toBe('Commands: /LOAD NAME, /LIST, /INFO, /BYE.');
    expect(typed(talk, '/time 1')).toMatch(/^\[[^\]]+\]$/);
    expect(typed(talk, '/time')).toMatch(/^(\[[^\]]+\](\r\n)?){3}$/);
    expect(typed(talk, '?')).toContain('/LOAD NAME loads another mind');
  });
});
