/** The UI's controller: keys change the state or become commands to the engine. It knows no terminal. */
import { typedKey, typedText, type Typed } from '../console/typed.js';
import { UsageError, Z80lmError } from '../seams/errors.js';
import type { Side } from '../pipeline/events.js';
import { bindingFor, type ActionName } from './keys.js';
import { matching, type PaletteActions } from './palette.js';
import { diagnosticPlace } from './panes/build.js';
import { portRows } from './panes/ports.js';
import type { Command, EmulatorAction } from './protocol.js';
import { PANES, STAGE_OF, activeSide, say, type AppState, type PaneName } from './state.js';

const LEAVE_TYPING = '\x1d';
const PAGE = 10;
const ENTER: PressedKey = { name: 'enter', sequence: '\r' };

type Refused = Extract<Typed, { refused: string }>;

export interface Hands {
  send(command: Command): void;
  quit(): void;
  repaint(): void;
  /** Give the terminal to the shell, until its `fg`. */
  suspend(): void;
  /** Give the terminal to the debugger, until it is left. */
  debug(): void;
}

export interface PressedKey {
  name: string;
  sequence: string;
}

export function press(state: AppState, key: PressedKey, hands: Hands): void {
  if (state.typing) return typed(state, state.typing, key, hands);
  if (state.overlay === 'ask') return answered(state, key, hands);
  if (state.overlay === 'palette' || state.overlay === 'search') return written(state, key, hands);
  if (state.overlay) return read(state, key, hands);
  if (/^[1-8]$/.test(key.name)) return show(state, PANES[Number(key.name) - 1]!);
  const binding = bindingFor(key.name, state.pane);
  if (binding) act(state, binding.action, hands);
}

export function show(state: AppState, pane: PaneName): void {
  state.pane = pane;
  state.follow = false;
  state.scroll = 0;
}

/** Keys that go to a program. */
function typed(state: AppState, to: Side | 'both', key: PressedKey, hands: Hands): void {
  if (key.sequence === LEAVE_TYPING) {
    state.typing = undefined;
    if (to !== 'emulator') hands.send({ type: 'drop-typed' });
    return;
  }
  state.scroll = 0;
  const sides = (['emulator', 'board'] as const).filter((side) => to === side || to === 'both');
  for (const side of sides) {
    const sent = forConsole(state, side, key);
    if ('refused' in sent) return say(state, sent.refused);
    hands.send({ type: 'keys', side, text: sent.text, ...(key.name === 'paste' && { as: 'paste' }) });
  }
}

/** What a key, or what was pasted, is for the terminal that the program believes it has. */
function forConsole(
  { settings, terminal, consoles }: AppState,
  side: Side,
  key: PressedKey,
): { text: string } | Refused {
  const manner = { ...settings, terminal };
  const typed =
    key.name === 'paste'
      ? typedText(key.sequence, manner)
      : typedKey(key.name === 'enter' ? ENTER : key, manner, consoles[side].applicationCursor);
  return 'refused' in typed ? typed : { text: new TextDecoder().decode(typed.bytes) };
}

function step(state: AppState, by: number): void {
  show(state, PANES[(PANES.indexOf(state.pane) + by + PANES.length) % PANES.length]!);
}

const EMULATOR: Readonly<Partial<Record<ActionName, EmulatorAction>>> = {
  restart: 'restart', go: 'go', break: 'break', step: 'step', speed: 'speed', profile: 'profile',
}; // prettier-ignore

