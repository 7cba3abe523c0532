/** The pseudo-terminal's descriptors: a board whose cable is pulled and put back a thousand times has as many as one. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openPty, usesGlibc } from '../../src/host/pty.js';
import { describeWithFiles } from '../outside.js';

const FDS = '/proc/self/fd';

/** The numbers alone, without that of the listing itself. */
const open = () => readdirSync(FDS).length;

/** Handles are closed when the event loop comes round. */
const rounds = async () => {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
};

it.runIf(process.platform === 'linux')('node-pty is for glibc, which a report of Node either names or not', () => {
  expect(usesGlibc({ header: { glibcVersionRuntime: '2.36' } })).toBe(true);
  expect(usesGlibc({ header: { nodejsVersion: 'v22.1.0' } })).toBe(false);
});

describeWithFiles([FDS], "a pseudo-terminal's descriptors", () => {
  it('leaves no descriptor open', async () => {
    const once = async (): Promise<void> => {
      const pty = await openPty();
      expect(pty.write(Buffer.from('kept'))).toBe(4);
      pty.close();
      await rounds();
    };
    await once(); // what the library itself opens
    const before = open();
    for (let n = 0; n < 5; n++) await once();
    expect(open()).toBe(before);
  });
});
