// Every page, in both themes and at every width: axe finds nothing, nothing overflows, the policy is kept.
// The data is the demo.

import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { eventually } from './lib/engine.mjs';
import { THEMES, WIDTHS, assertAccessible, screenshot, signIn } from './lib/browser.mjs';
import { addFamily, noticeTexts, publishNotice } from './lib/guardian.mjs';
import { addFamilyWeek, asOperator, journey, settled } from './lib/journey.mjs';

let pages;
const here = journey({ demo: true, signedIn: false, prepare: listPages });

/** What the engine does by itself: a report, a message, and a webhook that was tested. */
async function operate({ engine, apart }) {
  const [report, email] = await Promise.all([
    engine.api('POST', '/v1/reports', { type: 'weekly' }),
    engine.api('POST', '/v1/emails/test', { to: 'ada@example.org' }),
  ]);
  let webhook;
  await apart(async (page) => {
    const added = await asOperator(page, 'POST', '/v1/webhooks', {
      url: 'https://hooks.example.org/viral-engine', description: 'Tells the CRM', event_types: ['conversion.created', 'alert.opened'],
    });
    webhook = added.body.webhook;
    await asOperator(page, 'POST', `/v1/webhooks/${webhook.id}/test`);
  });
  await eventually('report', async () => (await engine.api('GET', `/v1/reports/${report.id}`)).status !== 'generating');
  const made = await engine.api('POST', '/v1/recaps', { week: await addFamilyWeek(engine) });
  const recap = await eventually('recap', async () => (await engine.api('GET', '/v1/recaps')).items[0]);
  const jobs = await engine.api('GET', '/v1/jobs?limit=1');
  return { report, email, webhook, recap, generation: made.job_id, job: jobs.items[0] };
}

/** What guardians are told and asked, and what is held on a child. */
async function comply({ engine }) {
  await addFamily(engine);
  await publishNotice(engine);
  const request = await engine.api('POST', '/v1/consents/requests', {
    child: 'child-7', scopes: ['core_use', 'invite_friend', 'disclose:acme'],
  });
  await engine.api('PUT', '/v1/notices/draft', { is_material: true, texts: noticeTexts('Your child learns here, with others.') });
  await engine.api('POST', '/v1/disclosures', {
    student: 'child-7', party: 'State department of education', record_class: 'scores', basis: 'audit_or_evaluation',
    legitimate_interest: 'Yearly evaluation of the programme',
  });
  const copy = await engine.api('POST', '/v1/data-requests', { kind: 'export', user: 'child-7' });
  await eventually('copy', async () => (await engine.api('GET', `/v1/data-requests/${copy.id}`)).state === 'completed');
  return { request, consent: request.consents[0], copy };
}

async function listPages(here) {
  const { engine } = here;
  const made = await operate(here);
  const asked = await comply(here);
  const links = await engine.api('GET', '/v1/links?limit=1');
  const users = await engine.api('GET', '/v1/users?limit=1');
  const conversions = await engine.api('GET', '/v1/events?type=conversion&limit=1');
  pages = [
    ['overview', '/'],
    ['k-factor', '/k-factor?days=30'],
    ['funnel', '/funnel?days=30'],
    ['attribution', '/attribution?days=30'],
    ['conversions', '/conversions'],
    ['conversion', `/conversions/${conversions.items[0].id}`],
    ['guardrails', '/guardrails'],
    ['guardrails-bots', '/guardrails?tab=bots'],
    ['guardrails-opt-outs', '/guardrails?tab=opt-outs'],
    ['guardrails-coppa', '/guardrails?tab=coppa'],
    ['guardrails-conversions', '/guardrails?tab=conversions'],
    ['guardrails-shared-networks', '/guardrails?tab=shared-networks'],
    ['alerts', '/alerts'],
    ['links', '/links'],
    ['link-new', '/links/new'],
    ['link', `/links/${links.items[0].id}`],
    ['users', '/users'],
    ['user', `/users/${encodeURIComponent(users.items[0].external_id)}`],
    ['reports', '/reports'],
    ['report', `/reports/${made.report.id}`],
    ['recaps', `/recaps?job=${made.generation}`],
    ['recap', `/recaps/${made.recap.id}`],
    ['jobs', '/jobs'],
    ['job', `/jobs/${made.job.id}`],
    ['schedules', '/schedules'],
    ['outbox', '/outbox'],
    ['outbox-templates', '/outbox?tab=templates'],
    ['email', `/outbox/${made.email.id}`],
    ['webhooks', '/webhooks'],
    ['webhook', `/webhooks/${made.webhook.id}`],
    ['consents', '/consents'],
    ['consent', `/consents/${asked.consent.id}`],
    ['consent-request', `/consents/requests/${asked.request.id}`],
    ['user-consents', '/users/child-7/consents'],
    ['verifications', '/verifications'],
    ['notices', '/notices'],
    ['notice', '/notices/1'],
    ['notice-draft', '/notices/draft'],
    ['data-requests', '/data-requests'],
    ['data-request', `/data-requests/${asked.copy.id}`],
    ['retention', '/data-requests?tab=retention'],
    ['disclosures', '/disclosures'],
    ['compliance', '/compliance'],
    ['audit', '/audit'],
    ['flags', '/flags'],
    ['api-keys', '/api-keys'],
    ['operators', '/operators'],
    ['settings', '/settings'],
    ['account', '/account'],
    ['about', '/about'],
    ['not-found', '/no-such-page'],
  ];
}

async function settle(page) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
}

for (const theme of THEMES) {
  for (const width of WIDTHS) {
    describe(`${theme} at ${width} px`, () => {
      let page;
      before(async () => {
        page = await here.open({ as: null, width, theme });
        await here.visit('/sign-in', page);
        await settle(page);
        await assertAccessible(page, 'sign-in');
        await screenshot(page, `sign-in-${theme}-${width}`);
        await signIn(page, here.engine);
      });
      after(() => page?.context().close());

      test('every page is accessible and fits', async (t) => {
        for (const [name, path] of pages) {
          await t.test(name, async () => {
            await here.visit(path, page);
            await settle(page);
            await assertAccessible(page, name);
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            assert.ok(overflow <= 0, `${name} is ${overflow} px wider than the window`);
            assert.deepEqual(page.faults, []);
            await screenshot(page, `${name}-${theme}-${width}`);
          });
        }
      });
    });
  }
}
