'use strict';

// The composition of crops, as the program has it in CropComposer, CropComposer+Oriented, WindowAxis and AspectRatio of Sources/Geometry,
// on the numbers of a record, as the run itself does. Pixels of the upright photograph; a region is {center, size, angle, source, adjusted}.

const Crop = (() => {
  // Swift rounds halves away from zero.
  const round = (x) => (x < 0 ? -Math.round(-x) : Math.round(x));
  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

  /** "4:5" as [4, 5]; null for "free"; undefined for what is no ratio. */
  function parseAspect(text) {
    if (text === 'free') return null;
    if (!/^\d+(\.\d+)?:\d+(\.\d+)?$/.test(text)) return undefined;
    const [width, height] = text.split(':').map(Number);
    const isRatio = width > 0 && height > 0 && Number.isFinite(width / height) && Number.isFinite(height / width);
    return isRatio ? [width, height] : undefined;
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

  /** The least size of a ratio with at least `area` square pixels, but for the rounding of one side. */
  function ofArea(ratio, area) {
    const height = Math.max(1, Math.ceil(Math.sqrt(area / ratio)));
    return [widthFor(ratio, height), height];
  }

  const ratioOf = ({ aspect }) => (aspect ? aspect[0] / aspect[1] : null);
  const areaOf = ([width, height]) => width * height;
  const larger = (a, b) => [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  const smaller = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
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

  /** Square pixels that a crop has at least, of which there are whole ones only. */
  const leastArea = (options, frame) => round(options.minimum_share * areaOf(frame));

  /**
   * `size` when it has the least share of the photograph, otherwise the least that has it, or the largest there is: of the ratio,
   * or else of the same shape as far as the frame holds that.
   */
  function sharing(size, options, frame) {
    const [area, ratio] = [leastArea(options, frame), ratioOf(options)];
    if (ratio) {
      if (areaOf(size) >= area) return size;
      const most = largest(ratio, frame);
      return larger(size, areaOf(most) < area ? most : ofArea(ratio, area));
    }
    // What lies outside of the frame is no part of the photograph.
    const inside = smaller(size, frame);
    if (areaOf(inside) >= area) return size;
    const factor = Math.sqrt(area / areaOf(inside));
    let [width, height] = inside.map((side) => Math.ceil(side * factor));
    // What the frame refuses to one side goes to the other.
    if (width > frame[0]) {
      [width, height] = [frame[0], Math.ceil(area / frame[0])];
    } else if (height > frame[1]) {
      [width, height] = [Math.ceil(area / frame[1]), frame[1]];
    }
    return larger(size, [width, height]);
  }

  /** `size` when the frame holds it, otherwise the largest that it holds with the ratio asked for. */
  function fitted(size, options, frame) {
    if (size[0] <= frame[0] && size[1] <= frame[1]) return size;
    const ratio = ratioOf(options);
    return ratio ? largest(ratio, frame) : smaller(size, frame);
  }

  /** The start of `length` pixels over the middle of others. */
  const middle = ([first, end], length) => first - Math.trunc((length - (end - first)) / 2);

  /**
   * The first pixel of a window of `length` on one axis: the subject [first, end), `above` pixels of head room before it, and `wanted`
   * pixels of both with the margin. Too short for the subject it shows its middle; too short for the head room, the subject and what
   * it can of that; beyond all that is wanted it is free to place the subject.
   */
  function start(subject, above, wanted, frame, length, placement) {
    const [first, end] = subject;
    const headed = [first - above, end];
    if (length < end - first) return middle(subject, length);
    if (length < end - headed[0]) return end - length;
    if (length < wanted || placement === 'centre') return middle(headed, length);
    // The subject's middle on a third, the one on its side of the photograph.
    const sixths = first + end <= frame ? 2 : 4;
    const third = Math.trunc((3 * (first + end) - sixths * length) / 6);
    const before = middle(headed, wanted);
    return clamp(third, before + wanted - length, before);
  }

  /** Hull, margin and head room, minimum, aspect, share, frame; the place comes last. */
  function aroundHull({ x, y, width, height }, options, frame) {
    const columns = pixels(x, x + width, frame[0]);
    const rows = pixels(y, y + height, frame[1]);
    const hull = [columns[1] - columns[0], rows[1] - rows[0]];
    const ratio = ratioOf(options);
    const above = round(hull[1] * options.headroom);
    const wanted = hull.map((side) => Math.max(1, round(side * (1 + 2 * options.margin))));
    wanted[1] += above;
    const least = wanted.map((side) => Math.max(side, options.minimum));
    const shaped = ratio ? growing(ratio, least) : least;
    const full = sharing(shaped, options, frame);
    const size = fitted(full, options, frame);

    const corner = [
      start(columns, 0, wanted[0], frame[0], size[0], options.placement),
      start(rows, above, wanted[1], frame[1], size[1], options.placement),
    ];
    const placed = corner.map((place, axis) => clamp(place, 0, frame[axis] - size[axis]));
    return upright(placed[0], placed[1], size, 'rectangle', list(
      differ(size, full) || differ(placed, corner),
      differ(shaped, least) || (Boolean(ratio) && differ(size, full)),
      differ(least, wanted) || differ(full, shaped)));
  }

  /** The largest window of the ratio, or 70 % of each side, about a point. */
  function aroundPoint(point, options, frame, source) {
    const ratio = ratioOf(options);
    const wanted = ratio ? largest(ratio, frame) : frame.map((side) => Math.max(1, round(side * 0.7)));
    // A window of a fixed ratio is already as large as the frame allows.
    const least = ratio ? 1 : options.minimum;
    const sides = wanted.map((side, axis) => Math.min(Math.max(side, least), frame[axis]));
    const size = ratio ? sides : sharing(sides, options, frame);
    const corner = point.map((place, axis) => Math.floor(place - size[axis] / 2));
    const placed = corner.map((place, axis) => clamp(place, 0, frame[axis] - size[axis]));
    return upright(
      placed[0], placed[1], size, source, list(differ(placed, corner), false, differ(size, wanted)));
  }

  /** The point at [x, y] from `center` along axes at an angle. */
  function along(center, [x, y], angle) {
    const [cos, sin] = [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)];
    return [center[0] + x * cos - y * sin, center[1] + x * sin + y * cos];
  }

  /** The sides of the upright box around a rectangle at an angle. */
  function reach([width, height], angle) {
    const [cos, sin] = [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)].map(Math.abs);
    return [width * cos + height * sin, width * sin + height * cos];
  }

  /**
   * The window's centre moved so that the frame holds the window, and the window the rectangle; null where no such place is found.
   * Alternating projections, as in the program: the nearest point that does the one, then the other, again and again.
   */
  function moved(center, size, rectangle, frame) {
    const extent = reach(size, rectangle.angle);
    if (!(extent[0] <= frame[0] && extent[1] <= frame[1])) return null;
    const slack = size.map((side, axis) => Math.max(0, side - rectangle.size[axis]) / 2);
    const inFrame = (point) => point.map((place, axis) => clamp(place, extent[axis] / 2, frame[axis] - extent[axis] / 2));
    let place = inFrame(center);
    for (let turn = 0; turn < 100; turn += 1) {
      const away = along([0, 0], [place[0] - rectangle.center[0], place[1] - rectangle.center[1]], -rectangle.angle);
      if (away.every((distance, axis) => Math.abs(distance) <= slack[axis] + 1e-6)) return place;
      const held = away.map((distance, axis) => clamp(distance, -slack[axis], slack[axis]));
      place = inFrame(along(rectangle.center, held, rectangle.angle));
    }
    return null;
  }

  /** By how much the window must shrink about the rectangle's centre for the frame to hold it; not positive where the centre is outside. */
  function shrinking(size, { center, angle }, frame) {
    const extent = reach(size, angle);
    return Math.min(1, ...center.map((place, axis) => 2 * Math.min(place, frame[axis] - place) / extent[axis]));
  }

  /** Where the window's centre lies from the rectangle's, along the rectangle's axes. */
  function offset(full, wanted, above, rectangle, options, frame) {
    if (options.placement === 'centre') return [0, -above / 2];
    return full.map((side, axis) => {
      const third = side / 6 * (2 * rectangle.center[axis] <= frame[axis] ? 1 : -1);
      const [home, slack] = [axis === 0 ? 0 : -above / 2, (side - wanted[axis]) / 2];
      return clamp(third, home - slack, home + slack);
    });
  }

  /** The rectangle itself, grown along its axes, then moved or shrunk until the frame holds it; null where upright serves better. */
  function atAngle(rectangle, options, frame) {
    const above = rectangle.size[1] * options.headroom;
    const wanted = rectangle.size.map((side) => side * (1 + 2 * options.margin));
    wanted[1] += above;
    const least = Math.max(1, options.minimum);
    const grown = wanted.map((side) => Math.max(side, least));
    const ratio = ratioOf(options);
    const shaped = ratio ? larger(grown, [grown[1] * ratio, grown[0] / ratio]) : grown;
    const factor = Math.max(1, Math.sqrt(leastArea(options, frame) / areaOf(shaped)));
    const full = shaped.map((side) => side * factor);

    const center = along(rectangle.center, offset(full, wanted, above, rectangle, options, frame), rectangle.angle);
    const place = moved(center, full, rectangle, frame);
    const shrunk = place ? 1 : shrinking(full, rectangle, frame);
    const region = { center: place ?? rectangle.center, size: full.map((side) => side * shrunk), angle: rectangle.angle };
    if (!(shrunk > 0 && Math.min(...region.size) >= least)) return null;
    return {
      ...region, source: 'rectangle', adjusted: list(
        differ(region.center, center) || shrunk < 1, differ(shaped, grown), differ(grown, wanted) || factor > 1),
    };
  }

  /** What the run would cut around; the attention point, which no manifest has, becomes the centre. */
  function chosenSource(item, options) {
    const { rectangle } = item.record;
    for (const source of options.order) {
      const isUseful = rectangle && item.networkScore !== null && item.networkScore >= options.minimum_score
        && rectangle.coverage > 0 && rectangle.hull.width > 0 && rectangle.hull.height > 0
        && rectangle.coverage <= options.maximum_coverage;
      if (source === 'rectangle' ? isUseful : source !== 'attention') return source;
    }
    return 'whole';
  }

  /** The region for a photograph. `recorded` is an output of the run, whose source stays; undefined where it made none. */
  function compose(item, options, recorded) {
    const frame = item.size;
    // A box that a person drew is nothing to compose around.
    const source = recorded && recorded.source !== 'drawn' ? recorded.source : chosenSource(item, options);
    switch (source) {
      case 'rectangle': {
        const { rectangle } = item.record;
        const tilted = options.oriented && rectangle.angle !== 0 ? atAngle(rectangle, options, frame) : null;
        return tilted ?? aroundHull(rectangle.hull, options, frame);
      }
      case 'attention': return aroundPoint(recorded.region.center, options, frame, source);
      case 'centre': return aroundPoint([frame[0] / 2, frame[1] / 2], options, frame, source);
      default: return upright(0, 0, frame, 'whole', []);
    }
  }

  /** The corners of a region, clockwise. */
  const corners = ({ center, size, angle }) => [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([p, q]) => (
    along(center, [p * size[0] / 2, q * size[1] / 2], angle)));

  /** The region that a box of whole pixels is. */
  const ofBox = ({ x, y, width, height }) => upright(x, y, [width, height], 'box', []);

  return { parseAspect, compose, corners, ofBox };
})();
