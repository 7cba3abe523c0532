/**
 * What to say to a program, on whatever target it runs. As text, a line each:
 *
 *     # 20 Questions, the short way            a comment
 *     is it alive?                             typed, with RETURN, when the program asks
 *     > timeout 30s                            from here on nothing may take longer
 *     tell me everything
 *     > expect once upon                       instead of the prompt, wait for this
 *     > send ^C                                these keys, without RETURN
 *     > prompt "\r\n> "                        what the program prints when it waits (this is the default)
 *     > ask "# is that a comment?"             a question that would not be read as one
 *
 * Text is UTF-8, as a terminal sends it; a console's output is bytes.
 *
 * The same as JSON (docs/script.schema.json) for programs that write scripts, and for several steps with settings
 * of their own.
 */
import { z } from 'zod';
import { latin1, utf8 } from '../seams/bytes.js';
import { InputError } from '../seams/errors.js';
import { parseJson } from '../seams/json-text.js';
import { pageUrl, schemaUrl } from '../seams/pages.js';
import { askAll, PROMPT, SILENCE_MS, type Script } from './turns.js';

const typable = z.string().regex(/^[^\x00-\x1f\x7f]*$/, 'control characters cannot be typed in a question');
/** One character stands for one byte. */
const bytes = z.string().regex(/^[\x00-\xff]+$/, 'each character stands for a byte, so none may be above U+00FF');

const Step = z.union([
  z.strictObject({ ask: typable }).describe('typed as UTF-8, with RETURN, when the program has shown its prompt'),
  z.strictObject({ send: bytes }).describe('typed as it is, once what is awaited before it has come'),
  z.strictObject({ expect: bytes }).describe('waited for after the step before, instead of the prompt'),
  z.strictObject({ timeoutMs: z.number().positive() }).describe('longest silence from here on'),
]);

export const ScriptFile = z.strictObject({
  prompt: bytes.default(PROMPT).describe('what the program prints when it waits for a question'),
  timeoutMs: z.number().positive().default(SILENCE_MS).describe('longest silence, in milliseconds'),
  steps: z.array(Step).min(1),
});

const KEYS: Readonly<Record<string, string>> = {
  CR: '\r', RETURN: '\r', LF: '\n', ESC: '\x1b', TAB: '\t', BS: '\b', DEL: '\x7f', SPACE: ' ',
}; // prettier-ignore

/**
 * Read a script, as text or, where the file begins with `{`, as JSON.
 * @throws InputError naming file:line:column and the cure
 */
export function readScript(file: Uint8Array, name: string): Script {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch (cause) {
    throw new InputError('the script is not UTF-8 text', { where: name, hint: 'save it as plain text', cause });
  }
  const script = text.trimStart().startsWith('{') ? fromJson(text, name) : fromText(text, name);
  if (!script.steps.some((step) => 'ask' in step || 'send' in step))
    throw new InputError('there is nothing to ask in the script', { where: name, hint: 'write one question a line' });
  return script;
}

function fromJson(text: string, name: string): Script {
  const hint = 'a file that begins with { is read as JSON; a question that does can be written as > ask "{"';
  const parsed = ScriptFile.safeParse(parseJson(text, 'the script', name, hint));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new InputError(`${issue.path.join('.') || 'the script'}: ${issue.message}`, {
    where: name,
    hint: `the form: ${pageUrl('compare')}, as a schema: ${schemaUrl('script')}`,
  });
}

function fromText(text: string, name: string): Script {
  const script = askAll([]);
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .forEach((line, index) => {
      const where = `${name}:${index + 1}`;
      const trimmed = line.trim();
      if (trimmed === '' || trimmed.startsWith('#')) return;
      if (!trimmed.startsWith('>')) {
        script.steps.push({ ask: checked(trimmed.normalize('NFC'), line, where) });
        return;
      }
      const [, word = '', rest = ''] = /^>\s*(\S*)\s*(.*)$/.exec(trimmed)!;
      const directive = DIRECTIVES[word];
      if (directive === undefined)
        throw new InputError(`there is no directive ${JSON.stringify(word)}`, {
          where: `${where}:${1 + line.indexOf('>')}`,
          hint: `there are ${Object.keys(DIRECTIVES).join(', ')}; a question that begins with > is written > ask "> …"`,
        });
      directive(script, rest, `${where}:${1 + line.length - line.trimStart().length + trimmed.indexOf(rest)}`);
    });
  return script;
}

