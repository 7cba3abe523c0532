import { describe, expect, it } from 'vitest';
import { compareTranscripts } from '../../src/hil/compare.js';
import { converse, type ConverseEvent } from '../../src/hil/converse.js';
import { msPerCharacter, tStatesPerCharacter, type Transcript } from '../../src/hil/transcript.js';
import { LinkError } from '../../src/seams/errors.js';
import { FakeTarget, type FakeTargetOptions } from '../fakes/fake-target.js';

const chat: FakeTargetOptions = {
  banner: 'HELLO\r\n> ',
  reply: (line) => `${line}\r\n${line === 'why' ? '' : 'YES'}\r\n> `,
  tStatesPerMs: 1000,
};

async function talk(options: FakeTargetOptions, questions: string[]): Promise<[Transcript, ConverseEvent[]]> {
  const conversation = converse(new FakeTarget(options), questions);
  const events: ConverseEvent[] = [];
  for (;;) {
    const { done, value } = await conversation.next();
    if (done) return [value, events];
    events.push(value);
  }
}

describe('converse', () => {
  it('cuts the console into opening, questions and answers', async () => {
    const [transcript, events] = await talk(chat, ['is it big', 'why']);
    expect(Buffer.from(transcript.opening).toString()).toBe('HELLO\r\n> ');
    expect(transcript.exchanges.map((e) => e.answer)).toEqual(['YES', '']);
    expect(Buffer.from(transcript.exchanges[0]!.raw).toString()).toBe('is it big\r\nYES\r\n> ');
    expect(events.filter((event) => event.type === 'answered')).toHaveLength(2);
  });

  it('stamps each character from the end of the echo, and the end mark with the prompt', async () => {
    const [transcript] = await talk(chat, ['is it big', 'why']);
    expect(transcript.exchanges[0]!.characterMs).toEqual([1, 2, 3, 4]);
    expect(transcript.exchanges[1]!.characterMs).toEqual([1]);
    expect(transcript.exchanges[0]!.characterTStates).toEqual([1000, 2000, 3000, 4000]);
    expect(msPerCharacter(transcript)).toBe(1);
    expect(tStatesPerCharacter(transcript)).toBe(1000);
  });

  it.each([1, 2, 3, 7, 1000])('gives the same transcript in chunks of %i', async (chunk) => {
    const [whole] = await talk(chat, ['is it big']);
    const [cut] = await talk({ ...chat, chunk }, ['is it big']);
    expect(cut.exchanges[0]!.raw).toEqual(whole.exchanges[0]!.raw);
    expect(cut.exchanges[0]!.answer).toBe('YES');
  });

  it('never types before the prompt has come', async () => {
    const target = new FakeTarget({ ...chat, banner: 'loading' });
    const conversation = converse(target, ['is it big']);
    await expect(
      (async () => {
        for await (const _ of conversation);
      })(),
    ).rejects.toThrow('no prompt came after the program was started');
    expect(target.typed).toEqual([]);
  });

  it('shows the unmatched tail, without control characters, where no prompt comes', async () => {
    const error = await talk({ ...chat, reply: () => 'Bdos Err On A:\x1b[2J' }, ['hi']).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(LinkError);
    expect((error as LinkError).message).toBe('no prompt came after the question "hi"');
    expect((error as LinkError).hint).toBe('the last thing it said was "Bdos Err On A: [2J"');
    expect((error as LinkError).reason).toEqual({ timedOut: true });
  });
});

describe('compareTranscripts', () => {
  it('finds equal transcripts equal and counts their bytes', async () => {
    const [a] = await talk(chat, ['is it big']);
    const [b] = await talk({ ...chat, byteMs: 7 }, ['is it big']);
    expect(compareTranscripts(a, b)).toMatchObject({ equal: true, bytes: 9 + 'is it big\r\nYES\r\n> '.length });
  });

  it('names the first differing byte', async () => {
    const [a] = await talk(chat, ['is it big']);
    const [b] = await talk({ ...chat, reply: (line) => `${line}\r\nYEP\r\n> ` }, ['is it big']);
    const comparison = compareTranscripts(a, b);
    expect(comparison.equal).toBe(false);
    expect(comparison.exchanges[1]!.difference).toEqual({ offset: 13, left: 0x53, right: 0x50 });
    expect(comparison.exchanges[0]!.difference).toBeUndefined();
  });

  it('never calls missing data equal', async () => {
    const [a] = await talk(chat, ['is it big', 'why']);
    const [b] = await talk(chat, ['is it big']);
    expect(compareTranscripts(a, b).equal).toBe(false);
    expect(compareTranscripts(b, a).equal).toBe(false);
    expect(compareTranscripts(b, a).exchanges[2]).toMatchObject({ question: 'why', left: undefined, right: '' });
  });
});
