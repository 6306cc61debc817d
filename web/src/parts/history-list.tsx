import { useState } from 'preact/hooks';
import { fileName } from '../choice.ts';
import { useSay } from '../say.ts';
import type { Take } from '../speech/take.ts';
import { emotionName } from '../strings/emotions.ts';
import { PlayIcon, RemoveIcon } from './icons.tsx';

interface HistoryListProps {
  readonly takes: readonly Take[] | undefined;
  readonly current: string | undefined;
  readonly onRecall: (take: Take) => void;
  readonly onForget: (ids: readonly string[]) => void;
}

/** What was spoken before, to be heard again with its text and settings. */
export function HistoryList({ takes, current, onRecall, onForget }: HistoryListProps) {
  const { say } = useSay();
  if (takes === undefined) return null;
  if (takes.length === 0) return <p class="empty">{say.historyEmpty}</p>;
  return (
    <>
      <ul class="rows">
        {takes.map((take) => (
          <HistoryRow
            key={take.id}
            take={take}
            current={take.id === current}
            onRecall={() => onRecall(take)}
            onForget={() => onForget([take.id])}
          />
        ))}
      </ul>
      <div class="row-end">
        <RemoveAll onSure={() => onForget(takes.map(({ id }) => id))} />
      </div>
    </>
  );
}

/** Asks before it does what cannot be undone: a second press is the answer. */
function RemoveAll({ onSure }: { readonly onSure: () => void }) {
  const { say } = useSay();
  const [asked, setAsked] = useState(false);
  return (
    <button
      type="button"
      class={asked ? 'quiet danger' : 'quiet'}
      onClick={() => (asked ? onSure() : setAsked(true))}
      onBlur={() => setAsked(false)}
    >
      {asked ? say.removeAllSure : say.removeAll}
    </button>
  );
}

interface HistoryRowProps {
  readonly take: Take;
  readonly current: boolean;
  readonly onRecall: () => void;
  readonly onForget: () => void;
}

function HistoryRow({ take, current, onRecall, onForget }: HistoryRowProps) {
  const { say, language } = useSay();
  const { request, choice, recording, at } = take;
  const name = fileName(request.text);
  const when = new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en', {
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const facts = [take.brokenOff && say.partial, choice.voice, emotionName(choice.emotion, language), when];
  return (
    <li aria-current={current ? 'true' : undefined}>
      <button
        type="button"
        class="round small"
        disabled={!recording.complete}
        aria-label={say.historyPlay(name)}
        onClick={onRecall}
      >
        <PlayIcon />
      </button>
      <div class="row-text">
        <span class="row-title" lang="zh-CN">
          {request.text}
        </span>
        <span class="row-facts">{facts.filter(Boolean).join(' · ')}</span>
      </div>
      <span class="row-length">{recording.complete ? say.seconds(recording.seconds) : say.making}</span>
      <button type="button" class="icon" aria-label={say.removeNamed(name)} onClick={onForget}>
        <RemoveIcon />
      </button>
    </li>
  );
}
