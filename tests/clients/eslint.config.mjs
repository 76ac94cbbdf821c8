// Every rule of graphql-eslint for the schema, and those it recommends for documents. What is off says why.
// ESLint runs at the root of the repository (`npm run lint`), so that it may see schema.graphql.
import graphql from '@graphql-eslint/eslint-plugin';

import { FOLDERS } from './documents.mjs';

const DOCUMENTS = FOLDERS.map((folder) => `${folder}/*.graphql`);
const { configs } = graphql;
const rulesOf = (...names) => Object.assign({}, ...names.map((name) => configs[`flat/${name}`].rules));

// Values: they are told apart by what they hold, not by an id.
const VALUES = [
  'CheckInAnswer', 'Completion', 'ConcernCase', 'EmailDraft', 'Match', 'MatchReason', 'NotificationPreference', 'PageInfo', 'Program', 'Review',
  'SessionPreferences', 'TopicCount', 'UserError', 'ViewerCounts', 'ViewerEvent',
];

const linted = (files, rules) => ({
  files,
  plugins: { '@graphql-eslint': graphql },
  languageOptions: {
    parser: graphql.parser,
    parserOptions: { graphQLConfig: { schema: 'schema.graphql', documents: DOCUMENTS } },
  },
  rules,
});

export default [
  { ignores: ['tests/clients/out/'] },
  linted(['schema.graphql'], {
    ...rulesOf('schema-recommended', 'schema-all', 'schema-relay'),
    // Fields and values stand in the order of their meaning; GraphiQL sorts for those who look something up.
    '@graphql-eslint/alphabetize': 'off',
    // Forbids mutations or subscriptions altogether.
    '@graphql-eslint/no-root-type': 'off',
    '@graphql-eslint/strict-id-in-types': [
      'error',
      { exceptions: { types: VALUES, suffixes: ['Connection', 'Edge', 'Payload'] } },
    ],
    // Connections have `nodes` beside `edges`, and small lists need no connection.
    '@graphql-eslint/relay-edge-types': [
      'error',
      { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: true, withEdgeSuffix: true },
    ],
  }),
  linted(DOCUMENTS, rulesOf('operations-recommended')),
];
