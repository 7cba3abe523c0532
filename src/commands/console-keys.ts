/**
 * What the user's keys mean at a console. All go to the board but two:
 *
 *     Ctrl-]     leave
 *     Ctrl-\     a menu; the next key chooses: s send a file, h hex view, t times, e local echo, q leave,
 *                Ctrl-\ or Ctrl-] itself to the board, another: nothing
 *
 * Where the console has asked something, the next key answers it: y, or anything else for no.
 *
 * No CP/M program of note uses these two; Ctrl-A and Ctrl-C, which other terminals take, WordStar needs.
 */
const EXIT_KEY = '\x1d';
const MENU_KEY = '\x1c';
export const MENU =
  's send a file, h hex view, t times, e local echo, q leave, Ctrl-\\ or Ctrl-] itself, other keys: nothing';

export type ConsoleAction =
  | { type: 'keys'; text: string }
  | { type: 'leave' | 'menu' | 'hex' | 'times' | 'echo' | 'ask for a file' | 'yes' | 'no' }
  /** A file name as typed so far, and when it is complete. */
  | { type: 'name'; text: string }
  | { type: 'send'; file: string };

const CHOICES: Readonly<Record<string, ConsoleAction>> = {
  s: { type: 'ask for a file' },
  h: { type: 'hex' },
  t: { type: 'times' },
  e: { type: 'echo' },
  q: { type: 'leave' },
  [EXIT_KEY]: { type: 'keys', text: EXIT_KEY },
  [MENU_KEY]: { type: 'keys', text: MENU_KEY },
};

export class ConsoleKeys {
  #mode: 'board' | 'menu' | 'name' | 'question' = 'board';
  #name = '';

  /** @param enter what goes to the board for Enter */
  constructor(private readonly enter: string) {}

  /** @param text what the terminal sent, in raw mode: Enter is CR */
  take(text: string): ConsoleAction[] {
    const actions: ConsoleAction[] = [];
    for (const key of text) {
      const action = this.#one(key);
      const last = actions.at(-1);
      if (action?.type === 'keys' && last?.type === 'keys') last.text += action.text;
      else if (action) actions.push({ ...action });
    }
    return actions;
  }

  /** The next key answers a question. */
  ask(): void {
    this.#mode = 'question';
  }

  #one(key: string): ConsoleAction | undefined {
    if (this.#mode === 'name') return this.#nameKey(key);
    if (this.#mode === 'question') {
      this.#mode = 'board';
      return { type: key.toLowerCase() === 'y' ? 'yes' : 'no' };
    }
    if (this.#mode === 'menu') {
      this.#mode = 'board';
      const choice = CHOICES[key.toLowerCase()];
      if (choice?.type === 'ask for a file') {
        this.#mode = 'name';
        this.#name = '';
      }
      return choice;
    }
    if (key === EXIT_KEY) return { type: 'leave' };
    if (key === MENU_KEY) {
      this.#mode = 'menu';
      return { type: 'menu' };
    }
    return { type: 'keys', text: key === '\r' ? this.enter : key };
  }

  #nameKey(key: string): ConsoleAction | undefined {
    if (key === '\r' || key === '\n') {
      this.#mode = 'board';
      return this.#name === '' ? { type: 'name', text: '' } : { type: 'send', file: this.#name };
    }
    if (key === EXIT_KEY || key === '\x1b' || key === '\x03') {
      this.#mode = 'board';
      this.#name = '';
    } else if (key === '\b' || key === '\x7f') this.#name = this.#name.slice(0, -1);
    else if (key >= ' ') this.#name += key;
    return { type: 'name', text: this.#name };
  }
}
