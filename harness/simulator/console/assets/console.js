// The console: where one is, what is shown there, the keys, and a question a second whether anything moved.

import { dress, fill, h, spoken, switchLanguage, switchTheme, t, themeNow } from './dom.js';
import { exchangePane, line as exchangeLine } from './exchange.js';
import { askFault, named, showHelp } from './forms.js';
import { List } from './list.js';
import { bookLine, line as orderLine, orderPane } from './order.js';
import { act, afterwards, ask, why } from './server.js';
import { clock, moment, span, yuan } from './text.js';

const EVERY_MS = 1000, ANYWAY = 10, RESTS = 9;
const top = document.getElementById('top'), side = document.getElementById('side');
const pane = document.getElementById('pane'), toasts = document.getElementById('toasts');
const STATES = ['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED'];
const MOVES = [['m1', 60], ['m15', 900], ['h1', 3600], ['d1', 86400]];

let at = { tab: 'orders', id: '', account: '' };
let list, search, balances, drawn = '', searching = 0;
// What takes long is asked for less often: a tenth of the time is the most that looking on may cost.
let version = null, turns = 0, rests = 0, answered = true, now = { now: Date.now() / 1000, ahead: 0, faults: false, since: performance.now() };
const sought = { orders: '', requests: '', ledger: '' };
let wantedState = '';

// Where one is: the address says it, so that it can be kept and sent to somebody.
function read() {
  const [, , tab = 'orders', id = ''] = location.pathname.split('/');
  const known = ['orders', 'requests', 'ledger'].includes(tab) ? tab : 'orders';
  return { tab: known, id: decoded(id), account: new URLSearchParams(location.search).get('account') ?? '' };
}

// A link that was cut in the middle of a character, or typed by hand, names no order, and says so.
function decoded(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

function go(tab, id = '', account = '') {
  const path = `/console/${tab}${id ? `/${encodeURIComponent(id)}` : ''}`;
  const address = tab === 'orders' && !id ? '/console' : path;
  history.pushState(null, '', address + (account ? `?account=${encodeURIComponent(account)}` : ''));
  arrive();
}

function arrive() {
  const before = at;
  at = read();
  if (before.tab !== at.tab || !list) { drawTop(); drawSide(); }
  list.choose(chosen());
  document.body.classList.toggle('open', Boolean(at.id));
  drawn = '';
  refreshPane();
}

// Whether a row is the one that is shown; a link may leave out whose order it is.
const chosen = () => {
  const { tab, id, account } = at;
  return row => (tab === 'orders' ? row.number === id && ['', row.account].includes(account) : tab === 'requests' && String(row.id) === id);
};
const keyOf = row => `${row.number} ${row.account}`;

function drawTop() {
  const tab = (name, key) => h('a', {
    href: name === 'orders' ? '/console' : `/console/${name}`, 'aria-current': at.tab === name ? 'page' : null,
    'data-testid': `tab-${name}`, onclick: event => { event.preventDefault(); go(name); },
  }, t('ui', name), h('kbd', {}, key));
  const look = t('ui', 'theme', { now: t('ui', themeNow()) });
  const button = (name, label, does) => h('button', { type: 'button', class: 'ghost', 'data-testid': name, onclick: does }, label);
  fill(top,
    h('a', { class: 'mark', href: '/console', onclick: event => { event.preventDefault(); go('orders'); } },
      h('img', { src: '/console/assets/mark.svg', alt: '', width: 22, height: 22 }), h('b', {}, 'GoLive'), h('span', {}, t('ui', 'title'))),
    h('nav', {}, tab('orders', 1), tab('requests', 2), tab('ledger', 3)),
    h('span', { class: 'badge' }, t('ui', 'simulated')),
    h('div', { class: 'time' },
      h('span', { class: 'now', title: t('ui', 'business-time') }, h('b', { 'data-testid': 'clock' }), h('small', { 'data-testid': 'ahead' })),
      MOVES.map(([name, seconds]) => button(`advance-${name}`, t('acts', name), () => act('advance', { seconds })))),
    h('div', { class: 'tools' },
      h('button', { type: 'button', class: 'ghost faults', 'data-testid': 'faults', onclick: () => askFault(null) }, t('ui', 'faults'), h('i', { class: 'dot' })),
      h('button', { type: 'button', class: 'ghost', 'data-testid': 'theme', title: look, 'aria-label': look, onclick: () => { switchTheme(); drawAll(); } },
        { auto: '◐', light: '☀', dark: '☾' }[themeNow()]),
      button('language', t('ui', 'language'), () => { switchLanguage(); drawAll(); }),
      button('help-button', '?', showHelp),
      h('span', { class: 'live', role: 'status', 'data-testid': 'live' })));
  tick();
  drawLive();
}

const KINDS = {
  orders: { height: 58, key: keyOf, draw: orderLine, open: row => go('orders', row.number, row.account) },
  requests: { height: 58, key: row => row.id, draw: exchangeLine, open: row => go('requests', row.id) },
  ledger: { height: 58, key: row => `${row.at} ${row.number} ${row.debit} ${row.credit}`,
    draw: row => bookLine(row, { numbered: true }), open: row => row.number && go('orders', row.number) },
};

function query() {
  return [sought[at.tab], at.tab === 'orders' ? wantedState : ''].filter(Boolean).join(' ');
}

function drawSide() {
  const tab = at.tab, count = h('span', { class: 'count', 'data-testid': 'count' });
  search = h('input', {
    type: 'search', value: sought[tab], placeholder: t('ui', `search-${tab}`), 'aria-label': t('ui', `search-${tab}`),
    'data-testid': 'search', spellcheck: 'false', autocomplete: 'off',
    oninput: () => {
      sought[tab] = search.value;
      clearTimeout(searching);
      searching = setTimeout(() => list.refresh({ anew: true }), 120);
    },
  });
  const chip = name => h('button', {
    type: 'button', class: 'chip', 'aria-pressed': String(wantedState === name), 'data-testid': `state-${name}`,
    onclick: event => {
      wantedState = wantedState === name ? '' : name;
      for (const each of event.currentTarget.parentElement.children) each.setAttribute('aria-pressed', String(each.dataset.testid === `state-${wantedState}`));
      list.refresh({ anew: true });
    },
  }, named('states', name));
  balances = h('dl', { class: 'balances', hidden: tab !== 'ledger' });
  list = new List({
    ...KINDS[tab], label: t('ui', tab),
    load: (offset, limit) => ask(`/${tab}?offset=${offset}&limit=${limit}&q=${encodeURIComponent(query())}`),
    empty: () => nothing(tab),
    loaded: told => {
      count.textContent = list.said;
      if (told.balances) drawBalances(told.balances);
    },
  });
  fill(side,
    h('div', { class: 'search' }, search, h('kbd', {}, '/'), count),
    tab === 'orders' ? h('div', { class: 'chips' }, STATES.map(chip)) : null,
    balances, list.element);
  list.refresh({ anew: true });
}

function nothing(tab) {
  if (query()) return [h('b', {}, t('ui', 'not-found'))];
  return [h('b', {}, t('ui', { orders: 'no-orders', requests: 'no-requests', ledger: 'no-entries' }[tab])),
    tab === 'orders' ? h('p', {}, t('ui', 'no-orders-hint', { address: location.origin })) : null].filter(Boolean);
}

function drawBalances(told) {
  const sum = Object.values(told).reduce((before, each) => before + each, 0);
  balances.replaceChildren(...Object.entries(told).map(([name, fen]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'money' }, yuan(fen)))),
    h('div', { class: sum ? 'bad' : 'good' }, h('dt', {}, 'Σ'), h('dd', { class: 'money', title: t('ui', 'balanced') }, yuan(sum))));
}

