/** The whole way by keyboard alone, and every pane at three sizes: what a user reads there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, Tui, smallData, type Wanted } from './harness.js';

const SIZES = [
  [80, 24],
  [120, 40],
  [250, 70],
] as const;

/** How all that the game says begins. */
const SAID = '[A-Z][a-z]*[ .,]';

let tui: Tui;

beforeAll(async () => {
  tui = new Tui();
  await tui.sees('1 Data');
});
afterAll(() => tui.close());

/** The bar on top, the line below it as wide as the screen, the keys at the bottom. */
const frame =
  (columns: number, rows: number) =>
  (lines: string[]): boolean =>
    lines.length === rows &&
    /1 Data\s+2 Train\s+3 Build\s+4 Emulate\s+5 Ports\s+6 Flash\s+7 Compare\s+8 Time/.test(lines[0]!) &&
    lines[3] === '─'.repeat(columns) &&
    lines.every((line) => line.length <= columns) &&
    /\? help {3}q quit$/.test(lines.at(-1)!);

/** All seven, in the bar. */
const ALL_DONE = (lines: string[]): boolean => lines[1]!.match(/done/g)?.length === 7;
/** Dots that are not those of the legend. */
const hasCurve = (lines: string[]): boolean =>
  lines.some((line) => /[\u2801-\u28ff]{2}/.test(line) && !line.includes('integer'));
const tStates = (text: string): string | undefined => /([\d,]+) T-states +│$/m.exec(text)?.[1];

