/** Where the bytes of a program go and how quick it is, for `z80lm build` and `z80lm demo`. */
import type { Measured } from '../build/measure.js';
import type { BuiltProgram } from '../build/program.js';
import { RC2014_HZ } from '../emu/cpu.js';
import { grouped } from '../seams/words.js';

/** @param fileBytes of a mind, whose file is longer than the program in it */
export function sizeTable({ sizes, choices, machine: { memory } }: BuiltProgram, fileBytes?: number): string[] {
  const buckets = sizes.layers[0]!;
  const weights = choices.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    'layer    rows  columns as lists / as bits  shared rows    bytes',
    ...choices.map(
      ({ layer, rows, lists, packed, pairs, bytes }) =>
        `${grouped(layer, 5)} ${grouped(rows, 7)} ${grouped(lists, 17)} / ${grouped(packed).padEnd(7)} ${grouped(pairs, 12)} ${grouped(bytes, 8)}`,
    ),
    '',
    `code and texts ${grouped(sizes.code, 9)} bytes`,
    `weights        ${grouped(weights, 9)}${
      sizes.tree > 0
        ? `  of these the buckets' columns ${grouped(buckets.weights)}, their addresses ${grouped(buckets.addresses)}`
        : ''
    }`,
    ...(sizes.tree > 0 ? [`tree           ${grouped(sizes.tree, 9)}  of answers`] : []),
    `page ends      ${grouped(sizes.unused, 9)}`,
    `the program    ${grouped(sizes.program, 9)}`,
    ...(fileBytes === undefined ? [] : [`its file       ${grouped(fileBytes, 9)}  with its header, in whole records`]),
    `its buffers    ${grouped(sizes.buffers, 9)}  behind it in memory`,
    `${`free ${memory.name}`.padEnd(14)} ${grouped(sizes.free, 9)}  on ${memory.of}`,
  ];
}

/** @param clockHz of the machine */
export function speedLine(
  { meanTStates, worstTStates }: Pick<Measured, 'meanTStates' | 'worstTStates'>,
  clockHz = RC2014_HZ,
): string {
  const perSecond = clockHz / meanTStates;
  return (
    `${grouped(meanTStates)} T-states a character (worst ${grouped(worstTStates)}), ` +
    `${perSecond.toFixed(1)} characters a second at ${clockHz / 1e6} MHz`
  );
}
