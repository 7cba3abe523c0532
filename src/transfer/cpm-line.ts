/**
 * A board's CP/M prompt over a link: type a command, read what it prints until the prompt is back.
 *
 *     us    (recover.ts)       whatever it was doing: to the prompt, which is then known by its looks
 *     us    ^X                 forget what is on the line
 *     us    ^C                 at the start of a line: warm boot
 *     board CR LF A>           the prompt: drive, perhaps user and more, '>', and then silence
 *     us    DIR X.COM
 *     board DIR X.COM          the echo; only when it is right:
 *     us    CR
 *     board CR CR LF NO FILE CR LF CR LF A>
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { TransferError } from '../seams/errors.js';
import { BDOS_ERROR, CPM_PROMPT, cpmPrompt, onScreen, withoutPrompt, type CpmPrompt } from '../seams/prompt.js';
import { ByteReader, shown } from '../link/byte-reader.js';
import { heeding, heedingClock, within } from '../link/wait.js';
import { pacedLink } from '../link/paced-link.js';
import { latin1, toBytes, utf8 } from '../seams/bytes.js';
import { hear, type Ending, type Heard } from './ending.js';
import { recover, RECOVER_SETTINGS, type Found } from './recover.js';
import { wipe } from './wipe.js';

/** Each wait, and what it must outlast. */
export const LINE_SETTINGS = {
  /** From one typed character to the next. */
  typingMs: RECOVER_SETTINGS.keyMs,
  promptQuietMs: RECOVER_SETTINGS.promptQuietMs,
  /** The same where a key may be lost in the board's loading of CP/M. */
  cleanQuietMs: 300,
  /** A warm boot takes 0.2 s from a RAM disk, up to 2 s from a slow one. */
  promptTimeoutMs: 3_000,
  /** A command that looks at a disk: a floppy starts its motor. */
  commandTimeoutMs: 10_000,
  /** For more of an echo that is right so far: a network's hiccup, a computer or a hub that is busy. */
  echoTimeoutMs: 3_000,
  /** For the whole of an echo, however its characters trickle in: a line has 126 of them. */
  echoLimitMs: 60_000,
  /** How often a line is typed whose echo is wrong: a line noisier than that carries no transfer either. */
  typingTries: 4,
  /** How often a prompt that came damaged is asked for again, by CR. */
  promptTries: 3,
};

const CTRL_C = '\x03';

/**
 * Where a program is looked for unless somebody knows better, likeliest first: RomWBW's ROM disk is B:, and C: where it was
 * started from a card.
 */
export const TOOL_DRIVES = 'BACDEFGH';
/** Drives in the order in which several programs are looked for: those that are always there, and the others. */
export function searches(drives = TOOL_DRIVES): string[] {
  const isFirst = (drive: string): boolean => drive <= 'B';
  return [[...drives].filter(isFirst), [...drives].filter((drive) => !isFirst(drive))].map((some) => some.join(''));
}
/** In words, for messages. */
export const drivesIn = (drives: Iterable<string>): string =>
  [...new Set(drives)].map((drive) => `${drive}:`).join(', ');

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export interface Answer {
  /** What the command printed, without echo and prompt. */
  text: string;
  prompt: CpmPrompt;
}

/** What is known of the board, on all lines to it. */
interface Known {
  /** What its prompt looks like, once that was learned. */
  sign?: RegExp;
  /** As it was shown last. */
  prompt?: CpmPrompt;
  /** Drives that cannot be selected. */
  absent: Set<string>;
}

export class CpmLine {
  readonly reader: ByteReader;
  /** For what people type. Transfers go over `link` itself. */
  readonly keyboard: ByteLink;

  constructor(
    readonly link: ByteLink,
    readonly clock: Clock,
    private readonly known: Known = { absent: new Set() },
  ) {
    this.reader = new ByteReader(link, clock);
    this.keyboard = pacedLink(link, clock, LINE_SETTINGS.typingMs);
  }

  /** The same line until the signal aborts: what waits on it then ends with the interruption. */
  heeding(signal: AbortSignal | undefined): CpmLine {
    if (signal === undefined) return this;
    return new CpmLine(heeding(this.link, signal), heedingClock(this.clock, signal, this.link.name), this.known);
  }

  /** Work on this line that ends within a time. @throws LinkError (timedOut) */
  within<T>(totalMs: number, what: string, work: (line: CpmLine) => Promise<T>): Promise<T> {
    return within(this.link, this.clock, totalMs, what, (link, clock) => work(new CpmLine(link, clock, this.known)));
  }

  /** The prompt as it was shown last. */
  get prompt(): CpmPrompt | undefined {
    return this.known.prompt;
  }

  /** The prompt that ends a text. */
  promptOf(text: string): CpmPrompt | undefined {
    return cpmPrompt(text, this.#sign);
  }

  get #sign(): RegExp {
    return this.known.sign ?? CPM_PROMPT;
  }

  /** @param text a character stands for a byte */
  type(text: string): Promise<void> {
    return this.keyboard.write(toBytes(text));
  }

