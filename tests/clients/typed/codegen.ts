// graphql-codegen: types and hashes of the documents, for whichever client sends them.
import { readFragment } from '../out/codegen';
import { FindMentorPageDocument, MentorCardFragmentDoc } from '../out/codegen/graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

type DataOf<Document> = Document extends TypedDocumentNode<infer Data, infer _> ? Data : never;

// An error-aware client never sees null where the schema says `@semanticNonNull`.
export const names = (data: DataOf<typeof FindMentorPageDocument>): string[] =>
  data.mentors.edges.map(({ node }) => readFragment(MentorCardFragmentDoc, node).member.name);
