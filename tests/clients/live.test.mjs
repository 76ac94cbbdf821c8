// Live updates, over graphql-transport-ws and Server-Sent Events: what happens to a member reaches their clients.
import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client as UrqlClient, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { introspectionFromSchema, OperationTypeNode, print } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';

import { API, fetchAs, LIVE, operation, possibleTypes, post, schema, tokenOf, valueTypes } from './client.mjs';

const MyRelationshipsPage = operation('MyRelationshipsPage');
const MOST = 5_000; // milliseconds until something has to have happened

suite('what happens to a member', LIVE, () => {
  const opened = [];
  let ViewerEvents, mentor, mentee, grace, waiting;

  before(async () => {
    ViewerEvents = operation('ViewerEvents');
    mentor = await tokenOf('mentor');
    mentee = await tokenOf('mentee');
    ({ id: grace } = (await ask(mentor, '{ viewer { mentorEnrollment { id } } }')).viewer.mentorEnrollment);
  });

  afterEach(takesBack);

  after(() => Promise.all(opened.map((it) => it.dispose())));

  const transports = {
    'graphql-ws': (token) =>
      createWsClient({ url: webSocket(), webSocketImpl: WebSocket, connectionParams: signature(token), retryAttempts: 0 }),
    'graphql-sse': (token) => createSseClient({ url: API, headers: signature(token), retryAttempts: 0 }),
  };

  for (const [name, connect] of Object.entries(transports)) {
    const opens = (token) => {
      const client = connect(token);
      opened.push(client);
      return client;
    };

    test(`reaches ${name}, with fresh numbers for the badges`, async () => {
      const events = opens(mentor).iterate(await following(mentor));

      const request = await asks();
      const { data } = await next(events);

      assert.equal(data.viewerEvents.event.kind, 'REQUEST_RECEIVED');
      assert.equal(data.viewerEvents.event.request.id, request);
      const { counts } = (await ask(mentor, '{ viewer { counts { incomingRequests } } }')).viewer;
      assert.equal(data.viewerEvents.viewer.counts.incomingRequests, counts.incomingRequests);
      await takesBack();
      assert.equal((await next(events)).data.viewerEvents.event.kind, 'REQUEST_WITHDRAWN');
      await events.return();
    });

    test(`reaches ${name} later, if it was away`, async () => {
      const where = await following(mentor);
      await asks();
      await takesBack();

      const events = opens(mentor).iterate(where);

      assert.equal((await next(events)).data.viewerEvents.event.kind, 'REQUEST_RECEIVED');
      assert.equal((await next(events)).data.viewerEvents.event.kind, 'REQUEST_WITHDRAWN');
      await events.return();
    });

    test(`reaches ${name} no longer than the sign-in lasts`, async () => {
      const token = await tokenOf('mentor');
      const events = opens(token).iterate(await following(token));
      await asks();
      await next(events);

      await ask(token, 'mutation { signOut(input: {}) { errors { code } } }');
      const left = await ended(events);

      assert.ok(left, 'it goes on');
    });

    test(`does not reach ${name} of somebody who is not signed in`, async () => {
      const events = opens(undefined).iterate({ query: print(ViewerEvents) });

      assert.ok(await ended(events));
    });
  }

  test("updates what Apollo Client shows, and nothing is fetched again", async () => {
    const sent = [];
    const socket = transports['graphql-ws'](mentor);
    opened.push(socket);
    const client = new ApolloClient({
      link: ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socket),
        new HttpLink({ uri: API, fetch: fetchAs(mentor, sent) }),
      ),
      cache: new InMemoryCache({ possibleTypes, dataIdFromObject: ({ id }) => id }),
    });
    const { data } = await client.query({ query: MyRelationshipsPage });
    const { variables } = await following(mentor);
    const told = new Promise((resolve, reject) => {
      client.subscribe({ query: ViewerEvents, variables }).subscribe({ next: resolve, error: reject });
    });

    const request = await asks();
    await within(told);

    const { incoming, counts } = client.readQuery({ query: MyRelationshipsPage }).viewer;
    assert.ok(incoming.nodes.some((it) => it.id === request));
    assert.equal(counts.incomingRequests, data.viewer.counts.incomingRequests + 1);
    assert.deepEqual(sent, ['MyRelationshipsPage']);
    client.stop();
  });

  test('updates what urql shows, and nothing is fetched again', async () => {
    const sent = [];
    const socket = transports['graphql-ws'](mentor);
    opened.push(socket);
    const client = new UrqlClient({
      url: API,
      preferGetMethod: false,
      fetch: fetchAs(mentor, sent),
      exchanges: [
        cacheExchange({
          schema: introspectionFromSchema(schema),
          keys: Object.fromEntries(valueTypes.map((name) => [name, () => null])),
        }),
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: (operation) => ({
            subscribe: (sink) => ({ unsubscribe: socket.subscribe(operation, sink) }),
          }),
        }),
      ],
    });
    const { data } = await client.query(MyRelationshipsPage, {});
    const { variables } = await following(mentor);
    let follower;
    const told = new Promise((resolve) => {
      follower = client.subscription(ViewerEvents, variables).subscribe(resolve);
    });

    const request = await asks();
    assert.ifError((await within(told)).error);

    const shown = await client.query(MyRelationshipsPage, {}, { requestPolicy: 'cache-only' });
    assert.ok(shown.data.viewer.incoming.nodes.some((it) => it.id === request));
    assert.equal(shown.data.viewer.counts.incomingRequests, data.viewer.counts.incomingRequests + 1);
    assert.deepEqual(sent, ['MyRelationshipsPage']);
    follower.unsubscribe();
  });

  /** The subscription of somebody who knows everything until now: nothing is lost until it has begun. */
  async function following(token) {
    const { viewer } = await ask(token, '{ viewer { events(first: 1) { nodes { id } } } }');
    return { query: print(ViewerEvents), variables: { after: viewer.events.nodes[0].id } };
  }

  async function asks() {
    const payload = await does('request(input: $input) { errors { code } request { id } }', 'RequestInput', { enrollmentId: grace });
    waiting = payload.request.id;
    return waiting;
  }

  async function takesBack() {
    if (waiting) await does('withdraw(input: $input) { errors { code } }', 'WithdrawInput', { requestId: waiting });
    waiting = undefined;
  }

  async function does(selection, type, input) {
    const [payload] = Object.values(await ask(mentee, `mutation($input: ${type}!) { ${selection} }`, { input }));
    assert.deepEqual(payload.errors, []);
    return payload;
  }
});

async function ask(token, query, variables) {
  const { data, errors } = await post({ query, variables }, signature(token));
  assert.equal(errors, undefined);
  return data;
}

function signature(token) {
  return token ? { authorization: `Bearer ${token}` } : {};
}

function webSocket() {
  return API.replace('http', 'ws');
}

async function next(events) {
  const { value, done } = await within(events.next());
  assert.ok(!done, 'it ended');
  return value;
}

/** Whether the events end, in good order or with an error. */
async function ended(events) {
  try {
    const { value, done } = await within(events.next());
    return done || Boolean(value.errors);
  } catch (error) {
    return error.name !== 'Late';
  }
}

async function within(promise) {
  let clock;
  const late = new Promise((_, reject) => {
    clock = setTimeout(() => reject(Object.assign(new Error('nothing happened'), { name: 'Late' })), MOST);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(clock));
}
