// The dialogs: give back, forge a callback, inject a fault, and what keys there are.

import { h, has, spoken, t } from './dom.js';
import { act, ask, FAULTS } from './server.js';
import { fenOf, yuan } from './text.js';

let last = null;

function dialog(title, ...content) {
  const closing = h('button', { type: 'button', class: 'ghost', onclick: () => box.close() }, t('ui', 'close'));
  const box = h('dialog', { 'aria-label': title, onclose: () => { document.body.append(...box.querySelectorAll('#toasts')); box.remove(); },
    onclick: event => { if (event.target === box) box.close(); } },
  h('div', { class: 'sheet' }, h('header', { class: 'head' }, h('h2', {}, title), closing), ...content));
  last?.close();
  last = box;
  document.body.append(box);
  box.showModal();
  return box;
}

const labelled = (label, control) => h('label', {}, h('span', {}, label), control);
const button = (label, does) => h('button', { type: 'submit', class: 'primary', onclick: does }, label);

function form(send, ...content) {
  return h('form', { onsubmit: event => { event.preventDefault(); send(event.currentTarget); } }, ...content);
}

export function askRefund(order) {
  const amount = h('input', { inputmode: 'decimal', value: (order.rest / 100).toFixed(2), 'data-testid': 'amount' });
  const box = dialog(t('acts', 'refund').replace('…', ''), form(async () => {
    const fen = fenOf(amount.value);
    amount.setAttribute('aria-invalid', String(!fen));
    if (fen && await act('refund', { account: order.account, number: order.number, amount: fen })) box.close();
  }, labelled(`${t('forms', 'amount')} (≤ ${yuan(order.rest)})`, amount), button(t('acts', 'give-back'))));
  amount.select();
}

export function askForgery(order) {
  const filter = h('input', { type: 'search', placeholder: 'CBK-02, amount…', oninput: () => fill() });
  const which = h('select', { size: 12, 'data-testid': 'attack' });
  const told = h('p', { class: 'quiet said' });
  const fill = () => {
    const words = filter.value.toLowerCase().split(/\s+/);
    const group = (name, attacks) => h('optgroup', { label: t('forms', name) }, attacks
      .filter(each => words.every(word => `${each.control} ${each.id} ${spoken(each.text)}`.toLowerCase().includes(word)))
      .map(each => h('option', { value: each.id, title: spoken(each.text) }, `${each.control} · ${spoken(each.text)}`)));
    which.replaceChildren(...[['attacks', order.attacks], ['variations', order.variations]]
      .map(([name, attacks]) => group(name, attacks)).filter(each => each.children.length));
    which.selectedIndex = 0;
    say();
  };
  const say = () => { told.textContent = which.selectedOptions[0]?.textContent ?? t('ui', 'not-found'); };
  which.addEventListener('change', say);
  const box = dialog(t('acts', 'forge').replace('…', ''), form(async () => {
    if (which.value && await act('forge', { account: order.account, number: order.number, attack: which.value })) box.close();
  }, labelled(t('forms', 'filter'), filter), labelled(t('forms', 'which'), which), told, button(t('acts', 'send'))));
  fill();
  filter.focus();
}

export function askFault(order) {
  const pick = (names, testid) => h('select', { 'data-testid': testid, onchange: () => fit() }, names.map(each => h('option', {}, each)));
  const operation = pick(FAULTS.operations, 'operation'), action = pick([], 'action');
  const value = h('input', { 'data-testid': 'value' });
  const nth = h('input', { type: 'number', min: 1, value: 1 }), times = h('input', { type: 'number', min: 1, value: 1 });
  const scope = h('select', {},
    order && h('option', { value: order.number }, t('forms', 'this-order', { number: order.number })),
    h('option', { value: '' }, t('forms', 'any-order')));
  const fit = () => {
    const before = action.value;
    const fitting = Object.entries(FAULTS.actions)
      .filter(([, each]) => !each.only.length || each.only.includes(operation.value)).map(([name]) => name);
    action.replaceChildren(...fitting.map(name => h('option', {}, name)));
    if (fitting.includes(before)) action.value = before;
    const chosen = FAULTS.actions[action.value];
    value.disabled = !chosen.takes.length;
    value.placeholder = chosen.takes.length ? (has('limits', action.value) ? t('limits', action.value) : chosen.limits) : t('forms', 'no-value');
    if (value.disabled) value.value = '';
  };
  const given = takes => (takes.includes('int') || takes.includes('float')
    ? (value.value.trim() === '' || Number.isNaN(Number(value.value)) ? value.value : Number(value.value)) : value.value);
  const box = dialog(t('acts', 'fault').replace('…', ''), form(async () => {
    const { takes } = FAULTS.actions[action.value];
    const fault = { operation: operation.value, action: action.value, nth: Number(nth.value), times: Number(times.value) };
    if (scope.value) fault.out_trade_no = scope.value;
    if (takes.length) fault.value = given(takes);
    const done = await act('fault', fault, takes.length ? value.placeholder : '');
    value.setAttribute('aria-invalid', String(!done && takes.length > 0));
    if (done) box.close();
  }, h('div', { class: 'grid' },
    labelled(t('forms', 'operation'), operation), labelled(t('forms', 'action'), action),
    labelled(t('forms', 'value'), value), labelled(t('forms', 'scope'), scope),
    labelled(t('forms', 'nth'), nth), labelled(t('forms', 'times'), times)),
  h('div', { class: 'buttons' }, button(t('acts', 'inject')),
    h('button', { type: 'button', onclick: async () => { if (await act('clear-faults', {})) box.close(); } }, t('acts', 'clear-faults')))));
  fit();
  offerOutages(box);
}

// Where outages are offered that have a name, they come first.
async function offerOutages(box) {
  const offered = await ask('/outages');
  if (!offered?.length) return;
  const which = h('select', { 'data-testid': 'outage' }, offered.map(each => h('option', { value: each.name }, spoken(each.text))));
  box.querySelector('.head').after(form(async () => {
    if (await act('outage', { name: which.value })) box.close();
  }, labelled(t('forms', 'outage'), which), button(t('acts', 'inject'))), h('hr'));
}

const KEYS = [['/', 'search'], ['j k ↓ ↑', 'move'], ['Enter', 'open'], ['Esc', 'leave'], ['1 2 3', 'tabs'],
  ['g G', 'ends'], ['t l', 'look'], ['?', 'this']];

export function showHelp() {
  dialog(t('ui', 'help'), h('dl', { class: 'keys', 'data-testid': 'help' }, KEYS.map(([keys, name]) =>
    [h('dt', {}, keys.split(' ').map(each => h('kbd', {}, each))), h('dd', {}, t('help', name))])));
}

export const named = (section, name) => (has(section, name) ? t(section, name) : name);
