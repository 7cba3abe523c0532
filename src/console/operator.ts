/** Whoever sits at the terminal: what a key means now, for the board, for the menu, or as an answer to a question. */
import { nodeClock as clock } from '../host/node-clock.js';
import { toBytes } from '../seams/bytes.js';
import { Z80lmError } from '../seams/errors.js';
import { Log, type LogOptions } from './log.js';
import { EXIT_KEY, MENU, MENU_KEY, type Choice } from './menu.js';
import { goOn, valueWords } from './preferences.js';
import type { Session } from './session.js';
import { typedKey, typedText, type Keystroke, type Typed } from './typed.js';

export const OPERATOR_SETTINGS = {
  /** So many characters at once are a paste; a quick hand at a busy computer makes fewer. */
  pasteAt: 24,
  /** What comes this soon behind a part of a paste is more of it: terminals hand it over in pieces. */
  pasteGapMs: 100,
};

const CTRL_C = '\x03';
/** Keys that call a flash off: ^C, ESC (by itself: arrow keys begin with it), and Ctrl-], which leaves as well. */
const STOPS_FLASH: readonly string[] = [CTRL_C, '\x1b', EXIT_KEY];
const STOPS_ANSWER: readonly string[] = [CTRL_C, '\x1b', EXIT_KEY];

/** A question that is being answered. */
interface Question {
  words: string;
  /** Answered by one key, or by a line. */
  oneKey: boolean;
  answer: string;
  then(answer: string): void;
}

export class Operator {
  #menu = false;
  #question: Question | undefined;
  #pastedAtMs = -Infinity;
  /** The paste that comes in parts is not typed. */
  #refused = false;

  /** @param logOptions for a log that is begun from the menu; it is never written over */
  constructor(
    private readonly session: Session,
    private readonly logOptions: LogOptions = {},
  ) {}

  /** Keys that came at the same time. */
  take(keys: readonly Keystroke[]): void {
    const { face } = this.session;
    face.seen();
    for (let at = 0; at < keys.length;) {
      const run = this.#isForBoard ? textRun(keys, at) : 1;
      if (run > 1) this.#text(keys.slice(at, at + run), run >= OPERATOR_SETTINGS.pasteAt);
      else this.#key(keys[at]!);
      at += Math.max(1, run);
    }
    face.changed();
  }

