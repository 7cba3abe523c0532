import { describe, expect, it } from 'vitest';
import { memoryBlocks, type BlockStore } from '../../src/seams/block-store.js';
import { Scrollback, type Direction } from '../../src/terminal/scrollback.js';
import fc from '../fast-check.js';

const WORDS = ['A>DIR', 'quote "here"', 'back\\slash', 'Ärger', '', 'at', 'atMs'];

describe('a scrollback', () => {
  it('finds what a look at every line finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 900 }),
        fc.constantFrom('dir', '"HERE', '\\s', 'ärger', 'atms', 'runs', 'text', 'a'),
        fc.integer({ min: -5, max: 1000 }),
        fc.constantFrom<Direction>('back', 'on'),
        fc.constantFrom(4_000, 1_000_000),
        (texts, wanted, from, direction, room) => {
          const scrollback = new Scrollback(memoryBlocks(room));
          for (const text of texts) scrollback.push({ text });
          expect(scrollback.end).toBe(texts.length);
          const lines = texts.map((text, line) => ({ text: text.toLowerCase(), line })).slice(scrollback.first);
          const holds = lines.filter(({ text }) => text.includes(wanted.toLowerCase()));
          const found =
            direction === 'on' ? holds.find(({ line }) => line >= from) : holds.findLast(({ line }) => line <= from);
          const answer = scrollback.search(wanted, from, direction);
          expect(answer?.line).toBe(found?.line);
          if (answer) expect(answer.columns[0]).toBe(found!.text.indexOf(wanted.toLowerCase()));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('goes on where a block cannot be read', () => {
    const blocks = memoryBlocks(1_000_000);
    const broken: BlockStore = {
      get first() {
        return blocks.first;
      },
      get next() {
        return blocks.next;
      },
      append: (block) => blocks.append(block),
      read: (number) => (number === 1 ? undefined : blocks.read(number)),
      clear: () => blocks.clear(),
      close: () => blocks.close(),
    };
    const scrollback = new Scrollback(broken);
    for (let i = 0; i < 1000; i++) scrollback.push({ text: `line ${i}.` });
    expect(scrollback.line(300)).toBeUndefined();
    expect(scrollback.search('line 3', 600, 'back')?.line).toBe(39);
    expect(scrollback.search('line 300.', 0, 'on')).toBeUndefined();
  });
});
