/**
 * Folding an answer to printable ASCII, which is all that a .COM's charset and a terminal of 1980 can show.
 *
 * `é` becomes `e`, a curly quote a straight one, an ellipsis three dots; what has no such form (an emoji,
 * another script, a control character) is dropped. Nothing happens in silence: each change is counted.
 */

/** One character that was changed, and how often. */
export interface Fold {
  /** The character as it stands in the file. */
  from: string;
  /** Its ASCII form; empty where it was dropped. */
  to: string;
  count: number;
  /** Line of the first one, from 1. */
  line: number;
}

/** Characters whose ASCII form Unicode's compatibility decomposition does not know. */
const ASCII_FORMS: Record<string, string> = {
  ...spread("'", '‘’‚‛′´ʼ'),
  ...spread('"', '“”„‟″«»'),
  ...spread('-', '‐‑‒–—―−'),
  ...spread(' ', '\t\u2028\u2029'),
  ...spread('o', 'øº'),
  ...spread('O', 'Ø'),
  ...spread('*', '•·●'),
  '‹': '<',
  '›': '>',
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'TH',
  ı: 'i',
  '×': 'x',
  '÷': '/',
  '⁄': '/',
  '¿': '?',
  '¡': '!',
  '→': '->',
  '←': '<-',
  '€': 'EUR',
  '£': 'GBP',
};

function spread(to: string, from: string): Record<string, string> {
  return Object.fromEntries([...from].map((c) => [c, to]));
}

/** The ASCII form of one character (a code point), empty where there is none. */
function asciiForm(character: string): string {
  if (/^[\x20-\x7e]$/.test(character)) return character;
  const known = ASCII_FORMS[character];
  if (known !== undefined) return known;
  const plain = character.normalize('NFKD').replace(/\p{M}/gu, '');
  return [...plain]
    .map((c) => ASCII_FORMS[c] ?? c)
    .join('')
    .replace(/[^\x20-\x7e]/g, '');
}

/** Folds line by line and remembers what it changed. */
export class Folder {
  readonly #seen = new Map<string, Fold>();

  /** The text in printable ASCII. Combining marks are joined to their letters first, so `e` + accent is one change. */
  fold(text: string, line: number): string {
    if (/^[\x20-\x7e]*$/.test(text)) return text;
    let out = '';
    for (const from of text.normalize('NFC')) {
      const to = asciiForm(from);
      out += to;
      // A tab is a blank like any other: nobody wants to read about it.
      if (to === from || from === '\t') continue;
      const fold = this.#seen.get(from);
      if (fold) fold.count++;
      else this.#seen.set(from, { from, to, count: 1, line });
    }
    return out;
  }

  /** What was changed, commonest first. */
  get folds(): Fold[] {
    return [...this.#seen.values()].sort((a, b) => b.count - a.count || a.line - b.line);
  }
}
