/** What `flash` has to do with the helper on the board: consent, its program, and what is said of it afterwards. */
import type { Command } from 'commander';
import type { LoadPhase } from '../seams/target.js';
import { Helper, HELPER_NAME } from '../transfer/drivers/with-helper.js';
import { assembleFor } from './board-programs.js';
import type { Shell } from './shared.js';
import { decidedLater } from './values.js';

/** Given as a flag, or as the setting of the same name. */
export type HelperWish = boolean | 'bring' | 'none' | undefined;

export function withHelperOptions(command: Command): Command {
  return command
    .addOption(
      decidedLater(
        '--helper',
        `bring ${HELPER_NAME}.COM, our own, to the board, and let it stay there: it halves the time of each flash`,
        'used where it is',
      ),
    )
    .option('--no-helper', 'do without it, also where it is there');
}

/** Undefined where the user wants none. Nothing is brought to the board without being asked for. */
export function helperFor(shell: Shell, wish: HelperWish): Helper | undefined {
  if (wish === false || wish === 'none') return undefined;
  let image: Promise<Uint8Array> | undefined;
  return new Helper({
    image: () => (image ??= assembleFor(shell.files, 'helper/helper.asm')),
    bring: wish === true || wish === 'bring',
  });
}

/** Worth a word if it saves so much. */
const WORTH_MS = 2_000;
/** Prompt, start, and change of places. */
const AROUND_MS = 1_000;
/** Reading back takes so many times as long as having the board tell its sums: measured, 5 to 9. */
const PROOF_SHARE = 1 / 5;

/** @param phaseMs how long each phase took without it */
export function tellOfHelper(
  shell: Shell,
  { outcome, brought }: Helper,
  phaseMs: Partial<Record<LoadPhase, number>>,
): void {
  if (brought) shell.note(`${HELPER_NAME}.COM was brought to the board, and stays there`);
  if (outcome === 'same') shell.note('the board has this very program: nothing was sent');
  if (typeof outcome === 'object') shell.note(`without the helper: ${outcome.without}`);
  if (outcome !== 'absent') return;
  const { send = 0, verify = 0, ...rest } = phaseMs;
  const tookMs = Object.values(rest).reduce((sum, ms) => sum + ms, send + verify);
  const withItMs = AROUND_MS + send + verify * PROOF_SHARE;
  if (tookMs - withItMs < WORTH_MS) return;
  const seconds = (ms: number): string => (ms / 1000).toFixed(0);
  shell.note(
    `with --helper it is about ${seconds(withItMs)} s instead of ${seconds(tookMs)}: ${HELPER_NAME}.COM then stays on the board`,
  );
}
