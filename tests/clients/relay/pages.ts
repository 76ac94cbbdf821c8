// A client on Relay: fragments beside what shows them, a list that is paged and refetched, errors that are thrown,
// and mutations. relay-compiler accepts it only if the schema follows Relay's specifications.
import { graphql } from 'relay-runtime';

export const card = graphql`
  fragment pagesMentorCard_enrollment on Enrollment {
    id
    statement
    openPlaces
    topics { id name }
    match { score reasons { kind points text } }
    viewerCanRequest
    viewerCannotRequestReasons
    member { id name avatarUrl headline careerStage }
  }
`;

export const list = graphql`
  fragment pagesMentorList_query on Query
  @refetchable(queryName: "pagesMentorListPaginationQuery")
  @argumentDefinitions(
    filter: { type: "EnrollmentFilter" }
    orderBy: { type: "EnrollmentOrder", defaultValue: { field: MATCH, direction: DESC } }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
  ) {
    mentors(filter: $filter, orderBy: $orderBy, first: $first, after: $after)
      @connection(key: "MentorList_mentors", filters: ["filter", "orderBy"]) {
      totalCount
      edges { node { id ...pagesMentorCard_enrollment } }
    }
  }
`;

export const findAMentor = graphql`
  query pagesFindMentorPageQuery($filter: EnrollmentFilter) @throwOnFieldError {
    viewer { id counts { remainingRequests } menteeEnrollment { id status } }
    program { languages topics { id name category mentorCount } }
    ...pagesMentorList_query @arguments(filter: $filter)
  }
`;

export const relationship = graphql`
  fragment pagesRelationship_relationship on MentoringRelationship
  @refetchable(queryName: "pagesRelationshipRefetchQuery") {
    id
    state
    partner { id name }
    viewerCanComplete
    completion { outcome gratitudeNotes { id text } }
  }
`;

export const relationships = graphql`
  fragment pagesRelationships_viewer on Viewer
  @refetchable(queryName: "pagesRelationshipsPaginationQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    relationships(first: $first, after: $after) @connection(key: "Viewer_relationships") {
      edges { node { id ...pagesRelationship_relationship } }
    }
  }
`;

export const myRelationships = graphql`
  query pagesMyRelationshipsPageQuery @throwOnFieldError {
    viewer { id counts { activeRelationships } ...pagesRelationships_viewer }
  }
`;

export const complete = graphql`
  mutation pagesCompleteMutation($input: CompleteInput!) {
    complete(input: $input) {
      errors { code message field }
      relationship { ...pagesRelationship_relationship }
    }
  }
`;

export const signIn = graphql`
  mutation pagesSignInMutation($input: SignInInput!) {
    signIn(input: $input) { errors { code message field } viewer { id } token }
  }
`;
