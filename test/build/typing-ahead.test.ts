/**
 * Typing while the program thinks, on the virtual board: its UART has room for one or two characters and interrupts
 * for each, so a program that kept interrupts off would lose what comes meanwhile. The line here has no RTS.
 */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { answer } from '../../src/model/inference.js';
import { booted } from '../emu/board/harness.js';
import { randomNetwork } from './random-network.js';

const PROMPT = '\r\n> ';
/** Longer than any UART's own memory. */
const AHEAD = 'is it alive and well';

describe.each(['acia', 'sio'] as const)('on a board with %s', (uart) => {
  it('nothing that is typed while it thinks is lost', () => {
    const network = randomNetwork(31, { widths: [200, 120, 12], density: 0.4, biasReach: 300 });
    network.charset = [...'ABCDEFGHIJK', '\0'];
    const { program } = buildProgram(network, { maxSize: 50_000 }, firmwareReader(nodeFiles));
    const t = booted({ uart, flowControl: false, files: [{ name: 'TEST.COM', bytes: program }] });
    t.type('TEST\r');
    t.until(PROMPT);
    t.type('is it big\r');
    t.until('is it big\r\n');
    // Now it computes the first character: the whole next line arrives meanwhile, at full speed.
    t.type(`${AHEAD}\r`);
    t.wait((AHEAD.length + 1) * 0.0001);
    expect(t.said()).toBe('');
    const shown = t.until(`${AHEAD}\r\n`) + t.until(PROMPT, 30);
    // The first answer is whole, then comes the line that waited.
    const [first, second] = shown.split(PROMPT);
    expect(first).toBe(answer(network, 'is it big'));
    expect(second).toBe(`${AHEAD}\r\n${answer(network, AHEAD)}`);
  });
});