// The pane is drawn anew where something is other than before, with what was open, and as far down, as it was.
async function refreshPane() {
  const here = at;
  if (!here.id) { drawn = ''; pane.replaceChildren(chooseOne()); document.title = `${t('ui', here.tab)} · GoLive`; return; }
  document.title = `${here.tab === 'requests' ? `#${here.id}` : here.id} · GoLive`;
  if (here.tab === 'requests' && drawn === here.id) return;
  const made = here.tab === 'orders' ? await orderPane(here.id, here.account) : await exchangePane(here.id);
  if (made === undefined || here !== at) return;
  const mark = made.outerHTML + document.documentElement.lang;
  if (drawn === (here.tab === 'requests' ? here.id : mark) || reading()) return;
  const same = pane.dataset.shows === `${here.tab}/${here.id}`;
  const opened = new Map([...pane.querySelectorAll('[data-keep]')].map(each => [each.dataset.keep, each]));
  const [down, focused] = [pane.scrollTop, document.activeElement?.dataset?.testid];
  const held = pane.contains(document.activeElement) && focused;
  pane.replaceChildren(withBack(made));
  if (same) {
    for (const each of pane.querySelectorAll('[data-keep]')) {
      const before = opened.get(each.dataset.keep);
      if (before === undefined) continue;
      each.open = before.open;
      const loaded = before.querySelector(':scope > .loads');
      if (loaded?.hasChildNodes()) each.querySelector(':scope > .loads').replaceWith(loaded);
    }
    if (held) pane.querySelector(`[data-testid="${held}"]`)?.focus({ preventScroll: true });
  }
  pane.scrollTop = same ? down : 0;
  pane.dataset.shows = `${here.tab}/${here.id}`;
  drawn = here.tab === 'requests' ? here.id : mark;
}

// Whoever marks a text to copy it must not lose it.
function reading() {
  const marked = getSelection();
  return !marked.isCollapsed && pane.contains(marked.anchorNode);
}

