/**
 * Reads the small language in which instructions.ts is written, the part of JavaScript with 32-bit integers only:
 *
 *     statement = name '=' expr ';' | name '[' expr ']' '=' expr ';' | name '(' exprs ')' ';' | block
 *               | ('exit' | 'spill' | 'reload') ';'
 *               | 'if' '(' expr ')' block ['else' block] | 'while' '(' expr ')' block
 *               | 'switch' '(' expr ')' '{' {'case' number ':' body} 'default' ':' body '}'
 *     body      = '{' statements 'break' ';' '}'
 *     expr      = JavaScript's ?: | ^ & == != < <= > >= << >> + - ! with its precedences; comparisons give 1 or 0
 *
 * The text is ours, so a mistake in it is a defect and throws a plain Error.
 */
export type Expr =
  | { kind: 'number'; value: number }
  | { kind: 'name'; name: string }
  | { kind: 'element'; array: string; index: Expr }
  | { kind: 'call'; name: string; args: Expr[] }
  | { kind: 'not'; of: Expr }
  | { kind: 'binary'; op: string; left: Expr; right: Expr }
  | { kind: 'choose'; condition: Expr; yes: Expr; no: Expr };

export type Statement =
  | { kind: 'set'; name: string; value: Expr }
  | { kind: 'store'; array: string; index: Expr; value: Expr }
  | { kind: 'call'; name: string; args: Expr[] }
  | { kind: 'if'; condition: Expr; then: Statement[]; otherwise: Statement[] }
  | { kind: 'while'; condition: Expr; body: Statement[] }
  | { kind: 'switch'; value: Expr; cases: Map<number, Statement[]>; otherwise: Statement[] }
  | { kind: 'exit' }
  /** All registers that live in locals, to the state words or back. */
  | { kind: 'spill' | 'reload' };

/** Whether an address is worked out from this variable: of `pc`, an instruction's own bytes. */
export function mentions(expr: Expr, variable: string): boolean {
  if (expr.kind === 'binary') return mentions(expr.left, variable) || mentions(expr.right, variable);
  return expr.kind === 'name' && expr.name === variable;
}

const TOKEN = /\w+|<<|>>|[=!<>]=|[-+&|^<>!?:=;,(){}[\]]/g;

/** How tightly each operator binds. */
const BINDING: Record<string, number> = {
  '|': 1, '^': 2, '&': 3, '==': 4, '!=': 4, '<': 5, '>': 5, '<=': 5, '>=': 5, '<<': 6, '>>': 6, '+': 7, '-': 7,
}; // prettier-ignore

export function parse(text: string): Statement[] {
  const tokens = tokenize(text);
  let at = 0;

  const peek = (): string => tokens[at] ?? '';
  const next = (): string => tokens[at++] ?? '';
  const accept = (token: string): boolean => (peek() === token ? (at++, true) : false);
  const fail = (wanted: string): never => {
    throw new Error(`instruction text: ${wanted} expected at: ${tokens.slice(at, at + 12).join(' ')}`);
  };
  const expect = (token: string): void => {
    if (!accept(token)) fail(`'${token}'`);
  };

  function primary(): Expr {
    const token = next();
    if (token === '(') {
      const inner = expression();
      expect(')');
      return inner;
    }
    if (token === '!') return { kind: 'not', of: primary() };
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (!/^\w/.test(token)) fail('a value');
    if (accept('[')) {
      const index = expression();
      expect(']');
      return { kind: 'element', array: token, index };
    }
    if (accept('(')) return { kind: 'call', name: token, args: callArguments() };
    return { kind: 'name', name: token };
  }

  function callArguments(): Expr[] {
    const args: Expr[] = [];
    if (accept(')')) return args;
    do args.push(expression());
    while (accept(','));
    expect(')');
    return args;
  }

  function binary(atLeast: number): Expr {
    let left = primary();
    for (;;) {
      const op = peek();
      const binding = BINDING[op];
      if (binding === undefined || binding < atLeast) return left;
      at++;
      left = { kind: 'binary', op, left, right: binary(binding + 1) };
    }
  }

  function expression(): Expr {
    const condition = binary(1);
    if (!accept('?')) return condition;
    const yes = expression();
    expect(':');
    return { kind: 'choose', condition, yes, no: expression() };
  }

  function condition(): Expr {
    expect('(');
    const value = expression();
    expect(')');
    return value;
  }

  /** Statements up to '}' or a 'break;' before it. */
  function block(): Statement[] {
    expect('{');
    const statements: Statement[] = [];
    while (peek() !== '}') {
      if (accept('break')) expect(';');
      else statements.push(statement());
    }
    expect('}');
    return statements;
  }

  function statement(): Statement {
    for (const kind of ['exit', 'spill', 'reload'] as const)
      if (accept(kind)) {
        expect(';');
        return { kind };
      }
    if (accept('if'))
      return { kind: 'if', condition: condition(), then: block(), otherwise: accept('else') ? block() : [] };
    if (accept('while')) return { kind: 'while', condition: condition(), body: block() };
    if (accept('switch')) return switchStatement();
    const target = primary();
    if (target.kind === 'call') {
      expect(';');
      return target;
    }
    expect('=');
    const value = expression();
    expect(';');
    if (target.kind === 'name') return { kind: 'set', name: target.name, value };
    if (target.kind === 'element') return { kind: 'store', array: target.array, index: target.index, value };
    return fail('something that can be set');
  }

  function switchStatement(): Statement {
    const value = condition();
    const cases = new Map<number, Statement[]>();
    expect('{');
    while (accept('case')) {
      const code = Number(next());
      expect(':');
      cases.set(code, block());
    }
    expect('default');
    expect(':');
    const otherwise = block();
    expect('}');
    return { kind: 'switch', value, cases, otherwise };
  }

  const statements: Statement[] = [];
  while (at < tokens.length) statements.push(statement());
  return statements;
}

function tokenize(text: string): string[] {
  const tokens = text.match(TOKEN) ?? [];
  const read = tokens.reduce((sum, token) => sum + token.length, 0);
  if (read !== text.replace(/\s/g, '').length) throw new Error('instruction text: a character that is none of ours');
  return tokens;
}
