/**
 * The spec that a data set is made from: facts and phrasings, readable and editable by anybody.
 *
 *     name: GUESS                    what the program calls itself; also description, example, prompt (repeatable)
 *     seed: 7                        take, hold: pairs for training / held out, of each value
 *
 *     list pet                       alternatives to be used as {pet}
 *       cat | dog
 *     kind is                        ways to ask about {x}; {bare} is {x} without its article
 *       (is|was) it {x}?             (a|b) one of them, [a|b] one of them or nothing
 *       ~ would you call it {x}?     "~": only in the held-out part
 *     facts is                       or `facts is+place take=4`: asked in several ways, another count
 *       YES: big; large; bigger than a (cat|dog)
 *     say HI take=40                 phrasings that need no fact
 *       hello [there|{pet}]
 *
 * A phrasing is written in proper English; data-expand.ts types it as carelessly as people do.
 */
import { InputError } from '../seams/errors.js';

/** One way to put something. */
export interface Phrasing {
  pattern: string;
  /** All its texts, {x} and {bare} left in place. */
  forms: string[];
  heldOut: boolean;
  line: number;
}

/** Something that has one answer, and the ways to say it. */
export interface Topic {
  answer: string;
  /** The value of {x}; undefined in a `say` block. */
  value: string | undefined;
  phrasings: Phrasing[];
  /** Line of the fact, or of the `say`. */
  line: number;
  /** Pairs wanted in the training part, and held out. */
  take: number;
  hold: number;
}

export interface Spec {
  file: string;
  name: string;
  description: string;
  examples: string[];
  prompts: string[];
  seed: number;
  topics: Topic[];
}

type Section =
  | { type: 'list'; items: string[] }
  | { type: 'kind'; phrasings: Phrasing[] }
  | { type: 'facts'; kinds: string[]; counts: Counts }
  | { type: 'say'; phrasings: Phrasing[] };

interface Counts {
  take: number;
  hold: number;
}

/**
 * Read a spec.
 * @throws InputError as file:line for a line that fits nothing, an unknown kind or list, or a missing name
 */
