/** What `npm run coverage` prints last: coverage/coverage-summary.json, a line for each room of src/. */
import { readFileSync } from 'node:fs';

type Measure = 'statements' | 'branches' | 'functions' | 'lines';
type Counts = Record<Measure, { total: number; covered: number }>;

const MEASURES: readonly Measure[] = ['lines', 'statements', 'branches', 'functions'];
const { total, ...files } = JSON.parse(
  readFileSync(new URL('../coverage/coverage-summary.json', import.meta.url), 'utf8'),
) as Record<string, Counts>;

const rooms = new Map<string, Counts[]>();
for (const [path, counts] of Object.entries(files)) {
  const room = /[\\/](src[\\/]\w+)[\\/]/.exec(path)![1]!.replace('\\', '/');
  rooms.set(room, [...(rooms.get(room) ?? []), counts]);
}

const share = (all: readonly Counts[], measure: Measure): string => {
  const sum = (part: 'total' | 'covered'): number => all.reduce((n, counts) => n + counts[measure][part], 0);
  return `${((100 * sum('covered')) / Math.max(1, sum('total'))).toFixed(1)} %`.padStart(12);
};
const row = (name: string, files: string, cells: string[]): void =>
  console.log(`${name.padEnd(14)}${files.padStart(6)}${cells.join('')}`);

row(
  'room',
  'files',
  MEASURES.map((measure) => measure.padStart(12)),
);
for (const [room, all] of [...rooms].sort(([a], [b]) => (a < b ? -1 : 1)))
  row(
    room,
    String(all.length),
    MEASURES.map((measure) => share(all, measure)),
  );
row(
  'all',
  String(Object.keys(files).length),
  MEASURES.map((measure) => share([total!], measure)),
);