function act(state: AppState, action: ActionName, hands: Hands): void {
  const emulator = EMULATOR[action];
  if (emulator) return hands.send({ type: 'emulator', action: emulator });
  const does: Readonly<Partial<Record<ActionName, () => void>>> = {
    next: () => step(state, 1),
    previous: () => step(state, -1),
    run: () => run(state, hands),
    rerun: () => {
      const stage = STAGE_OF[state.pane];
      if (stage) hands.send({ type: 'run', to: stage, again: [stage] });
    },
    stop: () => hands.send({ type: 'stop' }),
    help: () => open(state, 'help'),
    palette: () => open(state, 'palette'),
    repaint: () => hands.repaint(),
    suspend: () => hands.suspend(),
    debug: () => hands.debug(),
    zoom: () => (state.zoomed = !state.zoomed),
    quit: () => {
      if (!state.busy) return hands.quit();
      state.question = 'leave';
      open(state, 'ask');
    },
    leave: () => hands.quit(),
    up: () => (state.port = Math.max(0, state.port - 1)),
    down: () => (state.port = Math.min(portRows(state).length - 1, state.port + 1)),
    choose: () => {
      const { path } = portRows(state)[state.port] ?? {};
      if (path !== undefined) change(state, { port: path }, hands);
    },
    rescan: () => hands.send({ type: 'ports' }),
    connect: () => hands.send({ type: state.line === undefined ? 'connect' : 'disconnect' }),
    type: () => type(state, 'board', hands),
    typeLeft: () => type(state, 'emulator', hands),
    typeBoth: () => type(state, 'both', hands),
    back: () => scroll(state, PAGE),
    forward: () => scroll(state, -PAGE),
    search: () => open(state, 'search'),
    searchNext: () => find(state),
    times: () => times(state),
    log: () => hands.send({ type: 'log', on: !state.logging }),
    layouts: () => {
      say(state, 'building and measuring the layouts');
      hands.send({ type: 'layouts' });
    },
    source: () => {
      const place = state.failure && diagnosticPlace(state.failure.message);
      if (place) hands.send({ type: 'source', ...place });
      else say(state, 'the assembler has found nothing');
    },
  };
  does[action]?.();
}

function run(state: AppState, hands: Hands): void {
  state.follow = true;
  hands.send({ type: 'run' });
}

function open(state: AppState, overlay: NonNullable<AppState['overlay']>): void {
  state.overlay = overlay;
  state.input = '';
  state.choice = state.top = 0;
}

function change(state: AppState, changes: Partial<AppState['settings']>, hands: Hands): void {
  state.settings = { ...state.settings, ...changes };
  hands.send({ type: 'set', settings: state.settings });
  const words = Object.entries(changes).map(([name, value]) => `${name} is now ${wordsFor(value)}`);
  say(state, words.join(', '));
}

function wordsFor(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.values(value).join(',') : String(value);
}

function type(state: AppState, to: Side | 'both', hands: Hands): void {
  if (to !== 'emulator') {
    if (state.busy) return say(state, 'a stage is running: wait, or stop it with x');
    if (state.line === undefined) hands.send({ type: 'connect' });
  }
  // Begins the program, if there is one; without it nothing listens, and the engine says so.
  // Not `restart`: it may have been started a moment ago, and what was typed since would be lost.
  if (to !== 'board' && !state.emulator) hands.send({ type: 'emulator', action: 'go' });
  state.typing = to;
  if (to !== 'both' && state.pane === 'consoles') state.side = to;
  if (to === 'both') {
    const { emulator, board } = state.consoles;
    state.aligned = { emulator: emulator.cursor.y, board: board.cursor.y };
  }
  state.scroll = 0;
}

function scroll(state: AppState, by: number): void {
  const longest = Math.max(...Object.values(state.consoles).map(({ lastUsed, first }) => lastUsed - first));
  state.scroll = Math.max(0, Math.min(longest, state.scroll + by));
}

/** Scroll to the next line above that holds what is searched. */
function find(state: AppState): void {
  const console = state.consoles[activeSide(state)];
  const last = console.lastUsed;
  const found = console.search(state.searched, last - state.scroll - (state.scroll === 0 ? 0 : 1), 'back')?.line;
  if (found === undefined) return say(state, `${JSON.stringify(state.searched)} does not stand further up`);
  state.scroll = last - found;
  say(state, `found ${state.scroll} lines up: ${console.text(found)}`);
}

function times(state: AppState): void {
  const on = !state.consoles.board.stamping;
  for (const console of Object.values(state.consoles)) console.stamping = on;
  say(state, on ? 'each line from now on has its time (UTC)' : 'times are off');
}

