// urql with Graphcache: the same steps as with Apollo Client, seen by a cache that knows the schema.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { introspectionFromSchema } from 'graphql';

import { API, fetchAs, inAMonth, nodesOf, operation, schema, tokenOf, valueTypes } from './client.mjs';

const FindMentorPage = operation('FindMentorPage');
const MyRelationshipsPage = operation('MyRelationshipsPage');
const EnrollmentPage = operation('EnrollmentPage');

/** A client as its developer sets it up, and the names of the operations that it has sent. */
async function clientOf(username) {
  const sent = [];
  const complaints = [];
  const client = new Client({
    url: API,
    preferGetMethod: false,
    fetch: fetchAs(username && (await tokenOf(username)), sent),
    exchanges: [
      cacheExchange({
        schema: introspectionFromSchema(schema),
        keys: Object.fromEntries(valueTypes.map((name) => [name, () => null])),
        resolvers: { Query: { mentors: relayPagination() } },
        logger: (severity, message) => severity === 'debug' || complaints.push(message),
      }),
      fetchExchange,
    ],
  });
  const page = async (query, variables = {}) => dataOf(await client.query(query, variables));
  const shown = async (query, variables = {}) =>
    dataOf(await client.query(query, variables, { requestPolicy: 'cache-only' }));
  const does = async (name, input) => {
    const [payload] = Object.values(dataOf(await client.mutation(operation(name), { input })));
    return payload;
  };
  return { sent, complaints, page, shown, does };
}

function dataOf({ data, error }) {
  assert.ifError(error);
  return data;
}

test('each page is one query, and the cache knows every type by its id', async () => {
  const { page, sent, complaints } = await clientOf('mentee');

  const found = await page(FindMentorPage);
  const mine = await page(MyRelationshipsPage);
  const enrollment = await page(EnrollmentPage);

  assert.deepEqual(sent, ['FindMentorPage', 'MyRelationshipsPage', 'EnrollmentPage']);
  assert.equal(found.mentors.edges.length, 20);
  assert.equal(mine.viewer.relationships.totalCount, 2);
  assert.equal(enrollment.viewer.menteeEnrollment.status, 'ACTIVE');
  assert.deepEqual(complaints, []);
});

test('the next page joins the list, and repeats nobody', async () => {
  const { page, shown } = await clientOf('mentee');
  const first = (await page(FindMentorPage)).mentors;

  await page(FindMentorPage, { after: first.pageInfo.endCursor });

  const both = (await shown(FindMentorPage)).mentors;
  assert.equal(both.edges.length, 40);
  assert.equal(new Set(nodesOf(both).map(({ id }) => id)).size, 40);
});

test('a request shows on both pages, and nothing is fetched again', async () => {
  const { page, shown, does, sent } = await clientOf('mentee');
  const mentor = nodesOf((await page(FindMentorPage)).mentors).find((it) => it.viewerCanRequest);
  const before = (await page(MyRelationshipsPage)).viewer;

  const payload = await does('Request', { enrollmentId: mentor.id, message: 'May I ask you something?' });

  const card = nodesOf((await shown(FindMentorPage)).mentors).find((it) => it.id === mentor.id);
  const { outgoing, counts } = (await shown(MyRelationshipsPage)).viewer;
  assert.deepEqual(payload.errors, []);
  assert.equal(card.viewerCanRequest, false);
  assert.equal(card.viewerPendingRequest.id, payload.request.id);
  assert.equal(counts.outgoingRequests, before.counts.outgoingRequests + 1);
  assert.equal(outgoing.totalCount, before.outgoing.totalCount + 1);
  assert.equal(outgoing.nodes.find((it) => it.id === payload.request.id).message, 'May I ask you something?');
  assert.deepEqual(sent, ['FindMentorPage', 'MyRelationshipsPage', 'Request']);
});

test('a refused request is data, and changes nothing that is shown', async () => {
  const { page, shown, does } = await clientOf('mentee');
  const before = await page(FindMentorPage);
  const asked = nodesOf(before.mentors).find((it) => it.viewerPendingRequest);

  const payload = await does('Request', { enrollmentId: asked.id });

  assert.deepEqual(payload.errors.map(({ code }) => code), ['ALREADY_REQUESTED']);
  assert.equal(payload.request, null);
  assert.deepEqual(nodesOf((await shown(FindMentorPage)).mentors), nodesOf(before.mentors));
});

test('an answer moves a request to the relationships, and nothing is fetched again', async () => {
  const { page, shown, does, sent } = await clientOf('mentor');
  const before = (await page(MyRelationshipsPage)).viewer;
  const [asked] = before.incoming.nodes;

  const payload = await does('Respond', { requestId: asked.id, answer: 'ACCEPT', reply: 'Gladly.' });

  const { incoming, relationships, counts } = (await shown(MyRelationshipsPage)).viewer;
  assert.deepEqual(payload.errors, []);
  assert.ok(!incoming.nodes.some((it) => it.id === asked.id));
  assert.equal(incoming.totalCount, before.incoming.totalCount - 1);
  assert.equal(counts.activeRelationships, before.counts.activeRelationships + 1);
  assert.equal(relationships.nodes.find((it) => it.id === payload.relationship.id).partner.name, asked.sender.name);
  assert.deepEqual(sent, ['MyRelationshipsPage', 'Respond']);
});

test('a pause shows wherever the enrollment does, and nothing is fetched again', async () => {
  const { page, shown, does, sent } = await clientOf('mentor');
  await page(EnrollmentPage);

  const payload = await does('SetStatus', { role: 'MENTOR', status: 'PAUSED', returnOn: inAMonth() });

  const { mentorEnrollment } = (await shown(EnrollmentPage)).viewer;
  assert.deepEqual(payload.errors, []);
  assert.equal(mentorEnrollment.status, 'PAUSED');
  assert.equal(mentorEnrollment.returnOn, inAMonth());
  assert.deepEqual(sent, ['EnrollmentPage', 'SetStatus']);
});

test('a completed relationship is shown as such, and nothing is fetched again', async () => {
  const { page, shown, does, sent } = await clientOf('mentor');
  const before = (await page(MyRelationshipsPage)).viewer;
  const running = before.relationships.nodes.find((it) => it.viewerCanComplete);

  const payload = await does('Complete', { relationshipId: running.id, outcome: 'GOALS_REACHED' });

  const { relationships, counts } = (await shown(MyRelationshipsPage)).viewer;
  assert.deepEqual(payload.errors, []);
  assert.equal(relationships.nodes.find((it) => it.id === running.id).state, 'COMPLETED');
  assert.equal(counts.activeRelationships, before.counts.activeRelationships - 1);
  assert.deepEqual(sent, ['MyRelationshipsPage', 'Complete']);
});

test('signing out ends the sign-in, and the next client sees nobody', async () => {
  const { page, shown, does } = await clientOf('mentee');
  await page(MyRelationshipsPage);

  const left = await does('SignOut', {});

  assert.deepEqual(left.errors, []);
  assert.equal(left.endedSignInIds.length, 1);
  assert.equal((await shown(MyRelationshipsPage)).viewer, null);
});
