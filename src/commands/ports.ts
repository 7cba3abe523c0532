/** `z80lm ports`: the serial ports of this computer, best guess first. Opens none of them. */
import type { Command } from 'commander';
import { listPorts } from '../link/port-list.js';
import { portHolders } from '../link/port-access.js';
import { action } from './shared.js';

export function registerPorts(program: Command): void {
  program
    .command('ports')
    .description('serial ports, best guess first; looks only, opens none')
    .action(
      action(async (shell) => {
        const ports = await listPorts();
        for (const port of ports) {
          const holders = portHolders(port.path);
          const { path, stableName, usb, serialNumber, maker, product, adapter } = port;
          shell.emit({ path, stableName, usb, serialNumber, maker, product, adapter: adapter?.name, holders });
          const what = adapter?.name ?? ([maker, product].filter(Boolean).join(' ') || 'built-in UART');
          shell.print([path.padEnd(16), what.padEnd(28), usb ?? '', serialNumber ?? ''].join('  ').trimEnd());
          if (stableName !== undefined) shell.print(`    stays the same: ${stableName}`);
          for (const { pid, name } of holders) shell.print(`    in use by ${name} (process ${pid})`);
          if (adapter?.trap !== undefined) shell.print(`    note: ${adapter.trap}`);
        }
        if (ports.length === 0)
          shell.note('no serial ports: is the adapter plugged in? (z80lm board makes a virtual one)');
      }),
    );
}
