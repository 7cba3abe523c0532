/**
 * A board's CP/M prompt over a link: type a command, read what it prints until the prompt is back.
 *
 *     us    ^U                 forget what is on the line
 *     us    ^C                 at the start of a line: warm boot; in most programs: leave
 *     board CR LF A>           the prompt: CR LF, drive, perhaps the user number, '>', and then silence
 *     us    DIR X.COM
 *     board DIR X.COM          the echo; only when it is right:
 *     us    CR
 *     board CR CR LF NO FILE CR LF CR LF A>
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { TransferError } from '../seams/errors.js';
import { ByteReader, shown } from '../link/byte-reader.js';
import { heeding, heedingClock, within } from '../link/wait.js';
import { pacedLink } from '../link/paced-link.js';
import { latin1, toBytes, utf8 } from '../seams/bytes.js';

/** Each wait, and what it must outlast. */
export const LINE_SETTINGS = {
  /** From one typed character to the next: good for every firmware seen, with flow control and without. */
  typingMs: 3,
  /** A prompt is one when nothing follows it. A '>' within printed text is followed within a few ms at 9600 baud. */
  promptQuietMs: 60,
  /** The same where the board may be in the middle of something (boot, a program's end). */
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
  /** How often we try for a clean prompt: a program may take the first ^C for itself. */
  promptTries: 3,
};

/** A prompt and an error of CP/M's are shorter, and so is what a message shows. */
const TAIL_KEPT = 200;
const CTRL_C = '\x03';
const CTRL_U = '\x15';
/** `A>`, `A0>`, `B10>`; what is before it is the end of a line, or nothing. */
export const PROMPT = /(?:^|[\r\n])([A-P])\d{0,2}>$/;
/** CP/M's disk errors wait for a key: ^C warm-boots. */
const BDOS_ERROR = /Bdos Err On ([A-P]): ([A-Za-z/ ]+)$/;

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export interface Answer {
  /** What the command printed, without echo and prompt. */
  text: string;
  drive: string;
}

export class CpmLine {
  readonly reader: ByteReader;
  /** For what people type. Transfers go over `link` itself. */
  readonly keyboard: ByteLink;

  constructor(
    readonly link: ByteLink,
    readonly clock: Clock,
  ) {
    this.reader = new ByteReader(link, clock);
    this.keyboard = pacedLink(link, clock, LINE_SETTINGS.typingMs);
  }

  /** The same line until the signal aborts: what waits on it then ends with the interruption. */
  heeding(signal: AbortSignal | undefined): CpmLine {
    if (signal === undefined) return this;
    return new CpmLine(heeding(this.link, signal), heedingClock(this.clock, signal, this.link.name));
  }

