/** The process in which the engine runs: see engine-client.ts for what is said between the two. */
import { Engine } from './engine.js';
import type { Command, Settings } from './protocol.js';

// Ctrl-C and a closed terminal go to the whole foreground group: the process that draws decides.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => {});

process.once('message', (settings) => {
  const engine = new Engine(settings as Settings, (event) => {
    if (process.connected) process.send!(event);
  });
  const close = (): void => void engine.close().finally(() => process.exit());
  process.on('message', (command) => engine.handle(command as Command));
  process.once('disconnect', close);
  process.once('SIGTERM', close);
  engine.start();
});
