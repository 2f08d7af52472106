// The tour of the README, run as it is written.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startEngine } from '../browser/lib/engine.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

let engine;
before(async () => { engine = await startEngine(); });
after(() => engine?.stop());

async function tour() {
  const readme = await readFile(root + 'README.md', 'utf8');
  const [, script] = readme.match(/```bash\n([\s\S]*?)```/);
  assert.ok(script.trim().split('\n').length <= 10, 'the tour has 10 lines');
  // Only where it runs is other than in the README.
  return script.replace('http://127.0.0.1:8080', engine.url).replace(/\$\(target\/debug\/viral-engine [^)]*\)/, engine.key);
}

function bash(script) {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-euo', 'pipefail', '-c', script], (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout));
  });
}

test('the tour shows what it says', async () => {
  const output = await bash(await tour());
  const answers = output.trim().split('\n').map((line) => JSON.parse(line));
  const [user, conversion, share, coppa, health, overview] = answers;
  assert.equal(user.external_id, 'parent-17');
  assert.equal(conversion.status, 'accepted');
  assert.ok(share.id);
  assert.equal(coppa.violations.length, 1);
  assert.ok(!output.includes('sam@example.com'));
  assert.ok(health.health_score < 100 && health.explanations.length > 0);
  assert.equal(overview.links_created.current, 1);
  assert.equal(overview.conversions.current, 1);
  assert.equal(overview.clicks.current, 1);
});