export function parseSpec(text: string, file: string): Spec {
  const header = new Map<string, string[]>();
  const lists = new Map<string, string[]>();
  const kinds = new Map<string, Phrasing[]>();
  const topics: Topic[] = [];
  let section: Section | undefined;

  const fail = (line: number, message: string, hint?: string): never => {
    throw new InputError(message, { where: `${file}:${line}`, hint });
  };
  const number = (key: string, fallback: number): number => Number(header.get(key)?.[0] ?? fallback);
  const countsOf = (words: string[], line: number): Counts => {
    const counts = { take: number('take', 8), hold: number('hold', 1) };
    for (const word of words) {
      const [, key, value] = /^(take|hold)=(\d+)$/.exec(word) ?? fail(line, `"${word}" is neither take=N nor hold=N`);
      counts[key as keyof Counts] = Number(value);
    }
    return counts;
  };

  const open = (words: string[], line: number): Section => {
    const [type, name, ...rest] = words;
    if (name === undefined) return fail(line, `"${type}" needs a name after it`);
    if (type === 'list') {
      const items: string[] = [];
      lists.set(name, items);
      return { type, items };
    }
    if (type === 'kind') {
      const phrasings = kinds.get(name) ?? [];
      kinds.set(name, phrasings);
      return { type, phrasings };
    }
    if (type === 'facts') {
      const used = name.split('+');
      const unknown = used.find((kind) => !kinds.has(kind));
      if (unknown !== undefined)
        fail(line, `there is no kind "${unknown}" above`, `the kinds are ${[...kinds.keys()].join(', ')}`);
      return { type, kinds: used, counts: countsOf(rest, line) };
    }
    // An answer may have several words; the counts come last.
    const split = words.findIndex((word, i) => i > 0 && /^(take|hold)=/.test(word));
    const end = split < 0 ? words.length : split;
    const phrasings: Phrasing[] = [];
    const answer = words.slice(1, end).join(' ').toUpperCase();
    topics.push({ answer, value: undefined, phrasings, line, ...countsOf(words.slice(end), line) });
    return { type: 'say', phrasings };
  };

  const addTo = (current: Section, content: string, line: number): void => {
    if (current.type === 'list') current.items.push(...splitOutside(content, '|'));
    else if (current.type === 'facts') {
      const [, answer, values] = /^(.+?):\s+(.+)$/.exec(content) ?? fail(line, 'a fact is ANSWER: value; value');
      const phrasings = current.kinds.flatMap((kind) => kinds.get(kind)!);
      for (const value of splitOutside(values!, ';').flatMap((v) => expandPattern(v, lists, file, line)))
        topics.push({ answer: answer!.toUpperCase(), value, phrasings, line, ...current.counts });
    } else {
      const heldOut = content.startsWith('~');
      current.phrasings.push({ pattern: content.replace(/^~\s*/, ''), forms: [], heldOut, line });
    }
  };

  text.split(/\r?\n/).forEach((raw, index) => {
    const line = index + 1;
    const content = raw.replace(/(^|\s)#.*$/, '').trim();
    if (content === '') return;
    if (/^\s/.test(raw)) {
      if (!section) fail(line, 'this line belongs to no section', 'start one with list, kind, facts or say');
      else addTo(section, content, line);
    } else if (/^(list|kind|facts|say)\b(?!:)/.test(content)) section = open(content.split(/\s+/), line);
    else {
      const [, key, value] =
        /^(name|description|example|prompt|seed|take|hold):\s*(.+)$/.exec(content) ??
        fail(line, `"${content}" starts neither a section nor a setting`, 'lines of a section are indented');
      header.set(key!, [...(header.get(key!) ?? []), value!]);
    }
  });

  // Last, for a list may stand below its use.
  for (const phrasing of new Set(topics.flatMap((topic) => topic.phrasings)))
    phrasing.forms = expandPattern(phrasing.pattern, lists, file, phrasing.line);

  const name = header.get('name')?.[0] ?? fail(1, 'the spec has no name', 'add a line such as  name: GUESS');
  return {
    file,
    name,
    description: header.get('description')?.[0] ?? '',
    examples: header.get('example') ?? [],
    prompts: header.get('prompt') ?? [],
    seed: number('seed', 1),
    topics,
  };
}

/**
 * All texts of a pattern, {x} and {bare} left in place.
 * @throws InputError for an unknown list or a bracket that never closes
 */
function expandPattern(pattern: string, lists: Map<string, string[]>, file: string, line: number): string[] {
  const fail = (message: string): never => {
    throw new InputError(message, { where: `${file}:${line}` });
  };
  const sequence = (text: string): string[] => {
    const at = text.search(/[([{]/);
    if (at < 0) return [text];
    const end = closing(text, at);
    if (end < 0) fail(`"${text[at]}" is never closed in: ${pattern}`);
    const inner = text.slice(at + 1, end);
    const choices =
      text[at] === '{'
        ? inner === 'x' || inner === 'bare'
          ? [`{${inner}}`]
          : (lists.get(inner) ?? fail(`there is no list "${inner}"`)).flatMap(sequence)
        : [...splitOutside(inner, '|').flatMap(sequence), ...(text[at] === '[' ? [''] : [])];
    const rest = sequence(text.slice(end + 1));
    return choices.flatMap((choice) => rest.map((tail) => text.slice(0, at) + choice + tail));
  };
  return [
    ...new Set(
      sequence(pattern).map((text) =>
        text
          .replace(/\s+/g, ' ')
          .replace(/ ([?!.,])/g, '$1')
          .trim(),
      ),
    ),
  ];
}

const CLOSES: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

function closing(text: string, at: number): number {
  const stack: string[] = [];
  for (let i = at; i < text.length; i++) {
    const c = text[i]!;
    if (CLOSES[c]) stack.push(CLOSES[c]);
    else if (c === stack.at(-1) && stack.length === 1) return i;
    else if (c === stack.at(-1)) stack.pop();
  }
  return -1;
}

/** Split at a separator that stands outside all brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const c of text) {
    if (CLOSES[c]) depth++;
    else if (')]}'.includes(c)) depth--;
    if (c === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
