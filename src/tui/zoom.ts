/**
 * A console alone on the screen (`z`). On 80 x 24 all 24 lines are the board's: there is no bar and no frame, and the
 * line of keys yields. It stands on the last line only while the user does not type and the board has nothing there;
 * `?` has the keys in any case, and Ctrl-] and `z` lead back. What is wrong with the line or the engine goes first.
 */
import { BAD, clip, type Canvas } from '../terminal/canvas.js';
import { hintLine } from './hints.js';
import { FRAME, WHOLE_WIDTH, consoleBox, consoleIn } from './panes/console-view.js';
import { SIDE_LEAST } from './panes/emulate.js';
import { activeSide, type AppState } from './state.js';

/** @returns false where the pane has no console, or has room for a whole one and the rest of it */
export function zoomedConsole(screen: Canvas, state: AppState): boolean {
  const { pane, consoles } = state;
  if (pane !== 'consoles' && pane !== 'emulate') return false;
  const side = activeSide(state);
  const { rows, stamping } = consoles[side];
  const hasLine = screen.height > rows;
  const isTall = screen.height >= rows + FRAME + 2;
  const beside = pane === 'consoles' ? WHOLE_WIDTH - 1 : SIDE_LEAST;
  if (isTall && screen.width >= WHOLE_WIDTH + beside + FRAME) return false;
  const last = screen.part(0, screen.height - 1);
  if (isTall && screen.width >= WHOLE_WIDTH) {
    const width = stamping ? screen.width : WHOLE_WIDTH;
    consoleBox(screen.part(Math.floor((screen.width - width) / 2), 0, width, screen.height - 1), state, side);
  } else consoleIn(hasLine ? screen.part(0, 0, screen.width, screen.height - 1) : screen, state, side);
  if (isAlarmed(state)) {
    last.clear();
    last.put(1, 0, clip(state.message!.text, last.width - 2), BAD);
  } else if (hasLine || (state.typing === undefined && last.isBlank(0))) hintLine(last, state);
  return true;
}

/** Nothing that is typed arrives any more. */
function isAlarmed({ alive, lost, typing, message }: AppState): boolean {
  return typing === undefined && (!alive || lost !== undefined) && message?.bad === true;
}
