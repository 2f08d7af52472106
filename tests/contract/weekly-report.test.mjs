// A weekly report of simulated data, counted again from the raw events as anybody can export them, by code that shares
// nothing with the engine: `node --test weekly-report.test.mjs`.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { run, startEngine } from '../browser/lib/engine.mjs';

const DAY = 86_400_000;
let engine;
let report;

before(async () => {
  engine = await startEngine();
  await run(['simulate', '--users', '400', '--seed', '20', '--data-dir', engine.dataDir]);
  report = await generated({ type: 'weekly' });
});
after(() => engine?.stop());

async function get(path) {
  const response = await fetch(engine.url + path, { headers: { authorization: `Bearer ${engine.key}` } });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response;
}

async function exported(path) {
  const text = await (await get(`${path}?format=ndjson`)).text();
  return text.trimEnd().split('\n').map((line) => JSON.parse(line));
}

async function generated(body) {
  const asked = await engine.api('POST', '/v1/reports', body);
  for (;;) {
    const found = await (await get(`/v1/reports/${asked.id}`)).json();
    if (found.status !== 'generating') return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Everything that a week contains, from two exports. */
async function count(from, to) {
  const within = (time) => from <= Date.parse(time) && Date.parse(time) < to;
  const links = await exported('/v1/links/export');
  const events = await exported('/v1/events/export');
  const sourceOf = new Map(links.map((link) => [link.id, link.source]));
  const loops = new Map();
  const referrers = new Map();
  const all = empty();
  const note = (event, what, referrer) => {
    const source = sourceOf.get(event.link_id) ?? '';
    if (!loops.has(source)) loops.set(source, empty());
    for (const sums of [all, loops.get(source)]) {
      sums[what] += 1;
      if (what === 'invites') sums.inviters.add(referrer);
    }
    if (!referrer) return;
    if (!referrers.has(referrer)) referrers.set(referrer, { invites: 0, clicks: 0, conversions: 0 });
    referrers.get(referrer)[what] += 1;
  };
  const week = events.filter((event) => within(event.occurred_at));
  const invitesAreLinks = !week.some((event) => event.type === 'invite_sent');
  for (const event of week) {
    if (event.type === 'invite_sent') note(event, 'invites', event.referrer);
    if (event.type === 'conversion' && !event.reject_reason) note(event, 'conversions', event.referrer);
    if (event.type === 'click' && event.class === 'human') note(event, 'clicks', event.referrer);
  }
  const created = links.filter((link) => within(link.created_at));
  if (invitesAreLinks) created.forEach((link) => note({ link_id: link.id }, 'invites', link.referrer));
  const clicked = new Set(
    events
      .filter((event) => event.type === 'click' && event.class === 'human' && Date.parse(event.occurred_at) < to)
      .map((event) => event.link_id),
  );
  return { all, loops, referrers, created: created.length, clicked: created.filter((link) => clicked.has(link.id)).length };
}

function empty() {
  return { invites: 0, inviters: new Set(), clicks: 0, conversions: 0 };
}

function ratio(part, whole, scale, decimals) {
  return whole === 0 ? 0 : Math.round((part / whole) * scale * 10 ** decimals) / 10 ** decimals;
}

function growth(sums) {
  return {
    invites: sums.invites,
    conversions: sums.conversions,
    k_factor: ratio(sums.conversions, sums.inviters.size, 1, 3),
    conversion_rate: ratio(sums.conversions, sums.clicks, 100, 2),
  };
}

test('a weekly report equals a count of the raw events', async () => {
  const from = Date.parse(report.report_period_start);
  const to = Date.parse(report.report_period_end) + DAY;
  assert.equal(to - from, 7 * DAY);
  const week = await count(from, to);
  const before = await count(from - 7 * DAY, from);
  const own = growth(week.all);
  assert.ok(own.conversions > 50, 'there is something to count');
  assert.equal(report.k_factor, own.k_factor);
  assert.equal(report.total_conversions, own.conversions);
  assert.equal(report.conversion_rate, own.conversion_rate);
  assert.equal(report.active_users, week.all.inviters.size);
  assert.equal(report.viral_links_created, week.created);
  assert.equal(report.viral_links_clicked, week.clicked);
  assert.equal(report.click_through_rate, ratio(week.clicked, week.created, 100, 2));
  const k = (sums) => sums.conversions / sums.inviters.size;
  const change = (k(week.all) / k(before.all) - 1) * 100;
  assert.ok(Math.abs(report.k_factor_change_pct - change) <= 0.051, `${report.k_factor_change_pct} ${change}`);
  assert.equal(report.k_factor_trend, change > 5 ? 'up' : change < -5 ? 'down' : 'stable');
  const loops = Object.fromEntries([...week.loops].map(([source, sums]) => [source, growth(sums)]));
  assert.deepEqual(report.loop_performance, loops);
});

test('top referrers are those who brought most', async () => {
  const from = Date.parse(report.report_period_start);
  const week = await count(from, from + 7 * DAY);
  const byRank = ([a, one], [b, other]) =>
    other.conversions - one.conversions || other.clicks - one.clicks || (a < b ? -1 : 1);
  const brought = [...week.referrers].filter(([, sums]) => sums.conversions + sums.clicks > 0).sort(byRank).slice(0, 10);
  assert.equal(report.top_referrers.length, brought.length);
  report.top_referrers.forEach((found, nth) => {
    const [name, sums] = brought[nth];
    // Children, and users of unknown age, have a pseudonym.
    if (!found.referrer.startsWith('user-')) assert.equal(found.referrer, name);
    assert.equal(found.invites, sums.invites);
    assert.equal(found.conversions, sums.conversions);
    assert.equal(found.k_contribution, ratio(sums.conversions, week.all.inviters.size, 1, 3));
    assert.equal(found.conversion_rate, ratio(sums.conversions, sums.clicks, 100, 2));
  });
});

test('a report generated twice is the same, byte for byte', async () => {
  // Within a minute the same one would be answered.
  const left = Date.parse(report.created_at) + 61_000 - Date.now();
  await new Promise((resolve) => setTimeout(resolve, left));
  const twin = await generated({ type: 'weekly' });
  assert.notEqual(twin.id, report.id);
  for (const format of ['html', 'pdf', 'csv']) {
    const [one, other] = await Promise.all(
      [report.id, twin.id].map(async (id) =>
        Buffer.from(await (await get(`/v1/reports/${id}/export?format=${format}`)).arrayBuffer())),
    );
    assert.ok(one.length > 500 && one.equals(other), format);
  }
  const changes = await (await get(`/v1/reports/${report.id}/changes`)).json();
  assert.deepEqual(changes.changes, []);
});
