/** Models of several shapes side by side: which are worth having, and a picture of it. */
import { percent } from '../seams/words.js';
import { svgPicture } from './svg.js';

export interface Candidate {
  name: string;
  /** Whole answers right, 0..1. */
  accuracy: number;
  bytes: number;
  tStates: number;
}

/** Those that no other beats: at least as good in all three, and better in one. In the order given. */
export function frontierOf<T extends Candidate>(candidates: readonly T[]): T[] {
  const beats = (a: Candidate, b: Candidate): boolean =>
    a.accuracy >= b.accuracy &&
    a.bytes <= b.bytes &&
    a.tStates <= b.tStates &&
    (a.accuracy > b.accuracy || a.bytes < b.bytes || a.tStates < b.tStates);
  return candidates.filter((candidate) => !candidates.some((other) => beats(other, candidate)));
}

const HEIGHT = 400;
/** Of the plot within the picture. */
const PLOT = { left: 60, top: 50, right: 620, bottom: 340 };
/** Pixels of a disc for each square root of a byte. */
const DISC = 0.08;

/** An SVG document: accuracy over T-states, a disc's area its bytes; models of the frontier filled and joined. */
export function frontierPicture(candidates: readonly Candidate[], title: string): string {
  const shown = candidates.filter(({ tStates }) => Number.isFinite(tStates));
  const best = new Set(frontierOf(shown));
  const most = Math.max(1, ...shown.map(({ tStates }) => tStates)) * 1.15;
  const least = Math.max(0, Math.floor(Math.min(1, ...shown.map(({ accuracy }) => accuracy)) * 20 - 0.5) / 20);
  const x = (tStates: number): string => (PLOT.left + ((PLOT.right - PLOT.left) * tStates) / most).toFixed(1);
  const y = (accuracy: number): string =>
    (PLOT.bottom - ((PLOT.bottom - PLOT.top) * (accuracy - least)) / Math.max(0.05, 1 - least)).toFixed(1);
  const step = (1 - least) / 4;
  const grid =
    step === 0
      ? []
      : [0, 1, 2, 3, 4].map((i) => {
          const share = least + i * step;
          return (
            `<line x1="${PLOT.left}" y1="${y(share)}" x2="${PLOT.right}" y2="${y(share)}" stroke="#dddddd"/>\n` +
            `<text x="${PLOT.left - 6}" y="${Number(y(share)) + 4}" text-anchor="end">${percent(share)}</text>`
          );
        });
  const ticks = [0.25, 0.5, 0.75, 1].map(
    (part) =>
      `<text x="${x(most * part)}" y="${PLOT.bottom + 18}" text-anchor="middle">${Math.round((most * part) / 1000)}k</text>`,
  );
  const joined = [...best].sort((a, b) => a.tStates - b.tStates);
  const discs = shown.flatMap((candidate) => {
    const { name, accuracy, bytes, tStates } = candidate;
    const radius = Math.max(3, DISC * Math.sqrt(bytes)).toFixed(1);
    const fill = best.has(candidate) ? '#4477aa' : 'none';
    return [
      `<circle cx="${x(tStates)}" cy="${y(accuracy)}" r="${radius}" fill="${fill}" stroke="#4477aa"/>`,
      `<text x="${Number(x(tStates)) + 18}" y="${Number(y(accuracy)) + 16}">${name}: ${(bytes / 1024).toFixed(1)} KB</text>`,
    ];
  });
  return svgPicture(title, HEIGHT, [
    ...grid,
    ...ticks,
    `<text x="${PLOT.right}" y="${PLOT.bottom + 40}" text-anchor="end">T-states a character; a disc's area is the program's bytes</text>`,
    `<polyline points="${joined.map((c) => `${x(c.tStates)},${y(c.accuracy)}`).join(' ')}" fill="none" stroke="#4477aa" stroke-dasharray="4"/>`,
    ...discs,
  ]);
}
