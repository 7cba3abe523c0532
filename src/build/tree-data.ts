/** The tree of answers as bytes at an address (firmware/chat/choose.asm draws them). */
import { answerTree, type Choice, type Fork } from '../model/answer-tree.js';
import { isLively, type ClosedSet } from '../model/closed-set.js';
import { toBytes } from '../model/encoder.js';

/** GOES_ON of choose.asm: another fork comes after the choice. */
const GOES_ON = 0x80;

export interface TreeData {
  bytes: number[];
  constants: { FORKS: number; FORKS_AT: number; MARGIN: number; UNKNOWN_AT: number };
}

export function layTree(closed: ClosedSet, start: number): TreeData {
  const { forks } = answerTree(closed);
  const { unknown } = closed;
  const bytes: number[] = [];
  const put = (block: readonly number[]): number => start + bytes.push(...block) - block.length;
  // What a model with a voice says stands elsewhere (voice-data.ts).
  const isSpoken = !isLively(closed);
  const addresses = forks.map((fork) => put(forkBytes(fork, isSpoken)));
  const unknownAt = unknown && isSpoken ? put(said({ says: unknown.answer })) : 0;
  const forksAt = put(addresses.flatMap((address) => [address & 0xff, (address >> 8) & 0xff]));
  // Where there is nothing to choose, nothing is less sure than it should be. Sums are four times the outputs.
  const margin = unknown && forks[0]!.length > 1 ? Math.min(0xffff, 4 * unknown.margin) : 0;
  return {
    bytes,
    constants: { FORKS: forks.length, FORKS_AT: forksAt & 0xffff, MARGIN: margin, UNKNOWN_AT: unknownAt & 0xffff },
  };
}

function forkBytes(fork: Fork, isSpoken: boolean): number[] {
  return [fork.length & 0xff, ...fork.map(({ output }) => output), ...(isSpoken ? fork.flatMap(said) : [])];
}

function said({ says, next }: Pick<Choice, 'says' | 'next'>): number[] {
  return [...(next === undefined ? [says.length] : [says.length | GOES_ON, next]), ...toBytes(says)];
}
