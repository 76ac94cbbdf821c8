// What every client of these tests has: the API's address, somebody to be, and the documents of its pages.
import { readFileSync, readdirSync } from 'node:fs';

import { buildSchema, isAbstractType, isObjectType, Kind, parse, visit } from 'graphql';

import { FOLDERS, IS_LIVE, ROOT, SDL } from './documents.mjs';

/** Address of the API, on a demo program that nobody else uses. */
export const API = `${process.env.API}/graphql`;
export const schema = buildSchema(SDL);

/** For tests of live updates: why they are skipped, if so. */
export const LIVE = { skip: IS_LIVE ? false : 'live updates: schema.graphql has no subscription yet' };

const definitions = FOLDERS.flatMap((folder) =>
  readdirSync(ROOT + folder).flatMap((file) => parse(readFileSync(`${ROOT}${folder}/${file}`, 'utf8')).definitions),
);
const named = (name) => definitions.find((it) => it.name.value === name);

/** An operation of a client, with the fragments that it uses. */
export function operation(name) {
  const used = new Set();
  const use = (definition) => {
    used.add(definition);
    visit(definition, {
      FragmentSpread: (spread) => {
        if (!used.has(named(spread.name.value))) use(named(spread.name.value));
      },
    });
  };
  use(named(name));
  return { kind: Kind.DOCUMENT, definitions: [...used] };
}

/** The token of a member of the demo program: `mentee`, `mentor`, … */
export async function tokenOf(username) {
  const query = 'mutation($input: SignInInput!) { signIn(input: $input) { token } }';
  const { data } = await post({ query, variables: { input: { username, password: 'mentor-match-demo' } } });
  return data.signIn.token;
}

/** The answer to a request that no client library has a hand in. */
export async function post(body, headers = {}) {
  const response = await fetch(API, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** A `fetch` that signs its requests, and notes the name of each operation that it sends. */
export function fetchAs(token, sent = []) {
  return (address, options = {}) => {
    sent.push(JSON.parse(options.body ?? '{}').operationName);
    return fetch(address, { ...options, headers: { ...options.headers, ...(token && { Authorization: `Bearer ${token}` }) } });
  };
}

/** Which types each interface or union stands for, as caches want to be told. */
export const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((it) => [it.name, schema.getPossibleTypes(it).map(({ name }) => name)]),
);

/** Types without an id: they belong to the object that they are a part of. */
export const valueTypes = Object.values(schema.getTypeMap())
  .filter((it) => isObjectType(it) && !it.getFields().id && !it.name.startsWith('__'))
  .map(({ name }) => name)
  .filter((it) => it !== 'Query' && it !== 'Mutation' && it !== 'Subscription');

/** The objects on a page of a list. */
export const nodesOf = (connection) => connection.edges.map(({ node }) => node);

/** A date as the API has it. */
export function inAMonth() {
  return new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10);
}
