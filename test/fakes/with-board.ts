/**
 * A virtual board with its port open, for as long as a test uses it: the real pseudo-terminal or TCP port, and the
 * board, which runs in this process on the clock of whoever talks to it. So neither is ever waited for longer than the
 * other can help, whatever else the machine has to do. (That the board runs in a process of its own is the business of
 * test/host/virtual-board.test.ts.)
 */
import { runBoard } from '../../src/host/run-board.js';
import {
  startVirtualBoard,
  type BoardAnswer,
  type BoardPeer,
  type BoardRequest,
  type VirtualBoard,
  type VirtualBoardOptions,
} from '../../src/host/virtual-board.js';
import { openLink, type LinkOptions } from '../../src/link/open-link.js';
import type { SteadyLink } from '../../src/link/steady-link.js';
import type { Clock } from '../../src/seams/clock.js';
import { PatientClock } from './patient-clock.js';

/** Start a board on this clock. */
export function nearBoard(options: VirtualBoardOptions, clock: Clock): Promise<VirtualBoard> {
  return startVirtualBoard(options, () => {
    const abort = new AbortController();
    let tell: (answer: BoardAnswer) => void = () => {};
    let ask: (request: BoardRequest) => void = () => {};
    let end: (why: string | undefined) => void = () => {};
    const peer: BoardPeer = {
      send(message) {
        if (typeof message === 'string') return ask(message);
        const running = runBoard(message, {
          clock,
          signal: abort.signal,
          answer: (answer) => tell(answer),
          onRequest: (listener) => (ask = listener),
        });
        running.then(
          () => end(undefined),
          (error: unknown) => end(String(error)),
        );
      },
      onAnswer: (listener) => (tell = listener),
      end: () => abort.abort(),
      ended: new Promise((resolve) => (end = resolve)),
    };
    return peer;
  });
}

export async function withBoard(
  options: VirtualBoardOptions,
  use: (link: SteadyLink, clock: Clock, board: VirtualBoard) => Promise<void>,
  linkOptions: Partial<LinkOptions> = {},
): Promise<void> {
  const clock = new PatientClock();
  const board = await nearBoard(options, clock);
  try {
    const link = await openLink(board.path, { clock, ...linkOptions });
    try {
      await use(link, clock, board);
    } finally {
      await link.close();
    }
  } finally {
    await board.close();
  }
}
