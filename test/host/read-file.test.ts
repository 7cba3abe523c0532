/** One bounded way to read: nothing without an end, no device, and a pipe for as long as something comes. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FILE_LIMITS } from '../../src/host/file-limits.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { readWholeFile } from '../../src/host/read-file.js';
import type { FileKind } from '../../src/seams/file-store.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-read-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const unix = process.platform !== 'win32';
const NO_PATIENCE = { silenceMs: 20, lookMs: 1 };

describe('a file', () => {
  it.each([0, 1, 65_535, 65_536, 200_000])('of %i bytes is read whole', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
    writeFileSync(at('x'), bytes);
    expect(readWholeFile(at('x'), length)).toEqual(bytes);
    if (length > 0) expect(() => readWholeFile(at('x'), length - 1)).toThrow('TOO_LONG');
  });

  it.each(Object.keys(FILE_LIMITS) as FileKind[])('has a limit as %s, which is named', (kind) => {
    const { mostBytes, name } = FILE_LIMITS[kind];
    writeFileSync(at('long'), '');
    truncateSync(at('long'), mostBytes + 1);
    expect(() => nodeFiles.read(at('long'), kind)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        where: at('long'),
        message: `this has more than ${mostBytes.toLocaleString('en-US')} bytes, which is too long for ${name}`,
      }) as Error,
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'that says it has no size, as those below /proc, is read all the same',
    () => {
      expect(Buffer.from(readWholeFile('/proc/self/status', 100_000)).toString()).toContain('Pid:');
    },
  );
});

describe.skipIf(!unix)('what is no file', () => {
  it('is refused as a device, but for the empty one', () => {
    for (const path of ['/dev/zero', '/dev/tty', '/dev/random'])
      expect(() => nodeFiles.read(path)).toThrow('this is a device, not a file');
    expect(nodeFiles.read('/dev/null')).toEqual(new Uint8Array());
    expect(() => readWholeFile(folder, 10)).toThrow('EISDIR');
  });

  it('a pipe is given up when nothing comes, and when too much does', () => {
    execFileSync('mkfifo', [at('pipe')]);
    expect(() => readWholeFile(at('pipe'), 10, NO_PATIENCE)).toThrow('SILENT_PIPE');
    // Both ends here: what is written waits in the pipe.
    const ends = openSync(at('pipe'), 'r+');
    expect(() => readWholeFile(at('pipe'), 10, NO_PATIENCE)).toThrow('SILENT_PIPE');
    writeSync(ends, 'eleven byte');
    expect(() => readWholeFile(at('pipe'), 10, NO_PATIENCE)).toThrow('TOO_LONG');
    closeSync(ends);
  });

  it('a pipe is read up to its end', () => {
    const script = `import { readWholeFile } from ${JSON.stringify(new URL('../../src/host/read-file.ts', import.meta.url).href)};
      process.stdout.write(readWholeFile('/dev/stdin', 100));`;
    const said = execFileSync(
      '/bin/sh',
      [
        '-c',
        '(sleep 0.2; echo one; sleep 0.2; echo two) | "$0" --import "$1" --input-type=module -e "$2"',
        process.execPath,
        import.meta.resolve('tsx'),
        script,
      ],
      { encoding: 'utf8' },
    );
    expect(said).toBe('one\ntwo\n');
  });
});
