/** Work on every item of a list, or, where that takes too long, on a sample of it that is spread evenly over all. */
import type { Slices } from '../seams/slices.js';

/** Items between two looks at whether it is late, and so many at least: a sample of fewer says little. */
const AT_ONCE = 32;
const LEAST = 256;
/** Golden section: its multiples, modulo 1, fill an interval evenly however many there are. */
const GOLDEN = 0.6180339887498949;

/**
 * @param count items; each is worked on once at most, by its number
 * @param isLate whether those that were worked on must do
 */
export function* scatter(count: number, isLate: () => boolean, work: (item: number) => void): Slices<void> {
  const stride = strideOf(count);
  for (let i = 0, item = 0; i < count; i++, item = (item + stride) % count) {
    if (i % AT_ONCE === 0) {
      yield;
      if (i >= LEAST && isLate()) return;
    }
    work(item);
  }
}

/** Steps of this length come to every item before they come to one again. */
function strideOf(count: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let stride = Math.max(1, Math.round(count * GOLDEN));
  while (common(count, stride) > 1) stride++;
  return stride;
}
