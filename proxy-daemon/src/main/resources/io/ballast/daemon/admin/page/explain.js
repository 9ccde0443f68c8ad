// What would become of a connection, step by step.

const explain = {
  view() {
    if (!this.element) {
      const field = (id, label, placeholder) => {
        const input = h('input', {id, name: id, required: true, placeholder, autocomplete: 'off', spellcheck: 'false'});
        this[id] = input;
        return h('label', {for: id}, h('span', {}, label), input);
      };
      this.result = h('div', {'aria-live': 'polite'});
      this.element = h('section', {class: 'explain'},
        h('p', {class: 'muted'}, 'Asks the daemon what it would do with a connection, and why. Opens none.'),
        h('form', {onsubmit: event => this.ask(event)},
          field('client', 'Client address', '10.244.1.7'),
          field('frontend', 'Frontend', '10.96.0.10:53/udp'),
          h('button', {type: 'submit', class: 'primary'}, 'Explain')),
        this.result);
    }
    return this.element;
  },

  url() {
    return null;
  },

  async ask(event) {
    event.preventDefault();
    const query = new URLSearchParams({client: this.client.value.trim(), frontend: this.frontend.value.trim()});
    try {
      const {response, answer} = await ask('/api/explain?' + query);
      this.result.replaceChildren(response.ok ? this.verdict(answer) : h('p', {class: 'alert bad'}, answer.error));
    } catch (failure) {
      this.result.replaceChildren(h('p', {class: 'alert bad'}, failure.message));
    }
  },

  verdict(answer) {
    const kinds = {forward: 'good', refuse: 'bad', drop: 'bad', 'not-served': 'warn'};
    return h('article', {class: 'verdict ' + kinds[answer.verdict]},
      h('h3', {}, badge(answer.verdict, kinds[answer.verdict]), ' ',
        h('span', {class: 'mono'}, answer.client + ' → ' + answer.frontend),
        answer.endpoint ? h('span', {class: 'mono'}, ' → ' + answer.endpoint) : null),
      h('ol', {class: 'steps'}, answer.steps.map(step => h('li', {}, h('b', {}, step.step), h('span', {}, step.detail)))));
  },
};
