// Turns counters into rates: what changed between two polls, over the time between them.

/** Two minutes of polls. */
const HISTORY = 60;

/** Polls that a click brought forward are too close to the last one to tell a rate. */
const SHORTEST_MILLIS = 900;

class Rates {
  constructor(capacity) {
    this.capacity = capacity;
    this.last = null;
    this.history = {};
  }

  /** Takes over counters as of a time in milliseconds. */
  update(now, counters) {
    const before = this.last;
    if (before && now - before.now < SHORTEST_MILLIS) {
      return;
    }
    this.last = {now, counters};
    this.now = {};
    for (const [name, value] of Object.entries(counters)) {
      const seconds = before ? (now - before.now) / 1000 : 0;
      // a counter falls when Services are deleted: their past is gone, which is no traffic
      const perSecond = seconds > 0 && name in before.counters
        ? Math.max(0, value - before.counters[name]) / seconds
        : null;
      this.now[name] = perSecond;
      if (perSecond !== null) {
        this.push(name, perSecond);
      }
    }
  }

  /** Remembers a value that is not a counter. */
  push(name, value) {
    const values = this.history[name] || (this.history[name] = []);
    values.push(value);
    if (values.length > this.capacity) {
      values.shift();
    }
  }

  /** The rate between the last two polls, null before the second. */
  of(name) {
    return this.now && this.now[name] !== undefined ? this.now[name] : null;
  }

  values(name) {
    return this.history[name] || [];
  }
}
