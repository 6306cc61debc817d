import { connect, type Socket } from 'node:net';

/** What of an answer a load test needs to know; the body's bytes are counted and dropped. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** When the body's first byte came and when its last, as `performance.now()` tells time. */
  readonly firstAt: number;
  readonly endedAt: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = 2;

/**
 * A connection that is kept, one request at a time: as little HTTP as answers of ours need, so that on a machine the
 * client shares with the server, it is the server's speed that is measured.
 */
export class Connection {
  private readonly port: number;
  private readonly hear: (bytes: number) => void;
  private socket: Socket | undefined;

  /** @param hear told of the body's bytes as they come */
  constructor(port: number, hear: (bytes: number) => void) {
    this.port = port;
    this.hear = hear;
  }

  post(path: string, body: string): Promise<Answer> {
    const socket = this.socket ?? connect({ host: '127.0.0.1', port: this.port, noDelay: true });
    this.socket = socket;
    const answer = new Promise<Answer>((resolve, reject) => {
      const reader = new AnswerReader(this.hear, (value) => finish(() => resolve(value)));
      const read = (bytes: Buffer) => reader.read(bytes);
      const fail = (error?: Error) => {
        this.close();
        finish(() => reject(error ?? new Error('the connection was closed before the answer ended')));
      };
      const late = () => fail(new Error('no answer in two minutes'));
      const finish = (settle: () => void) => {
        socket.off('data', read).off('error', fail).off('close', fail).off('timeout', late);
        settle();
      };
      socket.on('data', read).once('error', fail).once('close', fail).setTimeout(120_000).once('timeout', late);
    });
    const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: `;
    socket.write(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return answer;
  }

  close(): void {
    this.socket?.on('error', () => undefined).destroy();
    this.socket = undefined;
  }
}

/** Reads one answer, its body chunked or of a stated length. */
class AnswerReader {
  private readonly hear: (bytes: number) => void;
  private readonly done: (answer: Answer) => void;
  /** What of a head or of a chunk's first line has come. */
  private started: Buffer = Buffer.alloc(0);
  private answer: Omit<Answer, 'endedAt' | 'firstAt'> | undefined;
  private firstAt = 0;
  private chunked = false;
  /** Bytes of the body, or of the chunk and its line end, that are still to come. */
  private missing = 0;
  private last = false;

  constructor(hear: (bytes: number) => void, done: (answer: Answer) => void) {
    this.hear = hear;
    this.done = done;
  }

  read(bytes: Buffer): void {
    let rest = this.started.length > 0 ? Buffer.concat([this.started, bytes]) : bytes;
    this.started = Buffer.alloc(0);
    if (this.answer === undefined) {
      const end = rest.indexOf(HEAD_END);
      if (end < 0) {
        this.started = rest;
        return;
      }
      this.begin(rest.toString('latin1', 0, end));
      rest = rest.subarray(end + HEAD_END.length);
    }
    if (rest.length > 0) this.firstAt ||= performance.now();
    while (rest.length > 0) {
      if (this.missing > 0) rest = this.pass(rest);
      else {
        const line = rest.indexOf('\r\n');
        if (line < 0) {
          this.started = rest;
          return;
        }
        const size = Number.parseInt(rest.toString('latin1', 0, line), 16);
        this.missing = size + LINE_END;
        this.last = size === 0;
        rest = rest.subarray(line + LINE_END);
      }
    }
    if (this.missing === 0 && (!this.chunked || this.last)) this.end();
  }

  /** Takes what is missing; the line end behind a chunk is none of the body. */
  private pass(bytes: Buffer): Buffer {
    const part = Math.min(bytes.length, this.missing);
    const behind = this.chunked ? LINE_END : 0;
    this.hear(Math.max(0, Math.min(part, this.missing - behind)));
    this.missing -= part;
    return bytes.subarray(part);
  }

  private begin(head: string): void {
    const [status, ...lines] = head.split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    this.answer = { status: Number(status!.split(' ')[1]), headers };
    this.chunked = headers.get('transfer-encoding') === 'chunked';
    this.missing = Number(headers.get('content-length') ?? 0);
  }

  private end(): void {
    this.done({ ...this.answer!, firstAt: this.firstAt, endedAt: performance.now() });
  }
}
