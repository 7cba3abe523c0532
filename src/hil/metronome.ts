/**
 * Play the metronome (firmware/time/clock.asm) on a target and stamp its beats:
 *
 *     target CR LF '? '            it waits
 *     us     '.', one key a time   each is echoed, which tells what the line costs
 *     us     CR
 *     target CR LF '*sssssss…'     a round
 *     target CR LF '? '
 *     us     ^C                    when there were rounds enough
 */
import { Wait } from '../link/wait.js';
import { LinkError, RefusedError } from '../seams/errors.js';
import type { Target } from '../seams/target.js';

/** A character and when it came. */
export interface Beat {
  letter: string;
  atMs: number;
  /** As counted by the target, where it counts. */
  tStates: number;
  fetches: number;
}

const PROMPT = '\r\n? ';
const CR = 0x0d;
const CTRL_C = 0x03;
const DOT = 0x2e;
/** Loading from a floppy; the longest beat is 0.1 s even at 10 MHz with many wait states. */
const START_MS = 15_000;
const SILENCE_MS = 5_000;
/**
 * For a round, its start, or an echo. A round is 16 million T-states: 16 s at 1 MHz, twice that with long wait states; and
 * 70 characters.
 */
const ROUND_BOUNDS = { totalMs: 120_000, mostBytes: 4_096 };

export class Metronome {
  /** @param pause waited for before anything is typed */
  constructor(
    private readonly target: Target,
    private readonly now: () => number = () => 0,
    private readonly pause?: () => Promise<void>,
    /** Its name on a target where it lies beside the program that is timed. */
    private readonly program?: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** Start it; it must have been loaded. @throws LinkError where it does not ask */
  async start(): Promise<void> {
    await this.target.start('', this.program);
    await this.until((text) => text.endsWith(PROMPT), START_MS);
  }

  /** Type keys one by one and time their echoes, in ms. */
  async echoes(count: number): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      await this.pause?.();
      const typed = this.now();
      await this.target.type(Uint8Array.of(DOT));
      const [echo] = await this.until((text) => text.length > 0, SILENCE_MS);
      times.push(echo!.atMs - typed);
    }
    return times;
  }

  /** @returns the beats of one round */
  async play(): Promise<Beat[]> {
    await this.pause?.();
    await this.target.type(Uint8Array.of(CR));
    const beats = await this.until((text) => text.endsWith(PROMPT), SILENCE_MS);
    return beats.filter(({ letter }) => /[*sdc]/.test(letter));
  }

  async leave(): Promise<void> {
    await this.target.type(Uint8Array.of(CTRL_C));
  }

  private async until(isDone: (text: string) => boolean, silenceMs: number): Promise<Beat[]> {
    const beats: Beat[] = [];
    let text = '';
    const waiting = new Wait(this.target, 'the metronome', {
      ...ROUND_BOUNDS,
      quietMs: silenceMs,
      signal: this.signal,
    });
    while (!isDone(text)) {
      const output = await waiting.next();
      if (!output && waiting.end !== 'silence')
        throw new RefusedError('what was to be the metronome prints on and on', {
          where: this.target.name,
          hint: `the last that came was ${JSON.stringify(text.slice(-40).replace(/[^ -~]+/g, ' '))}`,
        });
      if (!output)
        throw new LinkError('the metronome stopped', {
          where: this.target.name,
          timedOut: true,
          hint:
            text === ''
              ? 'nothing came'
              : `the last that came was ${JSON.stringify(text.slice(-40).replace(/[^ -~]+/g, ' '))}`,
        });
      const { bytes, atMs, tStates = NaN, fetches = NaN } = output;
      for (const byte of bytes) {
        const letter = String.fromCharCode(byte);
        beats.push({ letter, atMs, tStates, fetches });
        text += letter;
      }
    }
    return beats;
  }
}
