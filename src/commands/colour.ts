/**
 * Colours for what a command prints: only where a person looks at a terminal, and NO_COLOR is respected. The
 * library's own rule also colours logs of CI machines, where escapes are noise.
 */
import pc from 'picocolors';

const wanted = process.env['NO_COLOR'] === undefined || process.env['NO_COLOR'] === '';
const terminal = process.stdout.isTTY === true && process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';

export const colour = pc.createColors(wanted && terminal);
