// The OpenAPI document, linted by our own rules.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const here = fileURLToPath(new URL('.', import.meta.url));
const document = join(here, '../../openapi/openapi.json');

function run(program, args) {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: here, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ ok: !error, text: stdout + stderr }));
  });
}

test('the document passes the lint without a finding', async () => {
  const { ok, text } = await run(join(here, 'node_modules/.bin/spectral'), ['lint', '--fail-severity=warn', document]);
  assert.ok(ok, text);
});
