/** The whole way, with a training short enough for a test: everything after it is what a user sees. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../../src/model/npz.js';
import { Conversation, seedFrom } from '../../src/model/conversation.js';
import { cli, type CliRun } from './cli.js';

let out: string;
let run: CliRun;
let events: Record<string, unknown>[];

const ofType = (type: string): Record<string, unknown>[] => events.filter((event) => event['type'] === type);

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'z80lm-demo-'));
  run = await cli(['demo', '--json', '--epochs', '1', '--hidden', '96,64', '--out', out]);
  events = run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('z80lm demo', () => {
  it('ends with equal transcripts and status 0', () => {
    expect(run.stderr).not.toContain('error');
    expect(run.status).toBe(0);
    expect(ofType('summary')[0]).toMatchObject({ summary: { equal: true } });
  });

  it('goes through every stage in order', () => {
    const stages = ['data', 'train', 'build', 'emulate', 'flash', 'compare', 'time'];
    expect(ofType('stage').map((event) => event['stage'])).toEqual(stages);
    expect(ofType('stage-done').map((event) => event['stage'])).toEqual(stages);
  });

  it('keeps model, program, listing, symbols and both transcripts', () => {
    expect(readdirSync(out).sort()).toEqual([
      'GUESS.COM',
      'GUESS.lst',
      'GUESS.sym',
      'board.log',
      'emulator.log',
      'model.npz',
      'runs',
    ]);
    expect(readFileSync(join(out, 'GUESS.COM')).length).toBeLessThanOrEqual(40_960);
    expect(readFileSync(join(out, 'board.log'))).toEqual(readFileSync(join(out, 'emulator.log')));
  });

  it('lets the board say what the reference says', () => {
    const network = decodeModel(readFileSync(join(out, 'model.npz')), 'model.npz');
    const said = ofType('answered') as { side: string; exchange: { question: string; answer: string } }[];
    const board = said.filter(({ side }) => side === 'board');
    expect(board).toHaveLength(7);
    const conversation = new Conversation(network);
    for (const { exchange } of board) {
      const seed = seedFrom(exchange.question);
      const expected = seed === undefined ? conversation.say(exchange.question) : conversation.restart(seed);
      expect(exchange.answer).toBe(expected.replaceAll('\n', '\r\n'));
    }
  });

  it('sends every byte of the program, and only JSON to standard output', () => {
    const loads = ofType('load') as { side: string; progress: { doneBytes: number; totalBytes: number } }[];
    const last = loads.filter(({ side }) => side === 'board').at(-1)!.progress;
    expect(last.doneBytes).toBe(readFileSync(join(out, 'GUESS.COM')).length);
    expect(last.totalBytes).toBe(last.doneBytes);
  });
});
