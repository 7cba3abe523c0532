/**
 * A console as the board's own screen: a model of its terminal takes what the board says, and only our picture of it reaches
 * the outer terminal. When it is left the last screen stays there as text.
 */
import { atExit } from '../host/at-exit.js';
import { nodeClock as clock } from '../host/node-clock.js';
import { latin1, toBytes } from '../seams/bytes.js';
import { Canvas, createGrid } from '../terminal/canvas.js';
import { ConsoleModel } from '../terminal/model.js';
import { openScreen, type Screen } from '../terminal/screen.js';
import { ConsoleView } from '../terminal/console-view.js';
import { fileBlocks } from '../host/scrollback-file.js';
import type { Face, OnScreen, Standing } from './face.js';
import { lookBackFrom, lookBackKey, type LookBack } from './look-back.js';
import type { Preferences } from './preferences.js';
import type { Keystroke } from './typed.js';
import { drawSession, topLine, type Shown } from './view.js';

export const SCREEN_SETTINGS = {
  /** Between two pictures of what the board says: as often as a slow line bears. A key's answer does not wait for it. */
  frameMs: 40,
  /** So long a remark stands where it lies over the board's own line. */
  remarkMs: 8_000,
};

const BELL = '\x07';

export interface ScreenOptions {
  preferences: Preferences;
  env: Readonly<Record<string, string | undefined>>;
  ascii: boolean;
  /** Takes the last screen. */
  leave: (text: string) => void;
}

export class ScreenFace implements Face, OnScreen {
  readonly screen = this;
  readonly model: ConsoleModel;
  /** Bytes in hexadecimal, and names, as lines of their own. */
  readonly #trace = new ConsoleModel(() => this.#soon());
  readonly #view = new ConsoleView(clock.now());
  readonly #screen: Screen;
  readonly #giveBack: () => void;
  #standing: Standing | undefined;
  #answer: (bytes: Uint8Array) => void = () => {};
  #rings = false;
  #timer: NodeJS.Timeout | undefined;
  #remark: { text: string; untilMs: number } | undefined;
  #progress = '';
  #menu = false;
  #asking: Shown['asking'];
  #back: LookBack | undefined;
  #open = true;

  constructor(private readonly options: ScreenOptions) {
    const blocks = fileBlocks();
    this.model = new ConsoleModel(() => this.#soon(), {
      kind: options.preferences.terminal,
      onAnswer: (bytes) => this.#answer(bytes),
      onBell: () => (this.#rings = true),
      ...(blocks && { blocks }),
    });
    this.#screen = openScreen({ mouse: false, env: options.env });
    this.#giveBack = atExit(() => void this.#screen.close());
    this.#screen.onResize(() => this.#draw());
    this.#screen.onReady(() => this.#draw());
    this.changed();
  }

  setStanding(standing: Standing): void {
    this.#standing = standing;
    this.#draw();
  }

  onAnswer(listener: (bytes: Uint8Array) => void): void {
    this.#answer = listener;
  }

  get applicationCursor(): boolean {
    return this.model.applicationCursor;
  }

