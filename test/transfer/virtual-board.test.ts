/**
 * The bundled board, flashed through its pseudo-terminal as a board on a cable: Z80 code at the other end, in real
 * time, with characters at 115200 baud.
 */
import { describe, expect, it } from 'vitest';
import type { LoadProgress } from '../../src/seams/target.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { recogniseBoard } from '../../src/transfer/recognise.js';
import { recover } from '../../src/transfer/recover.js';
import { withBoard } from '../fakes/with-board.js';
import { sample } from './samples.js';
import { toBytes } from '../../src/seams/bytes.js';

/**
 * A program that echoes its command tail and returns:
 *   LD DE,0082h; LD A,(0080h); LD L,A; LD H,0; ADD HL,DE; DEC HL; LD (HL),'$'; LD C,9; JP 0005h
 */
const ECHO_TAIL = Uint8Array.of(
  0x11,
  0x82,
  0x00,
  0x3a,
  0x80,
  0x00,
  0x6f,
  0x26,
  0x00,
  0x19,
  0x2b,
  0x36,
  0x24,
  0x0e,
  0x09,
  0xc3,
  0x05,
  0x00,
);

/** The program above, made long by bytes that are never run. */
function program(size: number, seed = 1): Uint8Array {
  const bytes = sample(size, seed);
  bytes.set(ECHO_TAIL);
  return bytes;
}

async function steps(load: AsyncIterable<LoadProgress>): Promise<string[]> {
  const all: string[] = [];
  for await (const { step } of load) if (step !== all.at(-1) && !step.includes('(')) all.push(step);
  return all;
}

// Side by side, since they wait for the line most of the time.
describe.concurrent('the virtual board', () => {
  it('is recognised, flashed twice, and runs what it got', () =>
    withBoard({}, async (line, clock) => {
      expect((await recover(line, clock, { only: 'look' })).situation).toBe('cpm');
      expect(await recogniseBoard(line, clock)).toBe('romwbw');
      const target = boardTarget(line, romwbwDriver(), clock);
      for (const seed of [1, 2])
        expect(await steps(target.load({ name: 'ECHO.COM', bytes: program(1500, seed) }))).toEqual([
          'waiting for the prompt',
          'looking for XM',
          'starting the receiver',
          'sending',
          'reading back',
          'renaming',
          'done',
        ]);
      await target.start('hello board');
      const cpm = new CpmLine(line, clock);
      const end = await cpm.reader.expect(/\nA>/, 60_000, 'the prompt');
      expect(end.before + end.text).toMatch(/^HELLO BOARD\r\n[^]*A>$/);
      await cpm.cleanPrompt();
      expect((await cpm.command('DIR')).text).toBe('A: ECHO     COM');
    }));

  it('says so when the program is not there', () =>
    withBoard({}, async (line, clock) => {
      const target = boardTarget(line, romwbwDriver(), clock, { program: 'NIX.COM' });
      await expect(target.start('')).rejects.toMatchObject({ message: 'the board does not know NIX' });
    }));

  it('without flow control: paced, it arrives', () =>
    withBoard(
      { flowControl: false },
      async (line, clock) => {
        const target = boardTarget(line, romwbwDriver({ blockSize: 128 }), clock);
        expect(await steps(target.load({ name: 'ECHO.COM', bytes: program(1000) }))).toContain('done');
      },
      { flow: 'none', paceMs: 1 },
    ));

  it('over TCP', () =>
    withBoard({ tcpPort: 0 }, async (line, clock) => {
      const target = boardTarget(line, romwbwDriver(), clock);
      expect(await steps(target.load({ name: 'ECHO.COM', bytes: program(1000) }))).toContain('done');
    }));

  it('with noise on the line: the right file, or a clear failure and the old file', () =>
    withBoard({ noise: { flip: 0.0003, drop: 0.0003, duplicate: 0.0003, seed: 3 } }, async (line, clock) => {
      const target = boardTarget(line, romwbwDriver({ blockSize: 128 }), clock);
      const load = target.load({ name: 'ECHO.COM', bytes: program(2000) });
      const outcome = await steps(load).catch((error: unknown) => error);
      if (Array.isArray(outcome)) expect(outcome).toContain('done');
      else expect(outcome).toMatchObject({ name: expect.stringMatching(/TransferError|RefusedError/) as string });
    }));

  it('a program that is running is left by ^C', () =>
    withBoard({}, async (line, clock) => {
      await line.write(toBytes('B:XM\rsome typing'));
      await clock.sleep(300);
      expect((await new CpmLine(line, clock).cleanPrompt()).drive).toMatch(/^[AB]$/);
    }));
});
