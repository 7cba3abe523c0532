/** Where the bytes of a program go and how quick it is, for `z80lm build` and `z80lm demo`. */
import type { Measured } from '../build/measure.js';
import type { BuiltProgram } from '../build/program.js';
import { DEFAULT_CLOCK_HZ } from '../emu/target.js';

export function sizeTable({ sizes, choices }: BuiltProgram): string[] {
  const weights = choices.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    'layer    rows  columns as lists / as bits  shared rows    bytes',
    ...choices.map(
      ({ layer, rows, lists, packed, pairs, bytes }) =>
        `${whole(layer, 5)} ${whole(rows)} ${whole(lists, 17)} / ${whole(packed, 0).padEnd(7)} ${whole(pairs, 12)} ${whole(bytes, 8)}`,
    ),
    '',
    `code and texts ${whole(sizes.code, 9)} bytes`,
    `weights        ${whole(weights, 9)}`,
    `page ends      ${whole(sizes.unused, 9)}`,
    `the program    ${whole(sizes.program, 9)}`,
    `its buffers    ${whole(sizes.buffers, 9)}  behind it in memory`,
    `free TPA       ${whole(sizes.freeTpa, 9)}  on a 64 KB system`,
  ];
}

export function speedLine({ meanTStates, worstTStates }: Pick<Measured, 'meanTStates' | 'worstTStates'>): string {
  const perSecond = DEFAULT_CLOCK_HZ / meanTStates;
  return (
    `${whole(meanTStates, 0)} T-states a character (worst ${whole(worstTStates, 0)}), ` +
    `${perSecond.toFixed(1)} characters a second at ${DEFAULT_CLOCK_HZ / 1e6} MHz`
  );
}

function whole(value: number, width = 7): string {
  return Math.round(value).toLocaleString('en-US').padStart(width);
}
