import type { ServerState } from '../hooks/use-server.ts';
import { Actions } from '../parts/actions.tsx';
import { PlayerCard } from '../parts/player-card.tsx';
import { TextBox } from '../parts/text-box.tsx';
import { VoicePanel } from '../parts/voice-panel.tsx';
import { blamesText } from '../speech/use-speech.ts';
import type { Desk } from './use-desk.ts';

/**
 * What a character of a file takes at most, also where it is spelled out; and the longest text until the server has
 * told of its limit.
 */
const CHARACTER_BYTES = 12;
const UNKNOWN_CHARACTERS = 2_000_000;

/** Where the text is written and spoken: the text itself, what is heard of it, and the voice. */
export function DeskForm({ desk, server }: { readonly desk: Desk; readonly server: ServerState }) {
  const { player, text, limits, asked, long, jobs, speech } = desk;
  const { progress, take } = speech;
  return (
    <form
      class="desk"
      id="desk"
      onSubmit={(event) => {
        event.preventDefault();
        desk.speak();
      }}
    >
      <div class="card writing">
        <TextBox
          text={text}
          count={desk.count}
          most={limits?.text}
          mostBytes={CHARACTER_BYTES * (limits?.job_text ?? limits?.text ?? UNKNOWN_CHARACTERS)}
          invalid={progress.state === 'failed' && blamesText(progress.error)}
          player={player}
          take={take}
          onText={desk.setText}
        />
        <Actions
          progress={progress}
          take={take}
          disabled={asked === undefined}
          long={long}
          ordering={jobs.busy}
          onJob={limits?.job_text == null ? undefined : desk.makeJob}
          onStop={desk.stop}
        />
      </div>
      <PlayerCard player={player} take={take} />
      {asked !== undefined && server.voices !== undefined ? (
        <VoicePanel voices={server.voices.voices} voice={asked.voice} choice={asked.choice} onChoice={desk.setChoice} />
      ) : (
        <div class="card panel" aria-busy={server.voices === undefined} />
      )}
    </form>
  );
}
