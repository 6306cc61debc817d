import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from './connection.ts';
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
  /**
   * Texts of 8 to 120 characters, all different; twenty phrases; or these with a short text like no other at every
   * tenth.
   */
  readonly kind: 'mixed' | 'phrases' | 'calls';
  readonly sampleRate: number;
  readonly seed: number;
}

export interface ClientResult {
  readonly seconds: number;
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
  /**
   * Seconds of speech received within the time; what comes after it, of answers that were under way, does not count.
   */
  readonly speech: number;
  readonly firstMs: readonly number[];
  readonly totalMs: readonly number[];
  /** Of the admitted: how long their start was promised to take, against what it took. */
  readonly promises: readonly { readonly promised: number; readonly took: number }[];
}

interface Heard {
  readonly status: number;
  readonly firstMs: number;
  readonly totalMs: number;
  readonly endedAt: number;
  /** Seconds after which it may be asked again, of a refusal. */
  readonly retryAfter: number | undefined;
  readonly promised: number | undefined;
}

/** In what time they all come: one after the other, as nobody's callers do so in the same millisecond. */
const ARRIVAL_MS = 1_000;

/** Clients on loopback that each ask for the next text as soon as the last is heard. */
async function run(task: ClientTask): Promise<ClientResult> {
  const dice = new Dice(task.seed);
  const start = performance.now() + task.rampSeconds * 1000;
  const end = start + task.seconds * 1000;
  const counts = (at: number) => at > start && at <= end;
  const answers: Heard[] = [];
  let failed = 0;
  let bytes = 0;
  const hear = (length: number) => {
    if (counts(performance.now())) bytes += length;
  };
  let sent = 0;
  const client = async (place: number): Promise<void> => {
    await delay((place * ARRIVAL_MS) / task.clients);
    const connection = new Connection(task.port, hear);
    while (performance.now() < end && sent < task.most) {
      sent += 1;
      const number = task.seed * 100_000 + sent;
      const text = textOf(task.kind, dice, number);
      try {
        const answer = await ask(connection, task, text);
        answers.push(answer);
        // Who is refused comes back when the answer says.
        if (answer.status === 503) await delay(Math.min((answer.retryAfter ?? 0) * 1000, end - performance.now()));
      } catch {
        failed += 1;
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: task.clients }, (_, place) => client(place)));
  const seconds = (Math.min(performance.now(), end) - start) / 1000;
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

async function ask(connection: Connection, { path, voice }: ClientTask, text: string): Promise<Heard> {
  const started = performance.now();
  const { status, headers, firstAt, endedAt } = await connection.post(
    path,
    JSON.stringify({ text, voice, format: 'pcm' }),
  );
  const number = (name: string) => (headers.has(name) ? Number(headers.get(name)) : undefined);
  return {
    status,
    firstMs: firstAt - started,
    totalMs: endedAt - started,
    endedAt,
    retryAfter: number('retry-after'),
    promised: number('x-langdu-starts-in-ms'),
  };
}

process.once('message', (task: ClientTask) => {
  run(task).then((result) => {
    // A long message is on its way when `send` returns.
    process.send!(result, () => process.disconnect());
  });
});
