/** What `z80lm eval` says beside the score: what looking up gives, typing errors, questions about other things. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeModel } from '../../src/model/npz.js';
import { randomNetwork } from '../build/random-network.js';
import { huhNetwork } from '../trainer/huh-network.js';
import { SMALL_GAME, lookupNetwork } from '../trainer/lookup-network.js';
import { cli } from './cli.js';

let folder: string;
const path = (name: string): string => join(folder, name);
const HELD_OUT = ['big|B', 'Big?|B', 'big|A', 'cat|A', 'what|HUH?'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-eval-'));
  writeFileSync(path('huh.npz'), encodeModel(huhNetwork()));
  writeFileSync(path('free.npz'), encodeModel(randomNetwork(5, { widths: [16, 6], density: 0.3, biasReach: 300 })));
  writeFileSync(path('x.heldout.txt'), `${HELD_OUT.join('\n')}\n`);
  writeFileSync(path('x.txt'), 'bigger|B\ncats|A\nwhat now|A\n');
  writeFileSync(path('y.txt'), 'whatever|HUH?\n');
  writeFileSync(path('others.txt'), '# not ours\nbus\nwhen is it|LATER\nwhere\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('z80lm eval', () => {
  it('tells what the same questions score without a model', async () => {
    const { status, stdout } = await cli(['eval', path('huh.npz'), path('x.heldout.txt')]);
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'whole answers right 60.0% of 5; the same question with different answers bounds it at 80.0%, so 75.0% of what can be had',
      'without a model: nearest neighbour by trigrams 60.0%, most frequent answer 40.0% (B)',
      '',
      'answer   pairs   right  said instead',
      'B            2  100.0%  ',
    ]);
  });

  it('takes the training data that are named, and does without where none are known', async () => {
    const named = await cli(['eval', path('huh.npz'), path('x.heldout.txt'), '--train', path('y.txt')]);
    expect(named.stdout).toContain('\nwithout a model: nearest neighbour by trigrams 20.0%, most');
    const none = await cli(['eval', path('huh.npz'), path('x.txt'), '--json']);
    expect(JSON.parse(none.stdout)).toMatchObject({ baselines: { commonest: { answer: 'A', answers: 2 / 3 } } });
    expect(none.stdout).not.toContain('nearest');
  });

  it('scores typing errors and what is refused, as text and as JSON', async () => {
    const args = [
      ...['eval', path('huh.npz'), path('x.heldout.txt'), '--typos', '1,2', '--seed', '3'],
      ...['--others', path('others.txt')],
    ];
    const { stdout } = await cli(args);
    expect(stdout).toMatch(/^whole answers right with 1 typing error in each question \d+\.0%, with 2 \d+\.0%$/m);
    expect(stdout).toContain(
      '\nabout other things: 2 of 3 (66.7%) answered HUH?; for it lost, of good ones: 1 of 4 (25.0%)\n',
    );
    const json = JSON.parse((await cli([...args, '--json'])).stdout) as Record<string, unknown>;
    expect(json).toEqual({
      model: path('huh.npz'),
      score: { pairs: 5, answers: 0.6, answerCeiling: 0.8 },
      answers: [
        { answer: 'B', pairs: 2, right: 2, mistakes: [] },
        expect.objectContaining({ answer: 'A', pairs: 2, right: 0 }),
        { answer: 'HUH?', pairs: 1, right: 1, mistakes: [] },
      ],
      baselines: { commonest: { answer: 'B', answers: 0.4 }, nearest: { files: [path('x.txt')], answers: 0.6 } },
      typos: { seed: 3, scores: [1, 2].map((errors) => ({ errors, answers: expect.any(Number) as number })) },
      others: { unknown: 'HUH?', questions: 3, refused: 2, good: 4, lost: 1 },
    });
    expect((await cli([...args, '--unknown', ' b '])).stdout).toContain(
      '\nabout other things: 1 of 3 (33.3%) answered B; for it lost, of good ones: 1 of 3 (33.3%)\n',
    );
  });

  it('asks what a free model says to what it does not know', async () => {
    const { status, stderr } = await cli(['eval', path('free.npz'), path('x.txt'), '--others', path('others.txt')]);
    expect(status).toBe(2);
    expect(stderr).toContain('what does this model say to questions about other things?');
    expect(stderr).toContain('--unknown "I DO NOT KNOW"');
  });

  it('tells follow-ups from single questions, and how well a game is played', async () => {
    writeFileSync(path('game.npz'), encodeModel(lookupNetwork(SMALL_GAME)));
    writeFileSync(path('game.txt'), SMALL_GAME.replace('has it wings|FLIES', 'is it alive with wings|FLIES'));
    const { status, stdout } = await cli(['eval', path('game.npz'), path('game.txt')]);
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      'single questions 91.7% of 12, follow-ups 100.0% of 1',
      'the game, over all 3 secrets: right answers 91.7% of 24; facts answered alike however they are asked for 66.7% ' +
        'of 6; wrong wins 0',
    ]);
    expect(JSON.parse((await cli(['eval', path('game.npz'), path('game.txt'), '--json'])).stdout)).toMatchObject({
      score: { pairs: 13, single: { pairs: 12, answers: 11 / 12 }, followUps: { pairs: 1, answers: 1 } },
      game: { secrets: 3, questions: 8, asked: 24, right: 22, facts: 6, alike: 4, wrongWins: 0 },
    });
  });

  it.each([
    [['--typos', '1,many'], '--typos is "many"'],
    [['--typos', '0'], '--typos is "0"'],
    [['--seed', 'x'], '--seed is "x"'],
  ])('refuses %j', async (args, message) => {
    const { status, stderr } = await cli(['eval', path('huh.npz'), path('x.txt'), ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('accents', () => {
  it('are learnt and answered alike: trained, asked here, and asked of the program', async () => {
    const pairs = ['őrült vagy|IGEN', 'orult vagy|NEM', 'hol a lámpa|ITT', 'где лампа|TAM', 'mi az €|PENZ'];
    writeFileSync(path('accents.txt'), `${pairs.join('\n')}\n`);
    const training = ['--free', '--hidden', '24', '--backend', 'wasm', '--epochs', '300'];
    const trained = await cli(['train', path('accents.txt'), '-o', path('accents.npz'), ...training]);
    expect(trained.stdout).toContain('whole answers right 100.0% of 5');
    expect(trained.stderr).not.toContain('written in ASCII');
    const onZ80 = await cli(['eval', path('accents.npz'), path('accents.txt'), '--on', 'z80', '--json']);
    expect(JSON.parse(onZ80.stdout)).toMatchObject({
      score: { answers: 1 },
      z80: { questions: 5, agree: 5, differ: [], pairs: 5, pairsRight: 5, untypable: 0 },
    });
    const input = pairs.map((pair) => `${pair.split('|')[0]!}\n`).join('');
    const chat = await cli(['chat', path('accents.npz')], { input: `${input}\r\n${input.replaceAll('\n', '\r\n')}` });
    expect(chat.stdout).toBe('IGEN\nNEM\nITT\nTAM\nPENZ\n'.repeat(2));
    const rare = await cli(['chat', path('accents.npz'), '--json'], { input: '\ufeffmi \u2028 az\n  \n!\nwho' });
    const replies = rare.stdout.trim().split('\n');
    expect(replies.map((line) => JSON.parse(Buffer.from(line, 'latin1').toString()) as object)).toMatchObject([
      { question: '\ufeffmi \u2028 az' },
      { question: '  ' },
    ]);
    const build = await cli(['build', path('accents.npz'), '-o', path('ACCENTS.COM')]);
    expect(build.status).toBe(0);
    const typed = await cli(['run', path('ACCENTS.COM'), '--type', 'őrült vagy', '--type', 'где лампа', '--type', '!']);
    expect(typed.stdout).toMatch(/\r\nIGEN\r\n[^]*\r\nTAM\r\n/);
    const piped = await cli(['run', path('ACCENTS.COM')], { input: `${input}!\n` });
    for (const said of ['IGEN', 'NEM', 'ITT', 'TAM', 'PENZ']) expect(piped.stdout).toContain(`\r\n${said}\r\n`);
    const tail = await cli(['run', path('ACCENTS.COM'), '--', 'mi', 'az', '€']);
    expect(tail.stdout).toContain('PENZ');
  });
});
