// GraphQL over HTTP: every audit of the package `graphql-http`, and the statuses that it does not ask for.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { auditServer } from 'graphql-http';

import { API, tokenOf } from './client.mjs';

const AUDITS = 61;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const VIEWER = JSON.stringify({ query: '{ viewer { id } }' });
const people = { nobody: undefined, 'a member': await tokenOf('mentee') };

for (const [who, token] of Object.entries(people)) {
  test(`all ${AUDITS} audits of graphql-http pass for ${who}`, async () => {
    const results = await auditServer({ url: API, fetchFn: signing(token) });

    const failed = results.filter(({ status }) => status !== 'ok');
    assert.deepEqual(failed.map(({ id, name, reason }) => `${id} ${name}: ${reason}`), []);
    assert.equal(results.length, AUDITS);
  });
}

function signing(token) {
  const signature = token ? { Authorization: `Bearer ${token}` } : {};
  return (address, options) => fetch(address, { ...options, headers: { ...options?.headers, ...signature } });
}

const wrong = {
  'another method': [405, { method: 'PUT', headers: JSON_TYPE, body: VIEWER }],
  'another kind of body': [415, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: VIEWER }],
  'no kind of answer that there is': [406, { method: 'POST', headers: { ...JSON_TYPE, Accept: 'image/png' }, body: VIEWER }],
  'more than a hundred kilobytes': [413, { method: 'POST', headers: JSON_TYPE, body: VIEWER.padEnd(100_001) }],
};

for (const [what, [status, request]] of Object.entries(wrong)) {
  test(`a request with ${what} is answered with ${status}, in JSON`, async () => {
    const response = await fetch(API, request);

    assert.equal(response.status, status);
    assert.equal(response.headers.get('Allow'), status === 405 ? 'GET, POST' : null);
    assert.equal(response.headers.get('Content-Type'), 'application/json; charset=utf-8');
    assert.equal((await response.json()).errors.length, 1);
  });
}

test('a mutation in the address is answered with 405 and the method that it takes', async () => {
  const response = await fetch(`${API}?query=${encodeURIComponent('mutation { signOut(input: {}) { errors { code } } }')}`);

  assert.equal(response.status, 405);
  assert.equal(response.headers.get('Allow'), 'POST');
});
