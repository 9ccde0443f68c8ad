// Polls, and shows one view at a time. Nothing is asked for while the page is hidden or paused.

const PERIOD = 2000;
const TIMEOUT = 5000;
const THEMES = ['auto', 'dark', 'light'];

/** Storage is a nicety that browsers may refuse. */
function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch (refused) {
    return null;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch (refused) {
    // then the choice lasts as long as the page
  }
}

/** Asks the daemon; a failure says in a sentence what is wrong with it. */
async function ask(url) {
  let response = null;
  try {
    response = await fetch(url, {cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT)});
    return {response, answer: await response.json()};
  } catch (failure) {
    throw new Error(failure.name === 'TimeoutError' ? 'The daemon does not answer within ' + TIMEOUT / 1000 + ' s.'
      : response ? 'The daemon answered ' + response.status + ' to ' + url + ', and nothing that can be read.'
        : 'The daemon cannot be reached.');
  }
}

const app = {
  views: {services, connections, explain, node},
  current: 'services',
  timer: 0,
  asking: 0,
  paused: false,

  start() {
    overview.start();
    this.theme(remembered('ballast-theme') || 'auto');
    byId('theme').addEventListener('click', () =>
      this.theme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]));
    byId('pause').addEventListener('click', () => this.pause(!this.paused));
    for (const tab of document.querySelectorAll('[role=tab]')) {
      tab.addEventListener('click', () => this.go(tab.dataset.view));
    }
    document.querySelector('[role=tablist]').addEventListener('keydown', event => this.arrow(event));
    document.addEventListener('keydown', event => this.shortcut(event));
    document.addEventListener('visibilitychange', () => this.soon());
    window.addEventListener('hashchange', () => this.go(location.hash.slice(1)));
    this.go(location.hash.slice(1));
  },

  go(view) {
    this.current = view in this.views ? view : 'services';
    for (const tab of document.querySelectorAll('[role=tab]')) {
      const selected = tab.dataset.view === this.current;
      tab.setAttribute('aria-selected', String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    byId('panel').setAttribute('aria-labelledby', 'tab-' + this.current);
    byId('panel').replaceChildren(this.views[this.current].view());
    if (location.hash.slice(1) !== this.current) {
      history.replaceState(null, '', '#' + this.current);
    }
    this.soon();
  },

  /** Asks at once instead of when it is time; an answer that is still under way is for the birds. */
  soon() {
    clearTimeout(this.timer);
    if (!document.hidden) {
      this.poll(++this.asking);
    }
  },

  async poll(turn) {
    const view = this.views[this.current];
    try {
      const [status, answer] = await Promise.all([this.get('/api/status'), view.url() ? this.get(view.url()) : null]);
      if (turn !== this.asking) {
        return;
      }
      this.answered();
      const now = performance.now();
      overview.show(status, now);
      node.showStatus(status);
      if (answer) {
        this.last = {view, answer};
        view.show(answer, now);
      }
    } catch (failure) {
      if (turn !== this.asking) {
        return;
      }
      this.unanswered(failure);
    }
    if (!document.hidden && !this.paused) {
      this.timer = setTimeout(() => this.poll(++this.asking), PERIOD);
    }
  },

  async get(url) {
    const {response, answer} = await ask(url);
    if (!response.ok) {
      throw new Error('The daemon answered ' + response.status + ' to ' + url + '.');
    }
    return answer;
  },

  /** Shows the last answer again, after a row was opened or closed. */
  redraw() {
    if (this.last && this.last.view === this.views[this.current]) {
      this.last.view.show(this.last.answer, null);
    }
  },

  answered() {
    this.shownAt = new Date();
    document.body.classList.remove('stale');
    setText(byId('stale'), '');
  },

  /** The last picture stays, marked as what it is. */
  unanswered(failure) {
    document.body.classList.add('stale');
    setClass(byId('health'), 'pill bad');
    setText(byId('health'), 'no answer from the daemon');
    const since = this.shownAt ? ' What is shown is from ' + clock(this.shownAt) + '.' : '';
    setText(byId('stale'), failure.message + since
      + (this.paused ? '' : ' It is asked again every ' + PERIOD / 1000 + ' s.'));
  },

  pause(yes) {
    this.paused = yes;
    byId('pause').setAttribute('aria-pressed', String(yes));
    setText(byId('pause'), yes ? 'Resume' : 'Pause');
    clearTimeout(this.timer);
    if (!yes) {
      this.soon();
    }
  },

  theme(name) {
    document.documentElement.dataset.theme = name;
    remember('ballast-theme', name);
    setText(byId('theme'), {auto: '◐ Auto', dark: '● Dark', light: '○ Light'}[name]);
  },

  arrow(event) {
    const tabs = [...document.querySelectorAll('[role=tab]')];
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (step) {
      const next = tabs[(tabs.findIndex(tab => tab.dataset.view === this.current) + step + tabs.length) % tabs.length];
      this.go(next.dataset.view);
      next.focus();
    }
  },

  shortcut(event) {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.go('services');
      services.search.focus();
    } else if (event.key === 'Escape' && event.target === services.search) {
      services.search.value = '';
      services.change({q: ''});
    }
  },
};

app.start();