  /**
   * Type a command line. Its CR goes only when the echo was right: on a noisy line `ERA X.COM` must not become the
   * erasing of something else.
   * @param begins called before the CR: from here on the board may do it
   * @throws TransferError when the echo is wrong again and again
   */
  async typeLine(text: string, begins?: () => void): Promise<void> {
    const line = latin1(utf8(text));
    this.link.drain();
    let echo = '';
    for (let attempt = 0; attempt < LINE_SETTINGS.typingTries; attempt++) {
      await this.type(line);
      echo = '';
      const { echoLimitMs: totalMs, echoTimeoutMs: quietMs } = LINE_SETTINGS;
      const wait = this.reader.wait('the echo', { totalMs, quietMs });
      while (echo !== line && line.startsWith(echo)) {
        const arrival = await wait.next();
        if (arrival === undefined) break;
        echo += latin1(arrival.bytes);
      }
      if (echo === line) {
        begins?.();
        return this.type('\r');
      }
      const { isEmpty } = await wipe(this.reader, this.keyboard, echo);
      // What may stand there would be run with it.
      if (!isEmpty) await this.arrive();
    }
    throw new TransferError(`the board's echo of ${JSON.stringify(text)} is ${shown(echo)}`, {
      where: this.link.name,
      hint: 'the line damages what it carries: check baud rate and cable, or try --pace 3',
    });
  }

  /**
   * From whatever state the board was left in to its prompt, which is learned.
   * @param onState told what is being left, in words
   * @throws TransferError that says what is there instead, and how to leave it
   */
  async arrive(onState?: (words: string) => void): Promise<CpmPrompt> {
    const found = await recover(this.link, this.clock, { onState });
    return this.arrived(found);
  }

  /** The same where recover() has been there. @throws TransferError */
  arrived(found: Found): CpmPrompt {
    const { situation, words, leave, prompt, sign } = found;
    if (prompt === undefined)
      throw new TransferError(
        situation === 'silent' ? 'nothing answers from the board' : 'the board is not at its CP/M prompt',
        {
          where: this.link.name,
          timedOut: situation === 'silent' || situation === 'talking',
          hint: situation === 'silent' ? leave : `it is at: ${words}; ${leave}`,
        },
      );
    this.known.sign = sign!;
    return (this.known.prompt = prompt);
  }

  /**
   * A warm boot, from which the board is at a prompt with an empty command line and sees a disk that was changed.
   * @throws TransferError that says what came instead
   */
  async cleanPrompt(): Promise<CpmPrompt> {
    if (this.known.sign === undefined) await this.arrive();
    this.link.drain();
    await wipe(this.reader, this.keyboard);
    return this.warmBoot();
  }

  /**
   * The same from an empty line or an error of CP/M's, where ^C must be the first key: to go on is what any other says.
   * @throws TransferError that says what came instead
   */
  async warmBoot(): Promise<CpmPrompt> {
    await this.type(CTRL_C);
    const { kind } = await this.#untilPrompt(LINE_SETTINGS.promptTimeoutMs, LINE_SETTINGS.promptQuietMs);
    return kind !== undefined && 'text' in kind ? kind : this.arrive();
  }

