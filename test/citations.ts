/** `docs/networks.md §3.4`, `importer/stream.ts`, `graph.ts`: a file that a comment names, with its section. */
const citation = /(?<![\w<*./-])([\w./-]+\.(?:md|tsx?|mjs))\b(?: (§[\d.]*\d))?/g;
const token = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/**
 * Citations in the comments of sources that lead nowhere, as `file: citation`. A name is found where a file's path ends with
 * it; a section, where a heading begins with its number.
 */
export function strayCitations(sources: readonly string[], files: readonly string[], read: (file: string) => string) {
  return sources.flatMap((source) =>
    [...read(source).matchAll(token)]
      .filter(([part]) => /^\/[/*]/.test(part))
      .flatMap((comment) =>
        [...comment[0].matchAll(citation)]
          .filter(([, name, section]) => !leads(name!, section?.slice(1), files, read))
          .map(([cited]) => `${source}: ${cited}`),
      ),
  );
}

function leads(name: string, section: string | undefined, files: readonly string[], read: (file: string) => string) {
  const bare = name.replace(/^(\.\.?\/)+/, '');
  const found = files.filter((file) => file === bare || file.endsWith(`/${bare}`));
  if (section === undefined) return found.length > 0;
  const heading = new RegExp(String.raw`^#+ ${section.replaceAll('.', String.raw`\.`)}\.?\s`, 'm');
  return found.some((file) => heading.test(read(file)));
}
