// Numbers, durations and sizes as text. Nothing here touches the document.

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

function count(value) {
  return Math.round(value).toLocaleString('en-US');
}

/** 1,234 up to 99,999; then 100k, 1.23M. */
function compact(value) {
  if (value < 100000) {
    return count(value);
  }
  const millions = value >= 1e6;
  const scaled = value >= 1e9 ? value / 1e9 : millions ? value / 1e6 : value / 1e3;
  const suffix = value >= 1e9 ? 'G' : millions ? 'M' : 'k';
  return trim(scaled) + suffix;
}

function trim(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A rate for each second. */
function rate(value) {
  if (value === null) {
    return '–';
  }
  return value === 0 ? '0' : value < 10 ? value.toFixed(1) : compact(value);
}

function bytes(value) {
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return (unit === 0 ? Math.round(value) : trim(value)) + ' ' + UNITS[unit];
}

function byteRate(value) {
  return value === null ? '–' : bytes(value) + '/s';
}

function duration(seconds) {
  if (seconds < 60) {
    return seconds + ' s';
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return minutes + ' min ' + (seconds % 60) + ' s';
  }
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? hours + ' h ' + (minutes % 60) + ' min' : Math.floor(hours / 24) + ' d ' + (hours % 24) + ' h';
}

/** A time of day, as the reader's clock shows it. */
function clock(date) {
  return date.toLocaleTimeString('en-GB');
}

function hostPort(address, port) {
  return (address.includes(':') ? '[' + address + ']' : address) + ':' + port;
}

function plural(number, word) {
  return count(number) + ' ' + word + (number === 1 ? '' : 's');
}
