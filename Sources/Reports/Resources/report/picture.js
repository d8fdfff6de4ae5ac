'use strict';

// Elements of the page, and photographs with what is drawn over them.

/** An element with properties and children; strings become text. */
function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key in node && key !== 'list') node[key] = value; else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const Picture = (() => {
  function drawn(name, attributes) {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  const points = (corners) => corners.map((corner) => corner.join(',')).join(' ');

  /** The largest size of a shape's ratio inside a box. */
  function fit([width, height], [boxWidth, boxHeight]) {
    const scale = Math.min(boxWidth / width, boxHeight / height);
    return [width * scale, height * scale];
  }

  /** What lies over a photograph: the part that the crop leaves out, dimmed; the crop's frame; the rectangle. */
  function overlay(item, region) {
    const [width, height] = item.size;
    const layer = drawn('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    if (region) {
      const inside = Crop.corners(region).map((corner) => corner.join(' ')).join('L');
      layer.append(
        drawn('path', { class: 'shade', 'fill-rule': 'evenodd', d: `M0 0H${width}V${height}H0ZM${inside}Z` }),
        drawn('polygon', { class: 'frame', points: points(Crop.corners(region)) }));
    }
    const { rectangle } = item.record;
    if (rectangle) {
      layer.append(
        drawn('polygon', { class: 'casing', points: points(rectangle.quad) }),
        drawn('polygon', { class: 'quad', points: points(rectangle.quad) }));
    }
    return layer;
  }

  function image(item) {
    return element('img', { src: item.thumbnail, alt: '', decoding: 'async', draggable: false });
  }

  /** The photograph inside a box of pixels of the page, with its overlay. */
  function photograph(item, region, box) {
    if (!item.size || (!item.thumbnail && !region)) return missing(item);
    const [width, height] = fit(item.size, box);
    const frame = element('div', { className: item.thumbnail ? 'photograph' : 'photograph blank' });
    frame.style.width = `${width}px`;
    frame.style.height = `${height}px`;
    if (item.thumbnail) frame.append(image(item));
    else frame.append(element('span', { className: 'note' }, item.note ?? ''));
    frame.append(overlay(item, region));
    return frame;
  }

  function missing(item) {
    return element('div', { className: 'photograph missing' },
      element('span', { className: 'note' }, item.record.status === 'failed' ? 'no picture to show' : item.note ?? ''));
  }

  /** The cut inside a box of pixels of the page, made of the thumbnail. */
  function cut(item, region, box) {
    const [width, height] = fit(region.size, box);
    const frame = element('div', { className: item.thumbnail ? 'cut' : 'cut blank' });
    frame.style.width = `${width}px`;
    frame.style.height = `${height}px`;
    if (item.thumbnail) {
      const scale = width / region.size[0];
      const [x, y] = region.center.map((place) => place * scale);
      const picture = image(item);
      picture.style.width = `${item.size[0] * scale}px`;
      picture.style.height = `${item.size[1] * scale}px`;
      picture.style.transformOrigin = `${x}px ${y}px`;
      picture.style.transform = `translate(${width / 2 - x}px, ${height / 2 - y}px) rotate(${-region.angle}deg)`;
      frame.append(picture);
    }
    return frame;
  }

  return { fit, photograph, cut, overlay };
})();
