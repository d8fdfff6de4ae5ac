'use strict';

// The cards. Only those near the window exist: all have one height, so a card's place follows from its number.

const Grid = (() => {
  const grid = document.getElementById('grid');
  const gap = 16;
  const narrowest = 316;
  const height = 318;
  const stageHeight = 196;
  /** Rows above and below the window that exist too. */
  const spare = 2;

  let items = [];
  let columns = 1;
  let cardWidth = narrowest;
  /** The card that Tab leads to. */
  let current = 0;
  const cards = new Map();
  let openItem = () => {};
  let isScheduled = false;

  function measure() {
    const width = grid.clientWidth;
    columns = Math.max(1, Math.floor((width + gap) / (Math.min(narrowest, width) + gap)));
    cardWidth = Math.floor((width - gap * (columns - 1)) / columns);
    grid.style.height = `${Math.max(0, Math.ceil(items.length / columns) * (height + gap) - gap)}px`;
  }

  function show(list) {
    const kept = items[current];
    items = list;
    const place = kept ? items.indexOf(kept) : -1;
    current = Math.max(0, place);
    redraw();
  }

  /** Draws all cards anew: other photographs, another crop, another width. */
  function redraw() {
    const hadFocus = grid.contains(document.activeElement);
    for (const card of cards.values()) card.remove();
    cards.clear();
    measure();
    draw();
    if (hadFocus) cards.get(current)?.querySelector('button').focus({ preventScroll: true });
  }

  function draw() {
    isScheduled = false;
    if (grid.offsetParent === null && items.length > 0) return;
    const top = -grid.getBoundingClientRect().top;
    const row = height + gap;
    const first = Math.max(0, (Math.floor(top / row) - spare) * columns);
    const last = Math.min(items.length, (Math.ceil((top + window.innerHeight) / row) + spare) * columns);
    for (const [index, card] of cards) {
      const isNear = (index >= first && index < last) || index === current;
      if (!isNear) { card.remove(); cards.delete(index); }
    }
    const wanted = items.length > 0 ? new Set([current]) : new Set();
    for (let index = first; index < last; index += 1) wanted.add(index);
    for (const index of wanted) {
      if (cards.has(index)) continue;
      const card = make(index);
      cards.set(index, card);
      grid.append(card);
    }
  }

  function schedule() {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(draw);
  }

  function make(index) {
    const item = items[index];
    const { record } = item;
    const region = Filters.regionOf(item);
    const cut = Filters.cutOf(item);
    const mark = Corrections.of(item);
    const inner = cardWidth - 2;
    const photoWidth = region ? Math.floor(inner * 0.6) : inner;
    const label = mark?.label ?? item.label;

    const stage = element('div', { className: 'stage' },
      element('div', { className: 'mat' }, Picture.photograph(item, region, [photoWidth - 20, stageHeight - 20])));
    if (region) {
      stage.append(element('div', { className: 'mat' },
        Picture.cut(item, region, [inner - photoWidth - 16, stageHeight - 20])));
    }
    const title = element('div', { className: 'line' },
      element('span', { className: label === null ? 'label none' : 'label' }, label ?? 'not classified'),
      item.score !== null && mark?.label == null
        ? element('span', { className: 'score' }, Words.percent(item.score)) : null);
    const badges = element('span', { className: 'badges' });
    if (record.status !== 'ok') badges.append(badge(record.reason ?? record.status, record.status));
    if (mark) badges.append(badge('corrected', 'corrected'));
    else if (region && Filters.isPreviewing()) badges.append(badge('preview', 'preview'));

    const card = element('article', { className: `card ${record.status}`, role: 'listitem' },
      stage, title, meter(item.score),
      element('div', { className: 'path', title: record.path }, element('bdi', {}, record.path), badges),
      element('p', { className: 'why' }, why(item, region, cut)));
    card.setAttribute('aria-setsize', items.length);
    card.setAttribute('aria-posinset', index + 1);
    const open = element('button', {
      type: 'button', className: 'open', tabIndex: index === current ? 0 : -1,
      ariaLabel: `${record.path}: ${record.status === 'ok' ? label ?? 'not classified' : record.reason}`,
    });
    open.addEventListener('click', () => openItem(index));
    open.addEventListener('focus', () => setCurrent(index));
    card.append(open);
    card.style.width = `${cardWidth}px`;
    card.style.height = `${height}px`;
    card.style.transform =
      `translate(${(index % columns) * (cardWidth + gap)}px, ${Math.floor(index / columns) * (height + gap)}px)`;
    return card;
  }

  const badge = (text, kind) => element('span', { className: `badge ${kind}` }, text);

  function meter(score) {
    const bar = element('div', { className: 'meter', ariaHidden: 'true' }, element('span'));
    bar.firstChild.style.width = `${100 * (score ?? 0)}%`;
    return bar;
  }

  function why(item, region, cut) {
    if (item.record.status === 'failed') return Words.whyNot(item);
    if (!region) {
      return item.record.status === 'skipped' ? 'Passed over by a filter.' : Words.whatSeen(item);
    }
    return Words.whyCrop(item, region, Filters.optionsFor(cut));
  }

  function setCurrent(index) {
    if (index === current) return;
    const before = cards.get(current)?.querySelector('button.open');
    if (before) before.tabIndex = -1;
    current = index;
    const now = cards.get(index)?.querySelector('button.open');
    if (now) now.tabIndex = 0;
  }

  /** Brings a card into the window and, if asked to, the focus on it. */
  function go(index, takesFocus = true) {
    const target = Math.min(Math.max(index, 0), items.length - 1);
    if (target < 0) return;
    setCurrent(target);
    const place = grid.getBoundingClientRect().top + Math.floor(target / columns) * (height + gap);
    const header = document.querySelector('header.top').offsetHeight + 8;
    if (place < header) window.scrollBy(0, place - header);
    else if (place + height > window.innerHeight) window.scrollBy(0, place + height + 8 - window.innerHeight);
    draw();
    if (takesFocus) cards.get(target).querySelector('button.open').focus({ preventScroll: true });
  }

  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(window.innerHeight / (height + gap))) * columns;
    const steps = {
      ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, PageDown: page, PageUp: -page,
      Home: -items.length, End: items.length,
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    go(current + steps[event.key]);
  }

  function start(open) {
    openItem = open;
    grid.addEventListener('keydown', onKey);
    window.addEventListener('scroll', schedule, { passive: true });
    let width = 0;
    new ResizeObserver(() => {
      if (grid.clientWidth === width) return;
      width = grid.clientWidth;
      if (width > 0) redraw();
    }).observe(grid);
    window.addEventListener('resize', schedule);
  }

  return { start, show, redraw, draw, go, get items() { return items; } };
})();
