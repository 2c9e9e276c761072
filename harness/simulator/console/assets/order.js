// Everything about one order, and the buttons of its payer, of the platform and of a forger.

import { h, has, spoken, t } from './dom.js';
import { beside, drawExchange, line as exchangeLine, message, status } from './exchange.js';
import { askFault, askForgery, askRefund, named } from './forms.js';
import { act, ask } from './server.js';
import { block, clock, milliseconds, moment, raw, yuan } from './text.js';

const STATES = { NOTPAY: 'waits', SUCCESS: 'good', REFUND: 'back', CLOSED: 'over', PROCESSING: 'waits', ABNORMAL: 'bad' };

export const state = (name, testid, section = 'states') =>
  h('span', { class: `state ${STATES[name] ?? ''}`, title: name, 'data-testid': testid }, named(section, name));

const provider = name => h('span', { class: `provider ${name}`, title: named('providers', name) }, named('providers', name));

export function line(row) {
  const told = row.callback;
  return [
    h('span', { class: 'first' }, h('code', { title: row.number }, row.number)),
    h('b', { class: 'end money' }, yuan(row.total)),
    h('span', { class: 'second' }, provider(row.provider),
      h('span', { class: 'goods' }, `${row.product} · ${row.dialect} · `, raw(row.description))),
    h('span', { class: 'end second' }, clock(row.created),
      told && h('i', { class: `dot ${told.accepted ? 'good' : 'bad'}`, title: `${t('ui', 'callbacks')}: ${told.status ?? t('ui', 'no-status')}` }),
      state(row.state)),
  ];
}

function part(name, title, content, { count, open = true } = {}) {
  return h('details', { class: 'part', open, 'data-keep': name },
    h('summary', {}, h('h2', {}, title), count ? h('span', { class: 'count' }, count) : null), content);
}

function buttons(order) {
  const about = { account: order.account, number: order.number };
  const press = (name, more, enabled, kind = '', hint = null) => h('button', {
    type: 'button', class: kind, disabled: !enabled, title: hint, 'data-testid': `act-${more.outcome ?? name}`,
    onclick: async event => {
      const pressed = event.currentTarget;
      pressed.classList.add('busy');
      await act(name, { ...about, ...more });
      pressed.classList.remove('busy');
    },
  }, t('acts', more.outcome ?? name));
  const opens = (name, then, enabled = true) => h('button', {
    type: 'button', disabled: !enabled, 'data-testid': `act-${name}`, onclick: () => then(order),
  }, t('acts', name));
  return h('div', { class: 'buttons acts' },
    press('pay', { outcome: 'pay' }, order.payable, 'primary'),
    press('pay', { outcome: 'cancel' }, order.payable), press('pay', { outcome: 'fail' }, order.payable),
    press('expire', {}, order.payable, '', t('acts', 'expire-hint')),
    h('span', { class: 'gap' }),
    opens('refund', askRefund, order.rest > 0), opens('forge', askForgery), opens('fault', askFault));
}

function facts(order) {
  const shown = [
    ['description', order.description], ['attach', order.attach],
    ['created', moment(order.created)],
    order.unpaid ? ['payable_until', moment(order.payable_until)] : ['success_time', order.success_time && moment(order.success_time)],
    ['coupon', order.coupon && yuan(order.coupon)], ['rest', order.rest && yuan(order.rest)],
    ['transaction_id', order.transaction_id], ['payer', order.payer], ['account', order.account],
    ['notify_url', order.notify_url], ['code_url', order.code_url], ['h5_url', order.h5_url],
  ];
  return h('dl', { class: 'facts' }, shown.filter(([, value]) => value).map(([name, value]) =>
    h('div', {}, h('dt', {}, t('fields', name)), h('dd', { 'data-testid': `fact-${name}` }, raw(String(value))))));
}

const KEPT_BACK = new Set(['prepay_id', 'openid', 'request_id', 'signed_by', 'transaction_id', 'refund_id']);

// One thing that is known of what happened; what has no words of its own stands there as levers tell it.
const detail = ([name, value]) =>
  (has('details', name) ? t('details', name, { value: named('values', String(value)) }) : `${name} ${value}`);

function timeline(order) {
  return h('ol', { class: 'timeline', 'data-testid': 'timeline' }, order.events.map(each => {
    const all = Object.entries(each.detail);
    const told = all.filter(([name, value]) => !KEPT_BACK.has(name) && value).map(detail).join(' · ');
    const said = each.kind === 'signature-refused' ? `${each.detail.answered} · ${spoken(each.detail)}` : told;
    return h('li', { class: each.kind, title: all.map(pair => pair.join(': ')).join('\n') },
      h('time', {}, clock(each.at)), h('b', {}, named('events', each.kind)), h('span', { class: 'quiet' }, said));
  }));
}

