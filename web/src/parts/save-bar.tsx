import { useState } from 'preact/hooks';
import { subtitleFormats } from '../../../src/subtitles/write.ts';
import { useSay } from '../say.ts';
import { type FileFormat, formatsOf, saveAudio, saveSubtitles } from '../speech/save.ts';
import type { Take } from '../speech/take.ts';
import { useKept } from '../store/kept.ts';
import { messageOf } from './failure.tsx';
import { DownloadIcon } from './icons.tsx';

interface SaveBarProps {
  readonly take: Take | undefined;
  /** It could not be saved, and why; '' when it is tried again. */
  readonly onProblem: (message: string) => void;
}

/** Saves the take as audio and as subtitles, once all of it is there. */
export function SaveBar({ take, onProblem }: SaveBarProps) {
  const { say, language } = useSay();
  const [wanted, setFormat] = useKept<FileFormat>('format', 'wav');
  const formats = formatsOf(take);
  const format = formats.includes(wanted) ? wanted : formats[0]!;
  const [busy, setBusy] = useState(false);
  const ready = take?.recording.complete === true && take.recording.length > 0;

  const save = async () => {
    if (take === undefined) return;
    setBusy(true);
    onProblem('');
    await saveAudio(take, format, language).catch((error: unknown) => onProblem(messageOf(error, say, language)));
    setBusy(false);
  };
  return (
    <div class="save">
      <div class="joined">
        <select
          aria-label={say.format}
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value as FileFormat)}
        >
          {formats.map((name) => (
            <option key={name} value={name}>
              {name.toUpperCase()}
            </option>
          ))}
        </select>
        <button type="button" disabled={!ready || busy} onClick={() => void save()}>
          <DownloadIcon />
          {busy ? say.downloading : say.download}
        </button>
      </div>
      <fieldset class="subtitles">
        <legend>{say.subtitles}</legend>
        {subtitleFormats.map((name) => (
          <button
            key={name}
            type="button"
            disabled={!ready || take.sentences.length === 0}
            aria-label={say.subtitlesAs(name.toUpperCase())}
            onClick={() => take !== undefined && saveSubtitles(take, name, language)}
          >
            {name.toUpperCase()}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
