/** Progress on stderr: a bar where that is a terminal, and a line now and then where it is not. */
import type { SingleBar } from 'cli-progress';

/** Between two progress lines where stderr is no terminal: often enough to see life, rare enough to read a log. */
const PLAIN_PROGRESS_MS = 5_000;

/** Of a terminal's line, for the label, the percentage and the words behind the bar; the bar has the rest. */
const WORDS_COLUMNS = 60;
/** Of a terminal that does not tell its width. */
const USUAL_COLUMNS = 80;

export interface Progress {
  /** @param note a few words behind the bar */
  update(done: number, note?: string): void;
  /** Take the bar away; `summary` stays as a line. */
  stop(summary?: string): void;
}

/**
 * A bar in the terminal's last line. Lines that are noted meanwhile wipe it and stand above; it is drawn again below them.
 * @param note writes a line above the bar
 */
export function barProgress(
  label: string,
  total: number,
  note: (line: string) => void,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  let bar: SingleBar | undefined;
  let latest: [done: number, words: string] = [0, ''];
  let stopped = false;
  // Loaded with the first bar: most commands draw none. Until it is there nobody misses it.
  void import('cli-progress').then(({ default: library }) => {
    if (stopped) return;
    bar = new library.SingleBar(
      {
        format: `  ${label} [{bar}] {percentage}% {note}`,
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: false,
        stream,
        barsize: Math.min(40, Math.max(10, (stream.columns || USUAL_COLUMNS) - WORDS_COLUMNS)),
        // Cut to the width. Otherwise the library has the terminal cut, and what is noted meanwhile, too.
        linewrap: true,
        // After a note the bar is gone, though its text is the same.
        forceRedraw: true,
      },
      library.Presets.legacy,
    );
    // At its end the library goes back to where the bar began, which is above all that was noted since.
    const { terminal } = bar as unknown as { terminal: { cursorSave(): void; cursorRestore(): void } };
    terminal.cursorSave = terminal.cursorRestore = () => {};
    bar.start(total, latest[0], { note: latest[1] });
  });
  return {
    update: (done, words = '') => {
      latest = [Math.min(done, total), words];
      bar?.update(latest[0], { note: words });
    },
    stop: (summary) => {
      stopped = true;
      bar?.stop();
      if (summary !== undefined) note(`  ${summary}`);
    },
  };
}

export function lineProgress(label: string, total: number, note: (line: string) => void): Progress {
  let last = -Infinity;
  return {
    update: (done, words = '') => {
      const now = performance.now();
      if (now - last < PLAIN_PROGRESS_MS) return;
      last = now;
      note(`  ${label} ${Math.floor((100 * done) / total)}% ${words}`.trimEnd());
    },
    stop: (summary) => {
      if (summary !== undefined) note(`  ${summary}`);
    },
  };
}
