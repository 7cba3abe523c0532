/** JSON that people write: what is wrong with it is said with line and column, whatever V8's own message has of that. */
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { InputError } from './errors.js';

/** By the library's names of its errors. */
const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a value is text in double quotes, a number, true, false, null, [ ] or { }',
  InvalidNumberFormat: 'the number is malformed',
  PropertyNameExpected: 'a name in double quotes is expected',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected',
  CommaExpected: 'a comma is expected',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'nothing may follow the end',
  InvalidCommentToken: 'comments are not allowed',
  UnexpectedEndOfComment: 'comments are not allowed',
  UnexpectedEndOfString: 'the closing " is missing',
  UnexpectedEndOfNumber: 'the number is cut off',
  InvalidUnicode: '\\u wants four hexadecimal digits',
  InvalidEscapeCharacter: 'there is no such \\ escape',
  InvalidCharacter: 'a control character has to be written as an escape, such as \\n',
};

/**
 * @param what the file is, for the message: `the script`
 * @throws InputError with file:line:column
 */
export function parseJson(text: string, what: string, where: string, hint?: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
    const [first] = errors;
    const place = first ? `:${lineAndColumn(text, first.offset)}` : '';
    const reason = (first && WORDS[printParseErrorCode(first.error)]) ?? (cause as Error).message;
    throw new InputError(`${what} is not valid JSON: ${reason}`, { where: `${where}${place}`, hint, cause });
  }
}

/** `line:column` of an offset, both from 1. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
}
