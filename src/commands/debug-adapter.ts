/** `z80lm debug --dap`: the debugger for an editor, on stdin and stdout, or at a port of this computer. */
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { DapAdapter, type LaunchArguments, type OpenProgram } from '../debugger/dap/adapter.js';
import { EXIT, LinkError, UsageError, type ExitStatus } from '../seams/errors.js';
import { openProgram, type DebugProgram } from './debug-program.js';
import { address, type Shell } from './shared.js';

/** Speak it on stdin and stdout until the editor goes. @param defaults what the command line named, where launch does not */
export async function serveDap(shell: Shell, defaults: DebugProgram | undefined): Promise<ExitStatus> {
  const { signal } = shell;
  const adapter = new DapAdapter(opener(shell, defaults));
  adapter.start(process.stdin, process.stdout);
  const stop = (): void => adapter.shutdown();
  signal.addEventListener('abort', stop, { once: true });
  // An editor that is gone has closed it.
  process.stdin.once('end', stop);
  await adapter.over;
  process.stdin.off('end', stop);
  signal.removeEventListener('abort', stop);
  process.stdin.pause();
  return signal.aborted ? EXIT.interrupted : EXIT.done;
}

/** The same for one editor after the other, until Ctrl-C. @param port 0: any that is free */
export async function serveDapAt(shell: Shell, port: number, defaults: DebugProgram | undefined): Promise<ExitStatus> {
  const { signal } = shell;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    // A web page can send anything here but this as its first line.
    socket.once('data', (first) => {
      if (!first.toString('latin1').startsWith('Content-Length:'.slice(0, first.length))) {
        socket.destroy();
        return;
      }
      socket.pause();
      socket.unshift(first);
      const adapter = new DapAdapter(opener(shell, defaults));
      adapter.start(socket, socket);
      socket.once('close', () => adapter.shutdown());
      void adapter.over.then(() => socket.end());
    });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', (cause) => {
      failed(new LinkError(`port ${port} cannot be opened: ${cause.message}`, { hint: '--dap-port 0 takes one that is free', cause })); // prettier-ignore
    });
    server.listen(port, '127.0.0.1', listening);
  });
  const at = server.address();
  const found = typeof at === 'object' && at ? at.port : port;
  shell.note(`waiting for an editor at 127.0.0.1:${found}; Ctrl-C ends it`);
  shell.emit({ port: found });
  await new Promise<void>((ended) => {
    if (signal.aborted) return ended();
    signal.addEventListener('abort', () => ended(), { once: true });
  });
  server.close();
  return EXIT.interrupted;
}

function opener(shell: Shell, defaults: DebugProgram | undefined): OpenProgram {
  return (launch, ears) => {
    const program = programOf(launch, defaults);
    const opened = openProgram(shell.files, program, ears);
    return {
      ...opened,
      sourcePath(file) {
        if (file === '') return opened.listingPath === undefined ? undefined : resolve(opened.listingPath);
        const folders = ['.', dirname(opened.listingPath ?? program.path), dirname(program.path)];
        return folders.map((folder) => resolve(folder, file)).find((path) => shell.files.exists(path));
      },
      close() {
        const { unclosed, lost } = opened.end();
        return [
          ...(unclosed.length > 0 ? [`not closed by the program, and kept as far as it was written: ${unclosed.join(', ')}`] : []), // prettier-ignore
          ...(lost.length > 0 ? [`not saved: ${lost.join(', ')}`] : []),
        ];
      },
    };
  };
}

/** @throws UsageError for launch arguments of another kind */
function programOf(launch: LaunchArguments, defaults: DebugProgram | undefined): DebugProgram {
  const path = textOf('program', launch.program) ?? defaults?.path;
  if (path === undefined)
    throw new UsageError('launch names no program', { hint: 'give "program": "X.COM" in launch.json' });
  const bdos = textOf('bdos', launch.bdos);
  return {
    path,
    args: textsOf('args', launch.args) ?? defaults?.args ?? [],
    cpm: {
      drive: textsOf('drives', launch.drives) ?? defaults?.cpm.drive,
      disk: textsOf('disks', launch.disks) ?? defaults?.cpm.disk,
      bdosBase: bdos === undefined ? defaults?.cpm.bdosBase : address('bdos', bdos),
    },
    symbols: textOf('symbols', launch.symbols) ?? defaults?.symbols,
    listing: textOf('listing', launch.listing) ?? defaults?.listing,
  };
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new UsageError(`"${name}" is no text`);
}

function textsOf(name: string, value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value.split(/\s+/).filter((word) => word !== '');
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value as string[];
  throw new UsageError(`"${name}" is no list of texts`);
}
