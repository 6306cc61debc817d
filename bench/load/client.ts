import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Dice, mixedText, phrases, shortText } from './texts.ts';

/** What one run of the client is to do. Everything is bounded: by time, and by a number of requests. */
export interface ClientTask {
  readonly port: number;
  readonly path: string;
  readonly voice: string | undefined;
  readonly clients: number;
  readonly seconds: number;
  /** Before these: until it is steady, nothing is counted as throughput. */
  readonly rampSeconds: number;
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
  /** Seconds of speech received within the time; what comes after it, of answers that were under way, does not count. */
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
  readonly endedAt: number;
  /** Seconds after which it may be asked again, of a refusal. */
  readonly retryAfter: number | undefined;
  readonly promised: number | undefined;
}

/** Clients on loopback that each ask for the next text as soon as the last is heard. */
async function run(task: ClientTask): Promise<ClientResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: task.clients });
  const dice = new Dice(task.seed);
  const start = performance.now() + task.rampSeconds * 1000;
  const end = start + task.seconds * 1000;
  const counts = (at: number) => at > start && at <= end;
  const answers: Answer[] = [];
  let failed = 0;
  let bytes = 0;
  const hear = (length: number) => {
    if (counts(performance.now())) bytes += length;
  };
  let sent = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end && sent < task.most) {
      sent += 1;
      const number = task.seed * 100_000 + sent;
      const text = textOf(task.kind, dice, number);
      try {
        const answer = await ask(agent, task, text, hear);
        answers.push(answer);
        // Who is refused comes back when the answer says.
        if (answer.status === 503) await delay(Math.min((answer.retryAfter ?? 0) * 1000, end - performance.now()));
      } catch {
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: task.clients }, client));
  const seconds = (Math.min(performance.now(), end) - start) / 1000;
  agent.destroy();
  const good = answers.filter(({ status }) => status === 200);
  return {
    seconds,
    requests: good.filter(({ endedAt }) => counts(endedAt)).length,
    refused: answers.filter(({ status }) => status === 503).length,
    failed: failed + answers.filter(({ status }) => status !== 200 && status !== 503).length,
    speech: bytes / 2 / task.sampleRate,
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

function ask(
  agent: Agent,
  { port, path, voice }: ClientTask,
  text: string,
  hear: (bytes: number) => void,
): Promise<Answer> {
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
        response.on('data', (chunk: Buffer) => {
          first ||= performance.now();
          hear(chunk.length);
        });
        response.on('end', () => {
          const endedAt = performance.now();
          const promised = response.headers['x-langdu-starts-in-ms'];
          const retryAfter = response.headers['retry-after'];
          resolve({
            status: response.statusCode ?? 0,
            firstMs: first - started,
            totalMs: endedAt - started,
            endedAt,
            retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
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
