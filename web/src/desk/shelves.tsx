import { HistoryList } from '../parts/history-list.tsx';
import { JobList } from '../parts/job-list.tsx';
import { LexiconList } from '../parts/lexicon-list.tsx';
import { Readings } from '../parts/readings.tsx';
import { Shelf } from '../parts/shelf.tsx';
import type { Desk } from './use-desk.ts';

/** What is kept beside the text: how it is read, what was spoken, jobs, and the person's own words. */
export function Shelves({ desk, usable }: { readonly desk: Desk; readonly usable: boolean }) {
  const { shelf, history, jobs, lexicon, limits } = desk;
  return (
    <Shelf
      open={shelf}
      counts={{
        history: history.takes?.length ?? 0,
        jobs: jobs.kept.length,
        lexicon: Object.keys(lexicon.words).length,
      }}
      onOpen={desk.setShelf}
    >
      {shelf === 'readings' && (
        <Readings
          text={desk.text}
          count={desk.count}
          most={limits?.text}
          usable={usable}
          voice={desk.choice?.voice ?? ''}
          words={lexicon.words}
          onHear={desk.hear}
          onWord={lexicon.add}
          onForget={lexicon.remove}
        />
      )}
      {shelf === 'history' && (
        <HistoryList
          takes={history.takes}
          current={desk.speech.take?.id}
          onRecall={desk.recall}
          onForget={history.forget}
        />
      )}
      {shelf === 'jobs' && (
        <JobList
          jobs={jobs}
          offered={limits === undefined ? undefined : limits.job_text !== null}
          format={desk.jobFormat}
          onFormat={desk.setJobFormat}
        />
      )}
      {shelf === 'lexicon' && <LexiconList lexicon={lexicon} />}
    </Shelf>
  );
}
