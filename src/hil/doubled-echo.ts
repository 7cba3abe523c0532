/**
 * An echo that came twice: the board's own, and one of the terminal adapter, the modem or the other program that thinks
 * the line is half duplex. The two copies may come one after the other or character by character, in any interleaving.
 *
 *     is it big CR is it big CR LF YES        iiss  iitt  bbiigg CR CR LF YES
 */

/** What the second echo makes of RETURN. */
const ENDS = ['\r\n', '\r', '\n', ''];
/** What the board's own makes of it. */
const OWN_END = '\r\n';

/** @returns the text with one echo of the two, or undefined where there are not two */
export function withoutSecondEcho(text: string, typed: string): string | undefined {
  if (typed === '') return undefined;
  for (const end of ENDS) {
    const second = typed + end;
    const own = typed + OWN_END;
    const length = second.length + own.length;
    const both = text.slice(0, length);
    // Half of a line end belongs to what is before it.
    if (text[length] === '\n') continue;
    // In capitals, perhaps.
    if (isInterleaved(both.toLowerCase(), own.toLowerCase(), second.toLowerCase())) return own + text.slice(length);
  }
  return undefined;
}

/** Is it made of both, each in its order? */
function isInterleaved(text: string, a: string, b: string): boolean {
  if (text.length !== a.length + b.length) return false;
  /** Which parts of `a` can stand in the text with none of `b` before them, then with one more of it, and so on. */
  let possible = Array.from({ length: a.length + 1 }, (_, i) => text.startsWith(a.slice(0, i)));
  for (let j = 1; j <= b.length; j++) {
    const next: boolean[] = [];
    for (let i = 0; i <= a.length; i++)
      next.push(
        (possible[i]! && text[i + j - 1] === b[j - 1]) || (i > 0 && next[i - 1]! && text[i + j - 1] === a[i - 1]),
      );
    possible = next;
  }
  return possible[a.length]!;
}
