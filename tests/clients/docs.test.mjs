// Every example of docs/clients.md runs as it stands there, and prints what stands below it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { transformSync } from '@babel/core';
import { parse, validate } from 'graphql';

import { LIVE, schema } from './client.mjs';
import { ROOT } from './documents.mjs';

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('.', import.meta.url));
const OUT = `${HERE}out/docs/`;
const chapters = readFileSync(`${ROOT}docs/clients.md`, 'utf8')
  .split(/^## /m)
  .map((text) => ({ title: text.split('\n')[0], blocks: blocksOf(text) }));

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

for (const { title, blocks } of chapters) {
  const config = blocks.find(({ language }) => language === 'json')?.code;
  for (const [number, { language, code }] of blocks.entries()) {
    if (language === 'graphql') {
      test(`the document of “${title}” is valid`, () => assert.deepEqual(problemsOf(code), []));
    }
    if (language === 'sh' || language === 'js') {
      const printed = blocks[number + 1];
      test(`the example of “${title}” prints what it says`, code.includes('subscription') ? LIVE : {}, async () => {
        const stdout = await result(language, title, addressed(code), config);

        assert.equal(printed?.language, 'text');
        assert.equal(besidesBudget(stdout), besidesBudget(printed.code));
      });
    }
  }
}

/** What remains of a budget depends on when it was asked. */
function besidesBudget(text) {
  return text.trim().replaceAll(/"remaining":\d+/g, '"remaining":…');
}

function blocksOf(text) {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code]) => ({ language, code }));
}

function problemsOf(code) {
  const problems = validate(schema, parse(code)).map(({ message }) => message);
  return problems.filter((it) => !/^Fragment ".*" is never used\.$/.test(it));
}

function addressed(code) {
  return code.replaceAll('http://127.0.0.1:8000', process.env.API).replaceAll('ws://127.0.0.1:8000', process.env.API.replace('http', 'ws'));
}

async function result(language, title, code, config) {
  if (language === 'sh') return (await run('bash', ['-euo', 'pipefail', '-c', code])).stdout;
  const file = config ? await compiled(code, config) : written(`${OUT}${title.replaceAll(' ', '-')}.mjs`, code);
  const browser = title.includes('browser') ? ['--import', './browser.mjs'] : [];
  return (await run('node', [...browser, file], { cwd: HERE })).stdout;
}

/** What Relay's compiler, and Babel in a bundler, make of it. */
async function compiled(code, config) {
  const place = `${OUT}relay/`;
  mkdirSync(`${place}src/__generated__`, { recursive: true });
  copyFileSync(`${ROOT}schema.graphql`, `${place}schema.graphql`);
  written(`${place}package.json`, '{ "type": "module" }');
  written(`${place}relay.config.json`, config);
  written(`${place}src/mentors.js`, code);
  await run(`${HERE}node_modules/.bin/relay-compiler`, ['relay.config.json'], { cwd: place });
  const plugins = [['relay', { eagerEsModules: true, artifactDirectory: `${place}src/__generated__` }]];
  const { code: bundled } = transformSync(code, { filename: `${place}src/mentors.js`, plugins, configFile: false });
  // Bundlers find the extension by themselves.
  return written(`${place}src/mentors.mjs`, bundled.replaceAll('.graphql"', '.graphql.js"').replaceAll(".graphql'", ".graphql.js'"));
}

function written(file, text) {
  writeFileSync(file, text);
  return file;
}
