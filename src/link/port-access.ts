/**
 * Why a port cannot be opened, in facts: who holds it, and what keeps this user out. Everything here looks
 * (/proc, /etc/group, the node's mode) and touches nothing; what cannot be seen is left out, not guessed.
 */
import { accessSync, constants, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { plainLine } from '../seams/plain.js';

export interface Holder {
  pid: number;
  /** The program's name as `ps` shows it. */
  name: string;
}

/** What can be seen, or undefined: processes and devices come and go, and not all are ours to look at. */
export function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/**
 * The other processes that have the port open, as far as this user may see them (/proc/PID/fd; Linux).
 * The process behind a pseudo-terminal (its master's owner) is no holder: it is the board.
 */
export function portHolders(port: string, proc = '/proc'): Holder[] {
  const target = attempt(() => realpathSync(port)) ?? port;
  const ptsNumber = /^\/dev\/pts\/(\d+)$/.exec(target)?.[1];
  const holders: Holder[] = [];
  for (const entry of attempt(() => readdirSync(proc)) ?? []) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const fds = attempt(() => readdirSync(`${proc}/${pid}/fd`)) ?? [];
    const files = fds.map((fd) => ({ fd, file: attempt(() => readlinkSync(`${proc}/${pid}/fd/${fd}`)) }));
    if (!files.some(({ file }) => file === target)) continue;
    const isMaster = files.some(
      ({ fd, file }) =>
        file !== undefined &&
        /^\/dev\/(pts\/)?ptmx$/.test(file) &&
        attempt(() => readFileSync(`${proc}/${pid}/fdinfo/${fd}`, 'latin1'))?.match(/tty-index:\s*(\d+)/)?.[1] ===
          ptsNumber,
    );
    if (isMaster) continue;
    holders.push({
      pid,
      name: plainLine(attempt(() => readFileSync(`${proc}/${pid}/comm`, 'utf8').trim()) ?? 'a program'),
    });
  }
  return holders;
}

const HOLDERS_SHOWN = 3;

/** `picocom (process 12) and screen (process 15)`; empty if there are none. */
export function holdersInWords(holders: readonly Holder[]): string {
  const words = holders.slice(0, HOLDERS_SHOWN).map(({ pid, name }) => `${name} (process ${pid})`);
  if (holders.length > HOLDERS_SHOWN) words.push(`${holders.length - HOLDERS_SHOWN} more`);
  return words.join(' and ');
}

/**
 * Is this character device something other than a terminal line: /dev/null, a disk's control node? Linux says without
 * our opening it, which might reset a board: /sys has a line for each device but pseudo-terminals, and where /sys cannot be
 * seen (a container) /proc/tty/drivers has one for each kind of terminal. Elsewhere opening it will tell.
 */
export function isOtherDevice(rdev: number, sys = '/sys', proc = '/proc'): boolean {
  const major = (rdev >> 8) & 0xfff;
  const minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
  const subsystem = attempt(() => readlinkSync(`${sys}/dev/char/${major}:${minor}/subsystem`));
  if (subsystem !== undefined) return basename(subsystem) !== 'tty';
  const drivers = attempt(() => readFileSync(`${proc}/tty/drivers`, 'latin1'));
  // pty_slave  /dev/pts  136 0-1048575 pty:slave
  return drivers !== undefined && !drivers.split('\n').some((line) => Number(/\s(\d+)\s+\d/.exec(line)?.[1]) === major);
}

/** What decides whether a user may open a device node. */
export interface NodeFacts {
  path: string;
  /** Permission bits, e.g. 0o660. */
  mode: number;
  owner: string;
  /** The group's name, or its number where it has none. */
  group: string;
  groupId: number;
  /** Undefined for a process of a number that no user has. */
  user: string | undefined;
  /** Is the user entered in the group (/etc/group)? */
  member: boolean;
  /** Does this session already have the group? */
  inSession: boolean;
  /** May this process read and write it? The mode does not say all: there are access lists, and containers. */
  mayOpen: boolean;
}

/** The remedy for "permission denied" on this very node. */
export function accessHint(facts: NodeFacts): string {
  const { path, mode, owner, group, groupId, user, member, inSession } = facts;
  const who = user ?? 'this user';
  const groupMay = (mode & 0o060) === 0o060;
  if (groupMay && member && !inSession)
    return `${who} is in the group "${group}", but this session began before that: log out and in again (or run: newgrp ${group})`;
  // To join root's group is too much for a port, whatever that group is called; one without a name cannot be joined.
  if (groupMay && !member && user !== undefined && groupId !== 0 && group !== 'root' && !/^\d*$/.test(group))
    return `${path} may be used by the group "${group}"; run: sudo usermod -aG ${group} ${user}  and log in again`;
  const shown = (mode & 0o777).toString(8).padStart(3, '0');
  return `${path} belongs to ${owner}:${group} with mode ${shown}, which keeps ${who} out; run: sudo chmod a+rw ${path}  (until it is plugged in again)`;
}

/** The names in /etc/passwd or /etc/group by number, and the members of each group. */
function table(file: string): Map<number, { name: string; members: string[] }> {
  const lines = attempt(() => readFileSync(file, 'utf8'))?.split('\n') ?? [];
  const entries = new Map<number, { name: string; members: string[] }>();
  for (const line of lines) {
    const [name, , id = '', members = ''] = line.split(':');
    // What is no entry (an empty line, NIS's "+::") has no name or no number, and Number('') would be root's. Where two
    // have one number the first counts, as for the system.
    if (!name || !/^\d+$/.test(id) || entries.has(Number(id))) continue;
    entries.set(Number(id), { name, members: members.split(',').filter((member) => member !== '') });
  }
  return entries;
}

export function nodeFacts(path: string): NodeFacts | undefined {
  const node = attempt(() => statSync(path));
  if (node === undefined) return undefined;
  const user = attempt(() => userInfo().username);
  const group = table('/etc/group').get(node.gid);
  return {
    path,
    mode: node.mode & 0o777,
    owner: table('/etc/passwd').get(node.uid)?.name ?? String(node.uid),
    group: group?.name ?? String(node.gid),
    groupId: node.gid,
    user,
    member: user !== undefined && (group?.members.includes(user) ?? false),
    inSession: process.getgroups?.().includes(node.gid) ?? false,
    mayOpen: attempt(() => accessSync(path, constants.R_OK | constants.W_OK) ?? true) ?? false,
  };
}

/** Does a program of this name run? */
export function programRuns(name: string, proc = '/proc'): boolean {
  return (attempt(() => readdirSync(proc)) ?? []).some(
    (pid) => /^\d+$/.test(pid) && attempt(() => readFileSync(`${proc}/${pid}/comm`, 'latin1').trim()) === name,
  );
}
