/** Programs made of random instructions and BDOS calls, on a machine that interrupts them: for tests of the debugger. */
import { createCpm } from '../../../src/emu/cpm/machine.js';
import { SymbolMap } from '../../../src/emu/debug/names.js';
import { createSession, type DebugSession, type SessionOptions } from '../../../src/emu/debug/session.js';
import type { Cpu, CpuState } from '../../../src/emu/cpu.js';
import type { EmulatedMachine } from '../../../src/emu/emulated.js';
import { createRandom } from '../../random.js';
import { ScriptConsole } from '../../fakes/script-console.js';
