// Money, moments and raw texts, in a form that hides nothing: what cannot be seen is drawn.

import { h, locale, t } from './dom.js';

const INVISIBLE = /[\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/g;
const GLYPHS = { '\n': '⏎', '\r': '␍', '\t': '⇥' };

export function yuan(fen) {
  const sign = fen < 0 ? '−' : '', whole = Math.abs(fen);
  const cents = String(whole % 100).padStart(2, '0');
  return `${sign}¥${Math.floor(whole / 100).toLocaleString('en-US')}.${cents}`;
}

export function fenOf(text) {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(locale(), { hour12: false });
}

export function moment(seconds) {
  const then = new Date(seconds * 1000);
  // Swedish writes the year first, so that nobody takes a day for a month.
  return then.toLocaleString('sv-SE', {
    hour12: false, year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
}

export function span(seconds) {
  const parts = [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']];
  const said = [];
  let left = Math.round(seconds);
  for (const [size, unit] of parts) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count && said.length < 2) {
      said.push(new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    }
  }
  return said.join(' ') || '0';
}

export function milliseconds(ms) {
  if (ms === null) return '';
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

// A raw text: line feeds, blanks that are none and marks that turn writing around are shown as what they are.
export function raw(text, drawn = true) {
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(INVISIBLE)) {
    const character = found[0];
    pieces.push(text.slice(from, found.index));
    const name = `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
    if (drawn || character !== '\n') {
      pieces.push(h('span', { class: character === '\n' ? 'lf' : 'odd', title: name }, GLYPHS[character] ?? name));
    }
    if (character === '\n') pieces.push('\n');
    from = found.index + 1;
  }
  pieces.push(text.slice(from));
  return pieces;
}

// A text to be read and copied; what stands at its head is no part of its bytes, only of the message.
export function block(title, body, { head = '', hint, note, testid } = {}) {
  const text = head + body;
  const copy = h('button', {
    type: 'button', class: 'ghost copy',
    onclick: async event => {
      const button = event.currentTarget;
      await navigator.clipboard.writeText(text);
      button.textContent = t('ui', 'copied');
    },
  }, t('ui', 'copy'));
  return h('figure', { class: 'block' },
    h('figcaption', {}, h('span', { title: hint }, title), text ? copy : null),
    text ? h('pre', { 'data-testid': testid, tabindex: 0, role: 'region', 'aria-label': title }, head && h('span', { class: 'headers' }, raw(head, false)), raw(body)) : h('p', { class: 'quiet' }, note),
    text && note ? h('p', { class: 'quiet' }, note) : null);
}
