/**
 * The CPU against published single steps of a Z80: one of each encoding from the table that is committed, and 20 of
 * each, 32,080 in all, where the vectors lie beside the checkout.
 */
import { describe, expect, it } from 'vitest';
import { ownText } from '../../scripts/own-text.js';
import { formatSteps, parseSteps, type State } from '../../scripts/single-steps.js';
import { describeShared } from '../outside.js';
import { differences, PUBLISHED, publishedSteps } from './published-steps.js';

const ENCODINGS = 1604;
const TABLE = new URL('single-steps.txt', import.meta.url);
const table = (): string => ownText(TABLE);

describe('one published single step of each encoding', () => {
  it('is there for all 1,604', () => {
    const steps = parseSteps(table());
    expect(steps).toHaveLength(ENCODINGS);
    expect(new Set(steps.map(({ file }) => file)).size).toBe(ENCODINGS);
  });

  it('is what our CPU does', () => {
    expect(differences(parseSteps(table())).slice(0, 40)).toEqual([]);
  });

  it.each(['dd e3', 'ed a3', 'ed a2', 'cb 46'])('%s: each digit of what is expected counts', (encoding) => {
    const fields = parseSteps(table())
      .find(({ file }) => file === encoding)!
      .name.split(' ');
    // From the ports and T-states on: what stands before them is what the step starts from.
    const first = fields.findIndex((field, n) => n > 1 && !field.includes(':'));
    for (let n = first; n < fields.length; n++)
      for (let at = fields[n]!.indexOf('=') + 1; at < fields[n]!.length; at++) {
        const digit = parseInt(fields[n]![at]!, 16);
        if (Number.isNaN(digit)) continue;
        const changed = fields[n]!.slice(0, at) + (digit ^ 1).toString(16) + fields[n]!.slice(at + 1);
        const line = fields.with(n, changed).join(' ');
        expect(differences(parseSteps(line)), line).toHaveLength(1);
      }
  });
});

describeShared('32,080 published single steps, 20 of each encoding', [PUBLISHED], () => {
  const vectors = publishedSteps();

  it('are 20 of each of 1,604 encodings', () => {
    expect(vectors).toHaveLength(20 * ENCODINGS);
    expect(new Set(vectors.map(({ file }) => file)).size).toBe(ENCODINGS);
  });

  it('are what our CPU does', () => {
    expect(differences(vectors).slice(0, 40)).toEqual([]);
  });

  it('have given the table (npm run single-steps), which loses nothing of them', () => {
    expect(table()).toBe(formatSteps(vectors));
    const ordered = ({ ram, ...registers }: State): object => ({ ...registers, ram: ram.sort(([x], [y]) => x - y) });
    for (const vector of vectors) {
      const { initial, final, tstates, ports = [] } = vector;
      const [again] = parseSteps(formatSteps([vector]));
      expect({ ...again, initial: ordered(again!.initial), final: ordered(again!.final) }).toMatchObject({
        initial: ordered(initial),
        final: ordered(final),
        tstates,
        ports,
      });
    }
  });
});
