/** `z80lm tui`, or `z80lm` alone: the whole way on one screen. */
import type { Command } from 'commander';
import { nodeFiles } from '../host/node-files.js';
import { UsageError } from '../seams/errors.js';
import { VIRTUAL, type Settings } from '../tui/protocol.js';
import { cannotOpen, isUnicode } from '../terminal/capabilities.js';
import { preferencesFrom } from '../console/preferences.js';
import type { Manner } from '../console/typed.js';
import { keyboardOption } from './keyboard-options.js';
import { lineSettings, withLineOptions, type LinkFlags } from './link-options.js';
import { namedData, shippedSet } from './own-data.js';
import { report } from './shared.js';
import { DATASET, wholeWayOptions, wholeWaySettings, type WholeWayFlags } from './whole-way-options.js';

interface Flags extends WholeWayFlags, LinkFlags, Partial<Record<keyof Manner, string>> {
  data?: string;
  prompts?: string;
  ascii?: boolean;
  mouse?: boolean;
}

export function registerTui(program: Command): void {
  const command = program
    .command('tui')
    .description('the whole way on one screen (z80lm alone opens it, too)')
    .option('--data <data>', 'question|answer lines to train on (default: the shipped twenty questions)')
    .option('--prompts <prompts>', 'with --data: what to ask, a line each (default: the first questions of the data)');
  wholeWayOptions(command);
  withLineOptions(command)
    .addOption(keyboardOption('terminal'))
    .addOption(keyboardOption('arrows'))
    .addOption(keyboardOption('enter'))
    .addOption(keyboardOption('backspace'))
    .addOption(keyboardOption('charset', CHARSET))
    .option('--ascii', 'plain characters: no line drawing, no braille')
    .option('--mouse', 'click on the bar')
    .action(async (flags: Flags, own: Command) => {
      const { TERM } = process.env;
      try {
        const refusal = cannotOpen(process.stdin, process.stdout, TERM);
        if (refusal !== undefined)
          throw new UsageError(refusal, {
            hint: 'z80lm --help lists the commands, which do all of it; z80lm demo shows the whole way',
          });
        const settings = settingsOf(flags);
        const { openTui } = await import('../tui.js');
        process.exitCode = await openTui({
          settings,
          ascii: flags.ascii === true || !isUnicode(process.env),
          mouse: flags.mouse === true,
          env: process.env,
        });
      } catch (error) {
        process.exitCode = report(error, own.optsWithGlobals()['json'] === true);
      }
    });
}

/** @throws UsageError for values that cannot be */
export function settingsOf(flags: Flags): Settings {
  const { machine, outDir, training, clockHz } = wholeWaySettings(flags);
  const { data, prompts } = flags;
  return {
    ...(data === undefined ? shippedSet(nodeFiles, DATASET) : namedData(nodeFiles, data, prompts)),
    outDir,
    ...training,
    clockHz,
    layout: 'auto',
    maxSize: machine.programBytes,
    machine: machine.name,
    fileType: machine.file.type,
    port: flags.port ?? VIRTUAL,
    ...lineSettings(flags),
    ...keyboardSettings(flags),
  };
}

/** Models take UTF-8. */
const CHARSET = 'utf8';

/** @throws UsageError for values that cannot be */
function keyboardSettings({ terminal, arrows, enter, backspace, charset = CHARSET }: Flags): Manner {
  const all = preferencesFrom({ terminal, arrows, enter, backspace, charset });
  return {
    terminal: all.terminal,
    arrows: all.arrows,
    enter: all.enter,
    backspace: all.backspace,
    charset: all.charset,
  };
}
