/**
 * How much may be drawn now, so that a slow line (a real terminal at 9600 baud, ssh over a bad network) never has
 * more on its way than a moment's worth: whatever waits in its buffers, a key's answer waits behind.
 *
 *     us        picture, CSI 5 n  ──►  line  ──►  terminal
 *               the next one      ◄──             CSI 0 n, once it has come so far
 *
 * The answer shows how long the line took, and the next piece is as large as goes through in `goalMs`. A terminal that does not
 * answer may be of any speed, and its buffers, which hold 64 KB and more, do not tell. So it is taken for one at 9600 baud; but
 * the picture that a key has asked for goes at once, as nothing much can be before it.
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
  /** So long the very first answer is waited for at the end, where it is not known whether there will be one: a far terminal's. */
  firstMs: 1_500,
  /** Bytes per ms of a terminal that does not answer: 9600 baud, the slowest that people still use. */
  muteRate: 0.96,
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
  /** Of one that does not answer: what it had still to show at a time. */
  #behind = { bytes: 0, atMs: 0 };

  /** @param asks whether the terminal may be asked at all */
  constructor(private readonly asks: boolean) {}

  /**
   * @param urgent a key has asked for it
   * @returns bytes that may be drawn now; 0 = wait
   */
  room(nowMs: number, urgent = false): number {
    return this.waitMs(nowMs, urgent) > 0 ? 0 : this.#bytes;
  }

  /** How long until there is room, unless an answer comes before. */
  waitMs(nowMs: number, urgent = false): number {
    if (this.#answers && this.#underWay) {
      const waitMs = this.#underWay.atMs + PACE_SETTINGS.lateMs - nowMs;
      if (waitMs > 0) return waitMs;
      this.#missed();
    }
    if (this.#answers || urgent) return 0;
    const { leastBytes, muteRate } = PACE_SETTINGS;
    return Math.max(0, (this.#behindNow(nowMs) - leastBytes) / muteRate);
  }

  /** Is PROBE to follow what is written now? */
  get probes(): boolean {
    return this.asks && this.#underWay === undefined;
  }

  wrote(bytes: number, nowMs: number, probed: boolean): void {
    if (probed) this.#underWay = { bytes, atMs: nowMs };
    this.#behind = { bytes: this.#behindNow(nowMs) + bytes, atMs: nowMs };
  }

  /** The terminal has come as far as the last PROBE. */
  answered(nowMs: number): void {
    const piece = this.#underWay;
    if (!piece) return;
    this.#underWay = undefined;
    this.#answers = true;
    this.#late = 0;
    const tookMs = nowMs - piece.atMs;
    const { goalMs } = PACE_SETTINGS;
    // A small piece that came through quickly says nothing against a larger one.
    this.#bytes = bounded(tookMs <= goalMs ? this.#bytes * 2 : (piece.bytes * goalMs) / tookMs);
  }

  /** How long to wait at the end for an answer that is still to come: it must not come to who has the terminal next. */
  owedMs(nowMs: number): number {
    if (!this.#underWay) return 0;
    const { lateMs, firstMs } = PACE_SETTINGS;
    return Math.max(0, this.#underWay.atMs + (this.#answers ? lateMs : firstMs) - nowMs);
  }

  #behindNow(nowMs: number): number {
    const { bytes, atMs } = this.#behind;
    return Math.max(0, bytes - (nowMs - atMs) * PACE_SETTINGS.muteRate);
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
