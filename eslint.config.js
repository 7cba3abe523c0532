// Lint rules. Beside the usual ones they hold the architecture of docs/design.md:
// only the front ends print, and imports point down the layers.
import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

/** For each room of src/, the rooms above or beside it that it must not import. */
const FORBIDDEN_IMPORTS = {
  seams: [
    'terminal',
    'machines',
    'model',
    'link',
    'trainer',
    'z80asm',
    'emu',
    'transfer',
    'hil',
    'build',
    'host',
    'commands',
    'tui',
  ],
  model: [
    'terminal',
    'machines',
    'link',
    'trainer',
    'z80asm',
    'emu',
    'transfer',
    'hil',
    'build',
    'host',
    'commands',
    'tui',
  ],
  link: [
    'terminal',
    'machines',
    'model',
    'trainer',
    'z80asm',
    'emu',
    'transfer',
    'hil',
    'build',
    'host',
    'commands',
    'tui',
  ],
  trainer: ['terminal', 'machines', 'link', 'z80asm', 'emu', 'transfer', 'hil', 'build', 'host', 'commands', 'tui'],
  z80asm: [
    'terminal',
    'machines',
    'link',
    'model',
    'trainer',
    'emu',
    'transfer',
    'hil',
    'build',
    'host',
    'commands',
    'tui',
  ],
  emu: ['terminal', 'machines', 'link', 'model', 'trainer', 'transfer', 'hil', 'build', 'host', 'commands', 'tui'],
  transfer: ['terminal', 'machines', 'model', 'trainer', 'z80asm', 'emu', 'hil', 'build', 'host', 'commands', 'tui'],
  hil: ['terminal', 'trainer', 'z80asm', 'build', 'host', 'commands', 'tui'],
  build: ['terminal', 'link', 'trainer', 'transfer', 'hil', 'host', 'commands', 'tui'],
  machines: ['terminal', 'link', 'model', 'trainer', 'transfer', 'hil', 'build', 'host', 'commands', 'tui'],
  terminal: [
    'machines',
    'model',
    'link',
    'trainer',
    'z80asm',
    'emu',
    'transfer',
    'hil',
    'build',
    'host',
    'commands',
    'tui',
  ],
  host: ['terminal', 'machines', 'model', 'trainer', 'z80asm', 'transfer', 'hil', 'build', 'commands', 'tui'],
};

/** Rooms that also run in a browser (z80lm/model, /asm, /emu, /transfer): nothing of Node's. */
const PORTABLE = ['seams', 'model', 'z80asm', 'emu', 'machines', 'transfer'];

export default tseslint.config(
  { ignores: ['dist', 'dist-test', '*.tmp', 'out', 'coverage', 'node_modules'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  ...Object.entries(FORBIDDEN_IMPORTS).map(([room, forbidden]) => ({
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^\\.\\./(\\.\\./)*(${[...forbidden].join('|')})/`,
              message: `src/${room} may not import this: imports point down the layers (docs/design.md).`,
            },
            ...(PORTABLE.includes(room)
              ? [{ regex: '^node:|/package\\.js$', message: `src/${room} also runs in a browser: no Node in it.` }]
              : []),
            {
              regex: '(cli|tui|pipeline)\\.js$|pipeline/',
              message: 'Core modules never import a front end or the pipeline.',
            },
          ],
        },
      ],
    },
  })),
  {
    // The widget library can be swapped for as long as one file knows it.
    files: ['src/**/*.ts'],
    ignores: ['src/terminal/screen.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: ['blessed'] }] },
  },
  {
    // Who imports it directly gets a seed of chance, and a test that needs luck.
    files: ['test/**/*.ts'],
    ignores: ['test/fast-check.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: ['fast-check'] }] },
  },
  { files: ['bench/**', 'scripts/**'], rules: { 'no-console': 'off' } },
  prettier,
);
