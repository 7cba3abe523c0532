/** The program as its user meets it: typing, help, commands, leaving, and everything that must not hurt it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram, type BuiltProgram } from '../../src/build/program.js';
import { startTalk, type Talk } from '../../src/build/talk.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { toBytes } from '../../src/model/encoder.js';
import { answer } from '../../src/model/inference.js';
import { MAX_ANSWER, type Network } from '../../src/model/network.js';
import { askAndType, askInterrupted } from './disturb.js';
import { randomNetwork } from './random-network.js';

const PROMPT = '\r\n> ';
const LONGEST_LINE = 127;

let network: Network;
let built: BuiltProgram;
const reference = (question: string): string => answer(network, toBytes(question));
const start = (tail = ''): Talk => startTalk(built.program, tail);

beforeAll(() => {
  network = randomNetwork(7, { widths: [20, 12], density: 0.3, biasReach: 300 });
  // Letters only, so that an answer is easy to tell from everything else on the screen.
  network.charset = [...'ABCDEFGHIJK', '\0'];
  network.about = { name: 'TESTER', description: 'Knows nothing at all.', examples: ['how are you'] };
  built = buildProgram(network, {}, firmwareReader(nodeFiles));
});

describe('talking to the program', () => {
  it('greets with its name, what it knows, and a prompt', () => {
    expect(start().output()).toBe(`\r\nTESTER\r\nKnows nothing at all.\r\nType ? for help.${PROMPT}`);
  });

  it('answers', () => {
    const talk = start();
    for (const question of ['is it big', 'is it alive', 'hello there'])
      expect(talk.type(`${question}\r`)).toBe(`${question}\r\n${reference(question)}${PROMPT}`);
  });

  it('takes capitals and small letters alike, and leading spaces for nothing', () => {
    const talk = start();
    expect(talk.ask('IS IT Big').text).toBe(reference('is it big'));
    expect(talk.ask('    is it big').text).toBe(reference('is it big'));
  });

  it('asks again after an empty line', () => {
    expect(start().type('\r')).toBe(PROMPT);
  });

  it('answers a line of nothing but spaces as the reference does', () => {
    expect(start().ask('   ').text).toBe(reference('   '));
  });

  it('helps when asked with a question mark alone', () => {
    const talk = start();
    expect(talk.type('?\r')).toContain('Backspace corrects');
    expect(talk.ask('?is it').text).toBe(reference('?is it'));
  });

  it.each(['!\r', '! bye\r', '\x03', 'half a line\x03'])('leaves at %j', (keys) => {
    const talk = start();
    talk.type(keys);
    expect(talk.ended).toBe(true);
  });

  it.each([
    ['backspace', 'is it bigg\x08\r', 'is it big'],
    ['delete', 'is it bix\x7fg\r', 'is it big'],
    ['^U', 'nonsense\x15is it big\r', 'is it big'],
    ['^X', 'nonsense\x18is it big\r', 'is it big'],
    ['more backspaces than characters', 'no\x08\x08\x08\x08\x08is it big\r', 'is it big'],
  ])('corrects a line with %s', (_name, keys, question) => {
    const shown = start().type(keys);
    expect(shown.endsWith(`\r\n${reference(question)}${PROMPT}`)).toBe(true);
  });

  it('rings the bell for each key beyond the longest line, and keeps the line', () => {
    const talk = start();
    const long = 'is it big or small '.repeat(14).slice(0, 255);
    const kept = long.slice(0, LONGEST_LINE);
    expect(talk.type(`${long}\r`)).toBe(`${kept}${'\x07'.repeat(255 - LONGEST_LINE)}\r\n${reference(kept)}${PROMPT}`);
    expect(talk.ask('is it big').text).toBe(reference('is it big'));
  });

  it('gives the longest answer and no more', () => {
    const question = [...'abcdefghijklmnop'].find((q) => reference(q).length === MAX_ANSWER);
    expect(question, 'a question with an endless answer').toBeDefined();
    expect(start().ask(question!).text).toHaveLength(MAX_ANSWER);
  });
});

describe('nothing that is typed can hurt it', () => {
  it('survives each of the 256 byte values, alone and within a line', () => {
    for (let byte = 0; byte < 256; byte++) {
      if (byte === 0x03) continue; // leaves
      const talk = start();
      talk.type(Uint8Array.of(0x61, byte, 0x62, 0x0d));
      talk.type('\r');
      expect(talk.ask('is it big').text, `after byte ${byte}`).toBe(reference('is it big'));
    }
  });

  it('answers a line of upper-half bytes as the reference does', () => {
    const question = Uint8Array.from({ length: 100 }, (_, i) => 0x80 + i);
    expect(start().ask(question).text).toBe(answer(network, question));
  });

  it('answers repeated letters, whose sums are the largest, as the reference does', () => {
    const talk = start();
    for (const letter of 'abcxyz') {
      const question = letter.repeat(LONGEST_LINE);
      expect(talk.ask(question).text).toBe(reference(question));
    }
  });
});

describe('keys while it answers', () => {
  let endless: string;
  beforeAll(() => {
    endless = [...'abcdefghijklmnop'].find((q) => reference(q).length === MAX_ANSWER)!;
  });

  it('a line that is typed meanwhile waits its turn: the answer is whole, and then the line is', () => {
    const talk = start();
    const shown = askAndType(talk, endless, 3, 'is it big\rcan');
    expect(shown).toBe(
      `${endless}\r\n${reference(endless)}${PROMPT}is it big\r\n${reference('is it big')}${PROMPT}can`,
    );
    expect(talk.type(' it swim\r')).toBe(` it swim\r\n${reference('can it swim')}${PROMPT}`);
  });

  it('ESC stops the answer and throws away what was typed ahead', () => {
    const talk = start();
    const shown = askAndType(talk, endless, 3, 'is it big\r\x1bcan');
    const said = shown.slice(shown.indexOf('\r\n') + 2, shown.lastIndexOf(PROMPT));
    expect(reference(endless).startsWith(said)).toBe(true);
    expect(said.length).toBeGreaterThanOrEqual(3);
    expect(said.length).toBeLessThan(8);
    expect(shown.endsWith(`${PROMPT}can`)).toBe(true);
    expect(talk.type(' it swim\r')).toBe(` it swim\r\n${reference('can it swim')}${PROMPT}`);
  });

  it('ESC ends /TIME; a line that is typed meanwhile waits until it is over', () => {
    const stopped = askAndType(start(), '/TIME 3', 2, '\x1b');
    expect(stopped.split('[').length - 1).toBe(1);
    expect(stopped.endsWith(`]${PROMPT}`)).toBe(true);
    const whole = askAndType(start(), '/TIME 2', 2, 'is it big\r');
    expect(whole.split('[').length - 1).toBe(2);
    expect(whole.endsWith(`]${PROMPT}is it big\r\n${reference('is it big')}${PROMPT}`)).toBe(true);
  });

  it('more than the queue holds while it answers: the bell, once, and nothing is lost that waits at the host', () => {
    const questions = Array.from({ length: 20 }, (_, i) => `is it number ${i}`);
    const shown = askAndType(start(), endless, 3, questions.map((q) => `${q}\r`).join(''));
    const bells = shown.split('\x07').length - 1;
    expect(bells).toBe(1);
    const whole = [endless, ...questions].map((q) => `${q}\r\n${reference(q)}${PROMPT}`).join('');
    expect(shown.replace('\x07', '')).toBe(whole);
    expect(shown.indexOf('\x07')).toBeLessThan(`${endless}\r\n${reference(endless)}`.length);
  });

  it('^C while it answers leaves', () => {
    const question = [...'abcdefghijklmnop'].find((q) => reference(q).length === MAX_ANSWER)!;
    const talk = start();
    askAndType(talk, question, 3, '\x03');
    expect(talk.ended).toBe(true);
  });

  it('keys typed ahead do not stop the answer and are not lost', () => {
    const talk = start();
    const questions = ['is it big', 'is it alive', 'can it swim'];
    const shown = talk.type(questions.map((q) => `${q}\r`).join(''));
    expect(shown).toBe(questions.map((q) => `${q}\r\n${reference(q)}${PROMPT}`).join(''));
  });

  it('takes more piped lines than its queue holds', () => {
    const talk = start();
    const questions = Array.from({ length: 40 }, (_, i) => `is it number ${i}`);
    const shown = talk.type(questions.map((q) => `${q}\r`).join(''));
    expect(shown).toBe(questions.map((q) => `${q}\r\n${reference(q)}${PROMPT}`).join(''));
  });
});

describe('the command tail', () => {
  it('is answered once, and the program ends', () => {
    const talk = start('is it big');
    expect(talk.ended).toBe(true);
    // CP/M makes the tail capitals; the encoder makes them small again.
    expect(talk.output()).toBe(`${reference('is it big')}\r\n`);
  });

  it('of nothing but spaces is none', () => {
    const talk = start('    ');
    expect(talk.ended).toBe(false);
    expect(talk.output().endsWith(PROMPT)).toBe(true);
  });

  it('may be as long as CP/M allows', () => {
    const tail = 'is it big '.repeat(13).slice(0, 125).trimEnd();
    expect(start(tail).output()).toBe(`${reference(tail)}\r\n`);
  });
});

describe('timing', () => {
  const timed = 'how are you';

  it.each([
    ['/TIME 5', 5],
    ['/TIME  10 ', 10],
    ['/time2', 2],
    ['/tIMe', 3],
    ['/TIME 0', 3],
  ])('%s answers the built-in question %i times, between marks', (keys, rounds) => {
    const once = `[${reference(timed)}]`;
    const shown = start().type(`${keys}\r`);
    expect(shown).toBe(`${keys}\r\n${Array.from({ length: rounds }, () => once).join('\r\n')}${PROMPT}`);
  });

  it('works from the command tail', () => {
    expect(start('/TIME 1').output()).toBe(`[${reference(timed)}]\r\n`);
  });

  it('is no other line with a slash: that helps', () => {
    const talk = start();
    const help = talk.type('?\r').slice('?\r\n'.length);
    expect(help).toMatch(/^Type a question and RETURN\. .* \/TIME 5 times five answers\.\r\n> $/s);
    const none = ['/', '/2', '/T', '/TIM', '/TIMES', '/TIME x', '/TIME 5x', '/TIME /', '/HELP', '/foo 3', '/tIMe\x80', '//TIME', '/ TIME', `/${'x'.repeat(126)}`]; // prettier-ignore
    for (const line of none) {
      const keys = Uint8Array.from([...line], (c) => c.charCodeAt(0));
      expect(talk.type(Uint8Array.of(...keys, 0x0d)), line).toBe(`${line}\r\n${help}`);
    }
    // What is left of a longer line is no part of a shorter one.
    talk.type('/TIME 5\r');
    expect(talk.type('/TIM\r')).toBe(`/TIM\r\n${help}`);
    expect(start('/help').output()).toBe(`${help.slice(0, -PROMPT.length)}\r\n`);
    expect(start('?').output()).toBe(`${help.slice(0, -PROMPT.length)}\r\n`);
  });
});

describe('interrupts', () => {
  /** The longest instruction here, IX with a displacement, and the acknowledge. */
  const LATENCY = 45;

  it('are taken at once whatever the program does, and hurt nothing', () => {
    const question = 'is it big';
    const { text, raised, served, slowest } = askInterrupted(start(), question, 331);
    expect(text).toBe(reference(question));
    expect(raised).toBeGreaterThan(100);
    expect(served).toBeGreaterThanOrEqual(raised - 1);
    expect(slowest).toBeLessThanOrEqual(LATENCY);
  });
});

