'use strict';

// Which photographs are shown, in which order, and with which crop.

const Filters = (() => {
  const form = document.getElementById('filters');
  const preview = document.getElementById('preview');
  let listener = () => {};
  /** Margin of the preview; null leaves it to the run. */
  let margin = null;

  const text = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const keys = {
    path: (a, b) => text.compare(a.record.path, b.record.path),
    score: (a, b) => (a.score ?? -1) - (b.score ?? -1),
    coverage: (a, b) => (a.coverage ?? -1) - (b.coverage ?? -1),
    label: (a, b) => text.compare(a.label ?? '', b.label ?? ''),
    number: () => 0,
  };

  /** The photographs that match, in the order asked for. */
  function apply(items) {
    const value = Object.fromEntries(new FormData(form));
    const words = value.text.toLowerCase().split(/\s+/).filter(Boolean);
    const [low, high] = [Number(value.low || 0) / 100, Number(value.high || 100) / 100];
    const asksScore = low > 0 || high < 1;
    const found = items.filter((item) => (
      words.every((word) => item.searched.includes(word))
      && (value.label === '' || item.label === value.label.slice(1))
      && (value.status === '' || item.record.status === value.status)
      && (value.reason === '' || item.record.reason === value.reason)
      // The manifest has four decimals; so have the borders.
      && (!asksScore || (item.score !== null && item.score >= low - 5e-7 && item.score <= high + 5e-7))
      && (!value.marked || Corrections.of(item) !== null)));
    found.sort((a, b) => keys[value.sort](a, b) || a.number - b.number);
    return value.order === 'down' ? found.reverse() : found;
  }

  const isFiltering = () => {
    const value = Object.fromEntries(new FormData(form));
    return Boolean(value.text || value.label || value.status || value.reason || value.marked)
      || Number(value.low) > 0 || Number(value.high) < 100;
  };

  /** Fills the choices from what there is. */
  function fill(items) {
    const labels = count(items, (item) => item.label);
    fillSelect(form.elements.label, 'any', labels.map(([label, number]) => [`=${label}`, `${label} (${number})`])
      .sort((a, b) => text.compare(a[1], b[1])));
    const reasons = count(items, (item) => item.record.reason);
    fillSelect(form.elements.reason, 'any', reasons.map(([reason, number]) => [reason, `${reason} (${number})`]));
    const stages = [...new Set(items.flatMap((item) => item.cuts.map((cut) => cut.stage)))];
    const chosen = preview.elements.stage.value;
    preview.elements.stage.replaceChildren(...stages.map((stage) => element('option', { value: stage }, stage)));
    if (stages.includes(chosen)) preview.elements.stage.value = chosen;
    document.getElementById('choose-output').hidden = stages.length < 2;
    document.getElementById('known-labels').replaceChildren(
      ...knownLabels(items).map((label) => element('option', { value: label })));
  }

  function fillSelect(select, all, choices) {
    const chosen = select.value;
    select.replaceChildren(
      element('option', { value: '' }, all), ...choices.map(([value, words]) => element('option', { value }, words)));
    if (choices.some(([value]) => value === chosen)) select.value = chosen;
  }

  const knownLabels = (items) => (
    [...new Set(items.flatMap((item) => item.record.predictions?.map((prediction) => prediction.label) ?? []))]
      .sort(text.compare));

  /** Values with their numbers, the most frequent first. */
  function count(items, value) {
    const numbers = new Map();
    for (const item of items) {
      const key = value(item);
      if (key !== null) numbers.set(key, (numbers.get(key) ?? 0) + 1);
    }
    return [...numbers].sort((a, b) => b[1] - a[1] || text.compare(a[0], b[0]));
  }

  /** The output that cards show: that of the chosen stage, else the first that was cut. */
  function cutOf(item) {
    return item.cuts.find((cut) => cut.stage === preview.elements.stage.value) ?? item.cuts[0];
  }

  /** The aspect asked for: null for free, undefined as in the run. */
  function aspect() {
    const { value } = preview.elements.aspect;
    if (value === '') return undefined;
    return Crop.parseAspect(value === 'other' ? preview.elements.other.value : value);
  }

  const isPreviewing = () => aspect() !== undefined || margin !== null;

  /** The options behind an output, with what the preview changes. */
  function optionsFor(cut) {
    const options = { ...viewfinder.cropOptions(cut?.stage) };
    const asked = aspect();
    if (asked !== undefined) options.aspect = asked;
    if (margin !== null) options.margin = margin;
    return options;
  }

  /** What a photograph's card shows as its crop: a correction, the preview, or what the run did. Null where there is none. */
  function regionOf(item) {
    if (!item.size) return null;
    const cut = cutOf(item);
    const marked = Corrections.region(item, cut);
    if (marked) return marked;
    if (cut && !isPreviewing()) return { ...cut.region, source: cut.source, adjusted: cut.adjusted };
    // Without any crop in the run, the preview shows what one would do.
    const canCompose = cut || (item.record.rectangle && viewfinder.items.every((other) => other.cuts.length === 0));
    return canCompose ? Crop.compose(item, optionsFor(cut), cut) : null;
  }

  function set(values) {
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    listener();
  }

  function reset() {
    form.reset();
    listener();
  }

  function showPreview() {
    document.getElementById('other-aspect').hidden = preview.elements.aspect.value !== 'other';
    preview.elements.percent.value = margin === null ? 'as in the run' : Words.percent(margin);
  }

  function start(onChange) {
    listener = onChange;
    form.addEventListener('input', () => listener());
    form.addEventListener('submit', (event) => event.preventDefault());
    // A form has its first values only after the event.
    form.addEventListener('reset', () => setTimeout(() => listener()));
    preview.addEventListener('submit', (event) => event.preventDefault());
    preview.addEventListener('input', (event) => {
      if (event.target.name === 'margin') margin = Number(event.target.value) / 100;
      showPreview();
      listener();
    });
    preview.addEventListener('reset', () => setTimeout(() => {
      margin = null;
      showPreview();
      listener();
    }));
    showPreview();
  }

  return { apply, fill, count, cutOf, regionOf, optionsFor, isPreviewing, isFiltering, set, reset, start, form, preview };
})();
