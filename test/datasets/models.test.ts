/** The trained models that come with z80lm still build, and their programs say what datasets/README.md shows. */
import { describe, expect, it } from 'vitest';
import { ownText } from '../../scripts/own-text.js';
import { trainSet } from '../../scripts/train-models.js';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { modelPath, SHIPPED_MODELS, SHIPPED_SETS, shippedData } from '../../src/commands/shipped-data.js';
import { emulatorTarget } from '../../src/emu/target.js';
import { converse } from '../../src/hil/converse.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { Conversation, seedFrom } from '../../src/model/conversation.js';
import { answer } from '../../src/model/inference.js';
import { decodeModel, encodeModel } from '../../src/model/npz.js';
import { grouped, percent } from '../../src/seams/words.js';
import { typoScores } from '../../src/trainer/hardship.js';
import { readPairs, readQuestions } from '../../src/trainer/pairs.js';

const PAGE = ownText(new URL('../../datasets/README.md', import.meta.url));

interface Turn {
  question: string;
  /** Lines end as a terminal has them. */
  answer: string;
}

/** A conversation as pages show it: indented by four, each question behind the program's prompt. */
function transcript(text: string): Turn[] {
  const turns: Turn[] = [];
  for (const [, line] of text.matchAll(/^ {4}(.*)$/gm)) {
    const question = /^\d{0,2}> (.*)$/.exec(line!)?.[1];
    const last = turns.at(-1);
    if (question !== undefined) turns.push({ question, answer: '' });
    else if (last) last.answer += `${last.answer === '' ? '' : '\r\n'}${line}`;
  }
  return turns;
}

/** What the page shows under `### NAME`: its transcript, and its line of the table. */
function shown(name: string): { turns: Turn[]; row: string[] } {
  const section = PAGE.slice(PAGE.indexOf(`### ${name}\n`));
  const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${name}\` | `) && line.includes('bytes'))!;
  return {
    turns: transcript(section.slice(0, section.indexOf('\n### ', 4))),
    row: row.split('|').map((cell) => cell.trim()),
  };
}

/** What a program says to the questions of a transcript. */
async function said(program: Uint8Array, turns: readonly Turn[]): Promise<Turn[]> {
  const target = emulatorTarget();
  for await (const { phase } of target.load({ name: 'X.COM', bytes: program })) expect(phase).toBeDefined();
  const talk = converse(
    target,
    turns.map(({ question }) => question),
  );
  let step = await talk.next();
  while (!step.done) step = await talk.next();
  return step.value.exchanges.map(({ question, answer: text }) => ({ question, answer: text }));
}

describe.each(SHIPPED_MODELS)('%s', (name) => {
  const path = modelPath(nodeFiles, name);
  const network = decodeModel(nodeFiles.read(path), path);
  const { data, about } = shippedData(nodeFiles, name);
  const { turns, row } = shown(name);
  const { program } = buildProgram(network, {}, firmwareReader(nodeFiles));

  it('knows what it is', () => {
    expect(network.about).toMatchObject({ name: about.name, description: about.description });
  });

  it('is as good as the page says on phrasings that it has not seen', () => {
    const { pairs } = readPairs(nodeFiles.read(data.heldOut), data.heldOut);
    const good = pairs.filter((pair) => answer(network, pair.question, pair.after) === pair.answer).length;
    expect(((100 * good) / pairs.length).toFixed(1)).toBe(/[\d.]+/.exec(row[3]!)![0]);
  });

  it('bears typing errors, and knows what it does not know, as the page says', () => {
    const { pairs } = readPairs(nodeFiles.read(data.heldOut), data.heldOut);
    const scores = typoScores(network, pairs, [1, 2], 1).map(({ answers }) => percent(answers));
    expect(scores.join(', ')).toBe(row[4]);
    const file = data.heldOut.replace('.heldout.', '.others.');
    const questions = readQuestions(nodeFiles.read(file), file);
    const refused = questions.filter((question) => answer(network, question) === network.closed!.unknown!.answer);
    expect(`${refused.length} of ${questions.length}`).toBe(row[5]);
  });

  it('builds a program of the usual limit that says what the page shows', async () => {
    expect(`${grouped(program.length)} bytes`).toBe(row[6]);
    expect(program.length).toBeLessThanOrEqual(40_960);
    expect(turns.length).toBeGreaterThanOrEqual(6);
    expect(await said(program, turns)).toEqual(turns);
  });
});

describe('docs/playing.md', () => {
  const page = ownText(new URL('../../docs/playing.md', import.meta.url));

  it.each([
    ['twenty-questions', 'A game as it went'],
    ['small-talk', 'A conversation as it went'],
  ])('shows what the program of %s says, on this computer too', async (name, title) => {
    const section = page.slice(page.indexOf(`## ${title}\n`));
    const turns = transcript(section.slice(0, section.indexOf('\n## ', 4)));
    expect(turns.length).toBeGreaterThanOrEqual(10);
    const path = modelPath(nodeFiles, name);
    const network = decodeModel(nodeFiles.read(path), path);
    const { program } = buildProgram(network, {}, firmwareReader(nodeFiles));
    expect(await said(program, turns)).toEqual(turns);
    const conversation = new Conversation(network);
    const here = turns.map(({ question }) => {
      const seed = seedFrom(question);
      const text = seed === undefined ? conversation.say(question) : conversation.restart(seed);
      return { question, answer: text.replaceAll('\n', '\r\n') };
    });
    expect(here).toEqual(turns);
  });
});

it('adventure.npz is what training makes of its data, byte for byte', async () => {
  expect(
    Buffer.from(encodeModel(await trainSet('adventure'))).equals(nodeFiles.read(modelPath(nodeFiles, 'adventure'))),
  ).toBe(true);
}, 120_000);

it('shipped sets are those in the folder', () => {
  expect(PAGE.split('\n').flatMap((line) => /^\| `([\w-]+)` \| [\d,]+ \|/.exec(line)?.[1] ?? [])).toEqual(SHIPPED_SETS);
});
