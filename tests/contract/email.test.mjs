// Mail as a real mail server gets it: encrypted, signed in, readable, and once, whatever happens in between.
// The server is smtp-server and what arrives is read by mailparser; neither is ours.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';
import { startEngine } from '../browser/lib/engine.mjs';

const USER = { user: 'engine@example.org', password: 'p/ss wörd' };

/** What arrived: {to, mail, secure, user}. */
const received = [];
const turnedAway = new Set();
let folder, server, engine, url;

function certificate() {
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem'), '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-addext', 'basicConstraints=critical,CA:FALSE',
  ], { stdio: 'pipe' });
  return { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
}

function refused(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

const behaviour = {
  authMethods: ['PLAIN', 'LOGIN'],
  onAuth({ username, password }, session, done) {
    const known = username === USER.user && password === USER.password;
    done(known ? null : refused(535, 'unknown'), known ? { user: username } : undefined);
  },
  onRcptTo({ address }, session, done) {
    if (address.startsWith('gone')) return done(refused(550, `${address} is not here`));
    if (address.startsWith('busy') && !turnedAway.has(address)) {
      turnedAway.add(address);
      return done(refused(451, 'greylisted'));
    }
    done();
  },
  async onData(stream, session, done) {
    const mail = await simpleParser(stream);
    const to = session.envelope.rcptTo[0].address;
    received.push({ to, mail, secure: session.secure, user: session.user });
    // Taken, but nobody is told.
    if (to.startsWith('held') && !turnedAway.has(to)) return turnedAway.add(to);
    done();
  },
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 've-mail-'));
  server = new SMTPServer({ ...certificate(), ...behaviour });
  server.on('error', () => { /* Connections of a killed engine break off. */ });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const credentials = `${encodeURIComponent(USER.user)}:${encodeURIComponent(USER.password)}`;
  engine = await startEngine({
    env: {
      SMTP_URL: `smtp://${credentials}@localhost:${server.server.address().port}`,
      SMTP_CA_FILE: join(folder, 'cert.pem'),
      EMAIL_FROM: 'Größe & Söhne <no-reply@example.org>',
    },
  });
  url = engine.url;
});

after(async () => {
  await engine?.stop();
  if (server) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function ask(method, path, body) {
  const headers = { authorization: `Bearer ${engine.key}`, 'content-type': 'application/json' };
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response.json();
}

const send = (to, locale = 'en') => ask('POST', '/v1/emails/test', { to, locale });

/** Waits until a message is in a state. */
async function until(id, state) {
  const end = Date.now() + 60_000;
  for (;;) {
    const { email } = await ask('GET', `/v1/emails/${id}`);
    if (email.state === state) return email;
    assert.ok(Date.now() < end, `not ${state}: ${JSON.stringify(email)}`);
    await sleep(100);
  }
}

const to = (address) => received.filter((one) => one.to === address);

test('a message arrives encrypted, from whom it says, in both forms', async () => {
  const { id } = await send('ada@example.org', 'de');
  const sent = await until(id, 'sent');
  assert.equal(sent.transport, 'smtp');
  const [{ mail, secure, user }] = to('ada@example.org');
  assert.ok(secure, 'STARTTLS came first');
  assert.equal(user, USER.user);
  assert.equal(mail.messageId, sent.message_id);
  assert.deepEqual(mail.from.value, [{ address: 'no-reply@example.org', name: 'Größe & Söhne' }]);
  assert.equal(mail.to.text, 'ada@example.org');
  assert.equal(mail.subject, 'Testnachricht von Viral Engine');
  assert.match(mail.text, /Diese Nachricht ist angekommen, also kann Post dieser Installation zugestellt werden\./);
  assert.match(mail.html, /<html[^>]* lang="de"/);
  assert.match(mail.html, /Diese Nachricht ist angekommen/);
  assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
  assert.ok(!mail.headers.has('list-unsubscribe'), 'nobody subscribes to test messages');
});

test('a server that greylists gets the same message later', async () => {
  const { id, message_id } = await send('busy@example.org');
  const sent = await until(id, 'sent');
  assert.equal(sent.attempts, 2);
  assert.deepEqual(to('busy@example.org').map(({ mail }) => mail.messageId), [message_id]);
});

test('a refused message is given up at once', async () => {
  const { id } = await send('gone@example.org');
  const failed = await until(id, 'failed');
  assert.equal(failed.attempts, 1);
  assert.equal(failed.last_error, 'the mail server refused the message (550)');
});

test('killed between sending and recording, it sends the same message again', async () => {
  const { id, message_id } = await send('held@example.org');
  const end = Date.now() + 30_000;
  while (to('held@example.org').length === 0) {
    assert.ok(Date.now() < end, 'nothing arrived');
    await sleep(50);
  }
  url = await engine.killAndRestart();
  await until(id, 'sent');
  assert.deepEqual(to('held@example.org').map(({ mail }) => mail.messageId), [message_id, message_id]);
});
