/**
 * Whole states of the CPU at moments of the past, from which the rest is replayed.
 *
 * Two kinds: those that are taken as time goes on, kept over all of the history (thinned, so that memory is bounded: the older,
 * the farther apart), and those that were taken while somebody went backwards, near to where they are.
 */
import type { CpuState } from '../cpu.js';
import { compareMoments, type Moment } from './moment.js';

/** 64 KB each: 32 MB. */
const MOST_KEPT = 512;
/** Near the present place: some for each power of 16 of the way back. */
const MOST_NEAR = 24;

export interface Snapshot {
  moment: Moment;
  state: CpuState;
  /** How much of the recording lies before it. */
  accesses: number;
  between: number;
  /** The INT line. */
  intActive: boolean;
}

export class Snapshots {
  private kept: Snapshot[] = [];
  private near: Snapshot[] = [];

  get first(): Snapshot | undefined {
    return this.kept[0];
  }
  get count(): number {
    return this.kept.length + this.near.length;
  }

  clear(): void {
    this.kept = [];
    this.near = [];
  }

  /** One that was taken as time went on. */
  keep(snapshot: Snapshot): void {
    this.kept.push(snapshot);
    if (this.kept.length <= MOST_KEPT) return;
    // Of the older half each second one goes; the first stays, it is the beginning.
    const half = MOST_KEPT / 2;
    this.kept = this.kept.filter((_, i) => i >= half || i % 2 === 0);
  }

  /** One on the way back. */
  keepNear(snapshot: Snapshot): void {
    this.near.push(snapshot);
    if (this.near.length > MOST_NEAR) this.near.shift();
  }

  /** The newest at the moment or before it; with `strictly`, before it. */
  before(moment: Moment, strictly = false): Snapshot | undefined {
    const fits = ({ moment: at }: Snapshot): boolean => compareMoments(at, moment) < (strictly ? 0 : 1);
    let low = 0;
    let high = this.kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(this.kept[middle]!)) low = middle + 1;
      else high = middle;
    }
    let best = this.kept[low - 1];
    for (const snapshot of this.near)
      if (fits(snapshot) && (!best || compareMoments(snapshot.moment, best.moment) > 0)) best = snapshot;
    return best;
  }

  /** A new future begins at this moment. */
  dropFrom(moment: Moment): void {
    const stays = ({ moment: at }: Snapshot): boolean => compareMoments(at, moment) <= 0;
    this.kept = this.kept.filter(stays);
    this.near = this.near.filter(stays);
  }

  /** Forget about the older half. @returns where the history begins now */
  dropOlderHalf(): Snapshot {
    this.kept = this.kept.slice(this.kept.length >> 1);
    const first = this.kept[0]!;
    this.near = this.near.filter(({ moment }) => compareMoments(moment, first.moment) >= 0);
    return first;
  }
}
