import { schema } from './settings.ts';

/** What reads them is not a setting. */
const others = ['LANGDU_CONFIG', 'LANGDU_PROCESS_NUMBER'];
/** Kubernetes gives every container such variables of a service that is called `langdu`. */
const ofKubernetes = /^LANGDU_(.*_)?(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP))/;

/**
 * Variables that look like settings and are none, in order. They are not refused, since an environment is not ours
 * alone; but a misspelt one must not leave its setting at the default in silence.
 */
export function strayVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set([...Object.values(schema).map((setting) => setting.env as string), ...others]);
  return Object.entries(env)
    .filter(
      ([name, value]) =>
        name.startsWith('LANGDU_') &&
        !known.has(name) &&
        !name.startsWith('LANGDU_TEST_') &&
        !ofKubernetes.test(name) &&
        !value?.startsWith('tcp://'),
    )
    .map(([name]) => name)
    .sort();
}
