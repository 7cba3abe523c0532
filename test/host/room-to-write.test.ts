/** A stream that is full, waited for again and again. */
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { roomToWrite } from '../../src/host/room-to-write.js';

function slow(): Writable {
  return new Writable({ highWaterMark: 4, write: (_chunk, _encoding, done) => setImmediate(done) });
}
const listeners = (stream: Writable): number =>
  ['drain', 'close', 'error'].reduce((sum, event) => sum + stream.listenerCount(event), 0);

it('leaves no listener behind, whatever ends the wait', async () => {
  const stream = slow();
  const before = listeners(stream);
  expect(roomToWrite(stream)).toBeUndefined();
  for (let i = 0; i < 40; i++) {
    stream.write('too much');
    await roomToWrite(stream);
    expect(stream.writableNeedDrain).toBe(false);
  }
  expect(listeners(stream)).toBe(before);

  const abort = new AbortController();
  stream.write('too much');
  const called = roomToWrite(stream, abort.signal);
  abort.abort();
  await called;
  expect(listeners(stream)).toBe(before);

  const waiting = roomToWrite(stream);
  stream.destroy();
  await waiting;
  expect(listeners(stream)).toBe(before);
  expect(roomToWrite(stream)).toBeUndefined();
});
