import { describe, expect, it } from 'vitest';
import { datasetFiles, datasetPath, SETS } from '../../scripts/generate-datasets.js';
import { ownText } from '../../scripts/own-text.js';
import { encodeQuery, toBytes } from '../../src/model/encoder.js';
import { ACTIONS, GAME_TEXT_NAMES, guessOf } from '../../src/model/game.js';
import { fold, typed } from '../../src/model/question.js';
import { expandSpec, questionsOf, sameness } from '../../src/trainer/data-expand.js';
import { parseSpec } from '../../src/trainer/data-spec.js';
import { gameFrom } from '../../src/trainer/game-lines.js';
import { readPairs, readPrompts } from '../../src/trainer/pairs.js';
import { playOf } from '../../src/trainer/play.js';

const load = (file: string): Uint8Array => Buffer.from(ownText(datasetPath(file)));
const pairs = (file: string) => readPairs(load(file), file).pairs;
/** After another answer it is another question. */
const inContext = ({ question, after = '' }: { question: string; after?: string }) => `${after}|${sameness(question)}`;

const FALLBACKS: Record<string, string> = {
  'twenty-questions': 'HUH?',
  'small-talk': 'HUH?',
  'cpm-commands': 'NO IDEA',
  adventure: 'WHAT?',
};

