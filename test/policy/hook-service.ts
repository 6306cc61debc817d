import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A moderation service of its own process, good and bad by path. It tells its parent its port, then every request it saw. */

export interface Seen {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export const secret = `whsec_${Buffer.from('a secret of the test, thirty-two').toString('base64')}`;

type Answer = (body: string, response: ServerResponse, request: IncomingMessage) => unknown;

const json =
  (value: unknown): Answer =>
  (_, response) =>
    response.end(JSON.stringify(value));

let running = 0;
let most = 0;

const answers: Readonly<Record<string, Answer>> = {
  '/allow': json({ action: 'allow', score: 0.1 }),
  '/deny': json({ action: 'deny', rule: 'service.deny' }),
  '/review': json({ action: 'review' }),
  '/mask': (body, response) => {
    const text: string = JSON.parse(body).text;
    response.end(JSON.stringify({ action: 'mask', text: text.replaceAll('坏', '□'), rule: 'service.mask' }));
  },
  '/signed': (body, response, request) => {
    const action = isSigned(body, request) ? 'allow' : 'deny';
    response.end(JSON.stringify({ action }));
  },
  '/counted': async (_, response) => {
    running += 1;
    most = Math.max(most, running);
    await delay(20);
    running -= 1;
    response.end(JSON.stringify({ action: 'deny', rule: `most-${most}` }));
  },
  '/silent': () => undefined,
  '/trickle': async (_, response) => {
    while (!response.destroyed) {
      response.write(' ');
      await delay(5);
    }
  },
  '/endless': async (_, response) => {
    while (!response.destroyed) if (!response.write('[1],'.repeat(10_000))) await delay(1);
  },
  '/redirect': (_, response) => response.writeHead(307, { location: '/allow' }).end(),
  '/status': (_, response) => response.writeHead(500).end('{"action":"allow"}'),
  '/reset': (_, response) => response.socket!.resetAndDestroy(),
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"action":"allow"}', () => response.socket!.destroy());
  },
  '/no-json': (body, response) => response.end(JSON.parse(body).text),
  '/no-object': json(null),
  '/no-utf8': (_, response) => response.end(Buffer.from('{"action":"allow","rule":"\xff"}', 'latin1')),
  '/no-action': json({ verdict: 'allow' }),
  '/other-action': json({ action: 'block' }),
  '/other-rule': json({ action: 'deny', rule: 'a rule\nwith lines' }),
  '/mask-nothing': json({ action: 'mask' }),
  '/mask-shorter': json({ action: 'mask', text: '短' }),
  '/mask-same': (body, response) =>
    response.end(JSON.stringify({ action: 'mask', text: JSON.parse(body).text, rule: 'r' })),
};

if (process.send !== undefined) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const headers = request.headers as Record<string, string | undefined>;
    process.send!({ path: request.url!, headers, body } satisfies Seen);
    await answers[request.url!]!(body, response, request);
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit());
}

/** As the scheme's document says, not as our code does. */
function isSigned(body: string, { headers }: IncomingMessage): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature } = headers;
  if (Math.abs(Date.now() / 1000 - Number(seconds)) > 300) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest();
  const [version, written = ''] = String(signature).split(',');
  const given = Buffer.from(written, 'base64');
  return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
}