  /**
   * Run a command that ends at the prompt.
   * @param begins as for typeLine
   * @throws TransferError when no prompt comes back, or CP/M reports a disk error (it is then at the prompt again)
   */
  async command(line: string, timeoutMs = LINE_SETTINGS.commandTimeoutMs, begins?: () => void): Promise<Answer> {
    const before = this.known.prompt;
    await this.typeLine(line, begins);
    let { kind, text: all } = await this.#untilPrompt(timeoutMs, LINE_SETTINGS.promptQuietMs);
    for (let tries = 0; tries < LINE_SETTINGS.promptTries && kind === undefined; tries++) {
      if (all.includes('\n')) {
        // A prompt that came damaged comes again at a CR.
        await this.type('\r');
      } else {
        // The CR came damaged: with another one something else would be run.
        const { isEmpty } = await wipe(this.reader, this.keyboard, line + all);
        if (!isEmpty) await this.arrive();
        await this.typeLine(line, begins);
        all = '';
      }
      const again = await this.#untilPrompt(LINE_SETTINGS.promptTimeoutMs, LINE_SETTINGS.promptQuietMs);
      kind = again.kind;
      all += again.text;
    }
    const text = withoutPrompt(all.slice(all.indexOf('\n') + 1), this.#sign).trim();
    if (kind !== undefined && 'text' in kind) return { text, prompt: kind };
    if (kind !== undefined) {
      await this.warmBoot();
      await this.#backTo(before);
      throw new TransferError(`CP/M says "${kind.bdosError}" at ${JSON.stringify(line)}`, { where: this.link.name });
    }
    throw new TransferError(`${JSON.stringify(line)} did not come back to the prompt`, {
      where: this.link.name,
      timedOut: true,
      hint: text === '' ? undefined : `what came ends in ${shown(text)}`,
    });
  }

  /** Wait for the prompt that ends a program. @returns what came before it, or undefined when it does not come */
  async promptAfter(timeoutMs: number): Promise<Answer | undefined> {
    const { kind, text } = await this.#untilPrompt(timeoutMs, LINE_SETTINGS.promptQuietMs);
    if (kind === undefined || !('text' in kind)) return undefined;
    return { text: withoutPrompt(text, this.#sign).trim(), prompt: kind };
  }

  /**
   * Does the file exist? A drive that cannot be selected has none. Only a clear answer counts either way.
   * @throws TransferError where DIR gives none
   */
  async has(file: string): Promise<boolean> {
    const [, drive] = /^([A-P]):/.exec(file) ?? [];
    const [stem = '', type = ''] = file.replace(/^[A-P]:/, '').split('.');
    // "CHAT     COM" from CP/M, "CHAT    .COM" from its successors.
    const listed = new RegExp(`${escape(stem)} *[. ] *${escape(type)}`);
    let text = '';
    for (let tries = 0; tries < LINE_SETTINGS.typingTries; tries++) {
      try {
        // NZCOM shows attributes by escape sequences within the name.
        text = onScreen((await this.command(`DIR ${file}`)).text);
      } catch (error) {
        if (!(error instanceof TransferError)) throw error;
        if (error.reason.timedOut && tries + 1 < LINE_SETTINGS.typingTries) {
          // Its answer was lost on the line, or the CR was.
          await this.cleanPrompt();
          continue;
        }
        if (!BDOS_SAID.test(error.message)) throw error;
        if (drive !== undefined) this.known.absent.add(drive);
        return false;
      }
      if (listed.test(text)) return true;
      // NZCOM: "No detectable file(s)".
      if (/\bno (?:detectable )?files?\b|not found/i.test(text)) return false;
      // CP/M 3, and others, where the drive is not there.
      if (drive !== undefined && /invalid drive|no drive|select/i.test(text)) {
        this.known.absent.add(drive);
        return false;
      }
    }
    throw new TransferError(`DIR ${file} says ${shown(text)}`, { where: this.link.name });
  }

  /**
   * The first of the drives that has the file. Asking for a drive that is not there makes an error of CP/M's, so those
   * behind one that is not there are not asked.
   * @param looked is given the drives that were
   */
  async find(file: string, drives = TOOL_DRIVES, looked?: Set<string>): Promise<string | undefined> {
    for (const drive of drives) {
      if ([...this.known.absent].some((one) => one <= drive)) continue;
      looked?.add(drive);
      if (await this.has(`${drive}:${file}`)) return drive;
    }
    return undefined;
  }

  /** Erase a file, if it is there. @throws as `command` */
  erase(file: string): Promise<Answer> {
    return this.#either(`ERA ${file}`, `ERASE ${file}`);
  }

  /** @throws as `command`; whether it is done only the directory tells */
  rename(from: string, to: string): Promise<Answer> {
    return this.#either(`REN ${to}=${from}`, `RENAME ${to}=${from}`);
  }

  /** A command of CP/M's own, or the program that ZPM3 has in its place. */
  async #either(command: string, program: string): Promise<Answer> {
    const answer = await this.command(command);
    return /^\w+ ?\?$/.test(answer.text) ? this.command(program) : answer;
  }

  /**
   * Log into a user area.
   * @throws TransferError where the prompt says that it did not come to that
   */
  async toUser(user: number): Promise<void> {
    // ZCPR without that command has it as a form of the drive's.
    for (const command of [`USER ${user}`, `${this.prompt?.drive ?? ''}${user}:`]) {
      const { prompt } = await this.command(command);
      if ((prompt.user ?? 0) === user) return;
    }
    throw new TransferError(`the board does not go to user ${user}, saying ${shown(this.prompt?.text ?? '')}`, {
      where: this.link.name,
      hint: `log into it in z80lm console`,
    });
  }

  /** Behind an error CP/M logs into the drive that it was started from, and into user 0. */
  async #backTo(before: CpmPrompt | undefined): Promise<void> {
    if (before === undefined) return;
    const { drive, user } = before;
    if (drive !== '' && this.prompt?.drive !== drive) await this.command(`${drive}:`);
    if (user !== undefined && this.prompt?.user !== user) await this.toUser(user);
  }

  async #untilPrompt(timeoutMs: number, quietMs: number): Promise<Heard<CpmPrompt | { bdosError: string }>> {
    const ending = (tail: string): Ending<CpmPrompt | { bdosError: string }> | undefined => {
      const prompt = this.promptOf(tail);
      if (prompt !== undefined) return { kind: prompt, quietMs };
      const bdosError = BDOS_ERROR.exec(tail)?.[0];
      return bdosError === undefined ? undefined : { kind: { bdosError }, quietMs };
    };
    const heard = await hear(this.reader, ending, { what: 'the prompt', totalMs: timeoutMs });
    if (heard.kind !== undefined && 'text' in heard.kind) this.known.prompt = heard.kind;
    return heard;
  }
}

/** As `command` reports a disk error. */
const BDOS_SAID = /^CP\/M says "/;
