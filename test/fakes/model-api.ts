/**
 * A server on loopback that speaks the three APIs of src/host/providers, and misbehaves to order: one behaviour a
 * request, then good answers for ever.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Behaviour =
  /** Answer with these pieces of text, as the model would. */
  | { say: string[]; why?: 'length' }
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Say this, and break the connection when `cut` is called. */
  | { cut: string }
  /** Say this, then nothing for ever. */
  | { stall: string }
  /** Status 200 and these bytes. */
  | { garbage: string };

export interface ApiRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: { model?: string; system?: string; messages: { role: string; content: string }[] };
}

export interface ModelApi {
  url: string;
  requests: ApiRequest[];
  script: Behaviour[];
  /** To be called when what was said has been read: what a break overtakes on its way is lost. */
  cut(): void;
  close(): Promise<void>;
}

export const USAGE = { input: 300, output: 200 };

export async function modelApi(): Promise<ModelApi> {
  const model = inventive();
  const toCut: ServerResponse[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const asked: ApiRequest = {
        path: request.url!,
        headers: request.headers,
        body: JSON.parse(text) as ApiRequest['body'],
      };
      api.requests.push(asked);
      const prompt = asked.body.messages.at(-1)!.content;
      behave(asked.path, response, api.script.shift() ?? { say: [model(prompt)] });
    });
  });
  const behave = (path: string, response: ServerResponse, how: Behaviour): void => {
    if ('status' in how) {
      response.writeHead(how.status, { 'content-type': 'application/json', ...how.headers });
      response.end(how.body ?? '');
      return;
    }
    const dialect = DIALECTS.find((one) => path.endsWith(one.path));
    if (!dialect) throw new Error(`nobody asks for ${path}`);
    response.writeHead(200, { 'content-type': dialect.type });
    if ('garbage' in how) response.end(how.garbage);
    else if ('say' in how) {
      response.write(dialect.start);
      for (const piece of how.say) response.write(dialect.text(piece));
      response.end(dialect.end(how.why === 'length'));
    } else {
      response.write(dialect.start + dialect.text('cut' in how ? how.cut : how.stall));
      if ('cut' in how) toCut.push(response);
    }
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const api: ModelApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    script: [],
    cut: () => toCut.splice(0).forEach((response) => response.destroy()),
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
  return api;
}

const sse = (event: Record<string, unknown> & { type?: string }): string =>
  `${event.type === undefined ? '' : `event: ${event.type}\n`}data: ${JSON.stringify(event)}\n\n`;

const DIALECTS = [
  {
    path: '/v1/messages',
    type: 'text/event-stream',
    start:
      sse({ type: 'message_start', message: { usage: { input_tokens: USAGE.input, output_tokens: 1 } } }) +
      sse({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    text: (text: string) => sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    end: (long: boolean) =>
      sse({
        type: 'message_delta',
        delta: { stop_reason: long ? 'max_tokens' : 'end_turn' },
        usage: { output_tokens: USAGE.output },
      }) + sse({ type: 'message_stop' }),
  },
  {
    path: '/chat/completions',
    type: 'text/event-stream',
    start: sse({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
    text: (text: string) => sse({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] }),
    end: (long: boolean) =>
      `${sse({ choices: [{ index: 0, delta: {}, finish_reason: long ? 'length' : 'stop' }] })}${sse({
        choices: [],
        usage: { prompt_tokens: USAGE.input, completion_tokens: USAGE.output },
      })}data: [DONE]\n\n`,
  },
  {
    path: '/api/chat',
    type: 'application/x-ndjson',
    start: '',
    text: (text: string) => `${JSON.stringify({ message: { role: 'assistant', content: text }, done: false })}\n`,
    end: (long: boolean) =>
      `${JSON.stringify({
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: long ? 'length' : 'stop',
        prompt_eval_count: USAGE.input,
        eval_count: USAGE.output,
      })}\n`,
  },
];

/** A model that does what it is told: as many new pairs as asked for, with answers that are allowed. */
export function inventive(): (prompt: string) => string {
  let n = 0;
  return (prompt) => {
    const count = Number(/^Write (\d+) lines/.exec(prompt)![1]);
    const [, sources] = /dialogues[^]*<data>\n([^]*)\n<\/data>/.exec(prompt) ?? [];
    if (sources !== undefined) {
      const lines = sources.split('\n');
      return Array.from(
        { length: count },
        (_, i) => `${lines[i % lines.length]!}|and why ${(n++).toString(7)}?|BECAUSE\n`,
      ).join('');
    }
    const allowed = /^The only answers allowed: (.+)\.$/m.exec(prompt)?.[1]?.split(', ') ?? ['HELLO', 'SURE', 'NEVER'];
    return Array.from({ length: count }, () => {
      const answer = allowed[n % allowed.length]!;
      return `is it ${answer === 'WIN' ? 'an elephant' : 'a thing'} no ${(n++).toString(7)}?|${answer}\n`;
    }).join('');
  };
}