describe('z80lm, from an empty folder to the board’s answer', () => {
  it('begins with what to press', async () => {
    await tui.sees('Enter runs the whole way from here', frame(80, 24));
  });

  it('takes settings from the palette, which finds them by name', async () => {
    tui.type(':');
    await tui.sees('how often training goes through the data');
    tui.type('see');
    await tui.sees(/seed N/);
    tui.type('d 7\r');
    await tui.sees('seed is now 7');
    tui.type(':clock nonsense\r');
    await tui.sees('the clock is "nonsense" (give it as 7.3728MHz, from 0.1 to 1000 MHz)');
  });

  it('answers keys while it trains, keeps the settings of the run, and stops', async () => {
    // More than there is time for: it does not end before it is stopped.
    tui.type(`:epochs 100000\r`);
    await tui.begins();
    await tui.sees(/epoch 1 of 100000/);
    tui.type('?');
    await tui.sees('run from here on; what is done is left out', /^.*running/m);
    await tui.closesOverlay();
    await tui.sees(/loss \d/);
    tui.type(':seed 8\r:seed 7\r:epochs 1\r:messages\r');
    await tui.sees('a run is on and keeps its settings', /running/);
    await tui.closesOverlay();
    tui.type('x');
    await tui.sees('train was stopped', (lines) => lines[1]!.includes('stopped'));
  });

  it('shows each stage as it runs and ends with all of them done', async () => {
    await tui.begins();
    await tui.sees(/the whole way is done: .* emulator and board the same/, ALL_DONE);
  });

  const panes: [key: string, name: string, expected: Wanted[]][] = [
    ['1', 'Data', [/13,416 pairs, 13,416 different questions, 1,266 pairs held out/, /HUH\? +454 +3\.4%/]],
    ['2', 'Train', [/4096-48-32-219/, /epoch 1 of 1, .*done/, /sums reach \d+%/, /held out \d+\.\d%/, /weights by layer/, /-2 +-1 +0 +1/, hasCurve]],
    ['3', 'Build', [/TPA from 0100h to DC00h/, /layer 1 +[\d,]+ +48 rows/, /the \.COM +[\d,]+ {2}of 40,960 allowed/, /free +[\d,]+ {2}of the TPA/]],
    ['4', 'Emulate', [/> is it alive\?/, /T-states a character/, /mean [\d,]+/, /ms at 7\.3728 MHz/]],
    ['5', 'Ports', [/\* virtual board +an RC2014 with CP\/M/, /the line is open: \/dev\/pts\/\d+/]],
    ['6', 'Flash', [/VERIFIED: [\d,]+ bytes were read back from GUESS\.COM and are equal/, /read back and compare/, /last from the board: (ACK|SOH|EOT|C) (ACK|SOH|EOT|C)/]],
    ['7', 'Compare', [/─ emulator ─.*─ board \/dev\/pts\/\d+ ─/, /is it alive\?.*is it alive\?/, /EQUAL: \d+ bytes, 7 questions/]],
    ['8', 'Time', [/predicted +[\d.]+ ms a character/, /measured +[\d.]+ ms a character/, /\/2 +\S+ +[\d,]+ +[\d.]+ ms +[\d.]+ ms/]],
  ]; // prettier-ignore

  for (const [columns, rows] of SIZES)
    it(`shows every pane at ${columns}x${rows}`, async () => {
      tui.resize(columns, rows);
      for (const [key, name, expected] of panes) {
        tui.type(key);
        await tui
          .sees(...expected, frame(columns, rows))
          .catch((error: Error) => Promise.reject(new Error(`${name}: ${error.message}`)));
      }
    });

  it('leaves out what is done, and runs what a setting has changed', async () => {
    // Other words first: those of the run before are the same as those of this one.
    tui.type(':break nowhere\r');
    await tui.sees('there is no symbol "nowhere"');
    tui.type(`1${KEYS.enter}`);
    await tui.sees(/the whole way is done/, ALL_DONE);
    tui.type(':layout packed\r');
    await tui.sees(/done +done +changed/);
  });

  it('talks to the program in the emulator, and stops, steps and profiles it', async () => {
    tui.resize(120, 40);
    tui.type('4i');
    await tui.sees('emulator: you type', /Type \? for help\.[^]*│1>/);
    tui.type('is it big\r');
    await tui.sees(new RegExp(`> is it big\\s*│[^]*│${SAID}`));
    tui.type(`${KEYS.leaveTyping}b`);
    await tui.sees(/│ stopped +│$/m, /AF [0-9A-F]{4}/, /PC [0-9A-F]{4}/);
    const before = tStates(tui.text());
    tui.type('s');
    await tui.sees((lines) => tStates(lines.join('\n')) !== before);
    tui.type('fpgi');
    await tui.sees('full speed');
    tui.type('is it red\r');
    await tui.sees(new RegExp(`> is it red\\s*│[^]*│${SAID}`), /profile[^]*\d\d?\.\d% \w+/);
    tui.type(KEYS.leaveTyping);
  });

  it('stops at a breakpoint that is set by name', async () => {
    tui.type(':break con_out\r');
    await tui.sees(/break con_out +│$/m);
    tui.type('i?\r');
    await tui.sees('breakpoint con_out');
    tui.type(`${KEYS.leaveTyping}:break con_out\r`);
    await tui.sees((lines) => !lines.some((line) => /break con_out +│$/.test(line)));
    tui.type(':break nowhere\r');
    await tui.sees('there is no symbol "nowhere"');
  });

  it('sends the same keys to both consoles, and marks nothing where both say the same', async () => {
    tui.type('4R7B');
    await tui.sees('keys go to both');
    // The same game on both.
    tui.type('/2\ris it a cat\r');
    // Both have answered and ask again: the emulator in the left half, the board further down in the right one.
    await tui.sees(new RegExp(`^ │\\d+> is it a cat +│.*\\n │${SAID}[^│]*│[^]*\\n │\\d+> +│`, 'm'));
    await tui.sees(
      new RegExp(`│\\d+> is it a cat +│\\n.*│${SAID}[^│]*│\\n[^]*│\\d+> +│$`, 'm'),
      () => tui.marked() === '',
    );
    tui.type(KEYS.leaveTyping);
  });

  it('searches the console, upwards', async () => {
    tui.type('/lighthouse\r');
    await tui.sees(/found \d+ lines up: .*lighthouse/);
  });

  it('leaves with status 0 and the screen as it was', async () => {
    tui.type('q');
    expect(await tui.ended).toBe(0);
    expect(tui.sent).toMatch(/\x1b\[\?1049h/);
    expect(tui.sent.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(tui.sent.lastIndexOf('\x1b[?1049h'));
    expect(tui.sent.lastIndexOf('\x1b[?25h')).toBeGreaterThan(tui.sent.lastIndexOf('\x1b[?25l'));
  });
});

describe('z80lm, the next day', () => {
  it('finds the model done in the folder of the day before', async () => {
    const args = ['tui', '--epochs', '1', '--hidden', '8', '--workers', '1', '--data', smallData()];
    const day1 = new Tui({ args });
    try {
      await day1.sees('1 Data');
      day1.type('2r');
      await day1.sees(/done +done/);
      day1.type('q');
      await day1.ended;
      const day2 = new Tui({ args, out: day1.out });
      try {
        await day2.sees(/- +done/);
        day2.type('2');
        await day2.sees('The model of an earlier session is done and is used.');
      } finally {
        await day2.close();
      }
    } finally {
      await day1.close();
    }
  });
});
