/**
 * What a program says in a conversation, turn by turn: all that it knows besides the question. firmware/chat does the same,
 * byte for byte.
 *
 *     question ──► answer of the network ──┬─ plain ──► its replies, by turns
 *        ▲                                 ├─ repeat ─► the last text once more
 *        │ the answer before               └─ game ───► truth, guess, hint, give up, again
 *        └───────── (memory) ◄─────────────┘
 */
import {
  FIRST_FORGOTTEN,
  GAME_TEXT_NAMES,
  TRUTHS,
  gameTexts,
  isNamed,
  meaningOf,
  type Action,
  type Game,
  type GameText,
} from './game.js';
import { answer, chooseAnswer } from './inference.js';
import type { ClosedSet } from './closed-set.js';
import type { Network } from './network.js';
import { fold, typed } from './question.js';
import { broken, ownReplies, repliesTo } from './voice.js';
import { latin1 } from '../seams/bytes.js';

export interface ConversationOptions {
  /** Fixes which secrets come, and with which variant every turn begins: 0 to 65,535. */
  seed?: number | undefined;
  /** Of a game without a seed: 16 bits that nobody can know, for each secret. */
  chance?: () => number;
}

/** The classic generator of 16-bit machines: all 65,536 states come before one comes again. */
const nextState = (state: number): number => (state * 25_173 + 13_849) & 0xffff;

export const MOST_SEED = 0xffff;

/** A line that is a slash and a number fixes the seed. @returns undefined for any other */
export function seedFrom(line: string): number | undefined {
  const digits = /^\/ *(\d+) *$/.exec(line)?.[1];
  // As a word of 16 bits takes it, however long it is.
  return digits === undefined
    ? undefined
    : [...digits].reduce((seed, digit) => (seed * 10 + Number(digit)) & MOST_SEED, 0);
}

export class Conversation {
  readonly #network: Network;
  readonly #closed: ClosedSet | undefined;
  readonly #chance: () => number;
  #seed: number | undefined;
  /** How often a text was said, for each answer and each text of the game. */
  #turns = new Map<string, number>();
  #answered: string | undefined;
  #before: string | undefined;
  #last: string | undefined;
  #state = 0;
  #secret: number | undefined;
  #questions = 0;
  #told = new Set<string>();
  #hintAt = 0;

  constructor(network: Network, { seed, chance = () => 0 }: ConversationOptions = {}) {
    this.#network = network;
    this.#closed = network.closed;
    this.#chance = chance;
    this.#begin(seed);
  }

  /** What stands before the next question. In a game it counts. */
  get prompt(): string {
    return this.#closed?.game ? `${this.#questions + 1}> ` : '> ';
  }

  /** What the network answered last: the answer of pairs that its replies stand for. */
  get answered(): string | undefined {
    return this.#answered;
  }

  /** Of the game that is being played: what nobody should see who plays it. */
  get secret(): string | undefined {
    return this.#secret === undefined ? undefined : this.#closed?.game?.secrets[this.#secret]?.[0];
  }

  /** Begin anew with this seed. @returns what is said to that */
  restart(seed: number): string {
    this.#begin(seed);
    const { game } = this.#closed ?? {};
    return game ? this.#newGame(game) : '';
  }

