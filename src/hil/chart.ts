/**
 * Charts as SVG text, drawn by Vega without a browser, in two widths: a chart that is only scaled down has text that nobody can
 * read. Colours are variables of the page (html.ts), so that they follow light and dark; a picture that stands alone is
 * dark on light.
 */
import * as vega from 'vega';

const COLOURS = [1, 2, 3, 4, 5, 6, 7].map((series) => `var(--series-${series}, #333)`);
/** By verdict. */
const VERDICT_COLOURS = {
  same: 'var(--good, #00734f)',
  differs: 'var(--bad, #b34700)',
  line: 'var(--line, #8a6100)',
  missing: 'var(--quiet, #636363)',
} as const;
const INK = 'var(--ink, #1b1b1b)';
const RULE = 'var(--rule, #d5d5d5)';
const FONT = 'system-ui, sans-serif';

/** Of all of a chart, in CSS pixels. The narrow one is for a page of 390. */
const WIDTHS = { wide: 720, narrow: 350 } as const;

/** <svg> elements, `class` and all. */
export interface Chart {
  wide: string;
  narrow: string;
}

export interface Point {
  x: number;
  y: number;
  series: string;
}

export interface PointChart {
  xTitle: string;
  yTitle: string;
  points: readonly Point[];
  /** Draw the line on which x and y are equal. */
  diagonal?: boolean;
  /** x counts prompts. */
  wholeX?: boolean;
}

/** Points in series of colours and shapes. */
export function pointChart({ xTitle, yTitle, points, diagonal, wholeX }: PointChart): Promise<Chart> {
  const names = [...new Set(points.map(({ series }) => series))];
  const most = Math.max(0, ...points.map(({ x, y }) => Math.max(x, y)));
  const line = diagonal ? [{ x: 0, y: 0 }, { x: most, y: most }] : []; // prettier-ignore
  return draw({
    height: 300,
    data: [
      { name: 'points', values: [...points] },
      { name: 'line', values: line },
    ],
    scales: [
      {
        name: 'x',
        type: 'linear',
        range: 'width',
        nice: true,
        zero: diagonal ?? false,
        domain: { fields: [{ data: 'points', field: 'x' }, ...(diagonal ? [{ data: 'line', field: 'x' }] : [])] },
      },
      { name: 'y', type: 'linear', range: 'height', nice: true, zero: true, domain: { data: 'points', field: 'y' } },
      { name: 'colour', type: 'ordinal', domain: names, range: COLOURS },
      { name: 'shape', type: 'ordinal', domain: names, range: ['circle', 'cross', 'square', 'triangle-up', 'diamond'] },
    ],
    axes: [
      {
        orient: 'bottom',
        scale: 'x',
        title: xTitle,
        ...(wholeX && { tickMinStep: 1, format: 'd' }),
      },
      { orient: 'left', scale: 'y', title: yTitle, grid: true },
    ],
    legends: names.length > 1 ? [{ fill: 'colour', shape: 'shape', orient: 'bottom' }] : [],
    marks: [
      {
        type: 'line',
        from: { data: 'line' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'x' },
            y: { scale: 'y', field: 'y' },
            stroke: { value: 'var(--quiet, #636363)' },
            strokeDash: { value: [4, 4] },
          },
        },
      },
      {
        type: 'symbol',
        from: { data: 'points' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'x' },
            y: { scale: 'y', field: 'y' },
            fill: { scale: 'colour', field: 'series' },
            shape: { scale: 'shape', field: 'series' },
            size: { value: 60 },
            fillOpacity: { value: 0.75 },
          },
        },
      },
    ],
  });
}

export interface VerdictCount {
  board: string;
  verdict: keyof typeof VERDICT_COLOURS;
  count: number;
}

/** A bar for each board, of its verdicts. */
export function verdictChart(counts: readonly VerdictCount[]): Promise<Chart> {
  const boards = [...new Set(counts.map(({ board }) => board))];
  return draw({
    height: 30 * boards.length,
    data: [
      {
        name: 'counts',
        values: [...counts],
        transform: [{ type: 'stack', groupby: ['board'], field: 'count' }],
      },
    ],
    scales: [
      { name: 'x', type: 'linear', range: 'width', domain: { data: 'counts', field: 'y1' } },
      { name: 'y', type: 'band', range: 'height', padding: 0.2, domain: boards },
      {
        name: 'colour',
        type: 'ordinal',
        domain: Object.keys(VERDICT_COLOURS),
        range: Object.values(VERDICT_COLOURS),
      },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: 'prompts', tickMinStep: 1, format: 'd' },
      { orient: 'left', scale: 'y', domain: false, ticks: false },
    ],
    legends: [{ fill: 'colour', orient: 'bottom', symbolType: 'square' }],
    marks: [
      {
        type: 'rect',
        from: { data: 'counts' },
        encode: {
          enter: {
            y: { scale: 'y', field: 'board' },
            height: { scale: 'y', band: 1 },
            x: { scale: 'x', field: 'y0' },
            x2: { scale: 'x', field: 'y1' },
            fill: { scale: 'colour', field: 'verdict' },
          },
        },
      },
    ],
  });
}

async function draw(spec: vega.Spec): Promise<Chart> {
  const [wide, narrow] = await Promise.all([drawn(spec, WIDTHS.wide), drawn(spec, WIDTHS.narrow)]);
  return { wide, narrow };
}

async function drawn(spec: vega.Spec, width: number): Promise<string> {
  const isNarrow = width === WIDTHS.narrow;
  // Figures along an axis keep apart.
  const axes = spec.axes?.map((axis) => ({ ...axis, ...(isNarrow && axis.orient === 'bottom' && { tickCount: 6 }) }));
  const labels = { labelFont: FONT, labelFontSize: 12, labelColor: INK, labelLimit: isNarrow ? 110 : 300 };
  const config: vega.Config = {
    background: 'transparent',
    axis: {
      ...labels,
      titleFont: FONT,
      titleFontSize: 12,
      titleFontWeight: 'normal',
      titleColor: INK,
      domainColor: INK,
      tickColor: INK,
      gridColor: RULE,
    },
    legend: { ...labels, titlePadding: 0, labelLimit: isNarrow ? 280 : 300 },
  };
  // A row of a legend that is wider than the page would be cut.
  const legends = spec.legends?.map(
    (legend) => ({ ...legend, direction: isNarrow ? 'vertical' : 'horizontal' }) as const,
  );
  const sized: vega.Spec = {
    padding: 5,
    autosize: { type: 'fit-x', contains: 'padding' },
    ...spec,
    width,
    legends: legends ?? [],
    axes: axes ?? [],
  };
  const view = new vega.View(vega.parse(sized, config), { renderer: 'none' });
  view.logLevel(vega.Error);
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}