  onKeys(listener: (keys: Keystroke[]) => void): void {
    let keys: Keystroke[] = [];
    this.#screen.onKey((key) => {
      // What comes at once belongs together: a paste, or a quick hand.
      if (keys.length === 0)
        setImmediate(() => {
          const all = keys;
          keys = [];
          listener(all);
          this.#draw(true);
        });
      keys.push(key);
    });
  }

  show(bytes: Uint8Array, atMs: number): void {
    this.model.write(bytes);
    if (this.options.preferences.view !== 'screen') this.#trace.write(toBytes(this.#view.show(bytes, atMs)));
  }

  quiet(): void {
    this.#trace.write(toBytes(this.#view.quiet()));
  }

  echo(bytes: Uint8Array): void {
    this.model.write(toBytes(latin1(bytes).replace(/\r\n?|\n/g, '\r\n')));
  }

  say(text: string): void {
    this.#remark = { text, untilMs: clock.now() + SCREEN_SETTINGS.remarkMs };
    this.#soon();
    setTimeout(() => this.#soon(), SCREEN_SETTINGS.remarkMs + 1).unref();
  }

  menu(open: boolean): void {
    this.#menu = open;
    this.#soon();
  }

  ask(question: string | undefined, answer: string): void {
    this.#asking = question === undefined ? undefined : { question, answer };
    this.#soon();
  }

  changed(): void {
    const { terminal, view, times } = this.options.preferences;
    if (this.#view.hex !== (view === 'hex')) this.#trace.write(toBytes(this.#view.breakLine()));
    if (this.model.kind !== terminal) this.model.kind = terminal;
    this.model.stamping = times === 'on';
    this.#view.hex = view === 'hex';
    this.#view.named = view === 'names';
    this.#view.timestamps = false;
    this.#trace.stamping = times === 'on';
    this.#soon();
  }

  seen(): void {
    this.#remark = undefined;
  }

  clear(): void {
    this.model.reset();
    this.#trace.reset();
    this.changed();
  }

  async taken(): Promise<void> {
    await this.model.settled();
  }

  progress(label: string, total: number): { update(done: number, note?: string): void; stop(): void } {
    return {
      update: (done, note = '') => {
        const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
        this.#progress = `${label}: ${percent} %  ${note}; ^C stops it`;
        this.#soon();
      },
      stop: () => (this.#progress = ''),
    };
  }

  lookBack(key?: Keystroke): void {
    this.#back = lookBackFrom(topLine(this.#shownModel, this.#page));
    if (key) this.lookBackKey(key);
  }
  get lookingBack(): boolean {
    return this.#back !== undefined;
  }
  lookBackKey(key: Keystroke): void {
    if (this.#back && lookBackKey(this.#back, key, this.#page, this.#shownModel)) this.#back = undefined;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    await this.model.settled();
    this.#open = false;
    clearTimeout(this.#timer);
    await this.#screen.close();
    this.#giveBack();
    this.options.leave(this.#lastScreen());
    this.model.close();
    this.#trace.close();
  }

  get #shownModel(): ConsoleModel {
    return this.options.preferences.view === 'screen' ? this.model : this.#trace;
  }
  /** Lines of the window when one looks back. */
  get #page(): number {
    return Math.max(1, this.#screen.height - 1);
  }

  #soon(): void {
    if (this.#open) this.#timer ??= setTimeout(() => this.#draw(), SCREEN_SETTINGS.frameMs);
  }

  #draw(urgent = false): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#open) return;
    const { width, height } = this.#screen;
    const grid = createGrid(width, height, this.options.ascii);
    drawSession(new Canvas(grid), this.#shown());
    this.#screen.draw(grid, urgent);
    // One for all that came since the last picture.
    if (this.#rings) process.stdout.write(BELL);
    this.#rings = false;
  }

  #shown(): Shown {
    const remark = this.#remark && this.#remark.untilMs > clock.now() ? this.#remark.text : '';
    const { count = 0, stoppable = false } = this.#standing?.toType() ?? {};
    return {
      model: this.#shownModel,
      port: this.#standing?.port() ?? '',
      lost: this.#standing?.lost() ?? false,
      preferences: this.options.preferences,
      toType: count,
      stoppable,
      log: this.#standing?.log(),
      remark,
      progress: this.#progress,
      menu: this.#menu,
      asking: this.#asking,
      back: this.#back,
    };
  }

  /** As text, through the same sieve as all that is drawn. */
  #lastScreen(): string {
    const { model } = this;
    const grid = createGrid(model.columns, model.rows, this.options.ascii);
    const canvas = new Canvas(grid);
    for (let y = 0; y < model.rows; y++) canvas.put(0, y, model.text(model.base + y));
    const lines = grid.rows.map((cells) =>
      cells
        .map(({ char }) => char)
        .join('')
        .trimEnd(),
    );
    return lines.join('\n').trimEnd();
  }
}
