import { Agent, request } from 'node:http';
import { Dice, mixedText, phrases, shortText } from './texts.ts';

/** What one run of the client is to do. Everything is bounded: by time, and by a number of requests. */
export interface ClientTask {
  readonly port: number;
  readonly path: string;
  readonly voice: string | undefined;
  readonly clients: number;
  readonly seconds: number;
  readonly most: number;
  /** Texts of 8 to 120 characters, all different; twenty phrases; or these with a short text like no other at every tenth. */
  readonly kind: 'mixed' | 'phrases' | 'calls';
  readonly sampleRate: number;
  readonly seed: number;
}

export interface ClientResult {
  readonly seconds: number;
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
  /** Seconds of speech received. */
  readonly speech: number;
  readonly firstMs: readonly number[];
  readonly totalMs: readonly number[];
  /** Of the admitted: how long their start was promised to take, against what it took. */
  readonly promises: readonly { readonly promised: number; readonly took: number }[];
}

interface Answer {
  readonly status: number;
  readonly firstMs: number;
  readonly totalMs: number;
  readonly bytes: number;
  readonly promised: number | undefined;
}

/** Clients on loopback that each ask for the next text as soon as the last is heard. */
async function run(task: ClientTask): Promise<ClientResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: task.clients });
  const dice = new Dice(task.seed);
  const end = performance.now() + task.seconds * 1000;
  const answers: Answer[] = [];
  let failed = 0;
  let sent = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end && sent < task.most) {
      sent += 1;
      const number = task.seed * 100_000 + sent;
      const text = textOf(task.kind, dice, number);
      try {
        const answer = await ask(agent, task, text);
        answers.push(answer);
        // Who is refused comes back later, as the answer says; a tenth of a second keeps the run busy.
        if (answer.status === 503) await new Promise((resolve) => setTimeout(resolve, 100));
      } catch {
        failed += 1;
      }
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: task.clients }, client));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  const good = answers.filter(({ status }) => status === 200);
  return {
    seconds,
    requests: good.length,
    refused: answers.filter(({ status }) => status === 503).length,
    failed: failed + answers.filter(({ status }) => status !== 200 && status !== 503).length,
    speech: good.reduce((sum, { bytes }) => sum + bytes, 0) / 2 / task.sampleRate,
    firstMs: good.map(({ firstMs }) => firstMs),
    totalMs: good.map(({ totalMs }) => totalMs),
    promises: good.flatMap(({ promised, firstMs }) => (promised === undefined ? [] : [{ promised, took: firstMs }])),
  };
}

function textOf(kind: ClientTask['kind'], dice: Dice, number: number): string {
  if (kind === 'mixed') return mixedText(dice, number);
  if (kind === 'calls' && dice.roll(10) === 0) return shortText(dice, number);
  return phrases[dice.roll(phrases.length)]!;
}

function ask(agent: Agent, { port, path, voice }: ClientTask, text: string): Promise<Answer> {
  const body = JSON.stringify({ text, voice, format: 'pcm' });
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        agent,
        timeout: 120_000,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let first = 0;
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          first ||= performance.now();
          bytes += chunk.length;
        });
        response.on('end', () => {
          const promised = response.headers['x-langdu-starts-in-ms'];
          resolve({
            status: response.statusCode ?? 0,
            firstMs: first - started,
            totalMs: performance.now() - started,
            bytes,
            promised: promised === undefined ? undefined : Number(promised),
          });
        });
        response.on('error', reject);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in two minutes')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

process.once('message', (task: ClientTask) => {
  run(task).then((result) => {
    // A long message is on its way when `send` returns.
    process.send!(result, () => process.disconnect());
  });
});
