import { Global } from './globals.ts';
import { invalid } from './problem.ts';
import { StoredTensor } from './tensor.ts';
import type { CheckpointValue, PickleValue } from './value.ts';

const maximumDepth = 64;
const maximumValues = 1 << 22;

type Container = PickleValue[] | Map<string | number, PickleValue>;

interface Visit {
  readonly container: Container;
  readonly entries: Iterator<[string | number, PickleValue]>;
  /** Values below, counted as often as they are reached. */
  values: number;
  /** Containers below, the longest way down. */
  height: number;
}

/**
 * Checks that all that can be reached from the root is plain data that any walk, recursive or not, gets to the end of:
 * no cycles, 64 levels at most, and 2^22 values counting shared ones as often as they are reached. Throws
 * `checkpoint_invalid`.
 */
export function publish(root: PickleValue): CheckpointValue {
  const finished = new Map<Container, { readonly values: number; readonly height: number }>();
  const open = new Set<Container>();
  const visits: Visit[] = [];
  const top = { values: 0, height: 0 };

  const meet = (value: PickleValue, into: { values: number; height: number }): PickleValue => {
    into.values += 1;
    if (!isContainer(value)) return plain(value);
    const known = finished.get(value);
    if (known !== undefined) {
      add(into, known);
    } else {
      if (open.has(value)) throw invalid('an object contains itself');
      open.add(value);
      visits.push({ container: value, entries: entriesOf(value), values: 0, height: 1 });
    }
    if (visits.length + (known?.height ?? 0) > maximumDepth) throw invalid('objects are nested too deeply');
    return value;
  };

  const result = meet(root, top);
  for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
    const next = visit.entries.next();
    if (next.done === true) {
      visits.pop();
      open.delete(visit.container);
      finished.set(visit.container, { values: visit.values, height: visit.height });
      add(visits.at(-1) ?? top, visit);
      continue;
    }
    const [key, value] = next.value;
    const published = meet(value, visit);
    if (published !== value) replace(visit.container, key, published);
  }
  return result as CheckpointValue;
}

function add(
  into: { values: number; height: number },
  below: { readonly values: number; readonly height: number },
): void {
  into.values += below.values;
  into.height = Math.max(into.height, below.height + 1);
  if (into.values > maximumValues) throw invalid('it holds too many values');
}

function isContainer(value: PickleValue): value is Container {
  return Array.isArray(value) || value instanceof Map;
}

function entriesOf(container: Container): Iterator<[string | number, PickleValue]> {
  return container.entries();
}

function replace(container: Container, key: string | number, value: PickleValue): void {
  if (Array.isArray(container)) container[key as number] = value;
  else container.set(key, value);
}

/** A value that is no container, as the caller may have it. */
function plain(value: PickleValue): PickleValue {
  if (value === null || typeof value !== 'object' || value instanceof StoredTensor) return value;
  // A dtype among the settings of an optimizer, say.
  if (value instanceof Global && value.role.kind === 'dtype') return value.name;
  throw invalid(`it holds ${value instanceof Global ? value.name : 'a storage'} as a value`);
}
