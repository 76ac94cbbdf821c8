// The documents of a client: those of its pages, which tests/api/test_pages.py measures, and its mutations.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const SDL = readFileSync(`${ROOT}schema.graphql`, 'utf8');

/** Whether the API has live updates; the documents and tests of these wait until it has. */
export const IS_LIVE = /^type Subscription /m.test(SDL);

/** Where the documents are, below ROOT. */
export const FOLDERS = ['tests/api/pages', 'tests/clients/operations', ...(IS_LIVE ? ['tests/clients/live'] : [])];
