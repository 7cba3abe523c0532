/**
 * The spec that a data set is made from: facts and phrasings, readable and editable by anybody.
 *
 *     name: GUESS                    what the program calls itself; also description, example, prompt (repeatable)
 *     unknown: HUH?                  what it says to questions about something else; also reply, repeat, game, secret and fact,
 *                                    as in a file of pairs (head.ts)
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
 *     after HI, BYE take=6           what follows these answers: KIND: ANSWER; of a kind without {x}
 *       why: POLITE
 *     guesses is take=8              for each secret of the game, with each of its names as {x}
 *
 * A phrasing is written in proper English; data-expand.ts types it as carelessly as people do.
 */
import { InputError } from '../seams/errors.js';
import { guessOf } from '../model/game.js';
import { Folder } from './fold.js';
import { HeadReader, type Head } from './head.js';

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
  /** The answer that the question follows. */
  after?: string;
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
  /** The answer to questions about something else. */
  unknown?: string;
  head: Head;
  seed: number;
  topics: Topic[];
}

type Section =
  | { type: 'list'; items: string[] }
  | { type: 'kind'; phrasings: Phrasing[] }
  | { type: 'facts'; kinds: string[]; counts: Counts }
  | { type: 'say'; phrasings: Phrasing[] }
  | { type: 'after'; answers: string[]; counts: Counts }
  | { type: 'guesses' };

interface Counts {
  take: number;
  hold: number;
}

/**
 * Read a spec.
 * @throws InputError as file:line for a line that fits nothing, an unknown kind or list, or a missing name
 */
export function parseSpec(text: string, file: string): Spec {
  const reader = new SpecReader(file);
  text.split(/\r?\n/).forEach((line, index) => reader.line(line, index + 1));
  return reader.spec();
}

class SpecReader {
  readonly #header = new Map<string, string[]>();
  readonly #lists = new Map<string, string[]>();
  readonly #kinds = new Map<string, Phrasing[]>();
  readonly #topics: Topic[] = [];
  readonly #head = new HeadReader(new Folder());
  /** Guesses are made when all secrets are known: where they stand among the topics, kinds and counts. */
  readonly #guesses: { at: number; kinds: string[]; counts: Counts; line: number }[] = [];
  #section: Section | undefined;

  constructor(private readonly file: string) {}

