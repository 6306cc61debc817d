import { once } from 'node:events';
import type { Command } from 'commander';
import { LangduError } from '../../errors.ts';
import type { Explanation } from '../../text/explanation.ts';
import { parseLexicon } from '../../text/lexicon.ts';
import type { InventoryLanguage } from '../../text/symbols/inventory.ts';
import { commonSettings, locateVoice, type VoicesOption, voicesOption } from '../options.ts';
import { readTextFile } from '../read-file.ts';

interface ExplainOptions extends VoicesOption {
  readonly voice?: string;
  readonly lexicon?: string;
  readonly jsonl?: boolean;
}

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('show how a text is read: words, readings and what decided them, breaks, symbols')
    .argument('<text>', 'the text, or - for the lines of standard input')
    .option('--jsonl', 'one JSON object for each line')
    .option('--voice <name>', "read it for this voice's language (default: Mandarin)")
    .option('--lexicon <file>', 'words with readings or replacements of your own (docs/text.md)')
    .addOption(voicesOption())
    .action(run);
}

async function run(argument: string, options: ExplainOptions): Promise<void> {
  const explain = await openText(options);
  const show = options.jsonl ? JSON.stringify : tableOf;
  for await (const line of linesOf(argument)) {
    // At the reader's pace: a hundred thousand lines never wait in memory.
    if (!process.stdout.write(`${show(explain(line))}\n`)) await once(process.stdout, 'drain');
  }
}

/** Only the voice's manifest is read, not its graphs. */
async function openText(options: ExplainOptions): Promise<(line: string) => Explanation> {
  const [{ createAnalyser, inventoryOf }, { explainText }, { findVoice }] = await Promise.all([
    import('../../text/analyse.ts'),
    import('../../text/explain.ts'),
    import('../../voice/registry.ts'),
  ]);
  const lexicon =
    options.lexicon === undefined ? undefined : parseLexicon(readTextFile(options.lexicon), options.lexicon);
  const reader = (language: InventoryLanguage, name: string) => {
    const analyser = createAnalyser(language, name, { lexicon });
    return (line: string) => explainText(analyser, line);
  };
  if (options.voice === undefined) {
    if (options.voices !== undefined)
      throw new LangduError('request_invalid', { problem: '--voices goes with --voice' });
    return reader('PinYin', 'PinYin');
  }
  const { folder, name } = locateVoice(commonSettings(options), options);
  const { manifest } = findVoice(folder, name);
  return reader(inventoryOf(manifest.language, manifest.name), manifest.name);
}

async function* linesOf(argument: string): AsyncGenerator<string> {
  if (argument !== '-') {
    yield* argument.split(/\r?\n/);
    return;
  }
  process.stdin.setEncoding('utf8');
  let rest = '';
  for await (const chunk of process.stdin) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}

/** For people: the spoken form, the breaks, and a row a syllable. */
function tableOf({ normalized, sentences, syllables, warnings }: Explanation): string {
  const rows = syllables.map(({ char, start, reading, pinyin, by }) => {
    const said = reading === pinyin ? reading : `${reading} → ${pinyin}`;
    return `  ${String(start).padStart(5)}  ${char}  ${said.padEnd(16)} ${by}`;
  });
  return [
    normalized,
    ...sentences.map(({ annotated }) => annotated),
    ...rows,
    ...warnings.map(({ code, text, start }) => `  ${String(start).padStart(5)}  ${code}: ${text}`),
  ].join('\n');
}
