// A request beside the exact string that it signs, and the answer likewise.

import { h, spoken, t } from './dom.js';
import { ask } from './server.js';
import { block, clock, milliseconds, moment } from './text.js';

export const mood = status => (status === null ? 'bad' : status < 300 ? 'good' : status < 500 ? 'poor' : 'bad');

export function status(code, testid) {
  return h('b', { class: `status ${mood(code)}`, 'data-testid': testid }, code === null ? t('ui', 'no-status') : code);
}

export function line(row) {
  return [
    h('span', { class: 'first' }, h('b', { class: 'method' }, row.method), h('code', { title: row.path }, row.path)),
    h('span', { class: 'end' }, status(row.status)),
    h('span', { class: 'second' }, `${row.wire} · ${clock(row.at)} · ${milliseconds(row.ms)}`),
    h('span', { class: 'end second code' }, row.code),
  ];
}

// As it came: the request's line, its headers, an empty line, the body.
export function message(title, first, pairs, body, more) {
  const head = [first, ...pairs.map(([name, value]) => `${name}: ${value}`)].join('\n');
  return block(title, body, { ...more, head: `${head}\n\n` });
}

export function beside(came, signed) {
  return h('div', { class: 'beside' }, came, signed);
}

export function drawExchange(told) {
  const cut = told.cut ? t('ui', 'cut') : null;
  return [
    told.cause && h('div', { class: 'cause', 'data-testid': 'cause' }, h('b', {}, t('ui', 'cause')), ' ', spoken(told.cause),
      told.certain.length ? h('ul', {}, told.certain.map(each => h('li', {}, spoken(each)))) : null),
    beside(
      message(t('ui', 'came'), `${told.method} ${told.target}`, told.headers, told.body, { testid: 'came', note: cut }),
      h('div', { class: 'stack' },
        block(t('ui', 'signed'), told.signed, {
          testid: 'signed', hint: t('ui', 'signed-hint'), note: told.signed ? cut : t('ui', 'not-signed'),
        }),
        told.was_signed && block(t('ui', 'was-signed'), told.was_signed, { testid: 'was-signed', hint: t('ui', 'signed-hint') }))),
    told.status === null
      ? h('p', { class: 'cause' }, t('ui', 'no-answer'))
      : beside(
        message(t('ui', 'answered'), told.status, told.answer_headers, told.answer, {
          testid: 'answer', note: told.answer_cut ? t('ui', 'cut') : null,
        }),
        block(t('ui', 'answer-signed'), told.answer_signed, { note: t('ui', 'not-signed') })),
  ];
}

// The pane of one request.
export async function exchangePane(id) {
  const told = await ask(`/requests/${id}`);
  if (told === undefined) return undefined;
  if (told === null) return h('div', { class: 'empty' }, h('h1', {}, t('ui', 'forgotten')));
  return h('article', { 'data-testid': 'request' },
    h('header', { class: 'head' },
      h('div', {}, h('h1', {}, h('b', { class: 'method' }, told.method), told.path),
        h('p', { class: 'quiet' }, [told.wire, moment(told.at), milliseconds(told.ms), told.code].filter(Boolean).join(' · '))),
      status(told.status)),
    drawExchange(told));
}
