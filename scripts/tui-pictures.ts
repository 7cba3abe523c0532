/**
 * docs/pictures/*.svg: every pane of the terminal UI, taken from the running program by the harness of its tests; and
 * the board that answers, from what it then sends (board-picture.ts).
 *
 *     npm run pictures [-- --epochs 2]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KEYS, Tui, type Wanted } from '../test/tui/harness.js';
import { boardPicture } from './board-picture.js';
import { GROUND, screenSvg } from './svg-screen.js';

const FOLDER = fileURLToPath(new URL('../docs/pictures/', import.meta.url));

/** A training of the usual length. */
const PATIENCE_MS = 600_000;

const args = ['tui', ...process.argv.slice(2)];
const tui = new Tui({ columns: 110, rows: 32, args, env: GROUND, patienceMs: PATIENCE_MS });

async function picture(name: string, title: string, wanted: Wanted): Promise<void> {
  await tui.sees(wanted);
  // The picture may still be on its way to the terminal.
  await new Promise((resolve) => setTimeout(resolve, 300));
  writeFileSync(`${FOLDER}${name}.svg`, screenSvg(tui.terminal, title));
  console.log(`docs/pictures/${name}.svg`);
}

mkdirSync(FOLDER, { recursive: true });
try {
  await tui.sees('1 Data');
  await tui.begins();
  await picture('train', 'A training as it goes', /epoch (1\d|[2-9]) of \d/);
  tui.type('6');
  await picture('flash-sending', 'A transfer as it goes', /reading back[^]*ACK|reading back[^]*last from/);
  tui.type('7');
  await picture('compare', 'Emulator and board side by side', /EQUAL/);
  tui.resize(80, 24);
  tui.type('z');
  await picture('zoom', 'The board alone, its 80x24 whole', (lines) => !lines[0]!.includes('1 Data'));
  tui.type('z');
  tui.resize(110, 32);
  tui.type('1');
  await picture('data', 'The text pairs', 'different answers');
  tui.type('3l');
  await picture('build', 'The memory map and the layouts', /packed +[\d,]+ +[\d,]+/);
  tui.type('5');
  await picture('ports', 'Where the board may be', 'virtual board');
  tui.type('6');
  await picture('flash', 'A transfer that is verified', 'VERIFIED');
  tui.type('8');
  await picture('time', 'Measured beside predicted', 'characters/s');
  tui.type('4i');
  await tui.sees(/Type \? for help\.[^]*│\d*>/);
  tui.type(`${KEYS.leaveTyping}p`);
  tui.type('i');
  tui.type('is it bigger than a car\r');
  await tui.sees(/bigger than a car +│.*\n │[A-Z][a-z]/);
  await picture('emulate', 'The program in the emulator', /profile[^]*%/);
  tui.type(`${KEYS.leaveTyping}?`);
  await picture('help', 'All keys', 'Everywhere');
  await tui.closesOverlay();
  tui.type(':');
  await picture('palette', 'All commands by name', 'how often training goes through the data');
  await boardPicture(readFileSync(`${tui.out}/GUESS.COM`));
} finally {
  await tui.close();
}