const withBack = made => {
  made.prepend(h('button', { type: 'button', class: 'ghost back', onclick: () => go(at.tab) }, `← ${t('ui', 'back')}`));
  return made;
};

const chooseOne = () => h('div', { class: 'empty' }, h('h1', {}, t('ui', 'nothing-chosen')), h('p', {}, t('ui', 'nothing-chosen-hint')));

function drawAll() {
  drawn = '';
  drawTop();
  drawSide();
  list.choose(chosen());
  refreshPane();
}

function drawLive() {
  const live = top.querySelector('.live');
  live.classList.toggle('bad', !answered || Boolean(now.unkept));
  const said = answered ? t('ui', now.unkept ? 'unkept' : 'live') : t('ui', 'lost');
  // Written anew, it would be read aloud every second.
  if (live.textContent !== said) live.textContent = said;
  live.title = now.unkept || said;
  top.querySelector('.faults').classList.toggle('armed', now.faults);
  top.querySelector('.faults').title = now.faults ? t('ui', 'fault-armed') : '';
}

function tick() {
  const seconds = now.now + (performance.now() - now.since) / 1000;
  const shown = top.querySelector('.now b'), ahead = top.querySelector('.now small');
  if (!shown) return;
  shown.textContent = clock(seconds);
  ahead.textContent = now.ahead ? t('ui', 'ahead', { time: span(now.ahead) }) : '';
  top.querySelector('.now').title = `${t('ui', 'business-time')}: ${moment(seconds)}`;
}

let asking = 0;
async function poll() {
  clearTimeout(asking);
  if (!document.hidden) {
    const told = await ask('/now');
    const before = answered;
    answered = Boolean(told);
    if (told) {
      now = { ...told, since: performance.now() };
      if ((version !== told.version || ++turns % ANYWAY === 0) && performance.now() > rests) {
        version = told.version;
        const began = performance.now();
        await Promise.all([list.refresh(), refreshPane()]);
        rests = performance.now() + RESTS * (performance.now() - began);
      }
    }
    tick();
    if (answered !== before || told) drawLive();
  }
  clearTimeout(asking);
  asking = setTimeout(poll, EVERY_MS);
}

function toast(text, mood) {
  const made = h('div', { class: `toast ${mood}`, 'data-testid': 'toast' }, text);
  // Behind an open dialog nobody would see it, nor would it be read aloud.
  (document.querySelector('dialog[open]') ?? document.body).append(toasts);
  toasts.replaceChildren(made);
  setTimeout(() => made.remove(), mood === 'bad' ? 9000 : 4500);
}

afterwards((name, ok, told) => {
  if (!ok) toast(why(told), 'bad');
  else if (told.judged) {
    toast(t('judged', told.judged, { status: told.status }), { careful: 'good', careless: 'bad' }[told.judged] ?? '');
  } else {
    const done = t('done', told.done, { ...told, state: named('refunds', told.state), time: span(told.seconds ?? 0) });
    const lacking = (told.warnings ?? []).map(spoken);
    toast([done, ...lacking].join(' · '), lacking.length ? 'bad' : 'good');
  }
  poll();
});

function typing(event) {
  return event.target.closest('input, select, textarea, dialog') !== null || event.ctrlKey || event.metaKey || event.altKey;
}

// Whoever has named one thing wants to see it, even before what was typed has been looked for.
async function openTheOnlyOne() {
  const asked = list;
  clearTimeout(searching);
  if (!await asked.refresh({ anew: true }) || asked !== list || list.total !== 1) return;
  list.first();
  list.openHere();
}

const PRESSED = {
  '/': () => { search.focus(); search.select(); },
  j: () => list.move(1), k: () => list.move(-1), ArrowDown: () => list.move(1), ArrowUp: () => list.move(-1),
  g: () => list.first(), G: () => list.last(),
  '?': showHelp, t: () => { switchTheme(); drawAll(); }, l: () => { switchLanguage(); drawAll(); },
  1: () => go('orders'), 2: () => go('requests'), 3: () => go('ledger'),
  Escape: () => { if (at.id) { go(at.tab, ''); list.element.focus(); } },
};

addEventListener('keydown', event => {
  if (event.target === search) {
    if (event.key === 'Escape') {
      search.value = '';
      search.dispatchEvent(new Event('input'));
      list.element.focus();
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      list.element.focus();
      list.go(Math.max(list.place, 0));
      if (event.key === 'Enter') openTheOnlyOne();
    } else return;
    event.preventDefault();
    return;
  }
  if (typing(event)) return;
  const arrows = event.key.startsWith('Arrow') && pane.contains(document.activeElement);
  const pressed = event.target.closest('button, a, summary') === null && event.key === 'Enter' ? () => list.openHere() : PRESSED[event.key];
  if (!pressed || arrows) return;
  event.preventDefault();
  pressed();
});

addEventListener('popstate', arrive);
document.addEventListener('visibilitychange', poll);
setInterval(tick, 500);
dress();
arrive();
poll();
