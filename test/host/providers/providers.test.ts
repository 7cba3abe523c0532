/** The three SDKs over real HTTP, against a server on loopback that misbehaves. No waiting: the clock is ours. */
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryAfter } from '../../../src/host/providers/careful-fetch.js';
import { installLine } from '../../../src/host/providers/install-line.js';
import { openProvider, PROVIDER_NAMES, SDKS, type ProviderName } from '../../../src/host/providers/open-provider.js';
import type { Clock } from '../../../src/seams/clock.js';
import { ProviderError, type CompletionEvent, type Provider } from '../../../src/seams/provider.js';
import { generate, type GenEvent } from '../../../src/trainer/gen/generate.js';
import { RETRY } from '../../../src/trainer/gen/limits.js';
import type { GenPair, Job } from '../../../src/trainer/gen/job.js';
import { GAME_ANSWERS } from '../../../src/trainer/gen/job.js';
import { modelApi, USAGE, type ModelApi } from '../../fakes/model-api.js';

const KEY = 'sk-test-0123456789';
const ENV = { ANTHROPIC_API_KEY: KEY, OPENAI_API_KEY: KEY };
const JOB: Job = { kind: 'topic', subject: 'elephant', answers: GAME_ANSWERS };
/** Of the ports that only root may listen on, and none of those that fetch refuses. */
const NOBODY = 'http://127.0.0.1:2';
const REQUEST = { system: 's', prompt: 'p', maxTokens: 100 };

const API: Record<ProviderName, { path: string; base: string }> = {
  claude: { path: '/v1/messages', base: '' },
  ollama: { path: '/api/chat', base: '' },
  'openai-compatible': { path: '/v1/chat/completions', base: '/v1' },
};

/** Waits pass at once and are noted; silence passes when the test says so. */
class HandClock implements Clock {
  readonly waits: number[] = [];
  #silent = false;
  now = (): number => 0;
  async sleep(ms: number): Promise<void> {
    if (ms !== RETRY.silenceMs) return void this.waits.push(ms);
    if (!this.#silent) await new Promise(() => {});
    this.#silent = false;
  }
  /** The next wait for a sign of life is in vain. */
  fallSilent = (): void => void (this.#silent = true);
}

let api: ModelApi;
let printed: string[];
beforeEach(async () => {
  api = await modelApi();
  printed = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => (printed.push(String(chunk)), true));
  for (const method of ['log', 'warn', 'error', 'info', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void printed.push(words.join(' ')));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await api.close();
  // No SDK may talk: it would break --json, or show what a server says.
  expect(printed).toEqual([]);
});

const open = (name: ProviderName, url = api.url): Promise<Provider> =>
  openProvider(name, { model: 'some-model', baseUrl: url + API[name].base }, ENV);

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const event of events) list.push(event);
  return list;
}

/** A whole run for a few facts; what was written, and what happened. */
async function run(provider: Provider, clock: HandClock, { wanted = 4, onPairs = () => {} } = {}) {
  const pairs: GenPair[] = [];
  let file = '';
  const events: GenEvent[] = [];
  const sidecar = { ...JOB, inputTokens: 0, outputTokens: 0, dollars: 0, requests: 0, rejected: {} };
  const work = generate(
    {
      job: JOB,
      quotas: new Map([['facts', wanted]]),
      standing: { pairs, sidecar },
      provider,
      price: { input: 1, output: 10 },
      budget: 100_000,
      clock,
      out: { append: (text) => (file += text), close: () => {} },
      save: () => {},
    },
    new AbortController().signal,
  );
  let error: unknown;
  try {
    for await (const event of work) {
      events.push(event);
      if (event.type === 'pairs') onPairs();
    }
  } catch (thrown) {
    error = thrown;
  }
  const types = events.map(({ type }) => type).filter((type) => type !== 'pairs');
  return { pairs, file: file.split('\n'), events, types, error, sidecar };
}

