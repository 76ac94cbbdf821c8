// Types for the documents of a client, and the documents by their hashes.
import type { CodegenConfig } from '@graphql-codegen/cli';

import { FOLDERS } from './documents.mjs';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: FOLDERS.map((folder) => `../../${folder}/*.graphql`),
  generates: {
    'out/codegen/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: 'readFragment' },
        persistedDocuments: { hashAlgorithm: 'sha256', hashPropertyName: 'documentId' },
      },
      config: {
        enumsAsTypes: true,
        strictScalars: true,
        scalars: {
          Date: 'string',
          DateTime: 'string',
          EmailAddress: 'string',
          LanguageTag: 'string',
          TimeZone: 'string',
          URL: 'string',
        },
        nullability: { errorHandlingClient: true },
      },
    },
  },
};

export default config;
