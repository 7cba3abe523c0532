import { describe, expect, it } from 'vitest';
import { cli } from './cli.js';

describe('z80lm', () => {
  it('lists its commands, each with a word of explanation', async () => {
    const { status, stdout } = await cli(['--help']);
    expect(status).toBe(0);
    for (const name of ['demo', 'train', 'build', 'run', 'asm', 'board', 'flash', 'console'])
      expect(stdout).toMatch(new RegExp(`^  ${name} .*\\w`, 'm'));
  });

  it.each([[['nonsense']], [['build']], [['run', '--nonsense', 'X.COM']]])(
    'exits with 2 for %j, and says why',
    async (args) => {
      const { status, stdout, stderr } = await cli(args);
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/error:/);
    },
  );

  it('names a missing file and what to do about it', async () => {
    const { status, stderr } = await cli(['run', 'NONE.COM']);
    expect(status).toBe(2);
    expect(stderr).toContain('error: NONE.COM: there is no such file');
    expect(stderr).toContain('hint: ');
  });
});
