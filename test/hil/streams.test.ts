/** Streams that end with a result, alone and together. */
import { describe, expect, it } from 'vitest';
import { finish, merge } from '../../src/hil/streams.js';

async function* stream(name: string, steps: readonly (Promise<unknown> | undefined)[]): AsyncGenerator<string, string> {
  for (const [i, step] of steps.entries()) {
    await step;
    yield `${name}${i}`;
  }
  return name;
}

describe('a stream', () => {
  it('is taken to its end, each event told', async () => {
    const told: string[] = [];
    expect(await finish(stream('a', [undefined, undefined]), (event) => told.push(event))).toBe('a');
    expect(told).toEqual(['a0', 'a1']);
    expect(await finish(stream('b', [undefined]))).toBe('b');
  });
});

describe('several streams', () => {
  it('tell as one, none waits for another, and the results keep their order', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const told: string[] = [];
    const results = await finish(merge([stream('a', [held]), stream('b', [undefined, undefined])]), (event) => {
      told.push(event);
      if (event === 'b1') release();
    });
    expect(told).toEqual(['b0', 'b1', 'a0']);
    expect(results).toEqual(['a', 'b']);
    expect(await finish(merge([]))).toEqual([]);
  });

  it('end each in its own way once the signal has aborted, and what they tell then is told', async () => {
    const abort = new AbortController();
    async function* failing(): AsyncGenerator<string, string> {
      yield 'f';
      abort.abort();
      throw new Error('called off');
    }
    async function* tidying(): AsyncGenerator<string, string> {
      for (let i = 0; i < 4; i++) {
        await new Promise((resolve) => setImmediate(resolve));
        yield `tidied ${i}`;
      }
      throw new Error('later');
    }
    const told: string[] = [];
    const all = finish(merge([failing(), tidying()], abort.signal), (event) => told.push(event));
    await expect(all).rejects.toThrow('called off');
    expect(told).toEqual(['f', 'tidied 0', 'tidied 1', 'tidied 2', 'tidied 3']);
  });

  it('end together when one fails: the others are told, and what they throw then is not heard', async () => {
    const ended: string[] = [];
    async function* failing(): AsyncGenerator<string, string> {
      yield 'f';
      throw new Error('broke');
    }
    async function* other(): AsyncGenerator<string, string> {
      try {
        for (;;) yield 'o';
      } finally {
        ended.push('other');
        await Promise.reject(new Error('late'));
      }
    }
    await expect(finish(merge([failing(), other()]))).rejects.toThrow('broke');
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toEqual(['other']);
  });
});
