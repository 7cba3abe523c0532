/** What was typed comes back twice, as on a line that something takes for half duplex. */
import { describe, expect, it } from 'vitest';
import { compareExchange } from '../../src/hil/compare.js';
import { markedDifference } from '../../src/hil/describe.js';
import { withoutSecondEcho } from '../../src/hil/doubled-echo.js';
import { Normaliser } from '../../src/hil/normalise.js';

const QUESTION = 'is it big';
const RIGHT = `${QUESTION}\r\nYES\r\n> `;
const compare = (right: string, left = RIGHT, normaliser?: Normaliser): ReturnType<typeof compareExchange> =>
  compareExchange(QUESTION, { raw: Buffer.from(left) }, { raw: Buffer.from(right) }, normaliser);

describe('an echo that came twice', () => {
  it.each([
    ['one after the other', `${QUESTION}\r${QUESTION}\r\nYES\r\n> `],
    ['without RETURN in the first', `${QUESTION}${QUESTION}\r\nYES\r\n> `],
    ['with a line feed to it', `${QUESTION}\r\n${QUESTION}\r\nYES\r\n> `],
    ['by characters', 'iiss  iitt  bbiigg\r\r\nYES\r\n> '],
    ['in any interleaving', 'is iis it t bigbig\r\r\nYES\r\n> '],
  ])('is found %s, and named', (_how, right) => {
    expect(withoutSecondEcho(right, QUESTION)).toBe(RIGHT);
    const normaliser = new Normaliser();
    expect(compare(right, RIGHT, normaliser).verdict).toBe('same');
    expect(normaliser.used).toMatchObject([{ name: 'doubled-echo', left: 0, right: 1 }]);
    const bare = compare(right);
    expect(bare).toMatchObject({ verdict: 'line', echoDoubled: true });
    expect(markedDifference(bare, { left: 'emulator', right: 'board' })[0]).toBe(
      'what was typed came back twice, and the rest is the same: does something besides board echo it (half duplex)?',
    );
  });

  it.each([
    ['a second answer that is the question', `${QUESTION}\r\n${QUESTION}\r\n> `, `${QUESTION}\r\n\r\n> `],
    ['another answer behind it', `${QUESTION}\r${QUESTION}\r\nNO\r\n> `, RIGHT],
    ['two and a bit', `${QUESTION}i${QUESTION}\r\nYES\r\n> `, RIGHT],
    ['one that is not whole', `${QUESTION}\ris it bi\r\nYES\r\n> `, RIGHT],
  ])('is not %s', (_what, right, left) => {
    expect(compare(right, left, new Normaliser()).verdict).not.toBe('same');
    expect(compare(right, left).echoDoubled).toBeUndefined();
  });
});
