// A real server's access log becomes hits, and the guardrails screen shows what a plain count of them gives.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { run } from './lib/engine.mjs';
import { screenshot } from './lib/browser.mjs';
import { addLink, addParent, journey } from './lib/journey.mjs';
import { rows } from './lib/sql.mjs';

const data = process.env.VIRAL_ENGINE_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const log = join(data, 'traffic/access-10k.log');
const skip = existsSync(log) ? false : `${log} is not here: set VIRAL_ENGINE_TEST_DATA`;
// The days of the log, in UTC.
const window = 'from=2015-05-17T00:00:00Z&to=2015-05-21T00:00:00Z';

const CLICKS = "type = 'click' AND class IN ('human', 'duplicate')";

const here = journey({ skip });

async function importLog() {
  const { engine } = here;
  await addParent(engine);
  const link = await addLink(engine);
  return run(['import', 'access-log', log, '--link', link.url, '--data-dir', engine.dataDir]);
}

/** Groups of clicks by day and address, counted by hand. */
function groups() {
  return rows(here.engine, `
    WITH devices AS (
      SELECT (occurred_at AT TIME ZONE 'UTC')::date AS date, ip_hash, ip_prefix, device_fingerprint, count(*) AS clicks
      FROM events WHERE ${CLICKS} AND ip_hash IS NOT NULL GROUP BY 1, 2, 3, 4
    )
    SELECT date, ip_prefix, sum(clicks) AS click_count,
      count(device_fingerprint) >= 5 AND max(clicks) <= 10 AS shared
    FROM devices GROUP BY date, ip_hash, ip_prefix HAVING sum(clicks) > 10`);
}

/** Devices with three clicks within five seconds, counted by hand. */
function bots() {
  return rows(here.engine, `
    WITH third AS (
      SELECT device_fingerprint,
        occurred_at - lag(occurred_at, 2) OVER (PARTITION BY device_fingerprint ORDER BY occurred_at) AS span
      FROM events WHERE ${CLICKS} AND device_fingerprint IS NOT NULL
    )
    SELECT device_fingerprint FROM third GROUP BY 1 HAVING min(span) <= interval '5 seconds'`);
}

const sorted = (list) => list.map((row) => JSON.stringify(row)).sort();

test('each GET of the log is one hit, and what is refused is counted', { skip }, async () => {
  const told = await importLog();
  assert.match(told, /^10000 lines in [\d.]+ s: 9951 hits stored, 0 known from an earlier import, 49 refused\n/);
  assert.match(told, /refused by reason: bad_format 1, not_get 48\n/);
  const [{ count }] = await rows(here.engine, 'SELECT count(*) FROM events');
  assert.equal(count, 9951);
  const named = await rows(here.engine, `
    SELECT agent, bool_and(class = 'bot') AS all_bots FROM events
    WHERE agent IN ('Googlebot', 'bingbot', 'Baiduspider') GROUP BY 1 ORDER BY 1`);
  assert.deepEqual(named.map(({ all_bots }) => all_bots), named.map(() => true));
  assert.ok(named.some(({ agent }) => agent === 'Googlebot'));
});

test('the guardrails screen shows what a plain count gives', { skip }, async () => {
  const flagged = (await groups()).filter((group) => !group.shared);
  const shared = (await groups()).filter((group) => group.shared);
  const devices = await bots();
  assert.ok(flagged.length > 0 && devices.length > 0);

  const answer = await here.engine.api('GET', `/v1/guardrails/overview?${window}`);
  const { suspicious_clicks: clicks, bots: found } = answer.health.components;
  const plain = ({ date, ip_prefix, click_count }) => ({ date, ip_prefix, click_count });
  assert.deepEqual(sorted(clicks.suspicious_ips.map(plain)), sorted(flagged.map(plain)));
  assert.deepEqual(sorted(clicks.shared_networks.map(plain)), sorted(shared.map(plain)));
  assert.deepEqual(
    found.bot_like_devices.map((device) => device.device_fingerprint).sort(),
    devices.map((device) => device.device_fingerprint).sort(),
  );

  const { page } = here;
  await here.visit('/guardrails?from=2015-05-17&to=2015-05-20&tz=UTC');
  await page.getByRole('tab', { name: `Suspicious clicks ${flagged.length}` }).waitFor();
  await page.getByRole('tab', { name: `Bots ${devices.length}` }).waitFor();
  await page.getByText(`${flagged.length} groups`).first().waitFor();
  await page.getByText(`${devices.length} devices`).first().waitFor();
  await screenshot(page, 'access-log-guardrails');
});
