/** Wrong use of `z80lm data gen`, in words; and that it asks before it spends. */
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerGen } from '../../src/commands/data-gen.js';

let said: string;
beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => ((said += String(chunk)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe('z80lm data gen', () => {
  it.each([
    [[], /nothing to make pairs from/],
    [['small-talk', '--topic', 'x'], /more than one thing/],
    [['small-talk', '--provider', 'claude'], /takes no spec/],
    [['--topic', 'x'], /need a language model/],
    [['--topic', '\x1b[2J', '--provider', 'ollama'], /--topic is "\\u001b\[2J"/],
    [['--topic', 'x', '--answers', 'A', '--provider', 'ollama'], /--answers goes with --persona/],
    [['--topic', 'x', '--dialogues', '--provider', 'ollama'], /--dialogues goes with --persona/],
    [['small-talk', '--dialogues'], /--dialogues goes with --persona/],
    [['--persona', 'x', '--answers', 'A|B', '--provider', 'ollama'], /--answers is "A\|B"/],
    [['--persona', 'x'.repeat(2001), '--provider', 'ollama'], /the persona has 2001 characters/],
    [['--topic', 'x', '--provider', 'ollama', '--price', 'much'], /--price is "much"/],
    [['--topic', 'x', '--provider', 'ollama', '--pairs', '3'], /--pairs is "3"/],
    [['--topic', 'x', '--provider', 'ollama', '--price', '1/2', '-o', '/nowhere/x'], /no terminal to ask on/],
  ])('%j is wrong use', async (words, message) => {
    const program = new Command();
    registerGen(program);
    await program.parseAsync(['gen', ...words], { from: 'user' });
    expect(said).toMatch(message);
    expect(said).toMatch(/hint: /);

    expect(said).not.toMatch(/\x1b\[2J/);
    expect(process.exitCode).toBe(2);
  });
});
