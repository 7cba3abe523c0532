/** `z80lm train` of data whose answers are a set to choose from, as a user meets it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../../src/model/network.js';
import { decodeModel } from '../../src/model/npz.js';
import { cli, type CliRun } from './cli.js';

const PAIRS = [
  'unknown: huh?',
  ...['hello', 'hi there', 'good morning', 'hey you'].map((question) => `${question}|hi`),
  ...['bye', 'see you later', 'good night', 'i must go'].map((question) => `${question}|bye`),
];

let folder: string;
const path = (name: string): string => join(folder, name);
const train = (...args: string[]): Promise<CliRun> =>
  cli(['train', path('data.txt'), '-o', path('m.npz'), '--hidden', '16', ...args]);
const model = (): Network => decodeModel(readFileSync(path('m.npz')), 'm.npz');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-closed-'));
  writeFileSync(path('data.txt'), `${PAIRS.join('\n')}\n`);
  writeFileSync(path('many.txt'), Array.from({ length: 257 }, (_, i) => `number ${i}|N${i}\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('z80lm train, of a set of answers', () => {
  it('makes a model that chooses, and has the fallback of the data', async () => {
    const { status, stdout, stderr } = await train('--backend', 'wasm');
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('100.0% of 8 training pairs') as string,
    });
    expect(stderr).toContain('--backend wasm is for --free, and not used here');
    expect(model().closed).toMatchObject({
      steps: 'answers',
      answers: ['BYE', 'HI', 'HUH?'],
      unknown: { answer: 'HUH?' },
    });
    const asked = await cli(['chat', path('m.npz'), 'GOOD', 'MORNING!']);
    expect(asked.stdout).toBe('HI\n');
  });

  it('does as it is told', async () => {
    const told = [
      '--pieces',
      'characters',
      '--buckets',
      '256',
      '--unknown',
      'what?',
      '--weights',
      '400',
      '--epochs',
      '2',
    ];
    expect(await train(...told)).toMatchObject({ status: 0 });
    expect(model().closed).toMatchObject({ steps: 'characters', buckets: 256, unknown: { answer: 'WHAT?' } });
  });

  it('spells with --free, and says that it then learns the fallback from pairs alone', async () => {
    const { status, stderr } = await train('--free', '--epochs', '1');
    expect(status).toBe(0);
    expect(stderr).toContain('a model that spells its answers learns HUH? from pairs alone');
    expect(model().closed).toBeUndefined();
  });

  it('spells answers that are too many to choose from, and says so; it can be told to choose where they part', async () => {
    const many = (...args: string[]): Promise<CliRun> =>
      cli(['train', path('many.txt'), '-o', path('many.npz'), '--hidden', '16', '--epochs', '1', ...args]);
    expect((await many()).stderr).toContain(
      '257 different answers are too many to choose from, so this model will spell',
    );
    expect(await many('--pieces', 'answers')).toMatchObject({ status: 2 });
    expect((await many('--pieces', 'characters')).stderr).not.toContain('too many');
    expect(decodeModel(readFileSync(path('many.npz')), 'many.npz').closed).toMatchObject({ steps: 'characters' });
  });

  it.each([
    [['--free', '--pieces', 'answers'], 'leave either out'],
    [['--buckets', '200'], 'a power of two'],
    [['--buckets', '8192'], '128 to 4096'],
    [['--pieces', 'words'], 'Allowed choices are answers, characters, auto'],
    [['--unknown', ' '], 'such as HUH?'],
    [['--typos', '2'], 'a share between 0 and 1'],
    [['--weights', 'many'], '--weights'],
  ])('refuses %j', async (args, words) => {
    const { status, stdout, stderr } = await train(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(words);
  });
});
