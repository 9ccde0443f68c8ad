// What is open right now.

const LIMIT = 200;

const connections = {
  service: '',

  view() {
    if (!this.element) {
      this.input = h('input', {
        type: 'search', placeholder: 'Only Service… namespace/name', 'aria-label': 'Only connections of this Service',
        autocomplete: 'off', spellcheck: 'false', onchange: () => this.filter(this.input.value.trim()),
      });
      this.summary = h('p', {class: 'muted', 'aria-live': 'polite'}, '');
      this.list = h('div', {});
      this.element = h('section', {}, h('div', {class: 'toolbar'}, this.input, this.summary), this.list);
    }
    return this.element;
  },

  /** Jumps here from a Service. */
  of(service) {
    this.view();
    this.input.value = service;
    this.service = service;
    app.go('connections');
  },

  filter(service) {
    this.service = service;
    app.soon();
  },

  url() {
    return '/api/connections?limit=' + LIMIT + (this.service ? '&service=' + encodeURIComponent(this.service) : '');
  },

  show(answer) {
    const list = answer.connections;
    setText(this.summary, this.service
      ? plural(list.length, 'connection') + ' of ' + this.service + ' (newest ' + LIMIT + ' at most)'
      : 'The newest ' + count(list.length) + ' of ' + count(answer.total));
    renew(this.list, table('Connections', [
      'Service', 'Client', 'Frontend', 'Endpoint', 'Source', 'Age', 'To endpoint', 'To client', 'State',
    ], list.map(connection => [
      h('td', {}, h('strong', {}, connection.service), connection.port ? h('span', {class: 'muted'}, ' ' + connection.port) : null,
        connection.protocol === 'UDP' ? badge('UDP', '') : null),
      h('td', {class: 'mono'}, connection.client),
      h('td', {class: 'mono'}, connection.frontend),
      h('td', {class: 'mono'}, connection.endpoint),
      h('td', {class: 'mono muted'}, connection.source || '–'),
      h('td', {class: 'n'}, duration(connection.ageSeconds)),
      h('td', {class: 'n'}, bytes(connection.bytesToEndpoint)),
      h('td', {class: 'n'}, bytes(connection.bytesToClient)),
      h('td', {}, badge(connection.state.replace('_', ' '), connection.state === 'relaying' ? 'good' : '')),
    ])));
  },
};
