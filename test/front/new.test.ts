import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Conversation } from '../../src/model/conversation.js';
import { gameTexts } from '../../src/model/game.js';
import { nodeClock } from '../../src/host/node-clock.js';
import { starterFiles } from '../../src/commands/new.js';
import { configSchema } from '../../src/commands/settings.js';
import { lint } from '../../src/trainer/data-lint.js';
import { expandSpec } from '../../src/trainer/data-expand.js';
import { renderSpec } from '../../src/trainer/data-files.js';
import { parseSpec } from '../../src/trainer/data-spec.js';
import { gameScore } from '../../src/trainer/game-score.js';
import { answer } from '../../src/model/inference.js';
import { readPairs, scanPairs } from '../../src/trainer/pairs.js';
import { playOf } from '../../src/trainer/play.js';
import { collect, doneOf } from '../trainer/small-run.js';
import { assemble, memoryReader } from '../../src/z80asm/index.js';
import { cli } from '../e2e/cli.js';

describe('z80lm new', () => {
  const files = starterFiles('my-talk');

  it('has pairs without faults', () => {
    const report = lint([scanPairs(new TextEncoder().encode(files.get('pairs.txt')!), 'pairs.txt')]);
    expect(report.findings.filter(({ level }) => level !== 'warning')).toEqual([]);
    expect(report.findings.filter(({ kind }) => kind === 'no fallback')).toEqual([]);
    expect(report.ceiling).toBe(1);
  });

  it('asks what it teaches', () => {
    const pairs = files.get('pairs.txt')!;
    for (const prompt of files.get('prompts.txt')!.trim().split('\n')) expect(pairs).toContain(`${prompt}|`);
  });

  it('has a program that assembles, and settings of known names', () => {
    const source = files.get('hello.asm')!;
    expect(assemble({ main: 'hello.asm', ...memoryReader({ 'hello.asm': source }) })).toMatchObject({ ok: true });
    const { properties } = JSON.parse(configSchema()) as { properties: object };
    for (const key of Object.keys(JSON.parse(files.get('z80lm.config.json')!) as object))
      expect(properties).toHaveProperty([key]);
  });

  it('makes the folder, and does not write over one', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'z80lm-new-'));
    expect(await cli(['new', 'my'], { cwd })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(cwd, 'my')).sort()).toEqual([...files.keys()].sort());
    expect(readFileSync(join(cwd, 'my/README.md'), 'utf8')).toContain('z80lm train pairs.txt -o my.npz');
    const again = await cli(['new', 'my'], { cwd });
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('my/pairs.txt: there is such a file already');
    expect((await cli(['new', '../x'], { cwd })).status).toBe(2);
  });
});

describe('z80lm new --game', () => {
  const files = starterFiles('my-game', 'game');
  const spec = parseSpec(files.get('game.spec')!, 'game.spec');
  const expanded = renderSpec(spec, expandSpec(spec), 'game.spec');
  const part = (suffix: string) => readPairs(new TextEncoder().encode(expanded.get(suffix)!), `game${suffix}`);

  it('has a spec without faults, for eight secrets and fifteen facts', () => {
    const scanned = ['.txt', '.heldout.txt'].map((suffix) =>
      scanPairs(new TextEncoder().encode(expanded.get(suffix)!), `game${suffix}`),
    );
    expect(lint(scanned)).toMatchObject({ ceiling: 1, findings: [] });
    const { game } = playOf(scanned);
    expect([game!.secrets.length, game!.facts.length]).toEqual([8, 15]);
  });

  it('begins its prompts with a seed, and asks what it teaches', () => {
    const [seed, ...prompts] = files.get('prompts.txt')!.trim().split('\n');
    expect(seed).toBe('/1');
    const { pairs } = part('.txt');
    const asked = pairs.map(({ question }) => question.replace(/\W+$/, ''));
    for (const prompt of prompts.slice(0, 2)) expect(asked).toContain(prompt);
    expect(prompts).toEqual(spec.prompts.slice(1));
  });

  it(
    'is learnt in seconds, and won by whoever asks for facts until one secret is left',
    { timeout: 120_000 },
    async () => {
      const training = part('.txt');
      const closed = { unknown: training.unknown, ...playOf([training]) };
      const run = { pairs: training.pairs, closed, epochs: 100, hidden: [48, 32], workers: 1, clock: nodeClock };
      const { network } = doneOf(await collect(run));
      const { game, voice } = network.closed!;
      const heldOut = gameScore(game!, part('.heldout.txt').pairs, (question) => answer(network, question));
      expect(heldOut.wrongWins).toBe(0);
      expect(heldOut.right / heldOut.asked).toBeGreaterThan(0.85);

      const ask = new Map(training.pairs.map((pair) => [pair.answer, pair.question]));
      const truthOf = (said: string): string | undefined =>
        [...'-+?'].find((_, i) => gameTexts(voice, (['NO', 'YES', 'MAYBE'] as const)[i]!).includes(said));
      const won = new Set<string>();
      const talk = new Conversation(network);
      for (let seed = 0; seed < 65_536 && won.size < 8; seed += 257) {
        expect(talk.restart(seed)).toBe('I have thought of something. Ask!');
        const secret = talk.secret!;
        if (won.has(secret)) continue;
        let left = [...game!.secrets.keys()];
        game!.facts.forEach((fact, index) => {
          const truths = new Set(left.map((one) => game!.truths[one]![index]));
          if (truths.size < 2) return;
          const truth = truthOf(talk.say(ask.get(fact)!));
          left = left.filter((one) => game!.truths[one]![index] === truth);
        });
        expect(left.map((one) => game!.secrets[one]![0])).toEqual([secret]);
        expect(talk.say(`is it ${secret}?`)).toMatch(
          new RegExp(`^Yes! It is ${secret}, and you took \\d+ questions\\.\n`),
        );
        won.add(secret);
      }
      expect(won.size).toBe(8);
    },
  );

  it('makes the folder, whose commands work as README.md and the program say', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'z80lm-new-'));
    const made = await cli(['new', 'my', '--game'], { cwd });
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(made.stdout).toContain(
      'next: z80lm data gen my/game.spec -o my/game\nthen: z80lm train my/game.txt -o my.npz\n',
    );
    expect(readdirSync(join(cwd, 'my')).sort()).toEqual([...files.keys()].sort());
    expect((await cli(['data', 'gen', 'my/game.spec', '-o', 'my/game'], { cwd })).status).toBe(0);
    expect(readFileSync(join(cwd, 'my/game.txt'), 'utf8')).toBe(expanded.get('.txt'));
  });
});
