/** A training run as a picture: what was right, epoch by epoch, in an SVG document. */
import { percent } from '../seams/words.js';
import type { TrainEpoch } from './events.js';
import { svgPicture } from './svg.js';

const HEIGHT = 360;
/** Of the plot within the picture. */
const PLOT = { left: 50, top: 40, right: 560, bottom: 320 };

interface Curve {
  label: string;
  colour: string;
  value: (epoch: TrainEpoch) => number | undefined;
}

const CURVES: Curve[] = [
  { label: 'characters, integer', colour: '#4477aa', value: (e) => e.integerAccuracy },
  { label: 'characters, float', colour: '#ccbb44', value: (e) => e.floatAccuracy },
  { label: 'answers, training', colour: '#228833', value: (e) => e.scored?.training.answers },
  { label: 'answers, held out', colour: '#ee6677', value: (e) => e.scored?.heldOut?.answers },
  { label: 'weights that are zero', colour: '#999999', value: (e) => e.zeroShare },
];

/**
 * @param epochs the run's epoch events, at least one
 * @param title stands above the picture
 */
export function curvePicture(epochs: readonly TrainEpoch[], title: string): string {
  const last = epochs.at(-1)!.epoch;
  const x = (epoch: number): number => PLOT.left + ((PLOT.right - PLOT.left) * epoch) / last;
  const y = (share: number): number => PLOT.bottom - (PLOT.bottom - PLOT.top) * share;
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${PLOT.left}" y1="${y(share)}" x2="${PLOT.right}" y2="${y(share)}" stroke="#dddddd"/>\n` +
      `<text x="${PLOT.left - 6}" y="${y(share) + 4}" text-anchor="end">${share * 100}%</text>`,
  );
  const curves = CURVES.flatMap(({ label, colour, value }) => {
    const points = epochs.flatMap((e) => {
      const share = value(e);
      return share === undefined ? [] : [{ at: `${x(e.epoch).toFixed(1)},${y(share).toFixed(1)}`, share }];
    });
    return points.length === 0 ? [] : [{ label, colour, points }];
  });
  const lines = curves.map(({ label, colour, points }, i) => {
    const row = PLOT.top + 12 + i * 40;
    const now = percent(points.at(-1)!.share);
    return [
      `<polyline points="${points.map((p) => p.at).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<text x="${PLOT.right + 12}" y="${row}" fill="${colour}">${label}</text>`,
      `<text x="${PLOT.right + 12}" y="${row + 16}">${now} at the end</text>`,
    ].join('\n');
  });
  return svgPicture(title, HEIGHT, [
    ...grid,
    `<text x="${PLOT.right}" y="${PLOT.bottom + 18}" text-anchor="end">epoch ${last}</text>`,
    ...lines,
  ]);
}