function callbackRow(order, each, place) {
  const sent = each.sent;
  const forged = [...order.attacks, ...order.variations].find(known => known.id === each.attack);
  const what = forged ? `${forged.control} · ${spoken(forged.text)}` : t('ui', 'attempt', { n: each.attempt });
  return h('details', { class: 'item', 'data-keep': `callback-${place}`, 'data-testid': 'callback' },
    h('summary', {}, h('time', {}, clock(each.at)), each.attack && h('span', { class: 'state bad' }, t('ui', 'forged')), h('b', { class: 'what', title: each.attack || null }, what),
      each.refund && h('span', { class: 'quiet' }, t('ui', 'of-refund', { number: each.refund })),
      h('span', { class: 'quiet' }, each.attack || each.signature === 'genuine' ? '' : each.signature),
      h('span', { class: 'fill' }), h('span', { class: 'quiet' }, milliseconds(each.ms)),
      status(each.status), each.attack
        ? h('span', { class: `taken ${{ careful: 'good', careless: 'bad' }[each.judged] ?? ''}`, 'data-testid': 'judged' }, t('verdicts', each.judged))
        : h('span', { class: `taken ${each.accepted ? 'good' : 'bad'}` }, t('ui', each.accepted ? 'accepted' : 'refused'))),
    each.error && h('p', { class: 'cause' }, each.error),
    sent === null ? h('p', { class: 'quiet' }, t('ui', 'not-kept')) : [
      beside(
        message(t('ui', 'sent'), `POST ${sent.url}`, sent.headers, sent.body, { note: sent.cut ? t('ui', 'cut') : null }),
        block(t('ui', 'signed'), sent.signed, { hint: t('ui', 'signed-hint'), note: sent.signed ? null : t('ui', 'not-signed') })),
      beside(
        block(t('ui', 'merchant-said'), sent.said, { testid: 'merchant-said', note: sent.said ? null : t('ui', 'empty') }),
        sent.plain ? block(t('ui', 'plain'), sent.plain, { testid: 'plain' }) : null),
    ]);
}

function callbacks(order) {
  const about = { account: order.account, number: order.number };
  const told = order.callbacks.filter(each => !each.attack && !each.refund);
  const press = (name, enabled) => h('button', {
    type: 'button', disabled: !enabled, 'data-testid': `act-${name}`, onclick: () => act(name, about),
  }, t('acts', name));
  return [
    h('div', { class: 'buttons' }, press('redeliver', told.length),
      press('resend', told.length && !told.some(each => each.accepted))),
    order.callbacks.length ? order.callbacks.map((each, place) => callbackRow(order, each, place)) : h('p', { class: 'quiet' }, t('ui', 'no-callbacks')),
  ];
}

function refund(order, each) {
  const about = { account: order.account, number: order.number, refund: each.number };
  const end = name => h('button', { type: 'button', onclick: () => act('end-refund', { ...about, status: name }) }, t('acts', `end-${name}`));
  const ends = { PROCESSING: ['SUCCESS', 'ABNORMAL', 'CLOSED'], ABNORMAL: ['SUCCESS'] }[each.status] ?? [];
  return h('div', { class: 'item flat', 'data-testid': 'refund' },
    h('time', {}, clock(each.created)), h('code', { title: each.id }, each.number), h('span', { class: 'quiet' }, each.reason),
    h('span', { class: 'fill' }), ends.map(end),
    each.told && h('button', { type: 'button', onclick: () => act('redeliver', about) }, t('acts', 'redeliver')),
    h('b', { class: 'money' }, yuan(each.refund)), state(each.status, null, 'refunds'));
}

export function bookLine(each, { numbered = false } = {}) {
  return [
    h('span', { class: 'first' }, h('code', {}, each.debit), ' → ', h('code', {}, each.credit)),
    h('b', { class: 'end money' }, yuan(each.amount)),
    h('span', { class: 'second' }, [named('bookings', each.reason), numbered ? each.number : '', each.refund].filter(Boolean).join(' · ')),
    h('span', { class: 'end second' }, clock(each.at)),
  ];
}

function exchange(row) {
  const place = h('div', { class: 'loads' });
  return h('details', {
    class: 'item', 'data-keep': `request-${row.id}`, 'data-testid': 'exchange',
    ontoggle: async event => {
      if (!event.currentTarget.open || place.hasChildNodes()) return;
      const told = await ask(`/requests/${row.id}`);
      place.replaceChildren(...(told ? drawExchange(told).filter(Boolean) : [t('ui', 'forgotten')]));
    },
  }, h('summary', { class: 'row-like' }, exchangeLine(row)), place);
}

// The pane of one order; undefined where nobody answers.
export async function orderPane(number, account) {
  const order = await ask(`/orders/${encodeURIComponent(number)}${account ? `?account=${encodeURIComponent(account)}` : ''}`);
  if (order === undefined) return undefined;
  if (order === null) {
    return h('div', { class: 'empty' }, h('h1', {}, t('ui', 'unknown-order', { number })), h('p', {}, t('ui', 'unknown-order-hint')));
  }
  const asked = order.requests.toReversed();
  return h('article', { 'data-testid': 'order' },
    h('header', { class: 'head' },
      h('div', {}, h('h1', { 'data-testid': 'number' }, order.number),
        h('p', { class: 'quiet' }, provider(order.provider), ` ${spoken(order.title)} · ${order.product}`)),
      h('div', { class: 'sum' }, h('b', { class: 'money' }, yuan(order.total)), state(order.state, 'state'))),
    buttons(order),
    part('facts', t('ui', 'facts'), facts(order)),
    part('callbacks', t('ui', 'callbacks'), callbacks(order), { count: order.callbacks.length }),
    order.refunds.length ? part('refunds', t('ui', 'refunds'), order.refunds.map(each => refund(order, each)), { count: order.refunds.length }) : null,
    part('asked', t('ui', 'asked'), asked.length ? asked.map(exchange) : h('p', { class: 'quiet' }, t('ui', 'kept')), { count: asked.length }),
    part('timeline', t('ui', 'timeline'), timeline(order), { count: order.events.length }),
    part('book', t('ui', 'book'), order.ledger.length
      ? h('div', { class: 'book', 'data-testid': 'book' }, order.ledger.map(each => h('div', { class: 'row-like' }, bookLine(each))))
      : h('p', { class: 'quiet' }, t('ui', 'no-book')), { count: order.ledger.length }));
}
