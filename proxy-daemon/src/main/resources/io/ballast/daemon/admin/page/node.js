// The process and the machine below it.

const node = {
  view() {
    this.element = this.element || h('section', {class: 'nodeview'});
    return this.element;
  },

  url() {
    return null;
  },

  /** From the status that every poll brings. */
  showStatus(status) {
    const key = JSON.stringify([status.capabilities, status.source, status.degraded, status.ready]);
    if (key === this.shown) {
      return;
    }
    this.shown = key;
    const source = status.source;
    this.view().replaceChildren(
      table('Capabilities', ['Feature', 'Available', 'Why not', 'Lost without it'], status.capabilities.map(feature => [
        h('td', {}, h('strong', {}, feature.feature)),
        h('td', {}, badge(feature.available ? 'yes' : 'no', feature.available ? 'good' : 'warn')),
        h('td', {class: 'prose'}, feature.reason || '–'),
        h('td', {class: 'prose'}, feature.lost || '–'),
      ])),
      table('Source of Services', ['Fact', 'Value'], [
        ['location', h('span', {class: 'mono'}, source.location)],
        ['first lists read', badge(source.synced ? 'yes' : 'no', source.synced ? 'good' : 'warn')],
        ['following changes', badge(source.connected ? 'yes' : 'no', source.connected ? 'good' : 'warn')],
        ...Object.entries(source.objects).map(([kind, number]) => [kind, count(number)]),
        ...(source.detail ? [['detail', source.detail]] : []),
      ].map(([name, value]) => [h('td', {}, h('strong', {}, name)), h('td', {class: 'prose'}, value)])),
      table('This process', ['Fact', 'Value'], [
        ['node', status.nodeName], ['version', status.version], ['started', status.startedAt],
        ['interceptor', status.interceptor], ['transport', status.transport], ['default scheduler', status.scheduler],
      ].map(([name, value]) => [h('td', {}, h('strong', {}, name)), h('td', {class: 'mono'}, value)])));
  },
};
