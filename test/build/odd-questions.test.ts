/**
 * One way from what is typed to what a free model is asked, whoever types: `chat`, `eval`, `eval --on z80`, a script's
 * question, and the bytes of a terminal at the program.
 */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { startTalk, type Talk } from '../../src/build/talk.js';
import { askAll, turnsOf } from '../../src/hil/turns.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { encodeQuery } from '../../src/model/encoder.js';
import { answer } from '../../src/model/inference.js';
import { MAX_QUESTION, typed } from '../../src/model/question.js';
import { toBytes } from '../../src/seams/bytes.js';
import { evaluate } from '../../src/trainer/evaluate.js';
import { readPairs } from '../../src/trainer/pairs.js';
import { seeded } from '../random.js';
import { randomNetwork } from './random-network.js';

const COUNT = 1000;
const BELL = 0x07;
const CR = 0x0d;

const network = randomNetwork(77, { widths: [24, 12], density: 0.4, biasReach: 300 });
network.charset = [...'ABCDEFGHIJK', '\0'];
const { program } = buildProgram(network, {}, firmwareReader(nodeFiles));

/** Words as people type them, and what nobody does. Not ^C, CR and the like: those are keys of the line editor. */
const PIECES = [
  ...[
    'is',
    'it',
    'the',
    'LAMP',
    'Where',
    "don't",
    'don’t',
    '  ',
    '   ',
    '?',
    '!',
    '/',
    '…',
    '—',
    '“x”',
    '\t',
    '\x01',
    '\x1b[A',
  ],
  ...[
    'őrült',
    'Ákos',
    'ß',
    'naïve',
    'cafe\u0301',
    '€',
    '½',
    'где',
    'лампа',
    '大きい',
    'كبير',
    '🐟',
    '👩‍🚀',
    '\u00a0',
    '\u200b',
    '\u2028',
  ],
];
const KEYS = 'abcdefghijklmnopqrstuvwxyz 0123456789';

function oddQuestion(random: () => number): string {
  const upTo = (n: number): number => Math.floor(random() * n);
  const longest = random() < 0.1 ? 80 : 8;
  const text = Array.from({ length: 1 + upTo(longest) }, () =>
    random() < 0.6 ? PIECES[upTo(PIECES.length)]! : KEYS[upTo(KEYS.length)]!.repeat(1 + upTo(3)),
  ).join(random() < 0.5 ? ' ' : '');
  // What begins like a command is one.
  return /^[!?/]/.test(text.replace(/[\x00-\x1f]/g, '')) ? `a${text}` : text;
}

const random = seeded(20);
const questions = Array.from({ length: COUNT }, () => oddQuestion(random));

/** As a terminal does it: all of the text's bytes, then RETURN. */
function typeRaw(talk: Talk, text: string): string {
  const shown = talk.type(Uint8Array.of(...new TextEncoder().encode(text), CR));
  return shown.slice(shown.indexOf('\r\n') + 2, -'\r\n> '.length);
}

describe(`${COUNT} odd questions to a free model`, () => {
  it('are odd', () => {
    const lengths = questions.map((question) => new TextEncoder().encode(question).length);
    expect(lengths.filter((length) => length > MAX_QUESTION).length).toBeGreaterThan(30);
    expect(questions.filter((question) => /[^ -~]/.test(question)).length).toBeGreaterThan(500);
    expect(questions.filter((question) => /[\x00-\x1f]/.test(question)).length).toBeGreaterThan(100);
    expect(questions.filter((question) => question.trim() === '').length).toBeGreaterThan(5);
    expect(new Set(questions.map((question) => answer(network, question))).size).toBeGreaterThan(50);
  });

  it('get from the program what `answer` says, typed by us or by a terminal', () => {
    const talk = startTalk(program);
    for (const question of questions) {
      if (typed(question).length === 0) continue;
      const said = answer(network, question);
      expect(talk.ask(question).text, JSON.stringify(question)).toBe(said);
      expect(typeRaw(talk, question), JSON.stringify(question)).toBe(said);
    }
    expect(talk.output().includes(String.fromCharCode(BELL))).toBe(true);
  });

  it('are typed alike in a script', () => {
    const { turns } = turnsOf(askAll(questions));
    turns.forEach(({ keys }, i) => expect(keys).toEqual(Uint8Array.of(...typed(questions[i]!), CR)));
  });

  it('get from `eval` what `answer` says, through a file of pairs', () => {
    // A file has a line each, and its questions trimmed, a tab as a blank, accents joined to their letters.
    const pairs = questions
      .map((question) => question.trim().replaceAll('\t', ' ').normalize('NFC'))
      .filter((question) => !/[|\n]|^#/.test(question) && typed(question).some((byte) => byte !== 0x20))
      .map((question) => ({ question, answer: answer(network, question) }))
      .filter((pair) => pair.answer !== '');
    const file = pairs.map((pair) => `${pair.question}|${pair.answer}\n`).join('');
    const read = readPairs(new TextEncoder().encode(file), 'odd.txt').pairs;
    expect(read.map(({ question }) => question)).toEqual(pairs.map(({ question }) => question));
    expect(read.length).toBeGreaterThan(900);
    expect(evaluate(network, read).score.answers).toBe(1);
  });
});

describe('ASCII', () => {
  it('is asked as before: a byte a character', () => {
    const texts = Array.from({ length: 300 }, () =>
      Array.from({ length: 1 + Math.floor(random() * MAX_QUESTION) }, () =>
        String.fromCharCode(0x20 + Math.floor(random() * 95)),
      ).join(''),
    );
    for (const text of texts) {
      expect(encodeQuery(typed(text))).toEqual(encodeQuery(toBytes(text)));
      expect(answer(network, text)).toBe(answer(network, toBytes(text)));
    }
  });
});

describe('a command tail', () => {
  it.each(['őrült naïve €?', 'is it big', 'где лампа'])('is UTF-8 as well: %s', (question) => {
    const shown = startTalk(program, question).output();
    expect(shown.trim()).toBe(answer(network, question));
  });
});