/** Keys while something is written: the palette, the search. */
function written(state: AppState, { name, sequence }: PressedKey, hands: Hands): void {
  if (name === 'escape' || name === 'C-c') state.overlay = undefined;
  else if (name === 'backspace') state.input = state.input.slice(0, -1);
  else if (name === 'C-u') state.input = '';
  else if (name === 'enter') return state.overlay === 'palette' ? command(state, hands) : search(state);
  else if (state.overlay === 'palette' && (name === 'up' || name === 'down')) {
    const most = Math.max(0, matching(state.input).length - 1);
    state.choice = Math.max(0, Math.min(most, state.choice + (name === 'up' ? -1 : 1)));
    return;
  } else if (state.overlay === 'palette' && name === 'tab') {
    const entry = matching(state.input)[state.choice];
    if (entry) state.input = `${entry.name}${entry.argument === '' ? '' : ' '}`;
  } else if (/^[ -~]+$/.test(sequence)) state.input += sequence;
  state.choice = 0;
}

function search(state: AppState): void {
  state.overlay = undefined;
  state.searched = state.input;
  if (state.searched !== '') find(state);
}

function command(state: AppState, hands: Hands): void {
  const entry = matching(state.input)[state.choice];
  if (!entry) return;
  // All behind the name, as it was typed: files have blanks in their names.
  const argument = state.input.trim().replace(/^\S+\s*/, '');
  if (entry.argument !== '' && argument === '') {
    state.input = `${entry.name} `;
    state.choice = 0;
    return;
  }
  state.overlay = undefined;
  try {
    if (entry.argument === '' && argument !== '')
      throw new UsageError(`${entry.name} takes nothing behind it`, { hint: `${JSON.stringify(argument)} was given` });
    entry.run(actions(state, hands), argument);
  } catch (error) {
    if (!(error instanceof Z80lmError)) throw error;
    say(state, `${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`, true);
  }
}

function actions(state: AppState, hands: Hands): PaletteActions {
  return {
    settings: state.settings,
    change: (changes) => change(state, changes, hands),
    go: (pane) => show(state, pane),
    press: (name) => {
      // `run` from the palette means the stages, in the ports pane, too.
      if (name === 'enter') run(state, hands);
      else press(state, { name, sequence: name }, hands);
    },
    breakpoint: (place) => hands.send({ type: 'breakpoint', place }),
    terminal: (kind) => {
      state.terminal = kind;
      for (const console of Object.values(state.consoles)) console.kind = kind;
      say(state, `both consoles are a ${kind} from now on`);
    },
    show: (overlay) => {
      if (overlay === 'runs') hands.send({ type: 'runs' });
      open(state, overlay);
    },
    take: (run) => hands.send({ type: 'take', run }),
  };
}

/** Keys while a question stands: Enter is yes, q to "leave?" is, too; everything else is no. */
function answered(state: AppState, { name }: PressedKey, hands: Hands): void {
  const { question } = state;
  state.overlay = state.question = undefined;
  if (name === 'C-c') return hands.quit();
  const isYes = name === 'enter' || name === 'linefeed' || (question === 'leave' && name === 'q');
  if (question === undefined || !isYes) return say(state, 'nothing was begun, nothing changed');
  if (question === 'leave') return hands.quit();
  hands.send({ ...question.command, agreed: question.stages.map(({ stage }) => stage) });
}

/** Keys while there is something to read. */
function read(state: AppState, { name }: PressedKey, hands: Hands): void {
  if (name === 'C-c') return hands.quit();
  const moves: Readonly<Record<string, number>> = { up: -1, down: 1, k: -1, j: 1, pageup: -PAGE, pagedown: PAGE };
  // Messages begin at their end, and are counted from there.
  const by = state.overlay === 'log' && moves[name] !== undefined ? -moves[name] : moves[name];
  if (by !== undefined) state.top = Math.max(0, state.top + by);
  else state.overlay = undefined;
}
