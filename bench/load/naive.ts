import { createServer } from 'node:http';
import { toPcm16 } from '../../src/audio/pcm16.ts';
import { LocalSpeaker } from '../../src/local-speaker.ts';

/**
 * What serving these voices looks like without a plan: the same engine in one process, one request at a time, no batch,
 * no cache, the whole answer when it is made.
 */
const [folder, voice] = process.argv.slice(2) as [string, string];
const speaker = new LocalSpeaker(folder, voice);
speaker.prepare();
let turn: Promise<unknown> = Promise.resolve();

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { text } = JSON.parse(Buffer.concat(parts).toString()) as { text: string };
  turn = turn.then(async () => {
    const samples: Buffer[] = [];
    for await (const chunk of speaker.speak({ text })) samples.push(Buffer.from(toPcm16(chunk.samples).buffer));
    response.end(Buffer.concat(samples));
  });
});
process.on('SIGTERM', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.error(JSON.stringify({ address: `http://127.0.0.1:${port}` }));
});
