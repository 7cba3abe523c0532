/** Charts as SVG text, drawn by Vega without a browser. */
import * as vega from 'vega';

/** Okabe and Ito's colours, which people of all kinds of sight can tell apart. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
/** By verdict. */
const VERDICT_COLOURS = { same: '#009e73', differs: '#d55e00', line: '#e69f00', missing: '#999999' } as const;
const FONT = 'system-ui, sans-serif';

export interface Point {
  x: number;
  y: number;
  series: string;
}

export interface PointChart {
  title: string;
  xTitle: string;
  yTitle: string;
  points: readonly Point[];
  /** Draw the line on which x and y are equal. */
  diagonal?: boolean;
  /** x counts prompts. */
  wholeX?: boolean;
}

/** Points in series of colours and shapes. @returns an <svg> element */
export function pointChart({ title, xTitle, yTitle, points, diagonal, wholeX }: PointChart): Promise<string> {
  const names = [...new Set(points.map(({ series }) => series))];
  const most = Math.max(0, ...points.map(({ x, y }) => Math.max(x, y)));
  const line = diagonal ? [{ x: 0, y: 0 }, { x: most, y: most }] : []; // prettier-ignore
  return draw({
    title,
    width: 620,
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
    legends: names.length > 1 ? [{ fill: 'colour', shape: 'shape', orient: 'bottom', direction: 'horizontal' }] : [],
    marks: [
      {
        type: 'line',
        from: { data: 'line' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'x' },
            y: { scale: 'y', field: 'y' },
            stroke: { value: '#999' },
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

/** A bar for each board, of its verdicts. @returns an <svg> element */
export function verdictChart(title: string, counts: readonly VerdictCount[]): Promise<string> {
  const boards = [...new Set(counts.map(({ board }) => board))];
  return draw({
    title,
    width: 520,
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
    legends: [{ fill: 'colour', orient: 'bottom', direction: 'horizontal', symbolType: 'square' }],
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

async function draw(spec: vega.Spec): Promise<string> {
  const config: vega.Config = {
    background: 'transparent',
    title: { font: FONT, fontSize: 14, anchor: 'start' },
    axis: { labelLimit: 300, labelFont: FONT, titleFont: FONT, titleFontWeight: 'normal' },
    legend: { labelFont: FONT, titlePadding: 0, labelLimit: 300 },
  };
  const view = new vega.View(vega.parse({ padding: 5, autosize: 'pad', ...spec }, config), { renderer: 'none' });
  view.logLevel(vega.Error);
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}
