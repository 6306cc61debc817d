/**
 * What was taken out of `rest` already, and then the rest. Not a generator: one that was never started does not return
 * what it stands before.
 */
export function prepended<T>(first: T[], rest: AsyncGenerator<T>): AsyncIterableIterator<T> {
  return {
    next: async () => (first.length > 0 ? { value: first.shift()!, done: false } : rest.next()),
    return: async () => {
      first.length = 0;
      return rest.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
