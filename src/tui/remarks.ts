/**
 * What stands on the rule above a pane: why what is shown there is not what it looks like. Whatever ends, fails or is lost is said on
 * each pane that it touches, as its user may look at any of them.
 */
import { STAGE_OF, type AppState, type PaneName } from './state.js';

export interface Remark {
  words: string;
  bad: boolean;
}

/** Panes that show something of the board. */
const OF_THE_BOARD: readonly PaneName[] = ['ports', 'flash', 'consoles', 'time'];
/** Panes that take the program on the board for the one that was built. */
const OF_ITS_PROGRAM: readonly PaneName[] = ['consoles', 'time'];

/** The first that holds is shown. */
const REMARKS: readonly ((state: AppState) => Remark | undefined)[] = [
  ({ alive }) => (alive ? undefined : bad('the engine has ended: nothing here goes on; q leaves')),
  ({ pane, lost }) =>
    lost !== undefined && OF_THE_BOARD.includes(pane) ? bad(`the line to the board was lost: ${lost}`) : undefined,
  ({ pane, stages }) =>
    stages.flash.mark === 'failed' && OF_ITS_PROGRAM.includes(pane)
      ? bad('the flash failed: what is on the board is not what was built')
      : undefined,
  ({ pane, stages }) => {
    const stage = STAGE_OF[pane];
    if (!stage) return undefined;
    const { mark, why } = stages[stage];
    if (mark === 'stopping') return plain('is being stopped');
    return mark === 'stale' ? plain(`out of date: ${why}`) : undefined;
  },
];

const bad = (words: string): Remark => ({ words, bad: true });
const plain = (words: string): Remark => ({ words, bad: false });

export function remarkOn(state: AppState): Remark | undefined {
  for (const remark of REMARKS) {
    const found = remark(state);
    if (found) return found;
  }
  return undefined;
}