  /** Type a text file, or ask whether to flash it. */
  send(file: string): void {
    this.#attempt(() => {
      const question = this.session.send(file);
      if (question === undefined) return;
      this.#ask({
        words: question,
        oneKey: true,
        answer: '',
        then: (answer) => (answer.toLowerCase() === 'y' ? this.session.flash(file) : this.session.face.say('not sent')),
      });
    });
  }

  get #isForBoard(): boolean {
    const { face, flashing } = this.session;
    return !this.#menu && !this.#question && !flashing && face.screen?.lookingBack !== true;
  }

  #key(key: Keystroke): void {
    const { session } = this;
    const { face } = session;
    if (session.flashing) {
      if (STOPS_FLASH.includes(key.sequence)) session.callOffFlash();
      if (key.sequence === EXIT_KEY) session.leave();
    } else if (this.#question) this.#answer(this.#question, key);
    else if (this.#menu) {
      this.#menu = false;
      face.menu(false);
      const entry = MENU.find((one) => one.key === key.sequence.toLowerCase());
      if (entry) this.#choose(entry.choice);
    } else if (key.sequence === EXIT_KEY) session.leave();
    else if (face.screen?.lookingBack) face.screen.lookBackKey(key);
    else if (key.sequence === MENU_KEY) {
      this.#menu = true;
      face.menu(true);
    } else if (face.screen && this.#looksBack(key)) face.screen.lookBack(key);
    else this.#forBoard(key);
  }

  /** WordStar's own PgUp goes to WordStar. */
  #looksBack({ name }: Keystroke): boolean {
    return name === 'S-pageup' || (name === 'pageup' && this.session.preferences.arrows !== 'wordstar');
  }

  #forBoard(key: Keystroke): void {
    const { typist, face } = this.session;
    if (key.name === 'paste') return this.#text([key], true);
    const stopped = this.#stopTyping();
    if (key.sequence === CTRL_C) typist.atOnce(toBytes(CTRL_C));
    // The key that stopped it was not for the board.
    else if (!stopped)
      this.#give(typedKey(key, this.session.preferences, face.screen?.applicationCursor), (bytes) => {
        if (!typist.key(bytes)) face.say('the board takes no keys: the last one was dropped');
      });
  }

  #stopTyping(): boolean {
    const { typist, face } = this.session;
    if (!typist.stoppable) return false;
    const { done, total } = typist.stop();
    face.say(`stopped after ${done} of ${total} characters`);
    return true;
  }

  #text(keys: readonly Keystroke[], isPaste: boolean): void {
    const { typist, preferences } = this.session;
    const now = clock.now();
    const isMore = (typist.stoppable || this.#refused) && now - this.#pastedAtMs < OPERATOR_SETTINGS.pasteGapMs;
    if (typist.stoppable && !isPaste && !isMore) {
      this.#stopTyping();
      return;
    }
    if (isPaste || isMore) this.#pastedAtMs = now;
    if (this.#refused && isMore && keys[0]!.name !== 'paste') return;
    const text = keys.map(({ sequence }) => sequence).join('');
    const typed = typedText(text, preferences);
    // All of it or nothing: what is left of its other parts is not typed either, nor what is still to come.
    this.#refused = 'refused' in typed && (isPaste || isMore);
    if (this.#refused && isMore) typist.stop();
    this.#give(typed, (bytes) => typist.text(bytes, isPaste || isMore));
  }

  #give(typed: Typed, go: (bytes: Uint8Array) => void): void {
    const { face, link } = this.session;
    if ('refused' in typed) face.say(typed.refused);
    else if (link.state !== 'open') face.say(`${link.name} is lost: nothing is typed`);
    else if (typed.bytes.length > 0) go(typed.bytes);
  }

  #choose(choice: Choice): void {
    const { session } = this;
    const { face, preferences, typist } = session;
    switch (choice.type) {
      case 'next': {
        const { name, words } = choice.preference;
        goOn(choice.preference, preferences);
        face.changed();
        return face.say(`${words}: ${valueWords(preferences[name])}`);
      }
      case 'key':
        return void typist.key(toBytes(choice.sequence));
      case 'send':
        return this.#ask({
          words: 'which file? (Enter, or Esc)',
          oneKey: false,
          answer: '',
          then: (file) => this.send(file),
        });
      case 'log':
        return this.#switchLog();
      case 'back':
        return face.screen ? face.screen.lookBack() : face.say('there is no screen to look back on');
      case 'find':
        return face.screen
          ? face.screen.lookBack({ name: '?', sequence: '?' })
          : face.say('there is no screen to search');
      case 'clear':
        return face.screen?.clear();
      case 'leave':
        return session.leave();
    }
  }

  #switchLog(): void {
    const { log, face } = this.session;
    if (log !== undefined) {
      log.paused = !log.paused;
      return face.say(`log ${log.path}: ${log.paused ? 'off' : 'on'}`);
    }
    this.#ask({
      words: 'log to which file? what is there is kept (Enter, or Esc)',
      oneKey: false,
      answer: '',
      then: (file) =>
        this.#attempt(() => {
          this.session.host.mayLog(file);
          this.session.log = new Log(file, { ...this.logOptions, append: true });
          face.say(`log ${file}: on`);
        }),
    });
  }

  #ask(question: Question): void {
    this.#question = question;
    this.session.face.ask(question.words, '');
  }

  #answer(question: Question, { name, sequence }: Keystroke): void {
    const { face } = this.session;
    const over = (): void => {
      this.#question = undefined;
      face.ask(undefined, '');
    };
    if (question.oneKey) {
      over();
      return question.then(sequence);
    }
    if (sequence === '\r' || sequence === '\n') {
      over();
      if (question.answer !== '') question.then(question.answer);
    } else if (STOPS_ANSWER.includes(sequence)) over();
    else {
      if (sequence === '\b' || sequence === '\x7f') question.answer = question.answer.slice(0, -1);
      // A name may be pasted, too.
      else if (name === 'paste' || !/[\x00-\x1f]/.test(sequence)) question.answer += sequence.split(/[\r\n]/)[0]!;
      face.ask(question.words, question.answer);
    }
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Z80lmError)) throw error;
      this.session.face.say([error.message, error.where].filter(Boolean).join(': '));
    }
  }
}

/** How many keys from here on are characters, Enter included. */
function textRun(keys: readonly Keystroke[], from: number): number {
  let at = from;
  while (at < keys.length && /^[\r\t]$|^[^\x00-\x1f\x7f]+$/.test(keys[at]!.sequence) && keys[at]!.name !== 'paste')
    at++;
  return at - from;
}
