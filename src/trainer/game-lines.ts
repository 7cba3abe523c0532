/**
 * A game's secrets and facts as files have them, and the table of truths that they come to:
 *
 *     secret a dog, puppy: animal, pet        its names, then its traits
 *     secret a penguin: animal, bird
 *     fact ALIVE: animal, plant               YES for secrets with one of these traits, or with this name
 *     fact FLIES: bird, -penguin, ?chicken    "-" NO, "?" MAYBE; a secret that is named beats its traits; NO for all others
 */
import { bareName, checkGame, guessOf, spellings, type Game } from '../model/game.js';
import { asked } from '../model/question.js';
import type { Folder } from './fold.js';

export interface SecretLine {
  names: string[];
  /** Folded. */
  traits: string[];
  line: number;
}

export interface FactLine {
  /** In capitals. */
  name: string;
  items: { truth: '+' | '-' | '?'; what: string }[];
  line: number;
}

export interface GameLines {
  limit: { questions: number; line: number } | undefined;
  secrets: SecretLine[];
  facts: FactLine[];
}

const parts = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** @returns undefined for a line without a name */
export function readSecret(text: string, line: number, folder: Folder): SecretLine | undefined {
  const [, names = '', traits = ''] = /^([^:]*)(?::(.*))?$/.exec(folder.fold(text, line)) ?? [];
  const list = parts(names);
  return list.some((name) => asked(name) !== '')
    ? { names: list, traits: parts(traits).map(bareName), line }
    : undefined;
}

/** @returns undefined for a line without a name */
export function readFact(text: string, line: number, folder: Folder): FactLine | undefined {
  const [, name = '', list = ''] = /^([^:]*)(?::(.*))?$/.exec(folder.fold(text, line)) ?? [];
  if (name.trim() === '') return undefined;
  const items = parts(list).map((part): FactLine['items'][number] => {
    const sign = part.startsWith('-') || part.startsWith('?') ? (part[0] as '-' | '?') : '+';
    return { truth: sign, what: bareName(part) };
  });
  if (items.some(({ what }) => what === '')) return undefined;
  return { name: name.trim().toUpperCase(), items, line };
}

export function secretText({ names, traits }: SecretLine): string {
  return `secret ${names.join(', ')}:${traits.length > 0 ? ` ${traits.join(', ')}` : ''}`;
}

export function factText({ name, items }: FactLine): string {
  const list = items.map(({ truth, what }) => `${truth === '+' ? '' : truth}${what}`);
  return `fact ${name}:${list.length > 0 ? ` ${list.join(', ')}` : ''}`;
}

export const GAME_FAULTS = {
  'no game': 'secrets or facts without a line such as "game: 20"',
  'few secrets': 'a game with fewer than two secrets',
  'no facts': 'a secret that nothing is true of',
  'facts contradict': 'a fact that is both true and false of a secret',
  twice: 'a secret or a fact that is named twice',
  'nothing named': 'a fact that names what is neither a secret nor a trait',
  'no difference': 'secrets that no fact tells apart',
  refused: 'something that no game can have',
} as const;

export interface GameFault {
  kind: keyof typeof GAME_FAULTS;
  /** Errors stop the trainer. */
  level: 'error' | 'warning';
  message: string;
  line: number;
  cure: string;
}

