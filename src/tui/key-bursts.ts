/**
 * Keys for a console that came at once: a quick hand, a busy computer, or a paste by a terminal that does not mark it. They
 * go on as one text, which is typed as fast as the board echoes it.
 */
import { OPERATOR_SETTINGS } from '../console/operator.js';
import type { Command } from './protocol.js';

type Keys = Extract<Command, { type: 'keys' }>;

/** Of a text; any other key goes by itself. */
const CHARACTERS = /^(?:\r\n?|\n|\t|[^\x00-\x1f\x7f]+)$/;

export class KeyBursts {
  /** By console, in the order in which they came. */
  readonly #held = new Map<Keys['side'], Keys[]>();
  #due: NodeJS.Immediate | undefined;

  constructor(private readonly send: (command: Command) => void) {}

  take(command: Command): void {
    if (command.type !== 'keys' || command.as !== undefined || !CHARACTERS.test(command.text)) {
      this.#flush();
      return this.send(command);
    }
    const held = this.#held.get(command.side);
    if (held) held.push(command);
    else this.#held.set(command.side, [command]);
    this.#due ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    clearImmediate(this.#due);
    this.#due = undefined;
    for (const keys of this.#held.values()) this.send(together(keys));
    this.#held.clear();
  }
}

function together(keys: readonly Keys[]): Keys {
  if (keys.length === 1) return keys[0]!;
  const as = keys.length < OPERATOR_SETTINGS.pasteAt ? 'text' : 'paste';
  return { type: 'keys', side: keys[0]!.side, text: keys.map(({ text }) => text).join(''), as };
}
