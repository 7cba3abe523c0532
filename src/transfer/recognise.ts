/**
 * Who is at the other end? The board is brought to its CP/M prompt (recover.ts), and DIR, which only looks, then tells
 * which receiver is there.
 */
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import { TransferError } from '../seams/errors.js';
import { ByteReader } from '../link/byte-reader.js';
import { pacedLink } from '../link/paced-link.js';
import { toBytes } from '../seams/bytes.js';
import { CpmLine, drivesIn, LINE_SETTINGS, searches } from './cpm-line.js';
import { recover, type Situation } from './recover.js';

/** From each menu to CP/M: keys, each typed when what the one before brought has come. */
const BOOT_KEYS: Partial<Record<Situation, readonly string[]>> = {
  'romwbw-menu': ['C'],
  'romwbw-loader': ['C\r'],
  'searle-rom': [' '],
  'searle-monitor': ['X', 'Y'],
  scm: ['CPM\r'],
  // The classic boot ROM says nothing more until SPACE chooses the channel.
  silent: [' '],
};
/** Loading CP/M takes 1.4 s from ROM, more from a card; each step ends when the board has been quiet so long. */
const BOOT_QUIET_MS = 1_500;
const BOOT_LIMIT_MS = 15_000;
/** SPACE, then the monitor, then CP/M. */
const BOOT_STEPS = 4;

/**
 * Bring a board from its boot menu to CP/M. To be called only when the user asked for it: keys typed at a menu
 * start things.
 * @throws TransferError when CP/M does not come
 */
export async function bootCpm(link: ByteLink, clock: Clock): Promise<void> {
  const reader = new ByteReader(link, clock);
  let seen = await recover(link, clock, { only: 'look' });
  for (let step = 0; step < BOOT_STEPS; step++) {
    const keys = BOOT_KEYS[seen.situation];
    let heard = '';
    for (const key of keys ?? []) {
      await pacedLink(link, clock, LINE_SETTINGS.typingMs).write(toBytes(key));
      heard = await reader.untilQuiet(BOOT_QUIET_MS, BOOT_LIMIT_MS);
    }
    if (seen.situation === 'cpm') return;
    // A boot ROM says nothing to a CR at its prompt, so its own words come first.
    seen = await recover(link, clock, { heard, ...(keys !== undefined && heard !== '' && { only: 'look' }) });
  }
  throw new TransferError('the board does not get to CP/M', { where: link.name, hint: `but: ${seen.words}` });
}

/** Receivers in the order of trust. */
const XM = { driver: 'romwbw', file: 'XM.COM' };
const OTHERS: readonly { driver: string; file: string }[] = [
  ...['RECV', 'XMODEM', 'RX', 'KMD', 'ZMD'].map((tool) => ({ driver: 'cpm', file: `${tool}.COM` })),
  { driver: 'download', file: 'DOWNLOAD.COM' },
];
const RECEIVERS = [XM, ...OTHERS];
const [FIRST_DRIVES, OTHER_DRIVES] = searches() as [string, string];
/** Where they usually are, XM of RomWBW started from a card with them: few questions find most of them. */
const USUAL = [
  { files: [XM], drives: `${FIRST_DRIVES}C` },
  { files: OTHERS, drives: FIRST_DRIVES },
];
const ELSEWHERE = [{ files: RECEIVERS, drives: OTHER_DRIVES }];

export interface Recognised {
  /** As --board names it. */
  driver: string;
  /** Where it was found: `B:XM.COM`. */
  file: string;
}

export interface RecogniseOptions {
  /** Told what the board is being brought from, in words. */
  onState?: ((words: string) => void) | undefined;
}

/**
 * The name of the driver for the board on this link.
 * @throws TransferError that says what is there instead, and what the user can do
 */
export async function recogniseBoard(link: ByteLink, clock: Clock, options: RecogniseOptions = {}): Promise<string> {
  const found = await recover(link, clock, { onState: options.onState });
  if (found.situation === 'scm') return 'scm';
  const line = new CpmLine(link, clock);
  line.arrived(found);
  return (await findReceiver(line)).driver;
}

/**
 * The receiver on a board that is at its prompt, in user 0, where programs are.
 * @throws TransferError that says where it was looked for
 */
export async function findReceiver(line: CpmLine): Promise<Recognised> {
  const looked = new Set<string>();
  const user = line.prompt?.user;
  const search = async (places: typeof USUAL): Promise<Recognised | undefined> => {
    for (const { files, drives } of places)
      for (const { driver, file } of files) {
        const drive = await line.find(file, drives, looked);
        if (drive !== undefined) return { driver, file: `${drive}:${file}` };
      }
    return undefined;
  };
  // A prompt that does not tell may stand in any area, and goes to user 0 by itself at a drive that is not there.
  if (user !== 0) await line.toUser(0);
  const found = (await search(USUAL)) ?? (await search(ELSEWHERE));
  if (user) await line.toUser(user);
  if (found !== undefined) return found;
  throw new TransferError(`CP/M answers, but no receiver known to z80lm is on its drives ${drivesIn(looked)}`, {
    where: line.link.name,
    hint: `looked for ${RECEIVERS.map(({ file }) => file).join(', ')}; if another receiver is there, describe it in a board file; else use --board bootstrap`,
  });
}
