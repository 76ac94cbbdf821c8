// Apollo Client: its cache follows every step of a mentorship by what mutations answer, and fetches nothing again.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

import { API, fetchAs, inAMonth, nodesOf, operation, possibleTypes, tokenOf } from './client.mjs';

const FindMentorPage = operation('FindMentorPage');
const MyRelationshipsPage = operation('MyRelationshipsPage');
const EnrollmentPage = operation('EnrollmentPage');

/** A client as its developer sets it up, and the names of the operations that it has sent. */
async function clientOf(username) {
  const sent = [];
  const client = new ApolloClient({
    link: new HttpLink({ uri: API, fetch: fetchAs(username && (await tokenOf(username)), sent) }),
    cache: new InMemoryCache({
      possibleTypes,
      dataIdFromObject: ({ id }) => id,
      typePolicies: {
        Query: { fields: { mentors: relayStylePagination(['filter', 'orderBy']) } },
        Program: { keyFields: [] },
        Viewer: { fields: { counts: { merge: true } } },
      },
    }),
  });
  const shown = (query, variables) => client.readQuery({ query, variables });
  const page = async (query, variables) => (await client.query({ query, variables })).data;
  const does = async (name, input) => {
    const { data } = await client.mutate({ mutation: operation(name), variables: { input } });
    const [payload] = Object.values(data);
    return payload;
  };
  return { client, sent, shown, page, does };
}

test('each page is one query', async () => {
  const { page, sent } = await clientOf('mentee');

  const found = await page(FindMentorPage, {});
  const mine = await page(MyRelationshipsPage, {});
  const enrollment = await page(EnrollmentPage, {});

  assert.deepEqual(sent, ['FindMentorPage', 'MyRelationshipsPage', 'EnrollmentPage']);
  assert.equal(found.mentors.edges.length, 20);
  assert.equal(mine.viewer.relationships.totalCount, 2);
  assert.equal(enrollment.viewer.menteeEnrollment.status, 'ACTIVE');
});

test('fetchMore joins the next page to the list, and repeats nobody', async () => {
  const { client, page, shown } = await clientOf('mentee');
  const first = (await page(FindMentorPage, {})).mentors;
  const list = client.watchQuery({ query: FindMentorPage, variables: {} });

  await list.fetchMore({ variables: { after: first.pageInfo.endCursor } });

  const both = shown(FindMentorPage, {}).mentors;
  assert.equal(both.edges.length, 40);
  assert.equal(new Set(nodesOf(both).map(({ id }) => id)).size, 40);
  assert.equal(both.totalCount, first.totalCount);
});

test('a search is a list of its own', async () => {
  const { page, shown } = await clientOf('mentee');

  await page(FindMentorPage, {});
  await page(FindMentorPage, { filter: { channels: ['PHONE'] } });

  const everybody = shown(FindMentorPage, {}).mentors;
  const onThePhone = shown(FindMentorPage, { filter: { channels: ['PHONE'] } }).mentors;
  assert.ok(onThePhone.totalCount < everybody.totalCount);
  assert.ok(nodesOf(onThePhone).every((it) => it.sessionPreferences.channels.includes('PHONE')));
});

test('a request shows on both pages, and nothing is fetched again', async () => {
  const { page, shown, does, sent } = await clientOf('mentee');
  const mentor = nodesOf((await page(FindMentorPage, {})).mentors).find((it) => it.viewerCanRequest);
  const before = (await page(MyRelationshipsPage, {})).viewer;

  const payload = await does('Request', { enrollmentId: mentor.id, message: 'May I ask you something?' });

  const card = nodesOf(shown(FindMentorPage, {}).mentors).find((it) => it.id === mentor.id);
  const { outgoing, counts } = shown(MyRelationshipsPage, {}).viewer;
  assert.deepEqual(payload.errors, []);
  assert.equal(card.viewerCanRequest, false);
  assert.equal(card.viewerPendingRequest.id, payload.request.id);
  assert.deepEqual(card.viewerCannotRequestReasons, ['ALREADY_REQUESTED']);
  assert.equal(counts.outgoingRequests, before.counts.outgoingRequests + 1);
  assert.equal(outgoing.totalCount, before.outgoing.totalCount + 1);
  assert.equal(outgoing.nodes.find((it) => it.id === payload.request.id).message, 'May I ask you something?');
  assert.deepEqual(sent, ['FindMentorPage', 'MyRelationshipsPage', 'Request']);
});

