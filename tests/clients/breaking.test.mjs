// Which changes of the schema may go unannounced.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { unannounced } from './breaking.mjs';

const BEFORE = 'type Query { mentors(first: Int): Int mentees: Int }';
const CHANGELOG = '# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `Query.mentees` is gone.\n\n## 1.0.0\n';

test('a field may be added without a word', async () => {
  assert.deepEqual(await unannounced(BEFORE, `${BEFORE} extend type Query { more: Int }`, ''), []);
});

test('a field that is gone has to be named', async () => {
  const after = 'type Query { mentors(first: Int): Int }';

  assert.match(String(await unannounced(BEFORE, after, '## Unreleased\n')), /^`Query\.mentees`: /);
  assert.deepEqual(await unannounced(BEFORE, after, CHANGELOG), []);
});

test('an argument that is needed has to be named, whatever else is', async () => {
  const after = 'type Query { mentors(first: Int!): Int mentees: Int }';

  assert.match(String(await unannounced(BEFORE, after, CHANGELOG)), /^`Query\.mentors\.first`: /);
});

test('what an earlier release announced counts no more', async () => {
  const changelog = CHANGELOG.replace('## Unreleased\n', '## Unreleased\n\n## 2.0.0\n');

  assert.equal((await unannounced(BEFORE, 'type Query { mentors(first: Int): Int }', changelog)).length, 1);
});

test('what is announced elsewhere than under Breaking does not count', async () => {
  const changelog = CHANGELOG.replace('### Breaking', '### Fixed');

  assert.equal((await unannounced(BEFORE, 'type Query { mentors(first: Int): Int }', changelog)).length, 1);
});
