/**
 * Names: full labels in modules, `.local` ones below the last full label, those of one expansion, anonymous `@@`.
 * What the user writes is resolved here to a key of the symbol table.
 */
import { Context } from './context.js';
import type { Label } from './statement.js';
import { Deferred } from './deferred.js';
import type { Expression } from './expression.js';
import type { BodyLine, Frame } from './source.js';
import { CONDITION_NAMES } from './instructions.js';
import { closest } from './suggest.js';
import { SymbolTable, type SymbolEntry, type SymbolKind } from './symbols.js';
import type { Syntax } from './syntax.js';

const MAX_SUGGESTIONS = 50;

/** What the meaning of a name depends on. */
interface View {
  readonly frames: readonly Frame[];
  readonly modules: readonly { name: string }[];
  readonly parent: string;
  readonly anonymous: number;
}

function isDigit(name: string): boolean {
  const c = name.charCodeAt(0);
  return c >= 0x30 && c <= 0x39;
}

export class Names extends Context {
  readonly symbols = new SymbolTable();
  readonly modules: { name: string; opened: BodyLine }[] = [];
  /** The last full label, with its module: what `.name` belongs to. */
  parent = '';
  /** Value of the symbol defined by this line, for the listing. */
  protected lineValue: number | undefined;
  /** Something was still unknown that another pass may know. */
  protected pending = false;
  /** How many `@@` labels there were. */
  anonymous = 0;
  /** Labels that are numbers: how many of each there are so far. */
  private readonly numbered = new Map<string, number>();
  private readonly deferred = new Deferred();
  /** Where dotted names may be either: the key of each that there is once; '' for one that there is more often. */
  private readonly dotted = new Map<string, string>();
  /** Names that EXTRN says are another module's. */
  private readonly externals = new Set<string>();

  constructor(
    readonly syntax: Syntax,
    private readonly caseInsensitive: boolean,
  ) {
    super();
  }

  protected override beginPass(): void {
    super.beginPass();
    this.symbols.beginPass();
    this.modules.length = 0;
    this.parent = '';
    this.anonymous = 0;
    this.numbered.clear();
    this.pending = false;
    this.deferred.clear();
    this.externals.clear();
  }

  /** A constant whose value is not known yet: it is looked at once more at the end of the pass. */
  defer(name: string, expression: Expression, here: number): void {
    const entry = this.resolve(name);
    if (!entry || entry.value !== undefined || entry.kind !== 'equ') return;
    const { frames, parent, anonymous } = this;
    const modules = [...this.modules];
    const view = { frames: [...frames], modules, parent, anonymous };
    this.deferred.add({ entry, expression, here, resolve: (asked) => this.resolve(asked, view) });
  }

  /** True if a constant got its value only now, so that what used it must be read once more. */
  protected settleDeferred(): boolean {
    const settled = this.deferred.settle(this.syntax.dialect.bits);
    return settled.length > 0;
  }

  /** What is the same name whichever way it is written. */
  fold(name: string): string {
    const { blank } = this.syntax.dialect;
    const bare = blank === '' ? name : name.replaceAll(blank, '');
    return this.caseInsensitive ? bare.toLowerCase() : bare;
  }

  /** Is `@@` no name, and @F the next of those? To CP/M's assemblers, @ is a letter. */
  private get anonymousLabels(): boolean {
    return this.syntax.dialect.macros === 'own';
  }

  /** Does a name with a dot in front belong to the label above? */
  private isLocal(name: string): boolean {
    return (
      (name[0] === '.' && this.syntax.dialect.dots !== 'plain') ||
      (name[0] === '@' && name[1] === '@' && this.anonymousLabels)
    );
  }

  private get modulePrefix(): string {
    return this.modules.length ? `${this.modules.map((m) => m.name).join('.')}.` : '';
  }

  /** The program defines this word: what was read before may have meant something else. */
  claim(name: string): void {
    if (this.syntax.claim(name)) this.pending = true;
  }

