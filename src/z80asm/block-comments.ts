/** Comments between a slash with an asterisk and the same the other way round, which may go over many lines. */
import { isAfQuote } from './lexer.js';

/** The text with blanks in place of such comments: lines and columns stay. One that is never closed is none. */
export function withoutBlockComments(text: string): string {
  let at = text.indexOf('/*');
  if (at < 0) return text;
  let out = '';
  let done = 0;
  let lineStart = 0;
  while (at >= 0) {
    lineStart = Math.max(lineStart, text.lastIndexOf('\n', at) + 1, text.lastIndexOf('\r', at) + 1);
    const end = text.indexOf('*/', at + 2);
    if (end < 0) break;
    if (inCode(text, lineStart, at)) {
      out += text.slice(done, at) + text.slice(at, end + 2).replace(/[^\r\n]/g, ' ');
      done = lineStart = end + 2;
      at = text.indexOf('/*', done);
    } else at = text.indexOf('/*', at + 2);
  }
  return out + text.slice(done);
}

/** Neither in a string nor behind a semicolon or two slashes. */
function inCode(text: string, from: number, to: number): boolean {
  let quote = '';
  for (let i = from; i < to; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === '\\' && quote === '"') i++;
      else if (c === quote) quote = '';
    } else if (c === ';' || (c === '/' && text[i + 1] === '/')) return false;
    else if (c === '"' || (c === "'" && !isAfQuote(text, i))) quote = c;
  }
  return quote === '';
}