test('a refused request is data, and changes nothing that is shown', async () => {
  const { page, shown, does } = await clientOf('mentee');
  const asked = nodesOf((await page(FindMentorPage, {})).mentors).find((it) => it.viewerPendingRequest);
  const before = shown(FindMentorPage, {});

  const payload = await does('Request', { enrollmentId: asked.id });

  assert.deepEqual(payload.errors.map(({ code }) => code), ['ALREADY_REQUESTED']);
  assert.ok(payload.errors[0].message);
  assert.equal(payload.request, null);
  assert.deepEqual(nodesOf(shown(FindMentorPage, {}).mentors), nodesOf(before.mentors));
});

test('an answer moves a request to the relationships, and nothing is fetched again', async () => {
  const { page, shown, does, sent } = await clientOf('mentor');
  const before = (await page(MyRelationshipsPage, {})).viewer;
  const [asked] = before.incoming.nodes;

  const payload = await does('Respond', { requestId: asked.id, answer: 'ACCEPT', reply: 'Gladly.' });

  const { incoming, relationships, counts } = shown(MyRelationshipsPage, {}).viewer;
  assert.deepEqual(payload.errors, []);
  assert.equal(payload.request.state, 'ACCEPTED');
  assert.ok(!incoming.nodes.some((it) => it.id === asked.id));
  assert.equal(incoming.totalCount, before.incoming.totalCount - 1);
  assert.equal(counts.incomingRequests, incoming.totalCount);
  assert.equal(counts.activeRelationships, before.counts.activeRelationships + 1);
  assert.equal(relationships.totalCount, before.relationships.totalCount + 1);
  assert.equal(relationships.nodes.find((it) => it.id === payload.relationship.id).partner.name, asked.sender.name);
  assert.deepEqual(sent, ['MyRelationshipsPage', 'Respond']);
});

test('a pause shows wherever the enrollment does, and nothing is fetched again', async () => {
  const { page, shown, does, sent } = await clientOf('mentor');
  await page(EnrollmentPage, {});

  const payload = await does('SetStatus', { role: 'MENTOR', status: 'PAUSED', returnOn: inAMonth() });

  const { mentorEnrollment } = shown(EnrollmentPage, {}).viewer;
  assert.deepEqual(payload.errors, []);
  assert.equal(mentorEnrollment.status, 'PAUSED');
  assert.equal(mentorEnrollment.returnOn, inAMonth());
  assert.deepEqual(sent, ['EnrollmentPage', 'SetStatus']);
});

test('a completed relationship is shown as such, and nothing is fetched again', async () => {
  const { page, shown, does, sent } = await clientOf('mentor');
  const before = (await page(MyRelationshipsPage, {})).viewer;
  const running = before.relationships.nodes.find((it) => it.viewerCanComplete);

  const payload = await does('Complete', {
    relationshipId: running.id,
    outcome: 'GOALS_REACHED',
    gratitudeNote: 'Thank you!',
  });

  const { relationships, counts } = shown(MyRelationshipsPage, {}).viewer;
  const completed = relationships.nodes.find((it) => it.id === running.id);
  assert.deepEqual(payload.errors, []);
  assert.equal(completed.state, 'COMPLETED');
  assert.equal(completed.viewerCanComplete, false);
  assert.deepEqual(completed.completion.gratitudeNotes.map(({ text }) => text), ['Thank you!']);
  assert.equal(counts.activeRelationships, before.counts.activeRelationships - 1);
  assert.deepEqual(sent, ['MyRelationshipsPage', 'Complete']);
});

test('signing in and out is data, and what was shown is gone', async () => {
  const { page, does, client } = await clientOf('mentee');
  await page(MyRelationshipsPage, {});

  const wrong = await does('SignIn', { username: 'mentee', password: 'no such password' });
  const left = await does('SignOut', {});
  await client.clearStore();

  assert.deepEqual(wrong.errors.map(({ code }) => code), ['BAD_CREDENTIALS']);
  assert.equal(left.endedSignInIds.length, 1);
  assert.deepEqual(client.cache.extract(), {});
  assert.equal((await page(MyRelationshipsPage, {})).viewer, null);
});
