/** `z80lm train` and `z80lm eval` as a user meets them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../../src/model/npz.js';
import { cli, spawnCli } from './cli.js';

const PAIRS = ['is it big|YES', 'is it red|NO', 'can it fly|NO', 'has it legs|YES', 'do you eat it|MAYBE'].join('\n');
const SMALL = ['--free', '--hidden', '24', '--backend', 'wasm'];

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-train-'));
  writeFileSync(path('data.txt'), `${PAIRS}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Start training, and press Ctrl-C once the third epoch is over. */
function interrupted(args: string[]): Promise<{ status: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawnCli(['train', ...args, '--json']);
    let stdout = '';
    let stderr = '';
    let asked = false;
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (asked || (stdout.match(/"type":"epoch"/g) ?? []).length < 3) return;
      asked = true;
      child.kill('SIGINT');
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (status) => resolve({ status, stderr }));
  });
}

describe('z80lm train', () => {
  it('tells where an answer is too long to be spelled', async () => {
    writeFileSync(path('long.txt'), `is it|YES\nis it long|${'x'.repeat(51)}\n`);
    const { status, stderr } = await cli(['train', path('long.txt'), '-o', path('long.npz'), '--free']);
    expect(status).toBe(2);
    expect(stderr).toBe(
      `error: ${path('long.txt')}:2: an answer has 51 characters, and a model that spells them says 50\n` +
        'hint: shorten it to 50, or train a model that chooses among up to 256 answers (without --free)\n',
    );
    const { stdout } = await cli(['train', path('long.txt'), '-o', path('long.npz'), '--hidden', '8', '--epochs', '9']);
    expect(stdout).toContain('of 2 training pairs');
  });

  it('writes a model that eval knows, and a picture; events as JSON lines', async () => {
    const trained = await cli(['train', path('data.txt'), '-o', path('m.npz'), ...SMALL, '--epochs', '300', '--json']);
    expect(trained.status).toBe(0);
    const events = trained.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; training?: { answers: number }; model?: string });
    expect(events[0]).toMatchObject({ type: 'start', pairs: 5, widths: [256, 24, 9] });
    expect(events.filter((e) => e.type === 'epoch')).toHaveLength(300);
    expect(events.at(-1)).toMatchObject({ type: 'done', model: path('m.npz'), training: { answers: 1 } });
    expect(readFileSync(path('m.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\s*$/s);
    expect(existsSync(path('m.ckpt'))).toBe(false);

    const scored = await cli(['eval', path('m.npz'), path('data.txt')]);
    expect(scored.status).toBe(0);
    expect(scored.stdout).toContain('whole answers right 100.0% of 5');
    expect(scored.stdout).toMatch(/^YES +2 +100\.0%/m);
    expect(scored.stderr).toBe('');

    const onZ80 = await cli(['eval', path('m.npz'), path('data.txt'), '--on', 'z80', '--json']);
    expect(onZ80.status).toBe(0);
    const { z80 } = JSON.parse(onZ80.stdout) as { z80: Record<string, unknown> };
    expect(z80).toMatchObject({ questions: 5, agree: 5, differ: [], pairs: 5, pairsRight: 5, untypable: 0 });
  });

  it('says with status 1 when the program is larger than was asked for, and leaves the model', async () => {
    const args = ['train', path('data.txt'), '-o', path('big.npz'), ...SMALL, '--epochs', '20', '--max-size', '4096'];
    const { status, stdout } = await cli(args);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^its program: [\d,]+ bytes, [\d,]+ T-states a character: more than 4,096 bytes; train longer/m,
    );
    expect(existsSync(path('big.npz'))).toBe(true);
  });

  it('compares shapes: a model each, a table, a picture', async () => {
    const args = ['train', path('data.txt'), '-o', path('w.npz'), '--backend', 'wasm', '--epochs', '20'];
    const { status, stdout } = await cli([...args, '--sweep', '--shapes', '16/8,8']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^[* ] 16 +\d+\.\d% +- +[\d,]+ +[\d,]+ +[\d,]+$/m);
    expect(stdout).toMatch(/^[* ] 8,8 +\d/m);
    expect(existsSync(path('w-16.npz')) && existsSync(path('w-8-8.npz'))).toBe(true);
    expect(readFileSync(path('w-frontier.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\s*$/s);
  });

  it('keeps the best at Ctrl-C, and says where it is and how to go on', async () => {
    const args = (name: string): string[] => [path('data.txt'), '-o', path(name), ...SMALL, '--name', 'X'];
    // Long enough that the signal arrives before the end on any machine.
    const long = ['--epochs', '20000'];
    const { status, stderr } = await interrupted([...args('broken.npz'), ...long]);
    expect(status).toBe(130);
    expect(stderr).toContain(`interrupted: ${path('broken.npz')} is the best of`);
    expect(stderr).toContain(`--resume ${path('broken.ckpt')}`);
    expect((await cli(['eval', path('broken.npz'), path('data.txt')])).status).toBe(0);

    // The checkpoint says what kind of model it is of, not the data: --backend is of use, and nothing else is announced.
    const plain = args('on.npz').filter((arg) => arg !== '--free');
    const on = await interrupted([...plain, '--resume', path('broken.ckpt')]);
    expect(on.status).toBe(130);
    expect(on.stderr).not.toMatch(/not used here|too many to choose from|from pairs alone/);
    expect(decodeModel(readFileSync(path('on.npz')), 'on.npz').closed).toBeUndefined();

    const other = await cli(['train', ...args('other.npz'), '--resume', path('data.txt')]);
    expect(other.status).toBe(2);
    expect(other.stderr).toContain('no checkpoint that can be resumed');
    expect(existsSync(path('other.npz'))).toBe(false);
  });

  it.each([
    [['--epochs', '0'], '--epochs is "0"'],
    [['--epochs', '5', '--time', '9s'], '--epochs and --time exclude each other'],
    [['--hidden', '300'], 'a width in --hidden is "300"'],
    [['--time', 'soon'], '--time is "soon"'],
    [['--holdout', '1.5'], '--holdout is "1.5"'],
    [['--shrink', ''], '--shrink is ""'],
    [['--max-size', '12'], '--max-size is "12"'],
    [['--target-tstates', 'few'], '--target-tstates is "few"'],
    [['--sweep', '--shapes', '64,32/0'], 'a width in --shapes is "0"'],
    [['--backend', 'gpu'], "argument 'gpu' is invalid"],
  ])('refuses %j with status 2', async (args, message) => {
    const { status, stderr } = await cli(['train', path('data.txt'), '-o', path('no.npz'), ...args]);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(existsSync(path('no.npz'))).toBe(false);
  });

  it('leaves an earlier model as it was when the data is bad', async () => {
    writeFileSync(path('bad.txt'), 'is it big|YES\nno bar here\n');
    writeFileSync(path('earlier.npz'), 'precious');
    const { status, stderr } = await cli(['train', path('bad.txt'), '-o', path('earlier.npz')]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${path('bad.txt')}:2:1: no "|" in "no bar here"`);
    expect(readFileSync(path('earlier.npz'), 'utf8')).toBe('precious');
  });
});
