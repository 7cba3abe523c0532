/** `z80lm chat` with models that remember, take turns and play: what `Conversation` says, and the lines that are none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Conversation } from '../../src/model/conversation.js';
import { encodeModel } from '../../src/model/npz.js';
import { cli, spawnCli } from '../e2e/cli.js';
import { SMALL_GAME, lookupNetwork } from '../trainer/lookup-network.js';
import { huhNetwork } from '../trainer/huh-network.js';

const network = lookupNetwork(SMALL_GAME);
let folder: string;
let model: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-chat-'));
  model = join(folder, 'game.npz');
  writeFileSync(model, encodeModel(network));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('z80lm chat', () => {
  it('plays the game of a seed as the conversation does, from the option and from a line alike', async () => {
    const talk = new Conversation(network, { seed: 7 });
    const asked = ['hello', 'why so friendly', 'is it alive', 'can it fly', 'i give up', 'hello'];
    const said = asked.map((question) => `${talk.say(question)}\n`).join('');
    expect(said).toMatch(
      /^\w+[.?]\nMANNERS\n(No\.|YES)\n(No\.|YES|MAYBE)\nIT WAS a \w+\.\nNOW IT IS SOMETHING ELSE\.\n/,
    );
    const input = `${asked.join('\n')}\n`;
    expect(await cli(['chat', model, '--seed', '7', '--quiet'], { input })).toEqual({
      status: 0,
      stdout: said,
      stderr: '',
    });
    const restarted = await cli(['chat', model], { input: `is it alive\n/7\n${input}!\nhello\n` });
    const fresh = new Conversation(network);
    const began = `${fresh.restart(7)}\n${asked.map((question) => `${fresh.say(question)}\n`).join('')}`;
    expect(restarted.stdout.replace(/^.*\n/, '')).toBe(began);
  });

  it('emits the question with its number, and never the secret', async () => {
    const input = 'is it alive\n/7\ncan it fly\nis it alive\nis it a rock\n';
    const { stdout } = await cli(['chat', model, '--seed', '3', '--json'], { input });
    const replies = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(replies.map(({ question, prompt, number }) => [question, prompt, number])).toEqual([
      ['is it alive', '1> ', 1],
      ['/7', '2> ', 2],
      ['can it fly', '1> ', 1],
      ['is it alive', '2> ', 2],
      ['is it a rock', '3> ', 3],
    ]);
    for (const reply of replies) expect(Object.keys(reply).sort()).toEqual(['answer', 'number', 'prompt', 'question']);
  });

  it('asks one question of a fresh conversation', async () => {
    expect(await cli(['chat', model, 'hello'])).toEqual({ status: 0, stdout: 'Hello.\n', stderr: '' });
    // Of what nobody said there is nothing to say again.
    expect((await cli(['chat', model, 'what did you say'])).stdout).toBe('AGAIN?\n');
    const { stdout } = await cli(['chat', model], { input: 'i give up\n'.repeat(12) });
    expect(stdout).toMatch(/^(IT WAS a (dog|bat|rock)\.\nNOW IT IS SOMETHING ELSE\.\n){12}$/);
  });

  it('helps, at a line with a slash that is no command, too; /TIME is for the program', async () => {
    const { stdout, stderr } = await cli(['chat', model], { input: '?\n/TIME 5\n/time\n/3x\n/TIMES\nhello\n' });
    expect(stdout).toBe('Hello.\n');
    expect(stderr.match(/\/ and a number from 0 to 65535 begins anew/g)).toHaveLength(3);
    expect(stderr.match(/\/TIME is for a program on a board/g)).toHaveLength(2);
  });

  it('answers as before with a model that remembers nothing, and has no prompt to tell of it', async () => {
    const plain = join(folder, 'huh.npz');
    writeFileSync(plain, encodeModel(huhNetwork()));
    const { stdout, stderr } = await cli(['chat', plain, '--json'], { input: 'big\nwhat\n' });
    expect(stdout).toBe('{"question":"big","answer":"B"}\n{"question":"what","answer":"HUH?"}\n');
    expect(stderr).not.toContain('begins anew');
  });

  it.each(['-1', '65536', 'x'])('refuses the seed %j', async (seed) => {
    const { status, stderr } = await cli(['chat', model, '--seed', seed, 'hello']);
    expect(status).toBe(2);
    expect(stderr).toContain('give a whole number from 0 to 65535');
  });
});

it.runIf(process.platform !== 'win32')(
  'Ctrl-C while a pipe says nothing ends it with 130, and without a word',
  async () => {
    const child = spawnCli(['chat', 'adventure']);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once('data', () => child.kill('SIGINT'));
    // Answered, so that it waits for the next one.
    child.stdin.write('open the door\n');
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).not.toContain('error');
    expect(status).toBe(130);
  },
);