const DIRECTIVES: Readonly<Record<string, (script: Script, rest: string, where: string) => void>> = {
  ask: (script, rest, where) => script.steps.push({ ask: checked(unquoted(rest, where), rest, where) }),
  expect: (script, rest, where) => script.steps.push({ expect: unquoted(asBytes(rest), where) }),
  send: (script, rest, where) => script.steps.push({ send: keysOf(rest, where) }),
  timeout: (script, rest, where) => script.steps.push({ timeoutMs: duration(rest, where) }),
  prompt(script, rest, where) {
    if (script.steps.some((step) => 'ask' in step || 'send' in step))
      throw new InputError('the prompt is named after something was typed', { where, hint: 'put it at the top' });
    script.prompt = unquoted(asBytes(rest), where);
  },
};

/** Letters beyond ASCII are several bytes; \xHH is one. */
const asBytes = (text: string): string => latin1(utf8(text));

function checked(question: string, line: string, where: string): string {
  const wrong = /[\x00-\x1f\x7f]/.exec(question)?.[0];
  if (wrong === undefined) return question;
  throw new InputError(`${JSON.stringify(wrong)} cannot be typed in a question`, {
    where: `${where}:${1 + line.indexOf(wrong)}`,
    hint: 'keys like ^C go into a line > send ^C',
  });
}

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', e: '\x1b', '\\': '\\', '"': '"' };

/** Text as it stands, or within quotes with \r \n \t \e \xHH \" \\. */
function unquoted(rest: string, where: string): string {
  if (rest === '') throw new InputError('something is missing here', { where, hint: 'for example: > expect YES' });
  if (!rest.startsWith('"')) return rest;
  const inner = /^"((?:[^"\\]|\\.)*)"$/.exec(rest)?.[1];
  if (inner === undefined || inner === '')
    throw new InputError('the quoted text is empty or does not end', {
      where,
      hint: 'write "text", with \\" for a quote',
    });
  return inner.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (whole, hex?: string, letter?: string) => {
    const character = hex === undefined ? ESCAPES[letter!] : String.fromCharCode(parseInt(hex, 16));
    if (character === undefined)
      throw new InputError(`${whole} means nothing`, { where, hint: 'there are \\r \\n \\t \\e \\xHH \\" and \\\\' });
    return character;
  });
}

/** `^C`, `ESC`, `"text"`, one after another. */
function keysOf(rest: string, where: string): string {
  const words = rest.match(/"(?:[^"\\]|\\.)*"?|\S+/g) ?? [];
  const keys = words.map((word) => {
    if (/^\^[@-_a-z]$/.test(word)) return String.fromCharCode(word.toUpperCase().charCodeAt(1) - 0x40);
    return KEYS[word] ?? (word.startsWith('"') || [...word].length === 1 ? unquoted(asBytes(word), where) : undefined);
  });
  if (keys.length > 0 && keys.every((key) => key !== undefined)) return keys.join('');
  throw new InputError(`${JSON.stringify(rest)} names no keys`, {
    where,
    hint: `write ^C, one character, "text", or one of ${Object.keys(KEYS).join(' ')}`,
  });
}

function duration(rest: string, where: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min)?$/.exec(rest);
  const ms = Number(match?.[1]) * { ms: 1, s: 1000, min: 60_000 }[(match?.[2] ?? 's') as 'ms' | 's' | 'min'];
  if (ms > 0) return ms;
  throw new InputError(`${JSON.stringify(rest)} is no time`, { where, hint: 'write 500ms, 30s or 2min' });
}

/** docs/script.schema.json, which `npm run schema` writes. */
export function scriptSchema(): string {
  const schema = z.toJSONSchema(ScriptFile, { io: 'input' });
  return `${JSON.stringify({ $comment: 'Made by npm run schema from src/hil/script.ts; not a file to edit.', ...schema }, null, 2)}\n`;
}
