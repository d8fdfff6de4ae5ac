'use strict';

// The composition of crops, as the program has it in Sources/Geometry/CropComposer.swift, on the numbers of a record. Pixels of the
// upright photograph; a region is {center, size, angle, source, adjusted}. The manifest has two decimals, so a border that lies
// within a hundredth of a pixel of a whole one may come out one pixel beside that of the run.

const Crop = (() => {
  // Swift rounds halves away from zero.
  const round = (x) => (x < 0 ? -Math.round(-x) : Math.round(x));
  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

  /** "4:5" as [4, 5]; null for "free"; undefined for what is no ratio. */
  function parseAspect(text) {
    if (text === 'free') return null;
    if (!/^\d+(\.\d+)?:\d+(\.\d+)?$/.test(text)) return undefined;
    const [width, height] = text.split(':').map(Number);
    return width > 0 && height > 0 && Number.isFinite(width / height) ? [width, height] : undefined;
  }

  const widthFor = (ratio, height) => Math.max(1, round(height * ratio));
  const heightFor = (ratio, width) => Math.max(1, round(width / ratio));

  /** The largest size of a ratio inside the frame. */
  function largest(ratio, [width, height]) {
    const wide = widthFor(ratio, height);
    return wide <= width ? [wide, height] : [width, Math.min(height, heightFor(ratio, width))];
  }

  /** The size with the side that is too short for the ratio made longer. */
  function growing(ratio, [width, height]) {
    if (width === widthFor(ratio, height) || height === heightFor(ratio, width)) return [width, height];
    return [Math.max(width, widthFor(ratio, height)), Math.max(height, heightFor(ratio, width))];
  }

  const differ = (a, b) => a[0] !== b[0] || a[1] !== b[1];

  function list(clamped, aspect, minimum) {
    return [...(clamped ? ['clamped'] : []), ...(aspect ? ['aspect'] : []), ...(minimum ? ['minimum'] : [])];
  }

  function upright(x, y, [width, height], source, adjusted) {
    return { center: [x + width / 2, y + height / 2], size: [width, height], angle: 0, source, adjusted };
  }

  /** The edges of the least box of whole pixels around one axis of the hull. */
  function pixels(first, end, count) {
    const noise = 0.001;
    const lower = clamp(Math.floor(first + noise), 0, count - 1);
    return [lower, clamp(Math.ceil(end - noise), lower + 1, count)];
  }

  /** Hull, margin, minimum, aspect, frame. */
  function aroundHull(quad, options, frame) {
    const xs = quad.map((corner) => clamp(corner[0], 0, frame[0]));
    const ys = quad.map((corner) => clamp(corner[1], 0, frame[1]));
    const columns = pixels(Math.min(...xs), Math.max(...xs), frame[0]);
    const rows = pixels(Math.min(...ys), Math.max(...ys), frame[1]);
    const hull = [columns[1] - columns[0], rows[1] - rows[0]];
    const ratio = options.aspect && options.aspect[0] / options.aspect[1];
    const wanted = hull.map((side) => Math.max(1, round(side * (1 + 2 * options.margin))));
    const grown = wanted.map((side) => Math.max(side, options.minimum));
    const shaped = ratio ? growing(ratio, grown) : grown;
    let size = shaped;
    if (shaped[0] > frame[0] || shaped[1] > frame[1]) {
      size = ratio ? largest(ratio, frame) : [Math.min(shaped[0], frame[0]), Math.min(shaped[1], frame[1])];
    }
    const x = columns[0] - Math.trunc((size[0] - hull[0]) / 2);
    const y = rows[0] - Math.trunc((size[1] - hull[1]) / 2);
    const [placedX, placedY] = [clamp(x, 0, frame[0] - size[0]), clamp(y, 0, frame[1] - size[1])];
    return upright(placedX, placedY, size, 'rectangle', list(
      differ(size, shaped) || placedX !== x || placedY !== y,
      differ(shaped, grown) || (Boolean(ratio) && differ(size, shaped)), differ(grown, wanted)));
  }

  /** The largest window of the ratio, or 70 % of each side, about a point. */
  function aroundPoint(point, options, frame, source) {
    const ratio = options.aspect && options.aspect[0] / options.aspect[1];
    const wanted = ratio ? largest(ratio, frame) : frame.map((side) => Math.max(1, round(side * 0.7)));
    const least = ratio ? 1 : options.minimum;
    const size = wanted.map((side, axis) => Math.min(Math.max(side, least), frame[axis]));
    const corner = point.map((place, axis) => Math.floor(place - size[axis] / 2));
    const placed = corner.map((place, axis) => clamp(place, 0, frame[axis] - size[axis]));
    return upright(
      placed[0], placed[1], size, source, list(differ(placed, corner), false, differ(size, wanted)));
  }

  /** The rectangle nearest to the parallelogram: [center, width, height, angle], the angle in (-45, 45] degrees. */
  function rectangleOf(quad) {
    const center = [0, 1].map((axis) => quad.reduce((sum, corner) => sum + corner[axis], 0) / 4);
    const a = [0, 1].map((axis) => (quad[1][axis] - quad[0][axis] + quad[2][axis] - quad[3][axis]) / 4);
    const b = [0, 1].map((axis) => (quad[3][axis] - quad[0][axis] + quad[2][axis] - quad[1][axis]) / 4);
    const radians = Math.atan2(
      2 * (a[0] * a[1] - b[0] * b[1]), a[0] ** 2 + b[1] ** 2 - a[1] ** 2 - b[0] ** 2) / 2;
    const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
    let [width, height] = [2 * Math.abs(a[0] * cos + a[1] * sin), 2 * Math.abs(b[1] * cos - b[0] * sin)];
    let angle = radians * 180 / Math.PI;
    while (angle > 45 || angle <= -45) {
      angle += angle > 45 ? -90 : 90;
      [width, height] = [height, width];
    }
    return { center, size: [width, height], angle };
  }

  /** The half extents of the upright box around a rectangle at an angle. */
  function reach([width, height], angle) {
    const [cos, sin] = [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)].map(Math.abs);
    return [width * cos + height * sin, width * sin + height * cos];
  }

  /** The rectangle itself, grown along its axes and shrunk about its centre until the frame holds it; null where upright serves better. */
  function atAngle(rectangle, options, frame) {
    const wanted = rectangle.size.map((side) => side * (1 + 2 * options.margin));
    const least = Math.max(1, options.minimum);
    const grown = wanted.map((side) => Math.max(side, least));
    const ratio = options.aspect && options.aspect[0] / options.aspect[1];
    const shaped = ratio
      ? [Math.max(grown[0], grown[1] * ratio), Math.max(grown[1], grown[0] / ratio)] : grown;
    const extent = reach(shaped, rectangle.angle);
    const factor = Math.min(1, ...[0, 1].map((axis) => {
      const place = rectangle.center[axis];
      return 2 * Math.min(place, frame[axis] - place) / extent[axis];
    }));
    if (!(factor * Math.min(...shaped) >= least)) return null;
    return {
      center: rectangle.center, size: shaped.map((side) => side * factor), angle: rectangle.angle,
      source: 'rectangle', adjusted: list(factor < 1, differ(shaped, grown), differ(grown, wanted)),
    };
  }

  /** Whether a rectangle has an angle. One too small for two decimals still made a region that is not of whole pixels. */
  function isTilted(rectangle, recorded) {
    return rectangle.angle !== 0 || (recorded?.region.size.some((side) => !Number.isInteger(side)) ?? false);
  }

  /** What the run would cut around; the attention point, which no manifest has, becomes the centre. */
  function chosenSource(item, options) {
    const { rectangle } = item.record;
    for (const source of options.order) {
      const isUseful = rectangle && item.score !== null && item.score >= options.minimum_score
        && rectangle.coverage > 0 && rectangle.hull.width > 0 && rectangle.hull.height > 0
        && rectangle.coverage <= options.maximum_coverage;
      if (source === 'rectangle' ? isUseful : source !== 'attention') return source;
    }
    return 'whole';
  }

  /** The region for a photograph. `recorded` is an output of the run, whose source stays; undefined where it made none. */
  function compose(item, options, recorded) {
    const frame = item.size;
    const source = recorded?.source ?? chosenSource(item, options);
    switch (source) {
      case 'rectangle': {
        const { rectangle } = item.record;
        const tilted = options.oriented && isTilted(rectangle, recorded)
          ? atAngle(rectangleOf(rectangle.quad), options, frame) : null;
        return tilted ?? aroundHull(rectangle.quad, options, frame);
      }
      case 'attention': return aroundPoint(recorded.region.center, options, frame, source);
      case 'centre': return aroundPoint([frame[0] / 2, frame[1] / 2], options, frame, source);
      default: return upright(0, 0, frame, 'whole', []);
    }
  }

  /** The corners of a region, clockwise. */
  function corners({ center, size, angle }) {
    const [cos, sin] = [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)];
    return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([p, q]) => {
      const [x, y] = [p * size[0] / 2, q * size[1] / 2];
      return [center[0] + x * cos - y * sin, center[1] + x * sin + y * cos];
    });
  }

  /** The region that a box of whole pixels is. */
  const ofBox = ({ x, y, width, height }) => upright(x, y, [width, height], 'box', []);

  return { parseAspect, compose, corners, ofBox };
})();