describe.each(SETS)('%s', (set) => {
  const files = datasetFiles(set);
  const spec = parseSpec(ownText(datasetPath(`${set}.spec`)), `${set}.spec`);
  const training = pairs(`${set}.txt`);
  const heldOut = pairs(`${set}.heldout.txt`);
  const all = [...training, ...heldOut];

  it('is what its spec says, byte for byte', () => {
    for (const [file, content] of files) expect(ownText(datasetPath(file))).toBe(content);
  });

  it('is ASCII in lower case, answers in capitals', () => {
    const ascii = (byte: number) => byte === 10 || (byte >= 32 && byte < 127);
    for (const file of files.keys()) expect(load(file).every(ascii), file).toBe(true);
    for (const { question, answer } of all) {
      expect(question).toBe(question.toLowerCase());
      expect(answer).toMatch(/^[A-Z0-9 .,?!'*:=$/^]{1,16}$/);
    }
  });

  it('has no question twice, not in the two parts either, however it is written', () => {
    const seen = new Map<string, string>();
    for (const pair of all) {
      expect(seen.get(inContext(pair)), pair.question).toBeUndefined();
      seen.set(inContext(pair), pair.question);
    }
  });

  it('has one answer for what the model cannot tell apart', () => {
    const answers = new Map<string, string>();
    for (const { question, answer, after = '' } of all) {
      const counts = `${after}|${encodeQuery(toBytes(question)).join()}`;
      expect(answers.get(counts) ?? answer, question).toBe(answer);
      answers.set(counts, answer);
    }
  });

  it('uses no held-out phrasing for training', () => {
    // Built anew from the spec: no training question reads as any held-out phrasing of any value, and
    // the held-out part uses those phrasings only.
    const reserved = new Set<string>();
    for (const topic of spec.topics)
      for (const { text, phrasing } of questionsOf(topic))
        if (phrasing.heldOut) reserved.add(inContext({ question: text, ...topic }));
    expect(training.filter((pair) => reserved.has(inContext(pair)))).toEqual([]);
    const data = expandSpec(spec);
    expect(data.heldOut.every(({ phrasing }) => phrasing.heldOut)).toBe(true);
    expect(data.training.some(({ phrasing }) => phrasing.heldOut)).toBe(false);
  });

  it('has a modest held-out part, with every answer that the training part has', () => {
    const answers = new Set(training.map(({ answer }) => answer));
    expect(new Set(heldOut.map(({ answer }) => answer))).toEqual(answers);
    expect(heldOut.length / all.length).toBeGreaterThan(0.05);
    expect(heldOut.length / all.length).toBeLessThan(0.12);
  });

  it('holds out phrasings of words that training knows', () => {
    const words = new Set(training.flatMap(({ question }) => sameness(question).split(' ')));
    for (const phrasing of new Set(spec.topics.flatMap((topic) => topic.phrasings)))
      if (phrasing.heldOut)
        for (const word of sameness(phrasing.pattern.replace(/\{\w+\}|[()|[\]~]/g, ' '))
          .split(' ')
          .filter(Boolean))
          expect(words.has(word), `"${word}" of line ${phrasing.line}`).toBe(true);
  });

  it('names its fallback, which is an answer of its own', () => {
    for (const file of [`${set}.txt`, `${set}.heldout.txt`])
      expect(readPairs(load(file), file).unknown).toBe(FALLBACKS[set]);
    for (const part of [training, heldOut]) {
      const others = part.filter(({ answer }) => answer === FALLBACKS[set]).length;
      expect(others / part.length).toBeGreaterThan(0.03);
      expect(others / part.length).toBeLessThan(0.3);
    }
  });

  it('has questions about other things that none of its pairs has, however they are written', () => {
    const others = readPrompts(load(`${set}.others.txt`), `${set}.others.txt`);
    expect(others.length).toBeGreaterThanOrEqual(150);
    expect(others.length).toBeLessThanOrEqual(250);
    const folded = (text: string) => new TextDecoder().decode(fold(typed(text)));
    const known = new Set(all.map(({ question }) => folded(question)));
    expect(others.filter((question) => known.has(folded(question)))).toEqual([]);
    expect(new Set(others.map(folded)).size).toBe(others.length);
    // None is the proper spelling of a pair with a slip in it.
    const owned = new Set(spec.topics.flatMap((topic) => questionsOf(topic).map(({ text }) => sameness(text))));
    expect(others.filter((question) => owned.has(sameness(question)))).toEqual([]);
  });

  it('comes with a few prompts and words about itself', () => {
    const prompts = readPrompts(load(`${set}.prompts`), `${set}.prompts`);
    expect(prompts.length).toBeGreaterThanOrEqual(5);
    expect(prompts.length).toBeLessThanOrEqual(9);
    const about = JSON.parse(ownText(datasetPath(`${set}.json`)));
    expect(about.name).toMatch(/^[A-Z]{1,8}$/);
    expect(about.description.length).toBeLessThanOrEqual(79);
    expect(about.examples.length).toBeGreaterThanOrEqual(3);
  });
});

describe('twenty-questions', () => {
  const file = 'twenty-questions.txt';
  const { head } = readPairs(load(file), file);
  const training = pairs(file);
  const { game, faults } = gameFrom(head.game!);

  it('is a game of at least 60 secrets and 110 facts without a fault', () => {
    expect(faults).toEqual([]);
    expect(game.secrets.length).toBeGreaterThanOrEqual(60);
    expect(game.facts.length).toBeGreaterThanOrEqual(110);
  });

  it('tells any two secrets apart by five facts at least', () => {
    const alike = game.truths.flatMap((row, i) =>
      game.truths.slice(0, i).flatMap((other, j) => {
        const differ = [...row].filter((truth, fact) => truth !== other[fact]).length;
        return differ < 5 ? [`${game.secrets[i]![0]} and ${game.secrets[j]![0]}: ${differ}`] : [];
      }),
    );
    expect(alike).toEqual([]);
  });

  it('has pairs for everything in it, and a hint for every secret', () => {
    const counts = count(training);
    for (const label of [...game.facts, ...game.secrets.map(guessOf), ...ACTIONS])
      expect(counts[label], label).toBeGreaterThanOrEqual(15);
    const hints = new Set(head.replies.map(({ answer }) => answer));
    game.truths.forEach((row, i) => {
      const own = game.facts.filter((fact, f) => row[f] === '+' && hints.has(fact));
      expect(own.length, game.secrets[i]![0]).toBeGreaterThanOrEqual(3);
    });
  });

  it('has no reply for what is no label and no text of a game', () => {
    const labels = new Set([...training.map(({ answer }) => answer), ...GAME_TEXT_NAMES]);
    expect(head.replies.filter(({ answer }) => !labels.has(answer))).toEqual([]);
  });

  it('asks no fact and guesses no secret that the table has not', () => {
    const known = new Set<string>([...game.facts, ...game.secrets.map(guessOf), ...ACTIONS, 'HUH?']);
    expect([...new Set(training.map(({ answer }) => answer))].filter((answer) => !known.has(answer))).toEqual([]);
  });
});

describe('small-talk', () => {
  const file = readPairs(load('small-talk.txt'), 'small-talk.txt');
  const { voice } = playOf([file]);

  it('has replies worth reading for all that it says, and several where people come back', () => {
    const texts = Object.values(voice!.replies).flat();
    expect(texts.length).toBeGreaterThanOrEqual(120);
    expect(new Set(texts).size).toBe(texts.length);
    for (const answer of Object.keys(count(file.pairs))) expect(voice!.replies[answer], answer).toBeDefined();
    for (const answer of ['HELLO', 'HOW ARE YOU', 'BYE', 'HUH?'])
      expect(voice!.replies[answer]!.length, answer).toBeGreaterThanOrEqual(3);
  });

  it('has dialogues, held out as well', () => {
    expect(file.pairs.filter(({ after }) => after !== undefined).length).toBeGreaterThanOrEqual(1000);
    expect(pairs('small-talk.heldout.txt').filter(({ after }) => after !== undefined).length).toBeGreaterThanOrEqual(
      150,
    );
    expect(voice!.repeat).toBe('AGAIN');
  });
});

function count(list: { answer: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { answer } of list) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}
