/** A console in a frame, or without one: what Emulate, Compare and the zoomed console have in common. */
import { ACCENT, QUIET, type Canvas } from '../../terminal/canvas.js';
import { drawConsole, firstLine } from '../../terminal/draw.js';
import type { Side } from '../../pipeline/events.js';
import { activeSide, type AppState } from '../state.js';

/** Columns and rows that a frame takes. */
export const FRAME = 2;
/** A board's screen whole, in its frame. */
export const WHOLE_WIDTH = 80 + FRAME;

/** @returns how many characters that are shown differ from the other side's */
export function consoleIn(canvas: Canvas, state: AppState, side: Side): number {
  const { consoles, scroll } = state;
  const theirs = side === 'board' ? 'emulator' : 'board';
  const from = alignment(state);
  return drawConsole(canvas, consoles[side], {
    scroll,
    times: consoles[side].stamping,
    other: from && { console: consoles[theirs], from: from[side], otherFrom: from[theirs] },
    cursor: isTypedTo(state, side),
    ...(from && { first: from[side] + firstBehind(state, from, canvas.height) }),
  });
}

export function consoleBox(canvas: Canvas, state: AppState, side: Side): number {
  const here = isTypedTo(state, side);
  const inside = canvas.box(here ? `${side}: you type` : consoleTitle(state, side), here ? ACCENT : QUIET);
  return consoleIn(inside, state, side);
}

export function isTypedTo({ typing }: AppState, side: Side): boolean {
  return typing === side || typing === 'both';
}

/** The lines from which on both should show the same, while they are kept, and where both are shown. */
function alignment({ pane, consoles, aligned }: AppState): Record<Side, number> | undefined {
  return pane !== 'consoles' || consoles.emulator.dropped || consoles.board.dropped ? undefined : aligned;
}

/**
 * Equal lines stand at equal heights: both consoles begin so many lines behind the one from which on they are the same.
 * While both are asked, or typed to, the one that has not come so far says where.
 */
function firstBehind(state: AppState, from: Record<Side, number>, height: number): number {
  const { consoles, scroll, stages, typing } = state;
  const behind = (side: Side): number => firstLine(consoles[side], height, scroll) - from[side];
  const both = typing === 'both' || stages.compare.mark === 'running';
  return both ? Math.min(behind('emulator'), behind('board')) : behind(activeSide(state));
}

function consoleTitle({ line, lost, consoles, logging }: AppState, side: Side): string {
  const log = logging ? ', to file' : '';
  if (side === 'emulator') return `emulator${log}`;
  const closed = lost !== undefined ? ' (line lost)' : consoles.board.received === 0 ? ' (line closed)' : '';
  const quiet = line === undefined ? closed : '';
  return `board${line === undefined ? '' : ` ${line}`}${quiet}${log}`;
}
