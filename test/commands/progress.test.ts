/** The progress bar on a terminal's screen, with lines noted above it. */
import xterm from '@xterm/headless';
import { expect, it, vi } from 'vitest';
import { barProgress } from '../../src/commands/progress.js';

const COLUMNS = 40;

function screen() {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: 12, allowProposedApi: true });
  let written = '';
  const write = (text: string): boolean => {
    written += text;
    return true;
  };
  const stream = { isTTY: true, columns: COLUMNS, rows: 12, write } as unknown as NodeJS.WriteStream;
  return {
    stream,
    note: (line: string) => void write(`\r\x1b[K${line}\n`),
    /** The lines of the screen, and where the next character goes. */
    async see(): Promise<{ lines: string[]; at: [column: number, row: number] }> {
      // The terminal driver's work.
      await new Promise<void>((done) => terminal.write(written.replaceAll('\n', '\r\n'), done));
      written = '';
      const { active } = terminal.buffer;
      const lines = Array.from({ length: 12 }, (_, row) => active.getLine(row)!.translateToString(true));
      while (lines.at(-1) === '') lines.pop();
      return { lines, at: [active.cursorX, active.cursorY] };
    },
    raw: () => written,
  };
}

/** Until the library is loaded and has drawn. */
const drawn = (raw: () => string) => vi.waitFor(() => expect(raw()).toContain('%'));

it('stands below what is noted, and leaves nothing behind', async () => {
  const { stream, note, see, raw } = screen();
  note('before');
  const bar = barProgress('train', 10, note, stream);
  await drawn(raw);
  bar.update(5, 'epoch 1');
  await vi.waitFor(() => expect(raw()).toContain('50% epoch 1'));
  note('the first epoch is done, and this is more than a line of it');
  await vi.waitFor(() => expect(raw().split('50% epoch 1').length).toBeGreaterThan(2));
  const during = await see();
  expect(during.lines.slice(0, 3)).toEqual([
    'before',
    'the first epoch is done, and this is mor',
    'e than a line of it',
  ]);
  expect(during.lines[3]).toContain('train [');
  expect(during.lines).toHaveLength(4);

  note('the second');
  bar.stop('the end');
  note('after');
  expect((await see()).lines).toEqual([...during.lines.slice(0, 3), 'the second', '  the end', 'after']);
  expect((await see()).at).toEqual([0, 6]);
});

it('takes no more than its line', async () => {
  const { stream, note, see, raw } = screen();
  const bar = barProgress('train', 10, note, stream);
  await drawn(raw);
  bar.update(1, 'words '.repeat(20));
  await vi.waitFor(() => expect(raw()).toContain('words'));
  expect((await see()).lines).toHaveLength(1);
  bar.stop();
  expect(await see()).toEqual({ lines: [], at: [0, 0] });
});