describe('memory', () => {
  it('is checked before it is used, and the program says what it needs', () => {
    const bytes = built.symbols.get('ram_end')! - 0x100;
    const tooLow = Math.floor(built.symbols.get('ram_end')! / 256) * 256;
    const talk = startTalk(built.program, '', tooLow - 256);
    expect(talk.ended).toBe(true);
    const has = Math.floor((tooLow - 256 - 0x100) / 1024);
    const needs = Math.ceil(bytes / 1024);
    expect(talk.output()).toBe(`Not enough memory: needs ${String(needs).padStart(2, '0')}K, has ${has}K.\r\n`);
  });

  it('that just suffices suffices', () => {
    const enough = Math.ceil((built.symbols.get('ram_end')! - 6) / 256) * 256;
    expect(startTalk(built.program, '', enough).output().endsWith(PROMPT)).toBe(true);
  });

  it('is told apart in the size table, which adds up', () => {
    const { sizes } = built;
    const layers = sizes.layers.reduce((sum, l) => sum + l.weights + l.addresses + l.biases, 0);
    expect(sizes.code + layers + sizes.unused).toBe(built.program.length);
    expect(sizes.program).toBe(built.program.length);
    expect(0x100 + sizes.program + sizes.buffers).toBe(built.symbols.get('ram_end'));
  });
});
