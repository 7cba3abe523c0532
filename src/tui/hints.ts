/** The bottom line: which keys do what here, as many as there is room for; help and leaving always. */
import { ACCENT, PLAIN, QUIET, type Canvas } from '../terminal/canvas.js';
import { EVERYWHERE, IN_PANE, type Binding } from './keys.js';
import { STAGE_OF, type AppState } from './state.js';

/** For those that were left out. */
const MORE = '...';

export function hintLine(canvas: Canvas, state: AppState): void {
  const room = canvas.width - 2;
  const gap = room < 60 ? 2 : 3;
  let x = 1;
  for (const words of hints(state, room, gap)) {
    // The key, and what it does.
    const [, key = '', rest = ''] = /^(\S+|)(.*)$/.exec(words) ?? [];
    x = canvas.put(x, 0, key, words === MORE ? QUIET : ACCENT);
    x = canvas.put(x, 0, rest, PLAIN) + gap;
  }
}

function hints(state: AppState, width: number, gap: number): string[] {
  if (state.typing) return ['Ctrl-] ends it', ` keys go to ${typedTo(state)}`];
  const { pane, busy } = state;
  const own = IN_PANE[pane] ?? [];
  const taken = new Set(own.flatMap(({ keys }) => keys));
  const wanted = [...own, ...EVERYWHERE.filter(({ keys }) => !keys.some((key) => taken.has(key)))].filter(
    ({ short, action }) =>
      short !== undefined && (action !== 'stop' || busy) && (action !== 'rerun' || STAGE_OF[pane] !== undefined),
  );
  const isLast = ({ action }: Binding): boolean => action === 'help' || action === 'quit';
  const last = wanted.filter(isLast).map(({ short }) => short!);
  const others = wanted.filter((binding) => !isLast(binding)).map(({ short }) => short!);
  const fits = (words: string[]): boolean => words.join(' '.repeat(gap)).length <= width;
  if (fits([...others, ...last])) return [...others, ...last];
  const words: string[] = [];
  for (const one of others) if (fits([...words, one, MORE, ...last])) words.push(one);
  return [...words, MORE, ...last];
}

function typedTo({ typing }: Pick<AppState, 'typing'>): string {
  return typing === 'both' ? 'both' : `the ${typing === 'emulator' ? 'program' : typing}`;
}
