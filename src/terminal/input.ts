/**
 * What comes from the outer terminal, in whole sequences: a slow line delivers the three bytes of an arrow key one by one,
 * and ESC alone is a key, too. Answers to what we have asked are told apart from keys, and a paste from typing.
 *
 *     ESC [ A                          a key
 *     ESC                              a key, once nothing has followed it for a moment
 *     ESC [ 0 n                        an answer: the terminal has come so far
 *     ESC ] 11 ; rgb:ffff/ffff/ffff    an answer: its background
 *     ESC [ 200 ~ text ESC [ 201 ~     a paste, whole: a terminal hands over 4 KB at once, and who refuses one must see all of it
 */
export type Incoming = { type: 'keys' | 'paste' | 'answer'; text: string };

/** How long an unfinished sequence may wait for its rest: some characters at 1200 baud, and no wait for a person. */
export const REST_MS = 30;

/** An answer is never longer; what looks like one and is, was typed. */
const LONGEST_ANSWER = 64;
/** Of a longer paste no more is kept than shows that it is. */
export const LONGEST_PASTE = 1 << 20;
/** ^C and ^] that come alone do not come from a paste: its end was lost, or is not waited for. */
const ENDS_PASTE = /^[\x03\x1d]$/;
const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';
const ANSWER = /^\x1b(\[[03]n|\][ -~]*(\x07|\x1b\\))/;
/** Mouse reports of the old kind; function keys of the Linux console; CSI; SS3; Alt and a key. */
const KEY = /^\x1b(\[M[^]{3}|\[\[[A-Z]|\[(?!M|\[)[0-?]*[ -/]*[@-~]|O[ -~]|[^[\]O\x1b])/u;
/** The beginning of any of them. */
const BEGUN = /^\x1b($|\[(M[^]{0,2}|\[?|[0-?]*[ -/]*)$|O$|\][ -~]*\x1b?$)/u;

export class InputSequences {
  #held = '';
  /** What has come of a paste that has not ended. */
  #paste: string | undefined;

  /** An unfinished sequence waits: `flush` is to be called after REST_MS. */
  get waits(): boolean {
    return this.#held !== '' && this.#paste === undefined;
  }

  take(text: string): Incoming[] {
    const out: Incoming[] = [];
    const add = (type: Incoming['type'], part: string): void => {
      const last = out.at(-1);
      if (last?.type === type && type !== 'answer') last.text += part;
      else if (part !== '') out.push({ type, text: part });
    };
    let rest = this.#held + text;
    this.#held = '';
    if (ENDS_PASTE.test(text) && this.#paste !== undefined) {
      this.#paste = undefined;
      rest = text;
    }
    while (rest !== '') {
      if (this.#paste !== undefined) {
        const end = rest.indexOf(PASTE_ENDS);
        // Its end may have come in part.
        const cut = end >= 0 ? end : rest.length - begunAtEnd(rest, PASTE_ENDS);
        this.#paste = (this.#paste + rest.slice(0, cut)).slice(0, LONGEST_PASTE + 1);
        this.#held = end < 0 ? rest.slice(cut) : '';
        if (end < 0) break;
        add('paste', this.#paste);
        this.#paste = undefined;
        rest = rest.slice(end + PASTE_ENDS.length);
        continue;
      }
      const at = rest.indexOf('\x1b');
      if (at !== 0) {
        add('keys', at < 0 ? rest : rest.slice(0, at));
        rest = at < 0 ? '' : rest.slice(at);
        continue;
      }
      const answer = ANSWER.exec(rest.slice(0, LONGEST_ANSWER))?.[0];
      const whole = answer ?? KEY.exec(rest)?.[0];
      if (whole === PASTE_BEGINS) this.#paste = '';
      else if (whole !== undefined) add(answer === undefined ? 'keys' : 'answer', whole);
      else if (BEGUN.test(rest) && rest.length < LONGEST_ANSWER) {
        this.#held = rest;
        break;
      } else add('keys', '\x1b');
      rest = rest.slice(whole?.length ?? 1);
    }
    return out;
  }

  /** Nothing has followed: what is held is what it is. */
  flush(): Incoming[] {
    const text = this.#held;
    // In a paste it is the beginning of the mark that ends it, which is always sent.
    if (text === '' || this.#paste !== undefined) return [];
    this.#held = '';
    return [{ type: 'keys', text }];
  }
}

/** How many characters at the end of `text` are the beginning of `what`. */
function begunAtEnd(text: string, what: string): number {
  for (let length = Math.min(text.length, what.length - 1); length > 0; length--)
    if (text.endsWith(what.slice(0, length))) return length;
  return 0;
}
