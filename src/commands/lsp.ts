/** `z80lm lsp`: the assembler for an editor, by the Language Server Protocol on standard input and output. */
import { Option, type Command } from 'commander';
import { findSources, SOURCE_ENDINGS } from '../host/find-sources.js';
import { nodeFiles } from '../host/node-files.js';
import { manifest } from '../package.js';
import { DEFAULTS, type LspSettings } from '../lsp/settings.js';
import { EXIT } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';
import { defines } from './asm.js';
import { DIALECT_NAMES, type DialectName } from '../z80asm/dialect.js';
import { action } from './shared.js';

interface Options {
  main?: string[];
  include?: string[];
  define?: string[];
  ignoreCase?: boolean;
  dialect?: DialectName;
  hints?: boolean;
  warnings: boolean;
}

const collect = (value: string, list: string[] = []): string[] => [...list, value];

export function registerLsp(program: Command): void {
  program
    .command('lsp')
    .description(`A language server for editors: how to set it up is at ${pageUrl('editors')}`)
    .option('--stdio', 'talk on standard input and output: so it does anyway, but some editors say it')
    .option('--main <source>', 'where a program begins, if its INCLUDE lines do not show it (repeatable)', collect)
    .option('-I, --include <dir>', 'look for INCLUDE and INCBIN files here as well', collect)
    .option('-D, --define <name[=value]>', 'define a symbol (1 where no value is given)', collect)
    .addOption(new Option('--dialect <dialect>', 'whose language the source is in').choices(DIALECT_NAMES))
    .option('--ignore-case', 'labels that differ in letter case only are the same')
    .option('--hints', 'show hints as well, such as a JP that could be a JR')
    .option('--no-warnings', 'show errors only')
    .action(
      action<Options>(async (shell, options) => {
        const settings: LspSettings = {
          ...DEFAULTS,
          main: options.main ?? [],
          includePaths: options.include ?? [],
          defines: defines(options.define ?? []),
          ignoreCase: options.ignoreCase ?? false,
          dialect: options.dialect,
          hints: options.hints ?? false,
          warnings: options.warnings,
        };
        const { signal } = shell;
        // It is large, and the help and the completion of this command need nothing of it.
        const { LanguageServer } = await import('../lsp/server.js');
        if (process.stdin.isTTY) shell.note('waiting for an editor on standard input; Ctrl-C ends it');
        const server = new LanguageServer({
          input: process.stdin,
          output: process.stdout,
          disk: {
            read: (path) => (nodeFiles.exists(path) ? nodeFiles.read(path, 'source') : undefined),
            sourcesIn: findSources,
          },
          folder: process.cwd(),
          settings,
          version: manifest().version,
          now: () => performance.now(),
          endings: SOURCE_ENDINGS,
        });
        const stop = (): void => server.close(1);
        signal.addEventListener('abort', stop, { once: true });
        try {
          const status = await server.over;
          if (signal.aborted) return EXIT.interrupted;
          return status === 0 ? EXIT.done : EXIT.no;
        } finally {
          signal.removeEventListener('abort', stop);
          process.stdin.destroy();
        }
      }),
    );
}