  line(raw: string, line: number): void {
    const content = raw.replace(/(^|\s)#.*$/, '').trim();
    if (content === '') return;
    if (/^\s/.test(raw)) {
      if (!this.#section)
        this.#fail(line, 'this line belongs to no section', 'start one with list, kind, facts, say or after');
      else this.#addTo(this.#section, content, line);
    } else if (this.#takesHead(content, line)) return;
    else if (/^(list|kind|facts|say|after|guesses)\b(?!:)/.test(content))
      this.#section = this.#open(content.split(/\s+/), line);
    else {
      const [, key, value] =
        /^(name|description|example|prompt|seed|take|hold):\s*(.+)$/.exec(content) ??
        this.#fail(line, `"${content}" starts neither a section nor a setting`, 'lines of a section are indented');
      this.#header.set(key!, [...(this.#header.get(key!) ?? []), value!]);
    }
  }

  /** Read here as in a file of pairs, but a spec's settings stand in any order. */
  #takesHead(content: string, line: number): boolean {
    const read = this.#head.read(content, line, false);
    if (read === undefined) return false;
    return read === true || this.#fail(line, read.message, read.remedy);
  }

  spec(): Spec {
    const { head } = this.#head;
    this.#makeGuesses(head);
    // Last, for a list may stand below its use.
    for (const phrasing of new Set(this.#topics.flatMap((topic) => topic.phrasings)))
      phrasing.forms = expandPattern(phrasing.pattern, this.#lists, this.file, phrasing.line);
    const settings = (key: string): string[] => this.#header.get(key) ?? [];
    return {
      file: this.file,
      name: settings('name')[0] ?? this.#fail(1, 'the spec has no name', 'add a line such as  name: GUESS'),
      description: settings('description')[0] ?? '',
      examples: settings('example'),
      prompts: settings('prompt'),
      ...(head.unknown && { unknown: head.unknown.answer }),
      head,
      seed: this.#number('seed', 1),
      topics: this.#topics,
    };
  }

  #open(words: string[], line: number): Section {
    const [type, name, ...rest] = words;
    if (name === undefined) return this.#fail(line, `"${type}" needs a name after it`);
    if (type === 'list') {
      const items: string[] = [];
      this.#lists.set(name, items);
      return { type, items };
    }
    if (type === 'kind') {
      const phrasings = this.#kinds.get(name) ?? [];
      this.#kinds.set(name, phrasings);
      return { type, phrasings };
    }
    if (type === 'facts') return { type, kinds: this.#kindsOf(name, line), counts: this.#counts(rest, line) };
    if (type === 'guesses') {
      const guesses = {
        at: this.#topics.length,
        kinds: this.#kindsOf(name, line),
        counts: this.#counts(rest, line),
        line,
      };
      this.#guesses.push(guesses);
      return { type };
    }
    // An answer may have several words; the counts come last.
    const split = words.findIndex((word, i) => i > 0 && /^(take|hold)=/.test(word));
    const end = split < 0 ? words.length : split;
    const phrasings: Phrasing[] = [];
    const answer = words.slice(1, end).join(' ').toUpperCase();
    if (type === 'after') {
      const answers = answer.split(/\s*,\s*/).filter((one) => one !== '');
      return { type, answers, counts: this.#counts(words.slice(end), line) };
    }
    this.#topics.push({ answer, value: undefined, phrasings, line, ...this.#counts(words.slice(end), line) });
    return { type: 'say', phrasings };
  }

  #addTo(section: Section, content: string, line: number): void {
    if (section.type === 'list') section.items.push(...splitOutside(content, '|'));
    else if (section.type === 'facts') {
      const [, answer, values] = /^(.+?):\s+(.+)$/.exec(content) ?? this.#fail(line, 'a fact is ANSWER: value; value');
      const phrasings = section.kinds.flatMap((kind) => this.#kinds.get(kind)!);
      const texts = splitOutside(values!, ';').flatMap((v) => expandPattern(v, this.#lists, this.file, line));
      for (const value of texts)
        this.#topics.push({ answer: answer!.toUpperCase(), value, phrasings, line, ...section.counts });
    } else if (section.type === 'after') {
      const [, kind, answer] = /^(.+?):\s+(.+)$/.exec(content) ?? this.#fail(line, 'what follows is KIND: ANSWER');
      const phrasings = this.#kindsOf(kind!, line).flatMap((one) => this.#kinds.get(one)!);
      for (const after of section.answers)
        this.#topics.push({
          answer: answer!.toUpperCase(),
          value: undefined,
          after,
          phrasings,
          line,
          ...section.counts,
        });
    } else if (section.type === 'guesses') {
      this.#fail(line, 'guesses have no lines of their own', 'they are made of the lines that begin with "secret"');
    } else {
      const heldOut = content.startsWith('~');
      section.phrasings.push({ pattern: content.replace(/^~\s*/, ''), forms: [], heldOut, line });
    }
  }

  #kindsOf(names: string, line: number): string[] {
    const kinds = names.split('+');
    const unknown = kinds.find((kind) => !this.#kinds.has(kind));
    if (unknown !== undefined)
      this.#fail(line, `there is no kind "${unknown}" above`, `the kinds are ${[...this.#kinds.keys()].join(', ')}`);
    return kinds;
  }

  #makeGuesses({ game }: Head): void {
    for (const { at, kinds, counts, line } of this.#guesses.reverse()) {
      if (!game || game.secrets.length === 0)
        this.#fail(line, 'there are no secrets to guess', 'add lines such as  secret a dog, puppy: animal, pet');
      const phrasings = kinds.flatMap((kind) => this.#kinds.get(kind)!);
      const topics = game!.secrets.flatMap(({ names, line: secretLine }) =>
        names.map((name): Topic => ({
          answer: guessOf(names),
          value: withArticle(name),
          phrasings,
          line: secretLine,
          ...counts,
        })),
      );
      this.#topics.splice(at, 0, ...topics);
    }
  }

  #counts(words: string[], line: number): Counts {
    const counts = { take: this.#number('take', 8), hold: this.#number('hold', 1) };
    for (const word of words) {
      const [, key, value] =
        /^(take|hold)=(\d+)$/.exec(word) ?? this.#fail(line, `"${word}" is neither take=N nor hold=N`);
      counts[key as keyof Counts] = Number(value);
    }
    return counts;
  }

  #number(key: string, fallback: number): number {
    return Number(this.#header.get(key)?.[0] ?? fallback);
  }

  #fail(line: number, message: string, hint?: string): never {
    throw new InputError(message, { where: `${this.file}:${line}`, hint });
  }
}

/** As a person says it: a puppy, an elephant, the moon. */
function withArticle(name: string): string {
  const small = name.toLowerCase();
  if (/^(a|an|the|some) /.test(small)) return small;
  return `${/^[aeiou]/.test(small) ? 'an' : 'a'} ${small}`;
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
