/** Which key does what, and where: the help screen and the bottom line are made from this table. */
import type { PaneName } from './state.js';

export type ActionName =
  | 'next' | 'previous' | 'run' | 'rerun' | 'stop' | 'help' | 'palette' | 'repaint' | 'suspend' | 'zoom'
  | 'quit' | 'leave'
  | 'up' | 'down' | 'choose' | 'rescan' | 'connect'
  | 'type' | 'typeLeft' | 'typeBoth' | 'restart' | 'go' | 'break' | 'step' | 'speed' | 'profile' | 'debug'
  | 'back' | 'forward' | 'search' | 'searchNext' | 'times' | 'log'
  | 'layouts' | 'source'; // prettier-ignore

export interface Binding {
  keys: readonly string[];
  action: ActionName;
  words: string;
  /** For the bottom line, where there is room for few. */
  short?: string;
}

export const EVERYWHERE: readonly Binding[] = [
  { keys: ['enter'], action: 'run', words: 'run from here on; what is done is left out', short: 'Enter run' },
  {
    keys: ['r'],
    action: 'rerun',
    words: 'run this stage again; what else that takes is asked first',
    short: 'r again',
  },
  { keys: ['x'], action: 'stop', words: 'stop what runs', short: 'x stop' },
  { keys: ['tab', 'right'], action: 'next', words: 'next pane; 1 to 8 go to one directly' },
  { keys: ['S-tab', 'left'], action: 'previous', words: 'pane before' },
  { keys: ['z'], action: 'zoom', words: 'this pane alone, and back: a console whole on 80x24', short: 'z zoom' },
  { keys: [':'], action: 'palette', words: 'all commands and settings by name', short: ': commands' },
  { keys: ['?'], action: 'help', words: 'this help', short: '? help' },
  { keys: ['C-l'], action: 'repaint', words: 'draw the screen anew' },
  { keys: ['C-z'], action: 'suspend', words: 'to the shell; its fg comes back, and what runs goes on meanwhile' },
  { keys: ['q'], action: 'quit', words: 'leave: the line is closed; asks while something runs', short: 'q quit' },
  { keys: ['C-c'], action: 'leave', words: 'leave at once: what runs is stopped, its model stays in runs/' },
];

const SCROLL: readonly Binding[] = [
  { keys: ['pageup', 'up'], action: 'back', words: 'scroll back' },
  { keys: ['pagedown', 'down'], action: 'forward', words: 'scroll forward' },
  { keys: ['/'], action: 'search', words: 'search the console', short: '/ search' },
  { keys: ['n'], action: 'searchNext', words: 'search further up' },
  { keys: ['t'], action: 'times', words: 'show when each line came', short: 't times' },
  { keys: ['L'], action: 'log', words: 'write both consoles to files, or stop that' },
];

export const IN_PANE: Readonly<Partial<Record<PaneName, readonly Binding[]>>> = {
  build: [
    { keys: ['l'], action: 'layouts', words: 'build and measure all layouts', short: 'l layouts' },
    { keys: ['o'], action: 'source', words: 'open the source where the assembler found something' },
  ],
  emulate: [
    { keys: ['i'], action: 'typeLeft', words: 'type to the program; Ctrl-] ends it', short: 'i type' },
    { keys: ['R'], action: 'restart', words: 'start the program anew' },
    { keys: ['g'], action: 'go', words: 'go on', short: 'g go' },
    { keys: ['b'], action: 'break', words: 'stop where it is; : break NAME stops at a place', short: 'b break' },
    { keys: ['s'], action: 'step', words: 'one instruction', short: 's step' },
    { keys: ['f'], action: 'speed', words: 'true speed, or as fast as it goes', short: 'f full' },
    { keys: ['p'], action: 'profile', words: 'where the T-states go, by routine', short: 'p profile' },
    { keys: ['d'], action: 'debug', words: 'the program from its beginning in the debugger; quit leads back' },
    ...SCROLL.map(({ short: _short, ...binding }) => binding).filter(({ action }) => action !== 'searchNext'),
  ],
  ports: [
    { keys: ['up', 'k'], action: 'up', words: 'up' },
    { keys: ['down', 'j'], action: 'down', words: 'down' },
    { keys: ['enter'], action: 'choose', words: 'take this port', short: 'Enter choose' },
    { keys: ['s'], action: 'rescan', words: 'look again', short: 's look again' },
    {
      keys: ['c'],
      action: 'connect',
      words: 'open or close the line, and show what the board says',
      short: 'c connect',
    },
  ],
  consoles: [
    { keys: ['i'], action: 'type', words: 'type to the board; Ctrl-] ends it', short: 'i board' },
    { keys: ['e'], action: 'typeLeft', words: 'type to the emulator', short: 'e emulator' },
    { keys: ['B'], action: 'typeBoth', words: 'type to both at once', short: 'B both' },
    { keys: ['c'], action: 'connect', words: 'open or close the line' },
    ...SCROLL,
  ],
};

/** What a key does in a pane; the pane's own meaning goes first. */
export function bindingFor(key: string, pane: PaneName): Binding | undefined {
  const wanted = key === 'enter' || key === 'linefeed' ? 'enter' : key;
  const fits = ({ keys }: Binding): boolean => keys.includes(wanted);
  return IN_PANE[pane]?.find(fits) ?? EVERYWHERE.find(fits);
}

/** As a person reads them. */
export function keyNames({ keys }: Binding): string {
  const names: Readonly<Record<string, string>> = {
    enter: 'Enter', tab: 'Tab', right: 'Right', left: 'Left', up: 'Up', down: 'Down', pageup: 'PgUp', pagedown: 'PgDn',
    'S-tab': 'Shift-Tab', 'C-c': 'Ctrl-C', 'C-l': 'Ctrl-L', 'C-z': 'Ctrl-Z',
  }; // prettier-ignore
  return keys.map((key) => names[key] ?? key).join(', ');
}
