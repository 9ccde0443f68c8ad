// Builds elements. Text is only ever set as text, so that no name or annotation can become markup.

const SVG = 'http://www.w3.org/2000/svg';

function byId(id) {
  return document.getElementById(id);
}

/** h('td', {class: 'n', onclick: f}, 'text', child, …); null and false children are left out. */
function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child);
    }
  }
  return element;
}

/** Sets text only where it differs: an untouched node keeps selection and costs no layout. */
function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function setClass(element, name) {
  if (element.getAttribute('class') !== name) {
    element.setAttribute('class', name);
  }
}

/** Puts exactly these children into the element, moving none that is already in place. */
function arrange(parent, children) {
  children.forEach((child, index) => {
    if (parent.children[index] !== child) {
      parent.insertBefore(child, parent.children[index] || null);
    }
  });
  while (parent.children.length > children.length) {
    parent.lastElementChild.remove();
  }
}

/** Replaces what is in an element, but not under the reader's hands: not what is selected, and not the focus. */
function renew(element, ...children) {
  const selection = document.getSelection();
  if (!selection.isCollapsed && element.contains(selection.anchorNode)) {
    return;
  }
  const focused = [...element.querySelectorAll('button')].indexOf(document.activeElement);
  element.replaceChildren(...children);
  if (focused >= 0 && element.querySelectorAll('button')[focused]) {
    element.querySelectorAll('button')[focused].focus();
  }
}

function badge(text, kind) {
  return h('span', {class: 'badge ' + (kind || '')}, text);
}

/** A line of at most that many values, newest at the right, filled below; draw() replaces them. */
function sparkline(width, height, capacity, ...kinds) {
  const shapes = kinds.map(kind => ({
    area: svg('path', {class: 'area ' + kind}),
    line: svg('path', {class: 'line ' + kind}),
  }));
  const element = svg('svg', {
    class: 'spark',
    viewBox: '0 0 ' + width + ' ' + height,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  }, shapes.flatMap(shape => [shape.area, shape.line]));
  return {
    element,
    draw(...series) {
      const top = Math.max(1e-9, ...series.flat());
      shapes.forEach((shape, index) => drawSeries(shape, series[index], top, {width, height, step: width / (capacity - 1)}));
    },
  };
}

function drawSeries(shape, values, top, {width, height, step}) {
  if (values.length < 2) {
    return;
  }
  const start = width - step * (values.length - 1);
  const points = values.map((value, index) =>
    (start + index * step).toFixed(1) + ' ' + (height - 1 - (height - 3) * value / top).toFixed(1));
  shape.line.setAttribute('d', 'M' + points.join('L'));
  shape.area.setAttribute('d', 'M' + start.toFixed(1) + ' ' + height + 'L' + points.join('L') + 'L' + width + ' ' + height + 'Z');
}

/** A bar in parts: [[amount, kind], …] of a whole. */
function bar(parts, whole) {
  let x = 0;
  const rects = parts.map(([amount, kind]) => {
    const width = whole === 0 ? 0 : 100 * amount / whole;
    const rect = svg('rect', {class: kind, x: x.toFixed(2), width: width.toFixed(2), y: 0, height: 6});
    x += width;
    return rect;
  });
  return svg('svg', {class: 'bar', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true'}, rects);
}
