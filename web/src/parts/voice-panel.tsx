import { limits } from '../../../src/speech.ts';
import { type Choice, plainChoice, withVoice } from '../choice.ts';
import { useSay } from '../say.ts';
import type { VoiceSummary } from '../server/read.ts';
import { emotionName } from '../strings/emotions.ts';
import { Slider } from './slider.tsx';

interface VoicePanelProps {
  readonly voices: readonly VoiceSummary[];
  readonly voice: VoiceSummary;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** Who speaks, and how. What the voice does not offer is there but disabled, so that nothing jumps between voices. */
export function VoicePanel({ voices, voice, choice, onChoice }: VoicePanelProps) {
  const { say, language } = useSay();
  const set = (change: Partial<Choice>) => onChoice({ ...choice, ...change });
  const can = (control: string) => {
    const offered = voice.controls.includes(control);
    return { disabled: !offered, hint: offered ? undefined : say.unsupported };
  };
  return (
    <section class="card panel" aria-labelledby="panel-title">
      <header>
        <h2 id="panel-title">{say.voiceTitle}</h2>
        <button type="button" class="quiet" onClick={() => onChoice(plainChoice(voice))}>
          {say.reset}
        </button>
      </header>

      <div class="field">
        <label for="voice">{say.voice}</label>
        <select
          id="voice"
          value={choice.voice}
          onChange={(event) => {
            const chosen = voices.find(({ name }) => name === event.currentTarget.value);
            if (chosen !== undefined) onChoice(withVoice(choice, chosen));
          }}
        >
          {voices.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {voice.speakers.length > 1 && (
        <div class="field">
          <label for="speaker">{say.speaker}</label>
          <select id="speaker" value={choice.speaker} onChange={(event) => set({ speaker: event.currentTarget.value })}>
            {voice.speakers.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}

      <fieldset class="emotions">
        <legend>{say.emotion}</legend>
        {voice.emotions.map((emotion) => (
          <label key={emotion}>
            <input
              type="radio"
              name="emotion"
              value={emotion}
              checked={emotion === choice.emotion}
              onChange={() => set({ emotion })}
            />
            <span>{emotionName(emotion, language)}</span>
          </label>
        ))}
      </fieldset>
      <Slider
        label={say.intensity}
        value={choice.intensity}
        min={0.05}
        max={limits.intensity.max}
        show={say.percent}
        disabled={choice.emotion === 'neutral' || !voice.controls.includes('intensity')}
        onChange={(intensity) => set({ intensity })}
      />

      <hr />
      <Slider
        label={say.rate}
        value={choice.rate}
        {...limits.rate}
        logarithmic
        show={say.times}
        {...can('rate')}
        onChange={(rate) => set({ rate })}
      />
      <Slider
        label={say.pitch}
        value={choice.pitch}
        {...limits.pitch}
        logarithmic
        show={say.times}
        {...can('pitch')}
        onChange={(pitch) => set({ pitch })}
      />
      <Slider
        label={say.volume}
        value={choice.volume}
        {...limits.volume}
        show={say.percent}
        {...can('volume')}
        onChange={(volume) => set({ volume })}
      />
    </section>
  );
}
