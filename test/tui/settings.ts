/** Settings of the UI for tests that begin below its command line. */
import { VIRTUAL, type Settings } from '../../src/tui/protocol.js';

export const SETTINGS: Settings = {
  data: { training: 'pairs.txt' }, questions: ['hello'], name: 'CHAT', description: '', outDir: 'out', epochs: 1,
  hidden: [8], seed: 1, workers: 1, clockHz: 7_372_800, layout: 'auto', maxSize: 40_960, machine: 'cpm', fileType: 'COM', port: VIRTUAL,
  baud: 115_200, flow: 'rtscts', stopBits: 1, paceMs: 0, terminal: 'vt100', enter: 'cr', backspace: 'bs', arrows: 'terminal', charset: 'utf8',
}; // prettier-ignore
