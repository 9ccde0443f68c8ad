// The list of Services: searched, filtered, sorted and paged by the server, so that ten thousand cost what fifty do.

const PAGE = 50;
const ROW_HISTORY = 30;

const services = {
  state: {q: '', show: 'all', sort: 'name', offset: 0},
  rows: new Map(),
  rates: new Map(),
  open: new Set(),

  view() {
    if (!this.element) {
      this.element = this.build();
    }
    return this.element;
  },

  build() {
    this.search = h('input', {
      type: 'search', id: 'search', placeholder: 'Search name, type, scheduler, address…   /', 'aria-label': 'Search Services',
      autocomplete: 'off', spellcheck: 'false', oninput: () => this.change({q: this.search.value}),
    });
    this.chips = [['all', 'All'], ['active', 'With traffic'], ['unserved', 'Without endpoints'], ['failed', 'Failed']]
      .map(([show, label]) => h('button', {
        type: 'button', class: 'chip', 'aria-pressed': String(show === this.state.show), 'data-show': show,
        onclick: () => this.change({show}),
      }, label));
    this.body = h('tbody', {});
    this.summary = h('p', {class: 'muted', 'aria-live': 'polite'}, '');
    this.back = h('button', {type: 'button', class: 'quiet', onclick: () => this.turn(-1)}, '← Previous');
    this.forth = h('button', {type: 'button', class: 'quiet', onclick: () => this.turn(1)}, 'Next →');
    return h('section', {},
      h('div', {class: 'toolbar'}, this.search, h('div', {class: 'chips', role: 'group', 'aria-label': 'Show'}, this.chips)),
      h('div', {class: 'scroll'}, h('table', {class: 'grid'}, this.heads(), this.body)),
      h('div', {class: 'pager'}, this.summary, h('div', {}, this.back, this.forth)));
  },

  heads() {
    const sortable = (sort, label, kind) => {
      const cell = h('th', {scope: 'col', class: kind, 'data-sort': sort},
        h('button', {type: 'button', class: 'sort', onclick: () => this.change({sort})}, label));
      return cell;
    };
    this.head = h('tr', {},
      sortable('name', 'Service', 'wide'),
      h('th', {scope: 'col'}, 'Frontends'),
      h('th', {scope: 'col'}, 'Scheduler'),
      h('th', {scope: 'col'}, 'Endpoints'),
      sortable('active', 'Open', 'n'),
      sortable('opened', 'New /s', 'n'),
      sortable('bytes', 'Throughput', 'n'));
    return h('thead', {}, this.head);
  },

  change(part) {
    Object.assign(this.state, {offset: 0}, part);
    this.chips.forEach(chip => chip.setAttribute('aria-pressed', String(chip.dataset.show === this.state.show)));
    app.soon();
  },

  /** Jumps here from an alert. */
  only(show) {
    this.view();
    this.search.value = '';
    this.change({q: '', show});
    app.go('services');
  },

  turn(pages) {
    this.state.offset = Math.max(0, this.state.offset + pages * PAGE);
    app.soon();
    byId('panel').scrollIntoView();
  },

  url() {
    const query = new URLSearchParams({...this.state, limit: PAGE});
    if (!this.state.q.trim()) {
      query.delete('q');
    }
    return '/api/services?' + query;
  },

  /** Without a time the answer has been shown before, and says nothing new about rates. */
  show(answer, now) {
    const seen = new Set();
    const elements = answer.services.flatMap(service => {
      const key = service.namespace + '/' + service.name;
      seen.add(key);
      const row = this.rows.get(key) || this.add(key);
      row.update(service, this.measure(key, service, now), this.open.has(key));
      return this.open.has(key) ? [row.main, row.more] : [row.main];
    });
    for (const key of this.rows.keys()) {
      if (!seen.has(key)) {
        this.rows.delete(key);
        this.rates.delete(key);
      }
    }
    arrange(this.body, elements.length > 0 ? elements : [this.nothing()]);
    this.footer(answer);
    for (const cell of this.head.querySelectorAll('[data-sort]')) {
      const sorted = cell.dataset.sort === this.state.sort;
      cell.setAttribute('aria-sort', sorted ? (cell.dataset.sort === 'name' ? 'ascending' : 'descending') : 'none');
    }
  },

  measure(key, service, now) {
    const rates = this.rates.get(key) || new Rates(ROW_HISTORY);
    this.rates.set(key, rates);
    if (now === null) {
      return rates;
    }
    const sum = pick => service.ports.reduce((total, port) => total + pick(port), 0);
    rates.update(now, {
      opened: sum(port => port.connectionsOpened),
      bytes: sum(port => port.bytesToClient + port.bytesToEndpoint),
    });
    return rates;
  },

  add(key) {
    const row = new ServiceRow(() => this.toggle(key));
    this.rows.set(key, row);
    return row;
  },

  toggle(key) {
    if (!this.open.delete(key)) {
      this.open.add(key);
    }
    app.redraw();
  },

  nothing() {
    return h('tr', {}, h('td', {colspan: 7, class: 'nothing'}, this.state.q || this.state.show !== 'all'
      ? 'No Service matches.' : 'No Services are served yet.'));
  },

  footer(answer) {
    const first = Math.min(this.state.offset + 1, answer.matched);
    const last = Math.min(this.state.offset + PAGE, answer.matched);
    const matches = answer.matched === answer.total ? '' : ' matching, ' + count(answer.total) + ' in all';
    setText(this.summary, answer.matched === 0 ? '' : count(first) + '–' + count(last) + ' of ' + count(answer.matched) + matches);
    this.back.disabled = this.state.offset === 0;
    this.forth.disabled = last >= answer.matched;
    if (this.state.offset > 0 && this.state.offset >= answer.matched) {
      this.change({});
    }
  },
};
