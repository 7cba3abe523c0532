import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { answerTree, wayTo } from '../../src/model/answer-tree.js';
import type { ClosedSet } from '../../src/model/closed-set.js';
import { answer } from '../../src/model/inference.js';
import type { Network } from '../../src/model/network.js';
import { decodeModel, encodeModel } from '../../src/model/npz.js';
import { countPieces, pieceBuckets } from '../../src/model/pieces.js';
import { fold, typed } from '../../src/model/question.js';
import { latin1, toBytes } from '../../src/seams/bytes.js';

const set = (steps: ClosedSet['steps'], ...answers: string[]): ClosedSet => ({ buckets: 128, steps, answers });

describe('what was typed', () => {
  it('is UTF-8 without control characters, 127 bytes at most', () => {
    expect([...typed('a\tő\x7f!')]).toEqual([0x61, 0xc5, 0x91, 0x21]);
    expect(typed('ä'.repeat(100)).length).toBe(127);
  });

  it.each([
    ["  Don't   PANIC!? ", 'dont panic'],
    ['Őrült_KÖR', 'orult kor'],
    ['e\u0301te\u0301', 'ete'],
    ['it’s — “so”…', 'its so'],
    ['3×4÷2 ¿qué?', '3 4 2 que'],
    ['...', ''],
  ])('%j folds to %j', (text, folded) => {
    expect(latin1(fold(typed(text)))).toBe(folded);
  });

  it('of another script stays, half a character is a blank', () => {
    expect([...fold(typed('да'))]).toEqual([0xd0, 0xb4, 0xd0, 0xb0]);
    expect([...fold(Uint8Array.of(0x61, 0xc3, 0x41))]).toEqual([0x61, 0x20, 0x61]);
    expect([...fold(Uint8Array.of(0x61, 0xc5))]).toEqual([0x61]);
  });
});

describe('pieces', () => {
  it('are of two and three letters, in order', () => {
    const hash = (text: string): number => [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) & 0xffff, 0) & 2047;
    expect(pieceBuckets(Uint8Array.from([0x68, 0x69]), 2048)).toEqual([' h', ' hi', 'hi', 'hi ', 'i '].map(hash));
  });

  it('of nothing are none', () => {
    expect(countPieces(new Uint8Array(0), 128).every((count) => count === 0)).toBe(true);
  });
});

describe('the tree of answers', () => {
  it('has one fork where steps are answers', () => {
    expect(answerTree(set('answers', 'NO', 'YES'))).toEqual({
      forks: [
        [
          { output: 0, says: 'NO' },
          { output: 1, says: 'YES' },
        ],
      ],
      outputs: 2,
    });
  });

  it('forks wherever answers part', () => {
    expect(answerTree(set('characters', 'NO', 'NOT', 'YELL', 'YES'))).toEqual({
      forks: [
        [
          { output: 2, says: 'NO', next: 1 },
          { output: 5, says: 'YE', next: 2 },
        ],
        [
          { output: 0, says: '' },
          { output: 4, says: 'T' },
        ],
        [
          { output: 1, says: 'LL' },
          { output: 3, says: 'S' },
        ],
      ],
      outputs: 6,
    });
  });

  it('says what all share with the first choice', () => {
    expect(answerTree(set('characters', 'DIR A:', 'DIR B:')).forks[0]!.map(({ says }) => says)).toEqual([
      'DIR A:',
      'DIR B:',
    ]);
    expect(answerTree(set('characters', 'ONLY')).forks).toEqual([[{ output: 0, says: 'ONLY' }]]);
  });

  it('has a way to every answer', () => {
    const closed = set('characters', 'A', 'AB', 'ABC', 'B', 'BCD', 'BCE');
    const { forks } = answerTree(closed);
    for (const wanted of closed.answers)
      expect(
        wayTo(closed, wanted)
          .map(({ fork, choice }) => forks[fork]![choice]!.says)
          .join(''),
      ).toBe(wanted);
  });
});

describe('a closed model', () => {
  /** `b…` leads to output 1, anything else to 0. */
  const network = (margin: number): Network => {
    const weights = new Int8Array(2 * 128);
    const [bucket] = pieceBuckets(Uint8Array.of(0x62), 128);
    weights[128 + bucket!] = 1;
    return {
      layers: [{ inputs: 128, outputs: 2, weights, biases: Int16Array.of(16, 0) }],
      charset: [],
      closed: { ...set('answers', 'A', 'B'), unknown: { answer: 'HUH?', margin } },
      about: { name: 'X' },
    };
  };

  it('answers by the first maximum', () => {
    expect(answer(network(0), 'b')).toBe('B');
    expect(answer(network(0), 'c')).toBe('A');
  });

  it('says that it does not know where the lead is less than the margin', () => {
    // Outputs 4 and 8: the lead is 4 either way.
    expect(answer(network(4), 'B!')).toBe('B');
    expect(answer(network(5), 'B!')).toBe('HUH?');
    expect(answer(network(5), '')).toBe('HUH?');
  });

  it('is the same after a file', () => {
    const before = network(3);
    expect(decodeModel(encodeModel(before), 'm.npz')).toEqual(before);
  });

  it('of a version that is not known is refused by name', () => {
    const entries = unzipSync(encodeModel(network(3)));
    const about = latin1(entries['_closed.npy']!);
    expect(about).toContain('"version":2');
    entries['_closed.npy'] = Uint8Array.from(toBytes(about.replace('"version":2', '"version":4')));
    expect(() => decodeModel(zipSync(entries), 'm.npz')).toThrow('format version 4; this program knows 1, 2 and 3');
  });

  it('with another number of outputs than ways is refused', () => {
    const wrong = network(0);
    wrong.closed!.answers = ['A', 'B', 'C'];
    wrong.closed = { ...wrong.closed! };
    expect(() => encodeModel(wrong)).toThrow('the last layer has 2 outputs, but the answers part in 3 ways');
  });
});
