// The running engine against its OpenAPI document, by schemathesis: `node --test conformance.test.mjs`, after
// `cargo build -p viral-engine-server`. What is expected where the document alone does not say is in schemathesis.toml.

import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { adminSession, startEngine } from '../browser/lib/engine.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = join(here, '../../target');
const document = join(here, '../../openapi/openapi.json');
const schemathesis = process.env.SCHEMATHESIS ?? join(target, 'python/bin/schemathesis');
// Operations that end the very session a run uses: they have a run of their own.
const SESSION_ENDING = ['logout', 'refresh_session', 'end_session', 'change_password', 'end_operator_sessions'];

let engine;
before(async () => {
  engine = await startEngine();
  // The users of the document's examples, so that these can mint links and be answered.
  await engine.api('PUT', '/v1/users/parent-17', { persona: 'parent', age_band: 'adult' });
  await engine.api('PUT', '/v1/users/student-4', { persona: 'student', age_band: '16_17', guardian: 'parent-17' });
});
after(() => engine?.stop());

function run(program, args) {
  const env = { ...process.env, HYPOTHESIS_STORAGE_DIRECTORY: join(target, 'hypothesis') };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: here, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ ok: !error, text: stdout + stderr }));
  });
}

/** Runs schemathesis as the caller that `headers` name. */
async function conforms(headers, ...options) {
  const { ok, text } = await run(schemathesis, [
    'run', document, '--url', engine.url, '--no-color',
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...options,
  ]);
  assert.ok(ok, text);
}

// At the same time: most of a run is its own work, not the engine's.
describe('the engine keeps the document', { concurrency: true }, () => {
  test('towards an API key', () => conforms({ Authorization: `Bearer ${engine.key}` }));

  test('towards an admin', async () =>
    conforms(await adminSession(engine), ...SESSION_ENDING.flatMap((id) => ['--exclude-operation-id', id])));

  test('towards an admin who ends the session', async () =>
    conforms(await adminSession(engine), ...SESSION_ENDING.flatMap((id) => ['--include-operation-id', id])));

  test('towards a caller without credentials', () => conforms({}));
});
