'use strict';

// One photograph, large: what was found, why it was cut so, what came of it, and what a person would have instead.

const Detail = (() => {
  const dialog = document.getElementById('detail');
  const body = document.getElementById('detail-body');
  const title = document.getElementById('detail-title');
  /** The photograph that is shown. The list behind it may change under it. */
  let current = null;
  /** Where it is in the list, or was last. */
  let index = 0;
  /** The output whose crop is looked at and corrected. */
  let stage = null;
  /** Whether a finger draws; otherwise it scrolls. A mouse and a pen always draw. */
  let fingerDraws = false;

  const item = () => current;
  const cut = () => item().cuts.find((output) => output.stage === stage);

  function open(place) {
    index = place;
    current = Grid.items[place];
    stage = Filters.cutOf(item())?.stage ?? null;
    show();
    if (!dialog.open) dialog.showModal();
  }

  /** The place of a neighbour in the list. Where the list has lost the photograph, the one behind it is where it was. */
  function neighbour(step) {
    const place = Grid.items.indexOf(current);
    if (place >= 0) index = place;
    return index + (place < 0 && step > 0 ? 0 : step);
  }

  function move(step) {
    const place = neighbour(step);
    if (Grid.items[place]) open(place);
  }

  function show() {
    const photograph = item();
    const focused = dialog.contains(document.activeElement) ? document.activeElement : null;
    title.replaceChildren(element('bdi', {}, photograph.record.path));
    document.getElementById('previous').disabled = !Grid.items[neighbour(-1)];
    document.getElementById('next').disabled = !Grid.items[neighbour(1)];
    body.replaceChildren(
      element('div', { className: 'pictures' }, pictures()),
      element('div', { className: 'facts' }, words(), predictions(), photograph.size && cut() ? correctCrop() : '',
        photograph.record.predictions ? correctLabel() : '', outputs(), facts()));
    if (focused) keepFocus(focused);
  }

  /** Keys go on from where they were, also where what had them was drawn anew or has nothing more to do. */
  function keepFocus(focused) {
    if (focused.isConnected && !focused.disabled) return;
    const { id, name, value } = focused;
    const same = id ? document.getElementById(id)
      : [...body.querySelectorAll('input, select, button')].find((other) => (name ? other.name === name : value && other.value === value));
    (same && !same.disabled ? same : title).focus();
  }

  const region = () => {
    if (!item().size) return null;
    const marked = Corrections.region(item(), cut());
    if (marked) return marked;
    return cut() && !Filters.isPreviewing()
      ? { ...cut().region, source: cut().source, adjusted: cut().adjusted } : Filters.regionOf(item());
  };

  // MARK: Pictures

  function room() {
    const wide = window.innerWidth >= 900;
    const inside = Math.min(1180, window.innerWidth - 32) - 34;
    return wide
      ? [Math.floor((inside - 24) * 1.15 / 2.15) - 24, Math.max(240, window.innerHeight * 0.46)] : [inside - 24, 300];
  }

  function pictures() {
    const shown = region();
    const photograph = Picture.photograph(item(), shown, room());
    photograph.id = 'large';
    if (shown && cut()) drawBoxes(photograph);
    const views = element('div', {}, element('div', { className: 'mat' }, photograph));
    if (shown) {
      const size = shown.size.map((side) => Math.round(side));
      views.append(
        element('div', { className: 'mat' }, Picture.cut(item(), shown, [room()[0], room()[1] * 0.62])),
        element('p', { className: 'hint', id: 'shown-size' }, `The crop: ${size[0]} × ${size[1]} pixels of ${item().size.join(' × ')}`
          + `${shown.angle === 0 ? '' : `, turned by ${shown.angle.toFixed(1)}°`}.`));
    }
    return views;
  }

  /** A box drawn over the photograph becomes the crop. */
  function drawBoxes(frame) {
    frame.classList.add('drawable');
    frame.classList.toggle('armed', fingerDraws);
    let from = null;
    const place = (event) => {
      const edges = frame.getBoundingClientRect();
      return [(event.clientX - edges.left) / edges.width, (event.clientY - edges.top) / edges.height]
        .map((share, axis) => Math.round(Math.min(Math.max(share, 0), 1) * item().size[axis]));
    };
    const box = (to) => ({
      x: Math.min(from[0], to[0]), y: Math.min(from[1], to[1]),
      width: Math.abs(to[0] - from[0]), height: Math.abs(to[1] - from[1]),
    });
    frame.addEventListener('pointerdown', (event) => {
      if (event.pointerType === 'touch' && !fingerDraws) return;
      from = place(event);
      frame.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    frame.addEventListener('pointermove', (event) => {
      if (!from) return;
      const drawn = box(place(event));
      if (drawn.width < 1 || drawn.height < 1) return;
      frame.querySelector('svg').replaceWith(Picture.overlay(item(), Crop.ofBox(drawn)));
    });
    frame.addEventListener('pointercancel', () => { from = null; show(); });
    frame.addEventListener('pointerup', (event) => {
      if (!from) return;
      const drawn = box(place(event));
      from = null;
      // A click is no box.
      if (drawn.width >= 4 && drawn.height >= 4) markCrop({ box: drawn }); else show();
    });
  }

  // MARK: Words

  function words() {
    const shown = region();
    const { record } = item();
    const list = element('div', { className: 'words' });
    if (record.status !== 'ok') {
      list.append(element('p', {}, element('span', { className: `badge ${record.status}` }, record.reason ?? record.status),
        ` ${Words.whyNot(item())}`));
    }
    if (record.status !== 'failed' || record.predictions) list.append(element('p', {}, Words.whatSeen(item())));
    if (shown) list.append(element('p', {}, `The crop: ${lower(Words.whyCrop(item(), shown, Filters.optionsFor(cut())))}`));
    if (item().note) list.append(element('p', { className: 'hint' }, `No picture here: ${item().note}.`));
    return list;
  }

  const lower = (sentence) => sentence[0].toLowerCase() + sentence.slice(1);

  function predictions() {
    const rows = (item().record.predictions ?? []).map(({ label, score }) => {
      const bar = element('span', { className: 'bar' });
      bar.style.width = `${100 * score}%`;
      return element('li', {}, element('span', { className: 'name' }, label), element('span', { className: 'number' }, Words.percent(score)), bar);
    });
    return element('ul', { className: 'bars still' }, ...rows);
  }

  // MARK: Corrections

  function correctLabel() {
    const mark = Corrections.of(item());
    const input = element('input', { id: 'right-label', value: mark?.label ?? '', placeholder: item().label ?? '', spellcheck: false });
    input.setAttribute('list', 'known-labels');
    const form = element('form', { className: 'correct', id: 'correct-label' },
      element('label', {}, 'The right label', input),
      element('button', { type: 'submit' }, 'Mark'),
      mark?.label == null ? null : clearing('Take back', () => Corrections.edit(item(), (change) => { change.label = null; })));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const label = input.value.trim();
      title.focus();
      Corrections.edit(item(), (change) => { change.label = label === '' || label === item().label ? null : label; });
      show();
    });
    return form;
  }

  function markCrop(crop) {
    // From here arrows go on to the next photograph.
    title.focus();
    Corrections.edit(item(), (mark) => { mark.crops[stage] = crop; });
    show();
  }

  function correctCrop() {
    const marked = Corrections.of(item())?.crops[stage];
    const shown = region();
    const options = Filters.optionsFor(cut());
    const number = (name, value) => element('label', {}, name,
      element('input', { type: 'number', name, min: name.length === 1 ? 0 : 1, step: 1, value: String(Math.round(value)), required: true }));
    const [x, y] = shown.center.map((place, axis) => Math.max(0, place - shown.size[axis] / 2));
    const ratio = element('input', { name: 'aspect', value: marked?.aspect ?? Words.ratio(options.aspect), size: 6 });
    const margin = element('input', {
      type: 'number', name: 'margin', min: 0, max: 500, step: 1, value: String(Math.round(100 * (marked?.margin ?? options.margin))),
      required: true,
    });
    const byRatio = element('button', { type: 'submit', value: 'aspect' }, 'Mark ratio and margin');
    const note = element('p', { className: 'problem', role: 'alert' });
    const form = element('form', { className: 'correct', id: 'correct-crop' },
      item().cuts.length < 2 ? null : chooseStage(),
      element('p', { className: 'hint' }, 'A better crop: draw a box over the photograph, or set it here.'),
      window.matchMedia('(any-pointer: coarse)').matches ? chooseFinger() : null,
      element('div', { className: 'row' }, number('x', x), number('y', y), number('width', shown.size[0]), number('height', shown.size[1]),
        element('button', { type: 'submit', value: 'box' }, 'Mark box')),
      element('div', { className: 'row' }, element('label', {}, 'ratio', ratio), element('label', {}, 'margin %', margin),
        byRatio),
      note,
      marked ? clearing('Take the crop back', () => Corrections.edit(item(), (mark) => { delete mark.crops[stage]; })) : null);
    // Enter would press the form's first button, which is the box's.
    for (const input of [ratio, margin]) {
      input.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        form.requestSubmit(byRatio);
      });
    }
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const problem = event.submitter?.value === 'aspect' ? markAspect(ratio.value.trim(), margin.value) : markBox(form);
      if (problem) note.textContent = problem;
    });
    return form;
  }

  function markAspect(aspect, margin) {
    if (Crop.parseAspect(aspect) === undefined) return 'A ratio is width:height, such as 4:5, or free.';
    markCrop({ aspect, margin: Number(margin) / 100 });
    return null;
  }

  function markBox(form) {
    const box = Object.fromEntries(['x', 'y', 'width', 'height'].map((name) => [name, Number(form.elements[name].value)]));
    const [width, height] = item().size;
    if (box.x + box.width > width || box.y + box.height > height) {
      return `The box leaves the photograph, which has ${width} × ${height} pixels.`;
    }
    markCrop({ box });
    return null;
  }

  function chooseStage() {
    const select = element('select', {}, ...item().cuts.map((output) => element('option', { value: output.stage }, output.stage)));
    select.value = stage;
    select.addEventListener('input', () => { stage = select.value; show(); });
    return element('label', {}, 'Output', select);
  }

  function chooseFinger() {
    const box = element('input', { type: 'checkbox', checked: fingerDraws });
    box.addEventListener('input', () => {
      fingerDraws = box.checked;
      document.getElementById('large').classList.toggle('armed', fingerDraws);
    });
    return element('label', { className: 'check' }, box, 'draw with the finger');
  }

  function clearing(text, change) {
    const button = element('button', { type: 'button' }, text);
    button.addEventListener('click', () => { change(); show(); });
    return button;
  }

  // MARK: The rest

  function outputs() {
    const rows = item().record.outputs.map((output) => {
      const address = viewfinder.address(output);
      const name = element('bdi', {}, output.path);
      return element('li', {}, element('span', { className: 'stage-name' }, output.stage),
        address === null ? name : element('a', { href: address, target: '_blank', rel: 'noreferrer' }, name),
        element('span', { className: 'hint' },
          ` ${output.width} × ${output.height}, ${Words.bytes(output.bytes)}${output.placed ? `, ${output.placed}` : ''}`));
    });
    if (rows.length === 0) return '';
    return element('section', {}, element('h3', {}, 'Written'), element('ul', { className: 'outputs' }, ...rows));
  }

  function facts() {
    const { record } = item();
    const rows = [];
    if (item().size) rows.push(['Photograph', `${item().size.join(' × ')} pixels, upright`]);
    if (record.input?.format) rows.push(['File', `${record.input.format}, ${Words.bytes(record.input.bytes ?? 0)}`]);
    const stages = viewfinder.inOrder(Object.keys(record.milliseconds));
    if (stages.length > 0) {
      rows.push(['Time', stages.map((name) => `${name} ${Words.seconds(record.milliseconds[name])}`).join(', ')]);
    }
    return element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
  }

  function start() {
    title.tabIndex = -1;
    document.getElementById('previous').addEventListener('click', () => move(-1));
    document.getElementById('next').addEventListener('click', () => move(1));
    document.getElementById('close').addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => Grid.go(index));
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener('keydown', (event) => {
      if (event.target.closest('input, select')) return;
      if (event.key === 'ArrowLeft') move(-1);
      if (event.key === 'ArrowRight') move(1);
    });
  }

  return { open, start };
})();