  /** Define the name in front of a line: a full label, a `.local` one, an anonymous one. */
  defineName(label: Label, value: number | undefined, kind: SymbolKind, failed = false): void {
    const { name } = label;
    this.claim(name);
    if (this.syntax.isReserved(name))
      return this.report({
        name: 'reserved-name',
        message: `'${name}' is a reserved word`,
        hint: 'labels cannot have the names of registers and operators',
        at: label.at,
        end: label.end,
      });
    if (isDigit(name)) {
      const count = (this.numbered.get(name) ?? 0) + 1;
      this.numbered.set(name, count);
      this.defineAt(`\0n${name}:${count}`, name, value, kind, label, failed, true);
      return;
    }
    if (name === '@@' && this.anonymousLabels) {
      const key = `@@${++this.anonymous}`;
      this.defineAt(key, key, value, kind, label, failed, true);
      return;
    }
    if (this.isLocal(name)) {
      const scope = this.expansionScope();
      const key = (scope ?? this.parent) + this.fold(name);
      if (this.syntax.dialect.dots === 'either') {
        const other = this.dotted.get(this.fold(name)) ?? key;
        this.dotted.set(this.fold(name), other === key ? key : '');
      }
      this.defineAt(key, this.parent + name, value, kind, label, failed, scope !== undefined);
      return;
    }
    const local = this.localName(name);
    if (local !== undefined) {
      this.defineAt(local, name, value, kind, label, failed, true);
      return;
    }
    const full = this.modulePrefix + name;
    const key = this.fold(full);
    this.defineAt(key, full, value, kind, label, failed);
    if (kind === 'label') this.parent = key;
  }

  protected defineAt(
    key: string,
    name: string,
    value: number | undefined,
    kind: SymbolKind,
    { at, end }: { at: number; end: number },
    failed = false,
    expansion = false,
  ): void {
    const { file, line, text } = this.current;
    const { equAgain } = this.syntax.dialect;
    const earlier = this.symbols.define(
      key,
      {
        name,
        kind,
        value,
        file,
        line,
        column: at + 1,
        length: end - at,
        source: text,
        expansion,
        pass: this.pass,
        usedIn: 0,
        last: undefined,
        failed,
      },
      equAgain === 'any',
    );
    // Said twice alike, a constant is no contradiction to those who wrote for CP/M.
    const again = equAgain === 'same' && earlier?.kind === 'equ' && kind === 'equ' && earlier.value === value;
    if (earlier && !again) {
      const where =
        earlier.line === 0 ? 'it is defined on the command line' : `first defined at ${earlier.file}:${earlier.line}`;
      const hint =
        this.expanding && !expansion ? `${where}; in a macro, declare it LOCAL or start it with a dot` : where;
      this.report({ name: 'duplicate-symbol', message: `'${name}' is already defined`, hint, at, end });
    }
    if (kind !== 'label' && this.frames.length > 0) this.lineValue = value;
  }

  private expansionScope(): string | undefined {
    return this.frames.findLast((frame) => frame.scope !== undefined)?.scope;
  }

  private localName(name: string, frames: readonly Frame[] = this.frames): string | undefined {
    for (let i = frames.length - 1; i >= 0; i--) {
      const local = frames[i]!.locals?.get(this.fold(name));
      if (local !== undefined) return local;
    }
    return undefined;
  }

  /** EXTRN: to be told of where it is used and defined nowhere. */
  declareExternal(name: string): void {
    this.externals.add(this.fold(name));
  }

  /** LOCAL: new names for this expansion. */
  declareLocal(name: string): boolean {
    const frame = this.frames.findLast((f) => f.scope !== undefined);
    if (!frame) return false;
    frame.locals ??= new Map();
    frame.locals.set(this.fold(name), `${frame.scope}:${this.fold(name)}`);
    return true;
  }

