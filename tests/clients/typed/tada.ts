// gql.tada: types inferred from schema.graphql, without generated documents.
import { initGraphQLTada, type ResultOf, type VariablesOf } from 'gql.tada';
import type { introspection } from '../out/graphql-env';

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    Date: string;
    DateTime: string;
    EmailAddress: string;
    LanguageTag: string;
    TimeZone: string;
    URL: string;
  };
}>();

const respond = graphql(`
  mutation TadaRespond($input: RespondInput!) {
    respond(input: $input) { errors { code message field } request { id state } }
  }
`);

const mentors = graphql(`
  query TadaMentors($filter: EnrollmentFilter) {
    mentors(filter: $filter, first: 5) {
      totalCount
      nodes { id viewerCanRequest viewerCannotRequestReasons match { score } }
    }
  }
`);

export const answer: VariablesOf<typeof respond> = { input: { requestId: 'req_1', answer: 'ACCEPT' } };

export const code = (data: ResultOf<typeof respond>) => data.respond?.errors[0]?.code === 'WRONG_STATE';

export const score = (data: ResultOf<typeof mentors>): number | undefined =>
  data.mentors?.nodes[0]?.match?.score;
