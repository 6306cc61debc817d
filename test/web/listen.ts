import type { Page } from 'playwright-core';

interface Ear {
  /** Loudest sample that reached the speakers, 0 … 1. */
  loudest: number;
  /** When sound first reached them, and when the last bytes of the speech arrived, in milliseconds of the page's clock. */
  sound: number;
  ended: number;
}

type Listening = typeof globalThis & { ear: Ear };

/** Puts an ear where the page's sound leaves it. Before the page is loaded. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const ear: Ear = { loudest: 0, sound: 0, ended: 0 };
    (window as unknown as { ear: Ear }).ear = ear;
    const meters = new WeakMap<BaseAudioContext, AnalyserNode>();
    const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
    AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
      if (to instanceof AudioDestinationNode) {
        let meter = meters.get(this.context);
        if (meter === undefined) {
          meter = new AnalyserNode(this.context, { fftSize: 2048 });
          meters.set(this.context, meter);
          watch(meter);
        }
        connect.call(this, meter);
      }
      return connect.call(this, to);
    } as typeof AudioNode.prototype.connect;
    const watch = (meter: AnalyserNode) => {
      const samples = new Float32Array(meter.fftSize);
      setInterval(() => {
        meter.getFloatTimeDomainData(samples);
        for (const sample of samples) ear.loudest = Math.max(ear.loudest, Math.abs(sample));
        if (ear.loudest > 0.01) ear.sound ||= performance.now();
      }, 10);
    };
    const original = window.fetch;
    window.fetch = async (...args) => {
      const response = await original(...args);
      if (!String(args[0]).endsWith('/api/tts/stream') || response.body === null) return response;
      const end = new TransformStream({
        transform: (chunk, controller) => {
          ear.ended = performance.now();
          controller.enqueue(chunk);
        },
      });
      return new Response(response.body.pipeThrough(end), response);
    };
  });
}

/** What was heard so far. */
export function heard(page: Page): Promise<Ear> {
  return page.evaluate(() => ({ ...(window as unknown as Listening).ear }));
}

/** Waits until there is sound. */
export async function untilHeard(page: Page): Promise<void> {
  await page.waitForFunction(() => (window as unknown as Listening).ear.sound > 0);
}
