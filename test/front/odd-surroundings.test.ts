/**
 * Files that need not be there, where one cannot even look: a home folder that is a file, links in a circle, a folder
 * that is gone. (Root may look everywhere, so "permission denied" alone would test nothing for it.) Nothing of that is
 * an internal error, and what does not depend on the file goes on.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { knownBoardsFile, recall, remember } from '../../src/commands/known-boards.js';
import { CONFIG_FILE } from '../../src/commands/settings.js';
import { report } from '../../src/commands/shared.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { InputError, UsageError } from '../../src/seams/errors.js';
import { cli } from '../e2e/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-odd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Folders that none of the user's files can be in, and what is said of that. */
const IMPOSSIBLE: [home: string, why: string][] = [
  [join(folder, 'file'), 'part of the path is a file, not a folder'],
  [join(folder, 'circle'), 'symbolic links lead in a circle'],
];
writeFileSync(join(folder, 'file'), '');
symlinkSync(join(folder, 'circle'), join(folder, 'circle'));

describe('the boards that doctor knows', () => {
  it.each(IMPOSSIBLE)('are none in %s, which is one remark, and nothing can be added', (home, why) => {
    const file = knownBoardsFile({ XDG_CONFIG_HOME: home })!;
    const remarks: string[] = [];
    expect(recall(nodeFiles, '/dev/ttyUSB0', (line) => remarks.push(line), file)).toBeUndefined();
    expect(remarks).toEqual([`${file} is ignored: ${why}`]);
    const known = { seen: '2026-01-01' };
    expect(() => remember(nodeFiles, '/dev/ttyUSB0', known, file)).toThrow(
      expect.objectContaining({ name: 'InputError' }) as Error,
    );
  });

  it('are not looked for under a relative path, nor is a missing file worth a remark', () => {
    expect(knownBoardsFile({ XDG_CONFIG_HOME: 'config' })).toBe(knownBoardsFile({}));
    const never = (): void => expect.unreachable();
    expect(recall(nodeFiles, 'x', never, join(folder, 'none', 'boards.json'))).toBeUndefined();
  });
});

describe('the command line', () => {
  it.each(IMPOSSIBLE)('works with the home folder %s', async (home) => {
    const run = await cli(['doctor', '--json'], { env: { HOME: home, XDG_CONFIG_HOME: '' }, cwd: folder });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const port = await cli(['doctor', '--port', folder], { env: { HOME: home, XDG_CONFIG_HOME: '' } });
    expect(port.stderr).toContain('this is not a serial port');
    expect(port.status).toBe(3);
  });

  it('leaves out settings that cannot be read, with one remark; with --quiet without', async () => {
    const cwd = join(folder, 'settings');
    mkdirSync(join(cwd, CONFIG_FILE), { recursive: true });
    const remark = `${CONFIG_FILE} is ignored: this is a folder, not a file\n`;
    const flash = ['flash', join(folder, 'none.com')];
    expect((await cli(flash, { cwd })).stderr).toMatch(new RegExp(`^${remark}error: .*none\\.com`));
    expect((await cli([...flash, '--quiet'], { cwd })).stderr).toMatch(/^error: /);
    const run = await cli(['config'], { cwd });
    expect(run.stderr.startsWith(remark)).toBe(true);
    expect(run.status).toBe(0);
  });

  it('says so if what failed did so because the folder one is in is gone', () => {
    const printed: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    vi.spyOn(process, 'cwd').mockImplementation(() => {
      throw new Error('ENOENT: no such file or directory, uv_cwd');
    });
    try {
      expect(report(new Error('a worker did not start'), false)).toBe(2);
      expect(report(new InputError('there is no such file', { where: 'x' }), false)).toBe(2);
      expect(report(new UsageError('the seed is "x"'), false)).toBe(2);
    } finally {
      vi.restoreAllMocks();
    }
    const gone = 'error: the folder you are in does not exist any more\n';
    const plain = printed.map((text) => stripVTControlCharacters(text)).filter((text) => text.startsWith('error'));
    expect(plain).toEqual([gone, gone, 'error: the seed is "x"\n']);
  });

  it('reports from a folder of files that cannot be read', async () => {
    const out = join(folder, 'run');
    mkdirSync(out);
    symlinkSync(join(out, 'none'), join(out, 'dangling.log'));
    for (const place of [out, join(folder, 'file')]) {
      const run = await cli(['report', '-o', join(folder, 'r.zip'), '--out', place], { cwd: folder });
      expect(run.stderr).toBe('');
      expect(run.status).toBe(0);
    }
  });
});
