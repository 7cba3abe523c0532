import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/seams/errors.js';
import { parseJson } from '../../src/seams/json-text.js';

function fault(text: string): InputError {
  try {
    parseJson(text, 'the file', 'f.json', 'do this');
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('it is taken');
}

describe('JSON that people write', () => {
  it('is taken if it is right', () => expect(parseJson('{ "a": [1, null] }', 'x', 'x')).toEqual({ a: [1, null] }));

  it.each([
    [`{\n "port": 'x',\n}\n`, '2:10', 'a value is text in double quotes'],
    ['{ "port": nope }', '1:11', 'a value is text in double quotes'],
    ['{\n  port: 1 }', '2:3', 'a value is text in double quotes'],
    ['{ "a": 1,\n}', '2:1', 'a name in double quotes is expected'],
    ['{ "a": 1\n  "b": 2 }', '2:3', 'a comma is expected'],
    ['{ "a" 1 }', '1:7', 'a colon is expected'],
    ['{ "a": 9600,', '1:13', 'a name in double quotes is expected'],
    ['{ "a": [1, 2', '1:13', 'a closing ] is missing'],
    ['{ "a": "x }', '1:8', 'the closing " is missing'],
    ['{ // why\n "a": 1 }', '1:3', 'comments are not allowed'],
    ['{} {}', '1:4', 'nothing may follow the end'],
    ['', '1:1', 'a value is expected'],
  ])('%j: at %s', (text, place, words) => {
    const { message, where, hint } = fault(text);
    expect([where, hint]).toEqual([`f.json:${place}`, 'do this']);
    expect(message).toContain(`the file is not valid JSON: ${words}`);
  });
});
