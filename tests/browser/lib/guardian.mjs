// What a guardian does: gets a text message with a link, and answers on the page behind it.

import { createServer } from 'node:http';
import { eventually } from './engine.mjs';

/** A guardian's phone: a gateway that takes text messages. `env` makes the engine use it, `link()` is the newest link. */
export async function phone() {
  const texts = [];
  const gateway = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      texts.push(new URLSearchParams(body).get('Body'));
      response.writeHead(200).end();
    });
  });
  await new Promise((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  return {
    env: {
      TEXT_GATEWAY_URL: `http://127.0.0.1:${gateway.address().port}/`,
      TEXT_GATEWAY_USER: 'tests',
      TEXT_GATEWAY_PASSWORD: 'tests',
      TEXT_FROM: 'School',
      CONSENT_MANUAL_REVIEW: 'on',
    },
    /** The path of the link in the text number `index`, from 0. */
    async path(index) {
      const text = await eventually('text message', () => texts[index]);
      return text.match(/\/c\/[A-Za-z0-9_-]+/)[0];
    },
    stop: () => gateway.close(),
  };
}

/** A child under 13 of `parent-17`, who can be asked. */
export async function addFamily(engine, child = 'child-7') {
  await engine.api('PUT', '/v1/users/parent-17', { persona: 'parent', age_band: 'adult', email: 'parent@example.org', locale: 'en' });
  await engine.api('PUT', `/v1/users/${encodeURIComponent(child)}`, { persona: 'student', age_band: 'under_13', guardian: 'parent-17' });
}

/** The words of a notice in both languages. */
export function noticeTexts(words) {
  return [{ locale: 'en', body: `## We ask you\n\n${words}\n` }, { locale: 'de', body: `## Wir fragen Sie\n\n${words}\n` }];
}

/** Publishes a version of the notice by API. */
export async function publishNotice(engine, words = 'Your child learns here.', is_material = false) {
  const draft = await engine.api('PUT', '/v1/notices/draft', { is_material, texts: noticeTexts(words) });
  const answer = await fetch(`${engine.url}/v1/notices/${draft.number}/publish`, {
    method: 'POST',
    headers: { authorization: `Bearer ${engine.key}`, 'if-match': `"${draft.version}"` },
  });
  if (!answer.ok) throw new Error(`publish: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Says yes to scopes, to be verified by a signed form. */
export async function allowBySignedForm(engine, path, scopes) {
  const body = new URLSearchParams([...scopes.map((scope) => ['scope', scope]), ['method', 'signed_form']]);
  const answer = await fetch(`${engine.url}${path}/allow?lang=en`, { method: 'POST', body });
  const page = await answer.text();
  if (!page.includes('multipart/form-data')) throw new Error(`no form is awaited:\n${page}`);
}

/** Sends a signed form in. */
export async function sendForm(engine, path, bytes, type = 'image/png') {
  const body = new FormData();
  body.append('form', new Blob([bytes], { type }), 'form');
  const answer = await fetch(`${engine.url}${path}/form?lang=en`, { method: 'POST', body });
  const page = await answer.text();
  if (!page.includes('We look at your form')) throw new Error(`the form was not taken:\n${page}`);
}
