/**
 * Why a port cannot be opened, in facts: who holds it, and what keeps this user out. Everything here looks
 * (/proc, /etc/group, the node's mode) and touches nothing; what cannot be seen is left out, not guessed.
 */
import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';

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
    holders.push({ pid, name: attempt(() => readFileSync(`${proc}/${pid}/comm`, 'latin1').trim()) ?? 'a program' });
  }
  return holders;
}

/** What decides whether a user may open a device node. */
export interface NodeFacts {
  path: string;
  /** Permission bits, e.g. 0o660. */
  mode: number;
  owner: string;
  group: string;
  user: string;
  /** Is the user entered in the group (/etc/group)? */
  member: boolean;
  /** Does this session already have the group? */
  inSession: boolean;
}

/** The remedy for "permission denied" on this very node. */
export function accessHint(facts: NodeFacts): string {
  const { path, mode, owner, group, user, member, inSession } = facts;
  const groupMay = (mode & 0o060) === 0o060;
  if (groupMay && member && !inSession)
    return `${user} is in the group "${group}", but this session began before that: log out and in again (or run: newgrp ${group})`;
  if (groupMay && !member && group !== 'root')
    return `${path} may be used by the group "${group}"; run: sudo usermod -aG ${group} ${user}  and log in again`;
  const shown = (mode & 0o777).toString(8).padStart(3, '0');
  return `${path} belongs to ${owner}:${group} with mode ${shown}, which keeps ${user} out; run: sudo chmod a+rw ${path}  (until it is plugged in again)`;
}

/** The names in /etc/passwd or /etc/group by number, and the members of each group. */
function table(file: string): Map<number, { name: string; members: string[] }> {
  const lines = attempt(() => readFileSync(file, 'utf8'))?.split('\n') ?? [];
  return new Map(
    lines.map((line) => {
      const [name = '', , id = '', members = ''] = line.split(':');
      return [Number(id), { name, members: members.split(',') }];
    }),
  );
}

export function nodeFacts(path: string): NodeFacts | undefined {
  const node = attempt(() => statSync(path));
  if (node === undefined) return undefined;
  const user = attempt(() => userInfo().username) ?? 'this user';
  const group = table('/etc/group').get(node.gid);
  return {
    path,
    mode: node.mode & 0o777,
    owner: table('/etc/passwd').get(node.uid)?.name ?? String(node.uid),
    group: group?.name ?? String(node.gid),
    user,
    member: group?.members.includes(user) ?? false,
    inSession: process.getgroups?.().includes(node.gid) ?? false,
  };
}

/** Does a program of this name run? */
export function programRuns(name: string, proc = '/proc'): boolean {
  return (attempt(() => readdirSync(proc)) ?? []).some(
    (pid) => /^\d+$/.test(pid) && attempt(() => readFileSync(`${proc}/${pid}/comm`, 'latin1').trim()) === name,
  );
}
