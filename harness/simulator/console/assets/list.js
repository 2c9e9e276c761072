// A long list of which only what is seen exists: rows are asked for by place, a page at a time, and drawn as
// they come into view. Ten thousand rows cost what a screen of them costs.

import { h, t } from './dom.js';

const PAGE = 100, BESIDE = 6, KEPT = 40, AT_ONCE = 2;

export class List {
  // load(offset, limit) answers {total, rows}; draw(row) answers children; key(row) tells rows apart.
  constructor({ label, height, load, draw, key, open, empty, loaded }) {
    Object.assign(this, { height, load, draw, key, open, empty, loaded });
    this.pages = new Map();
    this.drawn = new Map();
    this.asked = new Set();
    this.total = null;
    this.place = -1;
    this.held = null;
    this.chosen = () => false;
    this.turn = 0;
    this.room = h('div', { class: 'room' });
    this.note = h('div', { class: 'empty', hidden: true });
    this.element = h('div', {
      class: 'list', role: 'listbox', tabindex: 0, 'aria-label': label, 'data-testid': 'list',
      onscroll: () => this.later(),
    }, this.room, this.note);
    new ResizeObserver(() => this.later()).observe(this.element);
  }

  later() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => { this.waits = false; this.show(); });
  }

  get range() {
    const from = Math.floor(this.element.scrollTop / this.height) - BESIDE;
    const seen = Math.ceil(this.element.clientHeight / this.height) + 2 * BESIDE;
    return [Math.max(from, 0), Math.min(from + seen, this.total ?? 0)];
  }

  row(place) {
    return this.pages.get(Math.floor(place / PAGE))?.[place % PAGE];
  }

  // Ask again for what is seen. The old rows stay until the new ones are here; says whether they came.
  async refresh({ anew = false } = {}) {
    const turn = ++this.turn;
    if (anew) this.element.scrollTop = 0;
    const [from, to] = this.range;
    const wanted = new Set([Math.floor(from / PAGE), Math.floor(Math.max(to - 1, 0) / PAGE)]);
    const found = await Promise.all([...wanted].map(async page => [page, await this.load(page * PAGE, PAGE)]));
    if (turn !== this.turn || found.some(([, told]) => !told)) return false;
    const before = this.total;
    this.total = found[0][1].total;
    this.pages = new Map(found.map(([page, told]) => [page, told.rows]));
    // What came in above must not push away what is being read.
    const more = this.total - (before ?? this.total);
    if (!anew && more > 0 && this.element.scrollTop > this.height) this.element.scrollTop += more * this.height;
    this.settle();
    this.loaded?.(found[0][1]);
    this.show();
    return true;
  }

  async fetch(page) {
    // Whoever scrolls past a page does not want it any more: there is no queue, what is seen then is asked for.
    if (this.asked.size >= AT_ONCE || this.asked.has(page) || this.pages.has(page) || page < 0 || page * PAGE >= this.total) return;
    this.asked.add(page);
    const turn = this.turn, told = await this.load(page * PAGE, PAGE);
    this.asked.delete(page);
    if (turn !== this.turn || !told) return;
    this.pages.set(page, told.rows);
    if (this.pages.size > KEPT) this.pages.delete(this.pages.keys().next().value);
    this.later();
  }

  // The cursor stays with its row, wherever that has gone.
  settle() {
    if (this.held === null) return;
    for (const [page, rows] of this.pages) {
      const found = rows.findIndex(each => this.key(each) === this.held);
      if (found >= 0) { this.place = page * PAGE + found; return; }
    }
  }

  show() {
    const [from, to] = this.range;
    this.room.style.height = `${(this.total ?? 0) * this.height}px`;
    this.note.hidden = this.total !== 0;
    if (this.total === 0) this.note.replaceChildren(...this.empty());
    for (const [place, element] of this.drawn) {
      if (place < from || place >= to) { element.remove(); this.drawn.delete(place); }
    }
    for (let place = from; place < to; place++) this.showRow(place);
    // Whoever scrolls on shall find the next ones there.
    if (to) for (const page of [Math.floor(from / PAGE) - 1, Math.floor((to - 1) / PAGE) + 1]) this.fetch(page);
    const current = this.drawn.get(this.place);
    if (current) this.element.setAttribute('aria-activedescendant', current.id);
    else this.element.removeAttribute('aria-activedescendant');
  }

  showRow(place) {
    const row = this.row(place);
    if (row === undefined) this.fetch(Math.floor(place / PAGE));
    let element = this.drawn.get(place);
    if (!element) {
      element = h('div', {
        class: 'row', role: 'option', id: `row-${place}`, 'aria-posinset': place + 1,
        onclick: () => { this.go(place); this.openHere(); },
      });
      element.style.transform = `translateY(${place * this.height}px)`;
      this.drawn.set(place, element);
      this.room.append(element);
    }
    element.setAttribute('aria-setsize', this.total);
    element.classList.toggle('at', place === this.place);
    element.setAttribute('aria-selected', String(row !== undefined && this.chosen(row)));
    const mark = JSON.stringify(row ?? null) + document.documentElement.lang;
    if (element.mark === mark) return;
    element.mark = mark;
    element.replaceChildren(...(row === undefined ? [h('span', { class: 'quiet' }, '…')] : this.draw(row)));
  }

  // What is shown beside is told by its row.
  choose(chosen) {
    this.chosen = chosen;
    this.later();
  }

  go(place) {
    if (!this.total) return;
    this.place = Math.min(Math.max(place, 0), this.total - 1);
    const row = this.row(this.place);
    this.held = row === undefined ? null : this.key(row);
    const top = this.place * this.height, box = this.element;
    if (top < box.scrollTop) box.scrollTop = top;
    if (top + this.height > box.scrollTop + box.clientHeight) box.scrollTop = top + this.height - box.clientHeight;
    this.show();
  }

  move(by) { this.go(this.place + by); }
  first() { this.go(0); }
  last() { this.go((this.total ?? 1) - 1); }

  openHere() {
    const row = this.row(this.place);
    if (row !== undefined) this.open(row);
  }

  get said() { return this.total === null ? '' : t('ui', 'count', { n: this.total.toLocaleString('en-US') }); }
}
