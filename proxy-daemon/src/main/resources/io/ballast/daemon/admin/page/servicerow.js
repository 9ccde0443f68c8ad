// One Service in the list, and what unfolds below it.

class ServiceRow {
  constructor(toggle) {
    this.name = h('strong', {}, '');
    this.namespace = h('span', {class: 'muted'}, '');
    this.type = badge('', 'type');
    this.button = h('button', {type: 'button', class: 'fold', 'aria-expanded': 'false', onclick: toggle},
      h('span', {class: 'arrow', 'aria-hidden': 'true'}, '▸'), h('span', {class: 'names'}, this.name, this.namespace));
    this.frontends = h('td', {class: 'frontends'});
    this.scheduler = h('td', {});
    this.endpoints = h('td', {class: 'endpoints'});
    this.active = h('td', {class: 'n'}, '');
    this.rate = h('span', {class: 'figure'}, '');
    this.line = sparkline(72, 20, ROW_HISTORY, 'accent');
    this.bytes = h('td', {class: 'n'}, '');
    this.main = h('tr', {class: 'row'},
      h('th', {scope: 'row'}, h('div', {class: 'cell'}, this.button, this.type)),
      this.frontends, this.scheduler, this.endpoints, this.active,
      h('td', {class: 'n'}, h('div', {class: 'withline'}, this.line.element, this.rate)), this.bytes);
    this.detail = h('td', {colspan: 7});
    this.more = h('tr', {class: 'more'}, this.detail);
  }

  update(service, rates, open) {
    setText(this.name, service.name);
    setText(this.namespace, service.namespace);
    setText(this.type, service.type);
    this.button.setAttribute('aria-expanded', String(open));
    this.facts(service);
    setText(this.active, count(service.ports.reduce((sum, port) => sum + port.connectionsActive, 0)));
    setText(this.rate, rate(rates.of('opened')));
    this.line.draw(rates.values('opened'));
    setText(this.bytes, byteRate(rates.of('bytes')));
    if (open) {
      renew(this.detail, h('div', {class: 'unfolded'}, service.ports.map(port => portDetail(service, port))));
    }
  }

  /** What changes seldom is rebuilt only when it did. */
  facts(service) {
    const endpoints = service.ports.flatMap(port => port.endpoints);
    const ready = endpoints.filter(endpoint => endpoint.ready).length;
    const frontends = service.ports.flatMap(port => port.frontends);
    const key = JSON.stringify([service.scheduler, service.affinity, frontends, ready, endpoints.length]);
    if (key === this.shown) {
      return;
    }
    this.shown = key;
    this.frontends.replaceChildren(...frontendChips(frontends));
    this.scheduler.replaceChildren(h('div', {class: 'stack'}, badge(service.scheduler, 'mono'),
      service.affinity === 'None' ? null : h('span', {class: 'muted small'}, '+ ' + service.affinity)));
    this.endpoints.replaceChildren(...endpointSummary(ready, endpoints.length));
  }
}

function frontendChips(frontends) {
  const shown = [...frontends].sort((a, b) => (b.state === 'failed') - (a.state === 'failed')).slice(0, 2);
  const chips = shown.map(frontend => h('span', {class: 'address ' + frontend.state, title: frontend.reason || null},
    hostPort(frontend.address, frontend.port)));
  const more = frontends.length - shown.length;
  return more > 0 ? [...chips, h('span', {class: 'muted small'}, '+' + more)] : chips;
}

function endpointSummary(ready, all) {
  if (all === 0) {
    return [badge('none', 'bad')];
  }
  const other = all - ready;
  return [
    h('span', {class: 'figure'}, count(ready) + ' ready' + (other > 0 ? ', ' + count(other) + ' terminating' : '')),
    bar([[ready, 'good'], [other, 'warn']], all),
  ];
}

function portDetail(service, port) {
  const title = (port.name ? port.name + ' · ' : '') + port.protocol + ' ' + port.port
    + (port.nodePort ? ' · node port ' + port.nodePort : '');
  const counters = [
    [port.connectionsActive, 'open'], [port.connectionsOpened, 'opened'], [port.refused, 'refused'],
    [port.connectFailures, 'connects failed'], [port.connectRetries, 'retried'],
  ].map(([value, label]) => h('span', {}, h('b', {}, compact(value)), ' ' + label));
  return h('article', {class: 'port'},
    h('header', {}, h('h3', {}, title), h('p', {class: 'counters'}, counters,
      h('span', {}, h('b', {}, bytes(port.bytesToClient)), ' to clients'),
      h('span', {}, h('b', {}, bytes(port.bytesToEndpoint)), ' to endpoints'),
      h('button', {type: 'button', class: 'link', onclick: () => connections.of(service.namespace + '/' + service.name)},
        'Show connections'))),
    h('div', {class: 'columns'}, frontendTable(service, port), endpointTable(port)));
}

function frontendTable(service, port) {
  const policy = kind => kind === 'ClusterIP' ? service.internalTrafficPolicy : service.externalTrafficPolicy;
  const states = {serving: 'good', refused: 'warn', failed: 'bad'};
  return table('Frontends', ['Address', 'Kind', 'Policy', 'State'], port.frontends.map(frontend => [
    h('td', {class: 'mono'}, hostPort(frontend.address, frontend.port)),
    h('td', {}, frontend.kind),
    h('td', {}, policy(frontend.kind)),
    h('td', {}, badge(frontend.state, states[frontend.state]), frontend.reason ? h('span', {class: 'reason'}, frontend.reason) : null),
  ]));
}

function endpointTable(port) {
  const most = Math.max(1, ...port.endpoints.map(endpoint => endpoint.active));
  const shown = port.endpoints.slice(0, 100);
  const rows = shown.map(endpoint => [
    h('td', {class: 'mono'}, hostPort(endpoint.address, endpoint.port)),
    h('td', {}, badge(endpoint.ready ? 'ready' : endpoint.terminating ? 'terminating' : 'not ready', endpoint.ready ? 'good' : 'warn'),
      endpoint.ejected ? badge('set aside', 'bad') : null, endpoint.local ? badge('this node', '') : null),
    h('td', {class: 'n'}, String(endpoint.weight)),
    h('td', {class: 'n load'}, h('span', {class: 'figure'}, count(endpoint.active)), bar([[endpoint.active, 'accent']], most)),
    h('td', {class: 'n'}, compact(endpoint.opened)),
    h('td', {class: endpoint.failed > 0 ? 'n badtext' : 'n'}, compact(endpoint.failed)),
  ]);
  const rest = port.endpoints.length - shown.length;
  return table('Endpoints' + (rest > 0 ? ' (the first ' + shown.length + ' of ' + count(port.endpoints.length) + ')' : ''),
    ['Address', 'State', 'Weight', 'Open', 'Opened', 'Failed'], rows);
}

const NUMERIC = ['Weight', 'Open', 'Opened', 'Failed', 'Age', 'To endpoint', 'To client'];

function table(caption, heads, rows) {
  return h('div', {class: 'scroll'}, h('table', {class: 'small'},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, heads.map(head => h('th', {scope: 'col', class: NUMERIC.includes(head) ? 'n' : null}, head)))),
    h('tbody', {}, rows.length > 0 ? rows.map(cells => h('tr', {}, cells))
      : h('tr', {}, h('td', {colspan: heads.length, class: 'nothing'}, 'none')))));
}
