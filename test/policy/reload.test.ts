import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLog } from '../../src/log.ts';
import { ListFiles } from '../../src/policy/list-files.ts';
import { temporaryFolder } from '../golden-data.ts';
import { until } from '../until.ts';
import { check } from './listed.ts';
import { opened } from './opened.ts';

const root = temporaryFolder();
const folderOfItsOwn = () => mkdtempSync(join(root, 'lists-'));

/** As an editor does: the new file takes the old one's name. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

async function open(t: TestContext, ...files: readonly string[]): Promise<ListFiles> {
  const lists = await ListFiles.open({ files, homophones: false, log: createLog('silent'), lookEveryMs: 10 });
  t.after(() => lists.close());
  return lists;
}

const finds = async (lists: ListFiles, text: string) => (await check(lists.list, text)).action === 'deny';

for (const [how, change] of [
  ['replaced', replace],
  ['written over', writeFileSync],
] as const) {
  test(`a list that is ${how} is taken without a word`, { timeout: 30_000 }, async (t) => {
    const path = join(folderOfItsOwn(), 'words.tsv');
    writeFileSync(path, '旧词\tdeny\tr\n');
    const lists = await open(t, path);
    assert.ok(await finds(lists, '旧词'));
    change(path, '新词\tdeny\tr\n');
    await until(() => finds(lists, '新词'), 'the new list is taken');
    assert.ok(!(await finds(lists, '旧词')));
  });
}

test('so is one behind a link that now leads elsewhere', { timeout: 30_000 }, async (t) => {
  const folder = folderOfItsOwn();
  for (const [name, word] of [
    ['one', '旧词'],
    ['two', '新词'],
  ]) {
    writeFileSync(join(folder, name!), `${word}\tdeny\tr\n`);
  }
  const path = join(folder, 'words.tsv');
  symlinkSync(join(folder, 'one'), path);
  const lists = await open(t, path);
  unlinkSync(path);
  symlinkSync(join(folder, 'two'), path);
  await until(() => finds(lists, '新词'), 'the new list is taken');
});

test('a list with a fault, or none, leaves the one before until it is mended', { timeout: 30_000 }, async (t) => {
  const path = join(folderOfItsOwn(), 'words.tsv');
  writeFileSync(path, '旧词\tdeny\tr\n');
  const lists = await open(t, path);
  replace(path, '新词\tdeny\n');
  await until(() => lists.reloads.failed === 1, 'the fault is seen');
  assert.ok(await finds(lists, '旧词'));
  unlinkSync(path);
  await until(() => lists.reloads.failed === 2, 'the file is missed');
  assert.ok(await finds(lists, '旧词'));
  replace(path, '新词\tdeny\tr\n');
  await until(() => finds(lists, '新词'), 'the new list is taken');
  assert.equal(lists.reloads.done, 1);
});

test('reload() reads at once, says whether it could, and logs why not', async (t) => {
  const path = join(folderOfItsOwn(), 'words.tsv');
  writeFileSync(path, '旧词\tdeny\tr\n');
  const { policy, lines } = await opened(t, { LANGDU_POLICY_LISTS: path });
  const denies = async (text: string) =>
    (await policy.check(text, { requestId: 'q', path: 'speech' })).action === 'deny';
  writeFileSync(path, '新词\tdeny\tr\n另词\tdeny\ts\n');
  assert.equal(await policy.reload(), true);
  assert.ok((await denies('新词')) && !(await denies('旧词')));
  const line = lines.find(({ msg }) => msg === 'policy lists reloaded')!;
  assert.deepEqual([line.words, line.rules], [2, 2]);
  writeFileSync(path, '新词\tdeny\tr\n坏词\tblock\ts\n');
  assert.equal(await policy.reload(), false);
  assert.ok(await denies('新词'));
  const fault = lines.find(({ level }) => level === 'error')!;
  assert.match(String(fault.problem), /words\.tsv \(line 2: "block" is no action/);
  assert.ok(!JSON.stringify(fault).includes('坏词'));
  const { reloads, reloadFailures } = policy.stats().lists;
  assert.deepEqual([reloads, reloadFailures], [1, 1]);
});

test('checks under load see one list or the other, whole', { timeout: 60_000 }, async (t) => {
  const path = join(folderOfItsOwn(), 'words.tsv');
  // Each list finds both of its words or, were it half there, one.
  const listOf = (round: number) => {
    const many = Array.from({ length: 3000 }, (_, index) => `词${index}号\tmask\tmany\n`).join('');
    return `甲${round}甲\tdeny\tfirst\n${many}乙${round}乙\tdeny\tlast\n`;
  };
  writeFileSync(path, listOf(0));
  const lists = await open(t, path);
  let changing = true;
  const seen = new Set<number>();
  const caller = async () => {
    while (changing) {
      const { list } = lists;
      const rounds = [0, 1, 2, 3, 4].map((round) => check(list, `${'好'.repeat(3000)}甲${round}甲，乙${round}乙`));
      const found = (await Promise.all(rounds)).map(({ findings }) => findings.map(({ rule }) => rule).join('+'));
      assert.deepEqual(found.filter((rules) => rules !== '').sort(), ['first+last']);
      seen.add(found.indexOf('first+last'));
    }
  };
  const callers = [caller(), caller(), caller()];
  try {
    for (let round = 1; round <= 4; round += 1) {
      replace(path, listOf(round));
      await until(() => seen.has(round), `list ${round} is seen`, 50_000);
    }
  } finally {
    changing = false;
  }
  await Promise.all(callers);
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4]);
});

test('reloads asked for at once come one after another', async (t) => {
  const path = join(folderOfItsOwn(), 'words.tsv');
  writeFileSync(path, '旧词\tdeny\tr\n');
  const { policy } = await opened(t, { LANGDU_POLICY_LISTS: path });
  const first = policy.reload();
  writeFileSync(path, '新词\tdeny\tr\n');
  assert.deepEqual(await Promise.all([first, policy.reload(), policy.reload()]), [true, true, true]);
  assert.equal((await policy.check('新词', { requestId: 'q', path: 'speech' })).action, 'deny');
});