  /** The symbol of a name, seen from here, or from where `view` was taken. */
  resolve(name: string, view: View = this): SymbolEntry | undefined {
    if (isDigit(name)) {
      const number = name.slice(0, -1);
      const before = this.numbered.get(number) ?? 0;
      return this.symbols.get(`\0n${number}:${/f$/i.test(name) ? before + 1 : before}`);
    }
    if (name[0] === '@' && this.anonymousLabels) {
      const direction = /^@?@([FfBb])$/.exec(name)?.[1]?.toLowerCase();
      if (direction) return this.symbols.get(`@@${view.anonymous + (direction === 'f' ? 1 : 0)}`);
    }
    const folded = this.fold(name);
    if (this.isLocal(folded)) {
      for (let i = view.frames.length - 1; i >= 0; i--) {
        const { scope } = view.frames[i]!;
        const entry = scope === undefined ? undefined : this.symbols.get(scope + folded);
        if (entry) return entry;
      }
      return this.symbols.get(view.parent + folded) ?? this.symbols.get(this.dotted.get(folded) ?? '');
    }
    const local = view.frames.length > 1 ? this.localName(name, view.frames) : undefined;
    if (local !== undefined) return this.symbols.get(local);
    for (let depth = view.modules.length; depth > 0; depth--) {
      const prefix = view.modules
        .slice(0, depth)
        .map((m) => m.name)
        .join('.');
      const entry = this.symbols.get(this.fold(`${prefix}.${name}`));
      if (entry) return entry;
    }
    return this.symbols.get(folded);
  }

  isDefined(name: string): boolean {
    return this.resolve(name)?.pass === this.pass;
  }

  lookup(name: string, at: number, end: number): number | undefined {
    const entry = this.resolve(name);
    if (entry) {
      entry.usedIn = this.pass;
      if (entry.value === undefined && !entry.failed && this.pass > 1) {
        // An entry of the first pass may only have been unlucky in its order.
        if (this.pass === 2 && entry.pass === 1) this.pending = true;
        else this.reportCircular(name, entry, at, end);
      }
      return entry.value;
    }
    // Without a label 1 above, 1b is a binary number.
    if (/^[01]+b$/i.test(name)) return parseInt(name, 2);
    if (this.pass > 1) this.reportUndefined(name, at, end);
    return undefined;
  }

  private reportCircular(name: string, entry: SymbolEntry, at: number, end: number): void {
    this.report({
      name: 'circular-symbol',
      message: `the value of '${name}' depends on itself`,
      hint: `it is defined at ${entry.file}:${entry.line}`,
      at,
      end,
    });
  }

  private reportUndefined(name: string, at: number, end: number): void {
    if (this.externals.has(this.fold(name)))
      return this.report({
        name: 'undefined-symbol',
        message: `'${name}' belongs to another module, and there is no linker here`,
        hint: `INCLUDE its source in place of EXTRN, or give its address: ${name} EQU …, or -D ${name}=…`,
        at,
        end,
      });
    let hint: string | undefined;
    const local = name[0] === '.';
    // Looking for what was meant costs time: not for the hundredth time.
    const entries = this.errors < MAX_SUGGESTIONS ? [...this.symbols.entries.values()] : [];
    const shown = local
      ? entries.filter((e) => e.name.startsWith(`${this.parent}.`)).map((e) => e.name.slice(this.parent.length))
      : entries.filter((e) => !e.expansion).map((e) => e.name);
    const meant = CONDITION_NAMES.has(name.toUpperCase()) ? undefined : closest(name, shown);
    if (meant !== undefined) hint = `did you mean ${meant}?`;
    else if (local) {
      const elsewhere = entries.find((e) => e.name.endsWith(name) && !e.expansion);
      hint = `.labels belong to the last full label${this.parent ? `, here ${this.parent}` : ''}${elsewhere ? `; there is ${elsewhere.name}` : ''}`;
    } else if (/^[A-Fa-f][0-9A-Fa-f]*[Hh]$/.test(name)) hint = `a number must start with a digit: 0${name}`;
    else if (CONDITION_NAMES.has(name.toUpperCase()))
      hint = `${name.toUpperCase()} is a condition; is the target missing?`;
    else if (/^[@][FfBb]$/.test(name)) hint = 'there is no @@ label in that direction';
    this.report({ name: 'undefined-symbol', message: `'${name}' is not defined`, hint, at, end });
  }
}
