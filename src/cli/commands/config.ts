import { type Command, Option } from 'commander';
import { describeSettings, settingsReference } from '../../config/describe.ts';
import { resolveSettings, schema } from '../../config/settings.ts';
import { addSettingOptions, attributeOf, type SettingFlags, settingSources } from '../options.ts';

interface ConfigOptions extends SettingFlags {
  readonly json?: boolean;
  readonly reference?: boolean;
}

export function addConfig(program: Command): void {
  // `--reference` prints the table; options that configure a server do not go with it.
  const ofStart = ['json', 'config', ...Object.values(schema).map(({ flag }) => attributeOf(flag))];
  const command = program
    .command('config')
    .description('show the settings in force and where each comes from')
    .option('--json', 'print as JSON')
    .addOption(
      new Option(
        '--reference',
        'print every setting there is instead, as the tables of docs/configuration.md',
      ).conflicts(ofStart),
    );
  addSettingOptions(command).action(show);
}

function show(options: ConfigOptions): void {
  if (options.reference) {
    process.stdout.write(settingsReference());
    return;
  }
  const described = describeSettings(resolveSettings(settingSources(options)));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(described, null, 1)}\n`);
    return;
  }
  const [keys, values] = (['key', 'value'] as const).map((column) =>
    Math.max(...described.map((each) => each[column].length)),
  );
  for (const { key, value, from } of described) {
    process.stdout.write(`${key.padEnd(keys!)}  ${value.padEnd(Math.min(values!, 40))}  ${from}\n`);
  }
}
