// What the running engine sends, checked by the library that receivers use: `node --test webhooks.test.mjs`.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { adminSession, startEngine } from '../browser/lib/engine.mjs';

let engine;
let session;
let receiver;
const received = [];
let arrived = () => {};

before(async () => {
  engine = await startEngine({ env: { WEBHOOK_ALLOW_PRIVATE: 'on' } });
  session = await adminSession(engine);
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      response.end('ok');
      received.push({ headers: request.headers, body });
      arrived();
    });
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  receiver?.close();
  await engine?.stop();
});

async function post(path, body) {
  const response = await fetch(engine.url + path, {
    method: 'POST',
    headers: { ...session, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, `${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** Tests the webhook and answers what arrived. */
async function tested(id) {
  const before = received.length;
  const message = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('nothing arrived within 30 s')), 30_000);
    arrived = () => {
      clearTimeout(late);
      resolve(received[before]);
    };
  });
  await post(`/v1/webhooks/${id}/test`, {});
  return message;
}

test('the library of the standard accepts what the engine signs, and nothing that was changed', async () => {
  const url = `http://127.0.0.1:${receiver.address().port}/in`;
  const { webhook, secret } = await post('/v1/webhooks', { url, event_types: ['alert.opened'] });
  const message = await tested(webhook.id);
  const verified = new Webhook(secret).verify(message.body, message.headers);
  assert.equal(verified.type, 'webhook.test');
  assert.equal(verified.data.webhook_id, webhook.id);

  const refused = (body, headers) =>
    assert.throws(() => new Webhook(secret).verify(body, headers), WebhookVerificationError);
  refused(message.body.replace('webhook.test', 'webhook.tesT'), message.headers);
  refused(message.body, { ...message.headers, 'webhook-id': 'another' });
  const timestamp = String(Number(message.headers['webhook-timestamp']) - 1);
  refused(message.body, { ...message.headers, 'webhook-timestamp': timestamp });

  const rotated = await post(`/v1/webhooks/${webhook.id}/rotate`, {});
  const both = await tested(webhook.id);
  for (const either of [secret, rotated.secret]) {
    assert.equal(new Webhook(either).verify(both.body, both.headers).type, 'webhook.test');
  }
  await post(`/v1/webhooks/${webhook.id}/rotate`, { overlap_hours: 0 });
  const next = await tested(webhook.id);
  assert.throws(() => new Webhook(rotated.secret).verify(next.body, next.headers), WebhookVerificationError);
});
