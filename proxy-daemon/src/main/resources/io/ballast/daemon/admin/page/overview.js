// The head of the page: health, facts, alerts, and the tiles with their lines.

const overview = {
  rates: new Rates(HISTORY),
  tiles: {},

  start() {
    const tile = (id, title, ...kinds) => {
      const value = h('p', {class: 'value'}, '–');
      const detail = h('p', {class: 'detail'}, '\u00a0');
      const line = kinds.length > 0 ? sparkline(240, 44, HISTORY, ...kinds) : null;
      const strip = line ? line.element : h('div', {class: 'strip'});
      byId('tiles').append(h('article', {class: 'tile', id: 'tile-' + id}, h('h2', {}, title), value, detail, strip));
      this.tiles[id] = {value, detail, line, strip};
    };
    tile('active', 'Open connections', 'accent');
    tile('opened', 'New connections', 'accent');
    tile('bytes', 'Throughput', 'accent', 'second');
    tile('refused', 'Turned away', 'bad');
    tile('endpoints', 'Endpoints');
    tile('services', 'Services');
  },

  show(status, now) {
    const sums = status.totals;
    this.rates.update(now, {
      opened: sums.connectionsOpened + sums.sessionsOpened,
      toClient: sums.bytesToClient,
      toEndpoint: sums.bytesToEndpoint,
      refused: sums.refused + sums.connectFailures,
    });
    this.rates.push('active', sums.connectionsActive + sums.sessionsActive);
    this.facts(status);
    this.alerts(status);
    this.traffic(sums);
    this.inventory(status);
  },

  facts(status) {
    setText(byId('node'), status.nodeName);
    document.title = status.nodeName + ' · Ballast';
    const health = byId('health');
    const [word, kind] = !status.ready ? ['starting', 'warn']
      : !status.source.connected ? ['serving the last known state', 'warn']
        : status.frontendFailures > 0 ? ['serving, with failures', 'bad']
          : status.degraded.length > 0 ? ['serving, degraded', 'warn'] : ['serving', 'good'];
    setClass(health, 'pill ' + kind);
    setText(health, word);
    const facts = [
      ['up', duration(status.uptimeSeconds)],
      ['version', status.version],
      ['intercept', status.interceptor],
      ['transport', status.transport],
    ];
    const list = byId('facts');
    if (list.children.length === 0) {
      list.append(...facts.map(([name]) => h('div', {}, h('dt', {}, name), h('dd', {}, ''))));
    }
    facts.forEach(([, value], index) => setText(list.children[index].lastChild, value));
  },

  alerts(status) {
    const messages = status.degraded.map(text => [text, 'warn']);
    if (!status.source.connected) {
      messages.unshift([status.source.location + ' does not answer: the last known Services are served on. '
        + status.source.detail, 'warn']);
    }
    if (status.frontendFailures > 0) {
      messages.unshift([plural(status.frontendFailures, 'frontend') + ' cannot be served. ', 'bad',
        h('button', {type: 'button', class: 'link', onclick: () => services.only('failed')}, 'Show which, and why')]);
    }
    const key = JSON.stringify(messages);
    if (key !== this.alertsShown) {
      this.alertsShown = key;
      byId('alerts').replaceChildren(...messages.map(([text, kind, action]) => h('p', {class: 'alert ' + kind}, text, action)));
    }
  },

  traffic(sums) {
    const {active, opened, bytes: through, refused} = this.tiles;
    const r = this.rates;
    setText(active.value, compact(sums.connectionsActive + sums.sessionsActive));
    setText(active.detail, plural(sums.connectionsActive, 'TCP connection') + '\n' + plural(sums.sessionsActive, 'UDP session'));
    active.line.draw(r.values('active'));
    setText(opened.value, rate(r.of('opened')) + ' /s');
    setText(opened.detail, compact(sums.connectionsOpened + sums.sessionsOpened) + ' so far');
    opened.line.draw(r.values('opened'));
    const both = r.of('toClient') === null ? null : r.of('toClient') + r.of('toEndpoint');
    setText(through.value, byteRate(both));
    setText(through.detail, '↓ ' + byteRate(r.of('toClient')) + ' to clients\n↑ ' + byteRate(r.of('toEndpoint')) + ' to endpoints');
    through.line.draw(r.values('toClient'), r.values('toEndpoint'));
    setText(refused.value, rate(r.of('refused')) + ' /s');
    setText(refused.detail, compact(sums.refused) + ' refused\n' + compact(sums.connectFailures) + ' connects failed');
    refused.line.draw(r.values('refused'));
  },

  inventory(status) {
    const {endpoints, services} = this.tiles;
    const sums = status.totals;
    setText(endpoints.value, compact(sums.endpointsReady + sums.endpointsTerminating));
    setText(endpoints.detail, count(sums.endpointsReady) + ' ready\n' + count(sums.endpointsTerminating) + ' terminating');
    endpoints.strip.replaceChildren(bar(
      [[sums.endpointsReady, 'good'], [sums.endpointsTerminating, 'warn']],
      sums.endpointsReady + sums.endpointsTerminating));
    setText(services.value, compact(status.services));
    setText(services.detail, plural(status.frontends, 'frontend') + ', ' + count(status.frontendFailures) + ' failed\n'
      + plural(sums.portsWithoutEndpoints, 'port') + ' without endpoints');
    services.strip.replaceChildren(bar(
      [[sums.ports - sums.portsWithoutEndpoints, 'good'], [sums.portsWithoutEndpoints, 'bad']], sums.ports));
  },
};
