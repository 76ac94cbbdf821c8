// Compares schema.graphql with what clients were built on: a change that breaks them has to be named in CHANGELOG.md,
// under "### Breaking" of "## Unreleased", by its coordinate, such as `Query.mentors`.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

import { ROOT, SDL } from './documents.mjs';

/** The changes that break clients and are not announced, as sentences. */
export async function unannounced(before, after, changelog) {
  const announced = announcedIn(changelog);
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter((it) => it.criticality.level === CriticalityLevel.Breaking && !announced.has(it.path))
    .map((it) => `\`${it.path}\`: ${it.message}`);
}

function announcedIn(changelog) {
  const unreleased = changelog.split(/^## /m)[1] ?? '';
  const breaking = unreleased.split(/^### /m).filter((it) => it.startsWith('Breaking'));
  return new Set(breaking.flatMap((it) => [...it.matchAll(/`([^`]+)`/g)].map(([, coordinate]) => coordinate)));
}

/** What clients may have been built on: the last release; before the first, the last two committed states. */
function commits() {
  const release = git('describe', '--tags', '--abbrev=0', '--match=v*');
  return release ? [release] : git('log', '-2', '--format=%H', '--', 'schema.graphql').split('\n').filter(Boolean);
}

function git(...words) {
  try {
    return execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return ''; // no git, no repository, or no such commit
  }
}

async function main() {
  const changelog = readFileSync(`${ROOT}CHANGELOG.md`, 'utf8');
  const before = commits().map((commit) => git('show', `${commit}:schema.graphql`)).filter(Boolean);
  const found = (await Promise.all(before.map((it) => unannounced(it, SDL, changelog)))).flat();
  for (const change of new Set(found)) console.error(change);
  if (found.length) {
    console.error('\nThis breaks clients. If it must be, say so in CHANGELOG.md: name it under "### Breaking".');
    process.exitCode = 1;
  }
}

if (import.meta.filename === process.argv[1]) await main();
