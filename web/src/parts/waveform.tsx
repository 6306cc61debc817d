import { useEffect, useRef } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';
import type { Player } from '../audio/player.ts';

/** How often a growing waveform is drawn, and the widest that is worth drawing, in bars. */
const DRAW_MS = 200;
const BARS = 600;

/** The waveform as it grows, and how far it is played. Seen only: the slider over it is what is worked with. */
export function Waveform({ player }: { readonly player: Player }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const surfer = WaveSurfer.create({
      container: frame.current!,
      media: player as unknown as HTMLMediaElement,
      height: 64,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      cursorWidth: 2,
      interact: false,
      hideScrollbar: true,
      cspNonce: document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '',
      ...colours(),
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      timer = undefined;
      const seconds = player.duration;
      const peaks = player.recording?.peaks(BARS, seconds);
      if (peaks === undefined || seconds === 0) surfer.empty();
      else void surfer.load('', [peaks], seconds);
    };
    const soon = () => {
      timer ??= setTimeout(draw, DRAW_MS);
    };
    let drawn: EventTarget | undefined;
    const look = () => {
      if (player.recording !== drawn) {
        drawn?.removeEventListener('grow', soon);
        drawn = player.recording;
        drawn?.addEventListener('grow', soon);
      }
      soon();
    };
    look();
    player.addEventListener('durationchange', look);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const recolour = () => surfer.setOptions(colours());
    scheme.addEventListener('change', recolour);
    return () => {
      clearTimeout(timer);
      drawn?.removeEventListener('grow', soon);
      player.removeEventListener('durationchange', look);
      scheme.removeEventListener('change', recolour);
      surfer.destroy();
    };
  }, [player]);
  return <div ref={frame} class="waveform" aria-hidden="true" />;
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return { waveColor: colour('--wave'), progressColor: colour('--accent'), cursorColor: colour('--accent') };
}