  /**
   * What is said to a question; a line feed begins a new line.
   * @param question text as typed, or the bytes of it that a terminal sends
   */
  say(question: string | Uint8Array): string {
    const closed = this.#closed;
    const bytes = typeof question === 'string' ? typed(question) : question;
    if (closed?.steps !== 'answers') return (this.#answered = answer(this.#network, bytes));
    const { game, voice } = closed;
    if (game && this.#secret === undefined) this.#draw(game);
    const chosen = chooseAnswer(this.#network, closed, bytes, this.#before);
    this.#answered = chosen;
    // The fallback is about nothing, so what was spoken of before it still is.
    if (chosen === closed.unknown?.answer) return this.#reply(chosen);
    if (chosen === voice?.repeat) return this.#last ?? this.#reply(chosen);
    this.#before = chosen;
    const meaning = meaningOf(game, chosen);
    if (!game || meaning.kind === 'plain') return this.#reply(chosen);
    if (meaning.kind === 'action') return this.#act(game, meaning.action);
    if (meaning.kind === 'fact') return this.#tell(game, meaning.index, chosen);
    return this.#guess(game, meaning.index, latin1(fold(bytes)));
  }

  #begin(seed: number | undefined): void {
    this.#seed = seed;
    this.#state = seed ?? 0;
    this.#turns = new Map();
    this.#before = undefined;
    this.#last = undefined;
    this.#secret = undefined;
    this.#questions = 0;
  }

  #draw(game: Game): void {
    if (this.#seed === undefined) this.#state += this.#chance();
    this.#state = nextState(this.#state & 0xffff);
    const next = (this.#state >> 8) % game.secrets.length;
    // Not the same one again.
    this.#secret = next === this.#secret ? (next + 1) % game.secrets.length : next;
    this.#hintAt = (this.#state & 0xff) % this.#closed!.answers.length;
    this.#questions = 0;
    this.#told = new Set();
  }

  #newGame(game: Game): string {
    this.#draw(game);
    return this.#gameText('AGAIN');
  }

  #tell(game: Game, fact: number, chosen: string): string {
    this.#told.add(chosen);
    return this.#counted(game, GAME_TEXT_NAMES[TRUTHS.indexOf(game.truths[this.#secret!]![fact]!)]!);
  }

  #guess(game: Game, secret: number, folded: string): string {
    // A network takes many a word for one that it knows: only who names the secret has guessed it.
    if (!isNamed(folded, game.secrets[secret]!)) return this.#gameText('SPELL');
    if (secret !== this.#secret) return this.#counted(game, 'NO');
    this.#questions++;
    const won = this.#gameText('WIN');
    return `${won}\n${this.#newGame(game)}`;
  }

  #act(game: Game, action: Action): string {
    if (action === 'AGAIN') return this.#newGame(game);
    if (action === 'GIVE UP') {
      const told = this.#gameText('GIVE UP');
      return `${told}\n${this.#newGame(game)}`;
    }
    const hint = this.#nextHint(game);
    if (hint === undefined) return this.#gameText('NO HINT');
    this.#told.add(hint);
    this.#questions++;
    return this.#unlessLost(game, this.#reply(hint));
  }

  /** A fact that is true, has words of its own and was not told yet. */
  #nextHint({ facts, truths }: Game): string | undefined {
    const { answers, voice } = this.#closed!;
    for (let i = 0; i < answers.length; i++) {
      const name = answers[(this.#hintAt + i) % answers.length]!;
      const fact = facts.indexOf(name);
      if (fact < 0 || truths[this.#secret!]![fact] !== '+' || this.#told.has(name)) continue;
      if (ownReplies(voice, name)) return name;
    }
    return undefined;
  }

  #counted(game: Game, text: GameText): string {
    this.#questions++;
    return this.#unlessLost(game, this.#gameText(text));
  }

  #unlessLost(game: Game, said: string): string {
    if (this.#questions < game.limit) return said;
    const lost = this.#gameText('LOSE');
    return `${said}\n${lost}\n${this.#newGame(game)}`;
  }

  #gameText(name: GameText): string {
    const { voice, game } = this.#closed!;
    const text = broken(this.#byTurns(`game ${name}`, gameTexts(voice, name)));
    if (GAME_TEXT_NAMES.indexOf(name) < FIRST_FORGOTTEN) return (this.#last = text);
    const [it = ''] = game!.secrets[this.#secret!]!;
    return text.replaceAll('{it}', () => it).replaceAll('{n}', String(this.#questions));
  }

  #reply(chosen: string): string {
    const texts = repliesTo(this.#closed!.voice, chosen);
    return (this.#last = broken(this.#byTurns(`answer ${chosen}`, texts)));
  }

  #byTurns(slot: string, texts: readonly string[]): string {
    const turn = this.#turns.get(slot) ?? (this.#seed ?? 0) & 0xff;
    this.#turns.set(slot, (turn + 1) & 0xff);
    return texts[turn % texts.length]!;
  }
}