describe.each(Object.keys(API) as ProviderName[])('%s', (name) => {
  it('streams text, usage and end, and asks with the key and the words given', async () => {
    api.script = [{ say: ['is it ', 'big|YES\n'] }];
    const signal = new AbortController().signal;
    const events: CompletionEvent[] = await all((await open(name)).complete(REQUEST, signal));
    expect(events.filter(({ type }) => type !== 'usage')).toEqual([
      { type: 'text', text: 'is it ' },
      { type: 'text', text: 'big|YES\n' },
      { type: 'end', why: 'done' },
    ]);
    expect(events.filter(({ type }) => type === 'usage')).toEqual([
      { type: 'usage', inputTokens: USAGE.input, outputTokens: USAGE.output },
    ]);
    const [asked] = api.requests;
    expect(asked).toMatchObject({ path: API[name].path, body: { model: 'some-model', stream: true } });
    const sent = asked!.headers['x-api-key'] ?? asked!.headers.authorization?.replace('Bearer ', '');
    expect(sent).toBe(name === 'ollama' ? undefined : KEY);
  });

  it('waits as long as a 429 asks, and longer and longer after 500, 503 and 529', async () => {
    api.script = [
      { status: 429, headers: { 'retry-after': '7' }, body: '{"error":{"message":"slow down"}}' },
      { status: 500, body: '<html>oops \x1b]0;x\x07</html>' },
      { status: 503 },
      { status: 529, body: 'not even JSON' },
    ];
    const clock = new HandClock();
    const { types, events, pairs } = await run(await open(name), clock);
    expect(clock.waits).toEqual([7_000, 2_000, 4_000, 8_000]);
    expect(types).toEqual(['retry', 'retry', 'retry', 'retry', 'request', 'done']);
    expect(events[0]).toMatchObject({ reason: 'the provider answers 429: slow down', failures: 1 });
    expect(events[1]).toMatchObject({ reason: 'the provider answers 500', failures: 2 });
    expect(pairs).toHaveLength(4);
    expect(api.requests).toHaveLength(5);
  });

  it('gives up after seven failures in a row, and at once where it is asked to wait for an hour', async () => {
    api.script = Array.from({ length: 9 }, () => ({ status: 500 }));
    const clock = new HandClock();
    const { error } = await run(await open(name), clock);
    expect(clock.waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
    expect(error).toMatchObject({ message: 'the provider answers 500; that was failure 7 in a row', exitStatus: 3 });
    api.script = [{ status: 429, headers: { 'retry-after': '3600' } }];
    const later = await run(await open(name), clock);
    expect(later.error).toMatchObject({ message: 'the provider answers 429, and asks to wait 60 minutes' });
  });

  it('keeps the whole lines of an answer that is cut, and asks for the rest', async () => {
    api.script = [{ cut: 'is it big|YES\nis it small|NO\nis it grey|YE' }];
    const clock = new HandClock();
    const { types, file, sidecar } = await run(await open(name), clock, { onPairs: api.cut });
    expect(types).toEqual(['retry', 'request', 'done']);
    expect(clock.waits).toEqual([1_000]);
    expect(file.slice(0, 4)).toEqual(['unknown: IDK', '# facts', 'is it big|YES', 'is it small|NO']);
    expect(file).toHaveLength(7);
    expect(file.join()).not.toContain('grey');
    expect(api.requests[1]!.body.messages.at(-1)!.content).toMatch(/^Write 3 lines/);
    expect(sidecar.requests).toBe(2);
  });

  it('takes two minutes of silence for a cut', async () => {
    api.script = [{ stall: 'is it big|YES\n' }];
    const clock = new HandClock();
    const onPairs = () => void (api.requests.length === 1 && clock.fallSilent());
    const { types, events, file } = await run(await open(name), clock, { onPairs });
    expect(types).toEqual(['retry', 'request', 'done']);
    expect(events.find(({ type }) => type === 'retry')).toMatchObject({ reason: 'nothing came for 120 s' });
    expect(file[2]).toBe('is it big|YES');
  });

  it.each(['<html>\x1b[2Jhello</html>', '{"half": ', 'data: {"x\n\n', '\x00\xff\x1b]0;title\x07\n', ''])(
    'takes garbage %j for a failure',
    async (garbage) => {
      api.script = [{ garbage }];
      const { types, events } = await run(await open(name), new HandClock());
      expect(types).toEqual(['retry', 'request', 'done']);
      expect((events[0] as { reason: string }).reason).toMatch(/^[\x20-\x7e]+$/);
    },
  );

  it('does not try again after 401, and does not show a key that the server repeats', async () => {
    api.script = [{ status: 401, body: JSON.stringify({ error: { message: `bad key ${KEY}\x1b[31m!` } }) }];
    const { error } = await run(await open(name), new HandClock());
    expect(api.requests).toHaveLength(1);
    expect(error).toBeInstanceOf(ProviderError);
    const { message, hint, stack } = error as ProviderError;
    expect(message).toBe(
      name === 'ollama'
        ? `the provider answers 401: bad key ${KEY} [31m!`
        : 'the provider answers 401: bad key *** [31m!',
    );
    if (name === 'ollama') return;
    expect(`${message} ${hint} ${stack} ${JSON.stringify(error)}`).not.toContain(KEY);
    expect(hint).toMatch(/_API_KEY/);
  });

  it('stops at once when it is aborted, in the middle of an answer', async () => {
    api.script = [{ stall: 'is it big|YES\n' }];
    const abort = new AbortController();
    const reason = new Error('enough');
    const read = async () => {
      for await (const { type } of (await open(name)).complete(REQUEST, abort.signal))
        if (type === 'text') abort.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
  });

  it('tells that an answer was stopped at its limit', async () => {
    api.script = [{ say: ['is it big|YES\nis it gr|Y'], why: 'length' }];
    const events = await all((await open(name)).complete(REQUEST, new AbortController().signal));
    expect(events.at(-1)).toEqual({ type: 'end', why: 'length' });
  });

  it('follows no redirect: the key stays where it was sent', async () => {
    api.script = [{ status: 307, headers: { location: `${api.url}/elsewhere` } }];
    const { error, events } = await run(await open(name), new HandClock(), { wanted: 1 });
    expect(error).toBeUndefined();
    expect(events[0]).toMatchObject({ type: 'retry' });
    expect(api.requests.map(({ path }) => path)).toEqual([API[name].path, API[name].path]);
  });

  it('says what to do where nobody listens', async () => {
    const { error } = await run(await open(name, NOBODY), new HandClock());
    expect(error).toMatchObject({ message: 'nobody answers (ECONNREFUSED)', retryable: false });
    expect((error as ProviderError).hint).toBeTruthy();
  });
});

describe('openProvider', () => {
  it.each([
    ['claude', {}, {}, /ANTHROPIC_API_KEY is not set/],
    ['openai-compatible', { model: 'm' }, {}, /OPENAI_API_KEY is not set/],
    ['openai-compatible', {}, ENV, /needs --model/],
    ['claude', { baseUrl: 'http://example.com' }, ENV, /unencrypted to example\.com/],
    ['claude', { baseUrl: 'file:///etc' }, ENV, /must be http or https/],
    ['claude', {}, { ANTHROPIC_API_KEY: 'a\x1bb' }, /ANTHROPIC_API_KEY is no key/],
  ] as const)('%s with %j is refused', async (name, flags, env, message) => {
    const error = await openProvider(name, flags, env).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ exitStatus: 2, message: expect.stringMatching(message) as string });
    if (Object.keys(env).length === 0) expect((error as Error & { hint: string }).hint).toContain('--provider spec');
  });

  it.each(PROVIDER_NAMES)('%s without its SDK: the line that installs it', async (name) => {
    const missing = () => Promise.reject(new Error('Cannot find package'));
    const error = await openProvider(name, { model: 'm' }, ENV, missing).catch((thrown: unknown) => thrown);
    const { name: sdk, version } = SDKS[name];
    expect(error).toMatchObject({
      exitStatus: 2,
      message: `--provider ${name} needs the package ${sdk}, which is not installed`,
      hint: expect.stringContaining(`npm i ${sdk}@${version}  and try again`) as string,
    });
  });

  it('names the SDK versions of package.json', async () => {
    const { devDependencies, peerDependencies, peerDependenciesMeta } = (await import('../../../package.json')).default;
    const ranges: Record<string, string> = { ...devDependencies, ...peerDependencies };
    for (const { name, version } of Object.values(SDKS)) expect(ranges[name]).toMatch(new RegExp(`^\\^${version}\\.`));
    expect(Object.values(peerDependenciesMeta)).toEqual(Object.keys(peerDependencies).map(() => ({ optional: true })));
  });

  it.each([
    ['/home/a/z80lm/dist/x.js', 'npm i s@1'],
    ['/usr/lib/node_modules/z80lm/dist/x.js', 'npm i -g s@1'],
    ['C:\\npm\\node_modules\\z80lm\\dist\\x.js', 'npm i -g s@1'],
    ['/home/a/.npm/_npx/0f/node_modules/z80lm/dist/x.js', 'npx -p z80lm -p s@1 z80lm …'],
    // The folder of this test's own package.json.
    [fileURLToPath(new URL('../../../node_modules/z80lm/dist/x.js', import.meta.url)), 'npm i s@1'],
  ])('for %s: %s', (self, line) => expect(installLine('s@1', self)).toBe(line));

  it("needs no key for a server of one's own", async () => {
    const provider = await openProvider('openai-compatible', { model: 'm', baseUrl: `${api.url}/v1` }, {});
    expect((await run(provider, new HandClock())).pairs).toHaveLength(4);
  });
});

it('understands retry-after in all its forms', () => {
  const now = Date.parse('2026-11-24T00:00:00Z');
  const of = (headers: Record<string, string>) => retryAfter(new Headers(headers), now);
  expect(of({ 'retry-after': '3' })).toBe(3_000);
  expect(of({ 'retry-after': '0.5' })).toBe(500);
  expect(of({ 'retry-after-ms': '250', 'retry-after': '9' })).toBe(250);
  expect(of({ 'retry-after': 'Tue, 24 Nov 2026 00:00:10 GMT' })).toBe(10_000);
  expect(of({ 'retry-after': 'Mon, 23 Nov 2026 00:00:10 GMT' })).toBe(0);
  expect(of({ 'retry-after': 'soon' })).toBeUndefined();
  expect(of({})).toBeUndefined();
});
