// A journey: one engine and one browser for all tests of a file, started before them and ended after.

import { after, before } from 'node:test';
import { TARGET, startEngine } from './engine.mjs';
import { launch, openPage, signIn } from './browser.mjs';

/**
 * Registers the journey of a test file and answers it; its fields are there once the tests run.
 *
 * - `engine`: the engine, with the demo's data if `demo` and the settings of `env`.
 * - `page`: the admin's page, signed in, if `signedIn`; tests of the file share it.
 * - `prepare(journey)`: runs once the engine is there, before anybody signs in.
 * - `skip`: why nothing is started; false to start.
 */
export function journey({ demo = false, env = {}, signedIn = true, prepare, skip = false } = {}) {
  const here = {
    /** Goes to an address of the app. */
    visit: (path, page = here.page) => page.goto(here.engine.url + path),
    /** A page in a profile of its own, signed in as the admin unless told otherwise. */
    async open({ as = here.engine.admin, ...options } = {}) {
      const page = await openPage(here.browser, options);
      if (as) await signIn(page, here.engine, as);
      return page;
    },
    /** Runs `steps` on a page of its own, which is closed whatever happens. */
    async apart(steps, options) {
      const page = await here.open(options);
      try {
        await steps(page);
      } finally {
        await page.context().close();
      }
    },
  };
  before(async () => {
    if (skip) return;
    here.engine = await startEngine({ demo, env });
    here.browser = await launch();
    await prepare?.(here);
    if (signedIn) here.page = await here.open();
  });
  after(async () => {
    await here.browser?.close();
    await here.engine?.stop();
  });
  return here;
}

/** Waits until everything the page loads is there. */
export function settled(page) {
  return page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
}

/** Calls the API as who is signed in on the page, for what API keys may not do; answers status and body. */
export function asOperator(page, method, path, body, headers = {}) {
  return page.evaluate(async ({ method, path, body, headers }) => {
    const { csrf_token: token } = await (await fetch('/v1/auth/me')).json();
    const answer = await fetch(path, {
      method,
      headers: { 'x-csrf-token': token, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  }, { method, path, body, headers });
}

/** Opens a page as a new operator of this role. */
export async function asRole(here, role, steps) {
  const email = `${role}@example.org`;
  const password = 'a tester looks at everything';
  let link;
  await here.apart(async (page) => {
    const invited = await asOperator(page, 'POST', '/v1/operators', { email, name: role, role });
    link = invited.body.setup_url;
  });
  await here.apart(async (page) => {
    await page.goto(link);
    await page.getByLabel('Name').fill(role);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: /set|finish|create|choose/i }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await steps(page);
  }, { as: null });
}

/** Tabs until `target` has the focus, as somebody without a pointer does. */
export async function tabTo(page, target, most = 60) {
  for (let steps = 0; steps < most; steps += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`not reached within ${most} tabs`);
}

/** An adult user, who may share. */
export function addParent(engine, id = 'parent-17') {
  return engine.api('PUT', `/v1/users/${encodeURIComponent(id)}`, { persona: 'parent', age_band: 'adult' });
}

/** A child of `parent-17` with two sessions in the latest week that is over; answers the week's Monday. */
export async function addFamilyWeek(engine) {
  const today = new Date();
  const monday = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() - ((today.getUTCDay() + 6) % 7) - 7));
  await addParent(engine);
  // From 13 on, a week is told to the own guardian without asking first.
  await engine.api('PUT', '/v1/users/child-3', { persona: 'student', age_band: '13_to_15', guardian: 'parent-17' });
  await engine.api('PUT', '/v1/users/tutor-1', { persona: 'tutor', age_band: 'adult' });
  for (const [day, minutes] of [[1, 45], [3, 30]]) {
    await engine.api('POST', '/v1/sessions', {
      external_id: `session-${day}`, tutor: 'tutor-1', student: 'child-3', subject: 'Mathematics', skills: ['Fractions'],
      started_at: new Date(monday.getTime() + day * 86_400_000 + 15 * 3_600_000).toISOString(), duration_minutes: minutes,
      rating: 5, highlights: ['Solved ten tasks'], next_steps: ['Keep at it'],
    });
  }
  return monday.toISOString().slice(0, 10);
}

/** A link of a user there is. */
export function addLink(engine, link = {}) {
  return engine.api('POST', '/v1/links', {
    referrer: 'parent-17', source: 'organic', channel: 'copy', target_url: TARGET, ...link,
  });
}
