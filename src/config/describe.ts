import type { Kind } from './kinds.ts';
import type { AnySetting } from './setting.ts';
import { type ResolvedSettings, type SettingKey, schema } from './settings.ts';

/** A setting as a person reads it. */
export interface DescribedSetting {
  readonly key: string;
  readonly value: string;
  /** `default`, or who said it. */
  readonly from: string;
}

/** What is in force, with where each value comes from; a secret is only shown to be there. */
export function describeSettings({ settings, origins }: ResolvedSettings): DescribedSetting[] {
  return (Object.entries(schema) as [SettingKey, AnySetting][]).map(([key, setting]) => ({
    key: setting.file,
    value: setting.secret && settings[key] !== '' ? '***' : show(setting, settings[key]),
    from: origins[key].name || 'default',
  }));
}

/** The tables of docs/configuration.md, one a group; a test holds the document to them. */
export function settingsReference(): string {
  const settings: readonly AnySetting[] = Object.values(schema);
  const groups = [...new Set(settings.map(groupOf))];
  return groups
    .map((group) =>
      groupTable(
        group,
        settings.filter((each) => groupOf(each) === group),
      ),
    )
    .join('\n');
}

function groupTable(group: string, settings: readonly AnySetting[]): string {
  const rows = settings.map((setting) => {
    const usual = show(setting, setting.default);
    const initial = setting.usually ?? (usual === '' ? 'none' : `\`${usual}\``);
    const name = setting.file.slice(group.length + 1);
    return `| \`${name}\` | \`${setting.env}\` | \`--${setting.flag}\` | ${initial} | ${setting.kind.valid} | ${setting.doc} |`;
  });
  return [
    `### ${group}`,
    '',
    '| key | variable | option | default | valid | meaning |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function groupOf(setting: AnySetting): string {
  return setting.file.split('.')[0]!;
}

function show(setting: AnySetting, value: unknown): string {
  return (setting.kind as Kind<unknown>).show(value);
}
