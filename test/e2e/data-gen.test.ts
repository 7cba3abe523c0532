/** `z80lm data gen` with a language model, as a user meets it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pty from '@lydell/node-pty';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readPairs } from '../../src/trainer/pairs.js';
import { Z80LM } from '../bundled.js';
import { modelApi, type ModelApi } from '../fakes/model-api.js';
import { cli, spawnCli } from './cli.js';

const KEY = 'sk-e2e-0123456789';
let folder: string;
let api: ModelApi;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'z80lm-gen-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => void (api = await modelApi()));
afterEach(() => api.close());

const path = (name: string) => join(folder, name);
const gen = (...args: string[]) => ['data', 'gen', '--provider', 'claude', '--base-url', api.url, ...args];
const env = { ANTHROPIC_API_KEY: KEY };

describe('z80lm data gen', () => {
  it('does not spend without being told to, nor without a key: exit 2, and what to do', async () => {
    const [unasked, keyless] = await Promise.all([
      cli(gen('--topic', 'elephant', '-o', path('no')), { env }),
      cli(gen('--topic', 'elephant'), { env: { ANTHROPIC_API_KEY: '' } }),
    ]);
    expect(unasked).toMatchObject({ status: 2, stdout: '' });
    expect(unasked.stderr).toMatch(/about 19 requests, [\d,]+ tokens in, 8,400 out\nabout \$0\.00\d+, at \$0\.1 in/);
    expect(unasked.stderr).toContain('hint: add --yes to agree');
    expect(api.requests).toEqual([]);
    expect(existsSync(path('no.txt'))).toBe(false);
    expect(keyless.status).toBe(2);
    expect(keyless.stderr).toMatch(/ANTHROPIC_API_KEY is not set.*\n.*--provider spec/);
  });

  it('is killed in the middle, leaves whole lines, and goes on to the end; the key is in no output and no file', async () => {
    // 16 is 40 % of 40.
    api.script = [{ stall: 'is it big|YES\nis it small|NO\nis it gr' }];
    const args = gen('--topic', 'elephant', '--pairs', '40', '--yes', '-o', path('e'), '--json');
    const child = spawnCli(args, { env });
    const ended = new Promise((done) => child.on('close', done));
    let noise = '';
    await new Promise<void>((seen) => {
      child.stderr.on('data', (chunk: Buffer) => (noise += chunk.toString()));
      child.stdout.on('data', (chunk: Buffer) => {
        noise += chunk.toString();
        if (noise.includes('"type":"pairs"')) seen();
      });
    });
    child.kill('SIGKILL');
    await ended;
    expect(readFileSync(path('e.txt'), 'utf8')).toBe('unknown: IDK\n# facts\nis it big|YES\nis it small|NO\n');

    const again = await cli(args, { env });
    expect(again.stderr).toContain('2 pairs are there already');
    expect(again.status).toBe(0);
    const events = again.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(events[0]).toMatchObject({ type: 'estimate', model: 'claude-haiku-5-5' });
    expect(events.at(-1)).toMatchObject({ type: 'done', why: 'complete', kept: 40, missing: 0 });
    const file = readFileSync(path('e.txt'), 'utf8');
    expect(file.startsWith('unknown: IDK\n# facts\nis it big|YES\nis it small|NO\n')).toBe(true);
    expect(readPairs(new TextEncoder().encode(file), 'e.txt').pairs).toHaveLength(40);
    for (const text of [noise, again.stdout, again.stderr, file, readFileSync(path('e.gen.json'), 'utf8')])
      expect(text).not.toContain(KEY);
  });

  it('asks for dialogues where they are wanted', async () => {
    const { status, stderr } = await cli(
      gen('--persona', 'a hermit', '--dialogues', '--pairs', '40', '--yes', '-o', path('d')),
      { env },
    );
    expect(stderr).toContain('next: z80lm data lint');
    expect(status).toBe(0);
    const { pairs } = readPairs(readFileSync(path('d.txt')), 'd.txt');
    expect(pairs.filter(({ after }) => after !== undefined)).toHaveLength(8);
    expect(pairs).toHaveLength(40);
  });

  it('Ctrl-C ends it with 130 and says how to go on', async () => {
    api.script = [{ stall: 'is it big|YES\n' }];
    const args = gen('--topic', 'elephant', '--yes', '-o', path('c'), '--json');
    const child = spawnCli(args, { env });
    let stdout = '';
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    let asked = false;
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      // Once: a second Ctrl-C means at once, and without a word.
      if (asked || !stdout.includes('"type":"pairs"')) return;
      asked = true;
      child.kill('SIGINT');
    });
    expect(await new Promise((done) => child.on('close', done))).toBe(130);
    expect(stderr).toContain('c.txt: 1 pairs so far; the same command goes on from there');
  });

  it('asks on a terminal before it spends', async () => {
    const onTerminal = async (key: string, name: string) => {
      const args = [...Z80LM.slice(1), ...gen('--topic', 'elephant', '--pairs', '10', '-o', path(name))];
      const child = pty.spawn(process.execPath, args, { cols: 120, env: { ...process.env, ...env } });
      let screen = '';
      child.onData((text) => {
        if (!screen.includes('[y/N]') && (screen + text).includes('[y/N]')) child.write(key);
        screen += text;
      });
      const { exitCode } = await new Promise<{ exitCode: number }>((done) => child.onExit(done));
      expect(screen).toMatch(/about \$0\.00/);
      expect(screen).not.toContain(KEY);
      return exitCode;
    };
    const refusals = ['n\r', '\x04', '\x03'].map((key, i) => onTerminal(key, `t${i}`));
    expect(await Promise.all(refusals)).toEqual([1, 1, 130]);
    expect(api.requests).toEqual([]);
    expect(await onTerminal('y\r', 'ty')).toBe(0);
    expect(api.requests.length).toBeGreaterThan(0);
  });
});
