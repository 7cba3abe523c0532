/** What is reckoned from a transcript. */
import { describe, expect, it } from 'vitest';
import { answerSheet } from '../../src/hil/data-check.js';
import {
  consoleOf,
  incidentOf,
  msPerCharacter,
  tStatesPerCharacter,
  type Exchange,
  type Transcript,
} from '../../src/hil/transcript.js';
import { EmuError, InputError, LinkError } from '../../src/seams/errors.js';

const exchange = (characterMs: number[], more: Partial<Exchange> = {}): Exchange => ({
  question: 'q',
  raw: Uint8Array.of(1, 2),
  answer: 'YES',
  characterMs,
  ...more,
});
const transcript = (...exchanges: Exchange[]): Transcript => ({
  target: 'board',
  opening: Uint8Array.of(9),
  exchanges,
});

describe('a transcript', () => {
  it('holds every byte of the console in order', () => {
    expect(consoleOf(transcript(exchange([]), exchange([], { raw: Uint8Array.of(3) })))).toEqual(
      Uint8Array.of(9, 1, 2, 3),
    );
  });

  it('knows the time of a character: all totals over all characters', () => {
    expect(msPerCharacter(transcript(exchange([10, 30]), exchange([5, 10, 45]), exchange([])))).toBe(15);
    expect(msPerCharacter(transcript(exchange([])))).toBeNaN();
    expect(msPerCharacter(transcript())).toBeNaN();
  });

  it('knows T-states where each answer has them', () => {
    const counted = exchange([], { characterTStates: [100, 300] });
    expect(tStatesPerCharacter(transcript(counted, exchange([], { characterTStates: [200] })))).toBeCloseTo(500 / 3, 9);
    expect(tStatesPerCharacter(transcript(counted, exchange([1])))).toBeUndefined();
  });

  it('has no answer where there was an incident', () => {
    const incident = incidentOf(new LinkError('gone', { disconnected: true }));
    expect(answerSheet(transcript(exchange([]), exchange([], { incident })))).toEqual({
      name: 'board',
      answers: ['YES', undefined],
    });
  });
});

describe('an incident', () => {
  it.each([
    ['lost', new LinkError('x', { disconnected: true })],
    ['lost', new LinkError('x', { disconnected: true, timedOut: true })],
    ['silent', new LinkError('x', { timedOut: true })],
    ['failed', new LinkError('x', { unavailable: true })],
    ['failed', new InputError('x', { hint: 'y' })],
    ['crashed', new EmuError('x')],
  ])('%s', (kind, error) => expect(incidentOf(error)).toEqual({ kind, error }));
});