  /** Work on this line that ends within a time. @throws LinkError (timedOut) */
  within<T>(totalMs: number, what: string, work: (line: CpmLine) => Promise<T>): Promise<T> {
    return within(this.link, this.clock, totalMs, what, (link, clock) => work(new CpmLine(link, clock)));
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
      await this.type(CTRL_U);
      await this.reader.untilQuiet(LINE_SETTINGS.promptQuietMs, 1_000);
    }
    throw new TransferError(`the board's echo of ${JSON.stringify(text)} is ${shown(echo)}`, {
      where: this.link.name,
      hint: 'the line damages what it carries: check baud rate and cable, or try --pace 3',
    });
  }

  /**
   * Get to a prompt with an empty command line.
   * @throws TransferError that shows what came instead
   */
  async cleanPrompt(): Promise<string> {
    let came = '';
    for (let attempt = 0; attempt < LINE_SETTINGS.promptTries; attempt++) {
      this.link.drain();
      await this.type(CTRL_U);
      await this.clock.sleep(20);
      await this.type(CTRL_C);
      const answer = await this.#untilPrompt(LINE_SETTINGS.promptTimeoutMs, LINE_SETTINGS.cleanQuietMs);
      if (answer.prompt !== undefined) return answer.prompt;
      came = (came + answer.text).slice(-TAIL_KEPT);
    }
    throw new TransferError('no CP/M prompt', {
      where: this.link.name,
      timedOut: true,
      hint:
        came === ''
          ? 'nothing comes from the board: is it on, are both ends at the same baud rate, are RX and TX crossed?'
          : `but the board says ${shown(came)}`,
    });
  }

  /**
   * Run a command that ends at the prompt.
   * @param begins as for typeLine
   * @throws TransferError when no prompt comes back, or CP/M reports a disk error (it is then at the prompt again)
   */
  async command(line: string, timeoutMs = LINE_SETTINGS.commandTimeoutMs, begins?: () => void): Promise<Answer> {
    await this.typeLine(line, begins);
    let answer = await this.#untilPrompt(timeoutMs, LINE_SETTINGS.promptQuietMs);
    for (let tries = 0; tries < LINE_SETTINGS.promptTries; tries++) {
      if (answer.prompt !== undefined || answer.bdosError !== undefined) break;
      // A prompt that came damaged comes again at a CR.
      await this.type('\r');
      const { text: before } = answer;
      answer = await this.#untilPrompt(LINE_SETTINGS.promptTimeoutMs, LINE_SETTINGS.promptQuietMs);
      answer.text = before + answer.text;
    }
    const text = answer.text.slice(answer.text.indexOf('\n') + 1).replace(PROMPT, '');
    if (answer.prompt !== undefined) return { text: text.trim(), drive: answer.prompt };
    if (answer.bdosError) {
      await this.cleanPrompt();
      throw new TransferError(`CP/M says "${answer.bdosError}" at ${JSON.stringify(line)}`, { where: this.link.name });
    }
    throw new TransferError(`${JSON.stringify(line)} did not come back to the prompt`, {
      where: this.link.name,
      timedOut: true,
      hint: text === '' ? undefined : `what came ends in ${shown(text)}`,
    });
  }

  /** Wait for the prompt that ends a program. @returns what came before it, or undefined when it does not come */
  async promptAfter(timeoutMs: number): Promise<Answer | undefined> {
    const { prompt, text } = await this.#untilPrompt(timeoutMs, LINE_SETTINGS.promptQuietMs);
    return prompt === undefined ? undefined : { text: text.replace(PROMPT, '').trim(), drive: prompt };
  }

  /**
   * Does the file exist? A drive that cannot be selected has none. Only a clear answer counts either way.
   * @throws TransferError where DIR gives none
   */
  async has(file: string): Promise<boolean> {
    const [stem = '', type = ''] = file.replace(/^[A-P]:/, '').split('.');
    // "CHAT     COM" from CP/M, "CHAT    .COM" from its successors.
    const listed = new RegExp(`${escape(stem)} *[. ] *${escape(type)}`);
    let text = '';
    for (let tries = 0; tries < LINE_SETTINGS.typingTries; tries++) {
      try {
        text = (await this.command(`DIR ${file}`)).text;
      } catch (error) {
        if (error instanceof TransferError && /Bdos Err/.test(error.message)) return false;
        throw error;
      }
      if (listed.test(text)) return true;
      if (/^no files?$|not found/i.test(text)) return false;
    }
    throw new TransferError(`DIR ${file} says ${shown(text)}`, { where: this.link.name });
  }

  async #untilPrompt(
    timeoutMs: number,
    quietMs: number,
  ): Promise<{ text: string; prompt?: string; bdosError?: string }> {
    const wait = this.reader.wait('the prompt', { totalMs: timeoutMs });
    const parts: string[] = [];
    // Only the end can be a prompt, and a dump of a file is long.
    let tail = '';
    for (;;) {
      const prompt = PROMPT.exec(tail)?.[1];
      const bdosError = BDOS_ERROR.exec(tail)?.[0];
      const atEnd = prompt !== undefined || bdosError !== undefined;
      let arrival = await wait.next(atEnd ? quietMs : undefined);
      // The time was up before the silence behind it was.
      if (arrival === undefined && atEnd && wait.end !== 'silence') arrival = await this.link.read(quietMs);
      if (arrival === undefined)
        return {
          text: parts.join(''),
          ...(prompt !== undefined && { prompt }),
          ...(bdosError !== undefined && { bdosError }),
        };
      const text = latin1(arrival.bytes);
      parts.push(text);
      tail = (tail + text).slice(-TAIL_KEPT);
    }
  }
}
