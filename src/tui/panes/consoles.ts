/** Emulator and board side by side, and what they say differently. */
import { BAD, BUSY, GOOD, PLAIN, clip, type Canvas } from '../../terminal/canvas.js';
import { markedDifference } from '../../hil/describe.js';
import type { Side } from '../../pipeline/events.js';
import type { AppState } from '../state.js';
import { comparing } from '../remarks.js';
import { drawConsole } from '../../terminal/draw.js';

export function consolesPane(canvas: Canvas, state: AppState): void {
  const { consoles, comparison, scroll, typing } = state;
  const aligned = consoles.emulator.dropped || consoles.board.dropped ? undefined : state.aligned;
  const differing = comparison?.exchanges.find(({ verdict }) => verdict !== 'same');
  const marks = differing ? markedDifference(differing, comparison!) : [];
  const foot = 1 + Math.min(marks.length, 5);
  const half = Math.min(82, Math.floor(canvas.width / 2));
  const height = Math.min(26, canvas.height - foot);
  const draw = (side: Side, x: number): number => {
    const theirs = side === 'board' ? 'emulator' : 'board';
    const here = typing === side || typing === 'both';
    const box = canvas
      .part(x, 0, half, height)
      .box(here ? `${side}: you type` : title(state, side), here ? BUSY : PLAIN);
    return drawConsole(box, consoles[side], {
      scroll,
      times: consoles[side].stamping,
      other: aligned && { console: consoles[theirs], from: aligned[side], otherFrom: aligned[theirs] },
      cursor: here,
    });
  };
  draw('emulator', 0);
  const different = draw('board', half);
  const y = height;
  if (typing) canvas.put(0, y, `keys go to ${typing === 'both' ? 'both' : `the ${typing}`}; Ctrl-] ends it`, BUSY);
  else if (comparison) {
    const verdict = comparison.equal
      ? `EQUAL: ${comparison.bytes} bytes, ${comparison.exchanges.length - 1} questions, the same on both sides`
      : 'DIFFERENT: emulator and board did not say the same';
    canvas.put(0, y, verdict, comparison.equal ? GOOD : BAD);
  } else if (comparing(state) !== undefined) canvas.put(0, y, comparing(state)!, BUSY);
  else
    canvas.put(
      0,
      y,
      different > 0
        ? different === 1
          ? '1 character shown differs'
          : `${different} characters shown differ`
        : 'not compared yet: Enter asks both the same',
    );
  if (scroll > 0) canvas.putRight(y, `${scroll} lines back`, PLAIN);
  marks.slice(0, 5).forEach((line, i) => canvas.put(0, y + 1 + i, clip(line, canvas.width), i === 0 ? BAD : PLAIN));
}

function title({ line, lost, consoles, logging }: AppState, side: Side): string {
  const log = logging ? ', to file' : '';
  if (side === 'emulator') return `emulator${log}`;
  const closed = lost !== undefined ? ' (line lost)' : consoles.board.received === 0 ? ' (line closed)' : '';
  const quiet = line === undefined ? closed : '';
  return `board${line === undefined ? '' : ` ${line}`}${quiet}${log}`;
}
