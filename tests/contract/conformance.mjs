// The running engine against its OpenAPI document, by schemathesis: `node --test conformance.mjs`.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { startEngine } from '../browser/lib/engine.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const document = join(here, '../../openapi/openapi.json');
const schemathesis = process.env.SCHEMATHESIS ?? join(here, '../../target/python/bin/schemathesis');
// Operations that would end the very session the run uses.
const SESSION_ENDING = ['logout', 'refresh_session', 'end_session', 'change_password', 'end_operator_sessions', 'update_operator'];

let engine;
before(async () => { engine = await startEngine(); });
after(() => engine?.stop());

function run(program, args) {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: here, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ ok: !error, text: stdout + stderr }));
  });
}

/** Runs schemathesis with fixed seed, so that a failure can be repeated. */
async function conforms(headers, excluded = []) {
  const { ok, text } = await run(schemathesis, [
    'run', document, '--url', engine.url, '--seed', '1', '--max-examples', '20', '--no-color',
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...excluded.flatMap((id) => ['--exclude-operation-id', id]),
  ]);
  assert.ok(ok, text);
}

async function adminSession() {
  const response = await fetch(engine.url + '/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: engine.url },
    body: JSON.stringify(engine.admin),
  });
  const me = await response.json();
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  return { Cookie: cookie, Origin: engine.url, 'X-CSRF-Token': me.csrf_token };
}

test('the engine keeps the document towards an API key', () => conforms({ Authorization: `Bearer ${engine.key}` }));

test('the engine keeps the document towards an admin', async () => conforms(await adminSession(), SESSION_ENDING));

test('the engine keeps the document towards a caller without credentials', () => conforms({}));