/** The game, as a model has it, and what is wrong with its lines. */
export function gameFrom(lines: GameLines): { game: Game; faults: GameFault[] } {
  const { secrets, facts, limit } = lines;
  const faults = [...missing(lines), ...twice(lines), ...unknownItems(lines)];
  const truths = secrets.map((secret) =>
    facts.map((fact) => {
      const { truth, quarrel, isNamedItself } = truthOf(secret, fact);
      if (quarrel)
        faults.push({
          kind: 'facts contradict',
          level: 'error',
          message: `${fact.name} of ${secret.names[0]} is ${quarrel}`,
          line: fact.line,
          cure: isNamedItself
            ? 'leave one of the two'
            : `name the secret itself in the fact, such as ${truth === '-' ? '' : '-'}${spellings(secret.names)[0]}`,
        });
      return truth;
    }),
  );
  const rows = truths.map((row) => row.join(''));
  secrets.forEach((secret, index) => {
    if (facts.length > 0 && !/[+?]/.test(rows[index]!))
      faults.push({
        kind: 'no facts',
        level: 'warning',
        message: `nothing is true of ${secret.names[0]}`,
        line: secret.line,
        cure: 'give it traits, or name it in facts',
      });
    const first = rows.indexOf(rows[index]!);
    if (first < index)
      faults.push({
        kind: 'no difference',
        level: 'warning',
        message: `no fact tells ${secret.names[0]} from ${secrets[first]!.names[0]}`,
        line: secret.line,
        cure: 'write a fact that is true of one of them alone',
      });
  });
  const game: Game = {
    limit: limit?.questions ?? 0,
    secrets: secrets.map(({ names }) => names),
    facts: facts.map(({ name }) => name),
    truths: rows,
  };
  // What a model would refuse.
  if (faults.every(({ level }) => level !== 'error')) {
    const line = limit?.line ?? 1;
    const refuse = (message: string): never => {
      throw new Refusal(message);
    };
    try {
      checkGame(game, refuse);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push({
        kind: 'refused',
        level: 'error',
        message: error.message,
        line,
        cure: 'correct the lines of the game',
      });
    }
  }
  return { game, faults };
}

class Refusal extends Error {}

const WORDS = { '+': 'YES', '-': 'NO', '?': 'MAYBE' } as const;

/** A name beats a trait; what stands in one rank must agree. */
function truthOf(
  secret: SecretLine,
  { items }: FactLine,
): { truth: '+' | '-' | '?'; quarrel?: string; isNamedItself?: boolean } {
  const names = spellings(secret.names);
  const ranks = [
    items.filter(({ what }) => names.includes(what)),
    items.filter(({ what }) => !names.includes(what) && secret.traits.includes(what)),
  ];
  const [first] = ranks.filter((rank) => rank.length > 0);
  if (!first) return { truth: '-' };
  const { truth } = first[0]!;
  const other = first.find((item) => item.truth !== truth);
  return {
    truth,
    isNamedItself: first === ranks[0],
    ...(other && { quarrel: `${WORDS[truth]} by ${first[0]!.what}, but ${WORDS[other.truth]} by ${other.what}` }),
  };
}

function missing({ limit, secrets, facts }: GameLines): GameFault[] {
  const line = limit?.line ?? secrets[0]?.line ?? facts[0]?.line ?? 1;
  const faults: GameFault[] = [];
  if (!limit)
    faults.push({
      kind: 'no game',
      level: 'error',
      message: 'there are secrets or facts, but no line says that this is a game',
      line,
      cure: 'add how many questions may be asked: game: 20',
    });
  if (secrets.length < 2)
    faults.push({
      kind: 'few secrets',
      level: 'error',
      message: `the game has ${secrets.length === 1 ? 'one secret' : 'no secret'}, so there is nothing to guess`,
      line,
      cure: 'add lines such as  secret a dog, puppy: animal, pet',
    });
  return faults;
}

/** Lines that name what another one names, also by another article. */
function twice({ secrets, facts }: GameLines): GameFault[] {
  const named = [
    ...secrets.map(({ names, line }) => ({ name: guessOf(names), line })),
    ...facts.map(({ name, line }) => ({ name, line })),
    ...secrets.flatMap(({ names, line }) => spellings(names).map((name) => ({ name: name.toUpperCase(), line }))),
  ];
  const firsts = new Map<string, number>();
  const faults = new Map<number, GameFault>();
  for (const { name, line } of named) {
    const first = firsts.get(name) ?? line;
    firsts.set(name, first);
    if (first === line || faults.has(line)) continue;
    const message = `${name} stands in line ${first} already`;
    faults.set(line, { kind: 'twice', level: 'error', message, line, cure: 'leave one of the lines, or rename one' });
  }
  return [...faults.values()];
}

function unknownItems({ secrets, facts }: GameLines): GameFault[] {
  const known = new Set(secrets.flatMap(({ names, traits }) => [...spellings(names), ...traits]));
  return facts.flatMap(({ name, items, line }) =>
    items
      .filter(({ what }) => !known.has(what))
      .map(({ what }): GameFault => ({
        kind: 'nothing named',
        level: 'warning',
        message: `${name} names ${what}, which is neither a secret nor a trait of one`,
        line,
        cure: 'correct it, or leave it out',
      })),
  );
}
