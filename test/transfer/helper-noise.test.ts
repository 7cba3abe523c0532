/**
 * The helper over lines with faults both ways, drawn from seeds: bits wrong, bytes lost and doubled, with flow control and
 * without. Each flash ends; the board has the new program, or the old one with an error that says so.
 */
import { describe, expect, it } from 'vitest';
import { Z80lmError } from '../../src/seams/errors.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { Helper } from '../../src/transfer/drivers/with-helper.js';
import { helperImage } from '../fakes/helper-image.js';
import { VirtualLine } from '../fakes/virtual-board-link.js';
import { sample } from './samples.js';

const OLD = sample(5_000, 99);
/** It begins like the old one. */
const NEW = Uint8Array.from([...OLD.subarray(0, 2_000), ...sample(4_000, 3)]);
/** Of the characters, each way. XM with blocks of 1 KB gets nothing through a line of the last kind. */
const RATES = [0.0002, 0.001, 0.003];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

async function flight(rate: number, seed: number): Promise<string> {
  const kinds = seed % 4 === 0 ? ['flip', 'drop', 'duplicate'] : [['flip', 'drop', 'duplicate'][seed % 3]!];
  const noise = { seed, ...Object.fromEntries(kinds.map((kind) => [kind, rate])) };
  const files = [
    { name: 'Z80LMH.COM', bytes: helperImage() },
    { name: 'X.COM', bytes: OLD },
  ];
  const line = new VirtualLine({ noise, flowControl: seed % 2 === 0, files });
  const helper = new Helper({ image: async () => helperImage(), bring: false });
  let error: unknown;
  try {
    for await (const _ of boardTarget(line, romwbwDriver(), line, { helper }).load({ name: 'X.COM', bytes: NEW }));
  } catch (thrown) {
    error = thrown;
  }
  const got = line.board.files().find(({ name }) => name === 'X.COM')?.bytes;
  const has = (bytes: Uint8Array): boolean =>
    got !== undefined && Buffer.from(got.subarray(0, bytes.length)).equals(Buffer.from(bytes));
  if (error === undefined) {
    if (!has(NEW)) return 'success is told, and the file is wrong';
    return typeof helper.outcome === 'object' ? 'arrived without the helper' : 'arrived';
  }
  if (!(error instanceof Z80lmError)) return `crash: ${(error as Error).stack}`;
  if (has(OLD) || has(NEW)) return `clear failure: ${error.message}`;
  return `lost: ${error.message}`;
}

describe('the helper on a bad line', () => {
  it.each(RATES)('with %f of the characters damaged gets the program there', async (rate) => {
    const ends: string[] = [];
    for (const seed of SEEDS) ends.push(await flight(rate, seed));
    expect(ends).toEqual(SEEDS.map(() => 'arrived'));
  });
});
