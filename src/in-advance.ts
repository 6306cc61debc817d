/** Pulls up to `ahead` items before they are asked for, so that the work on the next goes on while one is used. */
export async function* inAdvance<Item>(source: AsyncGenerator<Item>, ahead: number): AsyncGenerator<Item> {
  const pulled: Promise<IteratorResult<Item>>[] = [];
  try {
    for (;;) {
      while (pulled.length <= ahead) {
        const next = source.next();
        next.catch(() => undefined); // thrown where it is awaited, if it comes to that
        pulled.push(next);
      }
      const next = await pulled.shift()!;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await source.return(undefined);
  }
}
