/**
 * How much may be drawn now, so that a slow line (a real terminal at 9600 baud, ssh over a bad network) never has
 * more on its way than a moment's worth: whatever waits in its buffers, a key's answer waits behind.
 *
 *     us        picture, CSI 5 n  ──►  line  ──►  terminal
 *               the next one      ◄──             CSI 0 n, once it has come so far
 *
 * The answer shows how long the line took, and the next piece is as large as goes through in `goalMs`. A terminal that
 * never answers is drawn on freely, until a write blocks: then the buffer is full, and how long it blocked gives the rate.
 */
export const PACE_SETTINGS = {
  /** A piece may take so long. What people take for at once. */
  goalMs: 150,
  /** Never less: some changed figures and their positions. */
  leastBytes: 256,
  /** As much as any screen. */
  mostBytes: 1 << 16,
  /** An answer that has not come by then was lost, or nobody gives any. 2 KB take so long at 4800 baud. */
  lateMs: 4_000,
  /** Answers missed one after the other until none is waited for. */
  mostLate: 2,
  /** A write that holds us up for so long has found a full buffer: another process may have had the processor for less. */
  blockedMs: 60,
  /** What Linux, the BSDs and macOS keep for a terminal that is behind. */
  bufferBytes: 4_096,
};

/** The question; ECMA-48, DSR 5. */
export const PROBE = '\x1b[5n';

export class Pace {
  /** It has answered at least once, and not ceased to. */
  #answers = false;
  #late = 0;
  /** The piece on its way that will be answered. */
  #underWay: { bytes: number; atMs: number } | undefined;
  /** What may be sent at once. */
  #bytes = PACE_SETTINGS.mostBytes;
  /** Of one that does not answer: bytes per ms, and how many were still to be shown at a time. */
  #rate: number | undefined;
  #behind = { bytes: 0, atMs: 0 };
  /** When its buffer was last found full, and what was written since. */
  #full: { atMs: number; written: number } | undefined;

  /** @param asks whether the terminal may be asked at all */
  constructor(private readonly asks: boolean) {}

  /** @returns bytes that may be drawn now; 0 = wait */
  room(nowMs: number): number {
    return this.waitMs(nowMs) > 0 ? 0 : this.#bytes;
  }

  /** How long until there is room, unless an answer comes before. */
  waitMs(nowMs: number): number {
    if (this.#answers && this.#underWay) {
      const waitMs = this.#underWay.atMs + PACE_SETTINGS.lateMs - nowMs;
      if (waitMs > 0) return waitMs;
      this.#missed();
    }
    if (this.#rate === undefined) return 0;
    return Math.max(0, (this.#behindNow(this.#rate, nowMs) - PACE_SETTINGS.leastBytes) / this.#rate);
  }

  /** Is PROBE to follow what is written now? */
  get probes(): boolean {
    return this.asks && this.#underWay === undefined;
  }

  /** @param blockedMs how long the write took */
  wrote(bytes: number, blockedMs: number, nowMs: number, probed: boolean): void {
    if (probed) this.#underWay = { bytes, atMs: nowMs - blockedMs };
    if (this.#answers) return;
    const { blockedMs: mark, bufferBytes, goalMs } = PACE_SETTINGS;
    const isFull = blockedMs >= mark;
    if (this.#full) this.#full.written += bytes;
    if (isFull) {
      // From full to full exactly what was written has been shown; before that it was at most this piece.
      const { atMs, written } = this.#full ?? { atMs: nowMs - blockedMs, written: bytes };
      this.#rate = written / (nowMs - atMs);
      this.#full = { atMs: nowMs, written: 0 };
      this.#bytes = bounded(this.#rate * goalMs);
    }
    if (this.#rate === undefined) return;
    const behind = isFull ? bufferBytes : this.#behindNow(this.#rate, nowMs) + bytes;
    this.#behind = { bytes: behind, atMs: nowMs };
  }

  #behindNow(rate: number, nowMs: number): number {
    const { bytes, atMs } = this.#behind;
    const now = Math.max(0, bytes - (nowMs - atMs) * rate);
    // From when on it stood empty is not known.
    if (now === 0) this.#full = undefined;
    return now;
  }

  /** The terminal has come as far as the last PROBE. */
  answered(nowMs: number): void {
    const piece = this.#underWay;
    if (!piece) return;
    this.#underWay = undefined;
    this.#answers = true;
    this.#late = 0;
    this.#rate = undefined;
    const tookMs = nowMs - piece.atMs;
    const { goalMs } = PACE_SETTINGS;
    // A small piece that came through quickly says nothing against a larger one.
    this.#bytes = bounded(tookMs <= goalMs ? this.#bytes * 2 : (piece.bytes * goalMs) / tookMs);
  }

  /**
   * How long to wait at the end for an answer that may still come: it must not come to who has the terminal next. Also for the
   * first one: of a far terminal it is not known yet whether it answers.
   */
  owedMs(nowMs: number): number {
    return this.#underWay ? Math.max(0, this.#underWay.atMs + PACE_SETTINGS.lateMs - nowMs) : 0;
  }

  #missed(): void {
    this.#underWay = undefined;
    this.#bytes = PACE_SETTINGS.leastBytes;
    if (++this.#late < PACE_SETTINGS.mostLate) return;
    this.#answers = false;
    this.#bytes = PACE_SETTINGS.mostBytes;
  }
}

const bounded = (bytes: number): number =>
  Math.round(Math.min(PACE_SETTINGS.mostBytes, Math.max(PACE_SETTINGS.leastBytes, bytes)));
