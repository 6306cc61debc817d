import { useEffect, useRef, useState } from 'preact/hooks';
import type { Take } from '../speech/take.ts';
import { bounded, forgetTakes, readTakes, writeTake } from './history.ts';

/** What was spoken, the newest first: in this browser, bounded, over reloads. Undefined until it is read. */
export function useHistory() {
  const [takes, setTakes] = useState<readonly Take[]>();
  const now = useRef<readonly Take[]>([]);
  const show = (next: readonly Take[]) => {
    now.current = next;
    setTakes(next);
  };

  useEffect(() => {
    // Without a store (a private window) the history lasts as long as the page.
    readTakes().then(
      (read) => show([...now.current, ...read]),
      () => show(now.current),
    );
  }, []);

  /** A new take, or what has become of one that is here. */
  const put = (take: Take) => {
    const known = now.current.some(({ id }) => id === take.id);
    show(known ? now.current.map((each) => (each.id === take.id ? take : each)) : [take, ...now.current]);
  };
  const keep = (take: Take) => {
    put(take);
    const { kept, beyond } = bounded(now.current);
    show(kept);
    writeTake(take)
      .then(() => forgetTakes(beyond.map(({ id }) => id)))
      .catch(() => undefined);
  };
  const forget = (ids: readonly string[]) => {
    show(now.current.filter(({ id }) => !ids.includes(id)));
    forgetTakes(ids).catch(() => undefined);
  };
  return { takes, put, keep, forget };
}
