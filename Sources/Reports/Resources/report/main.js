'use strict';

// Puts the parts together: views, loading, the list of corrections.

(() => {
  const tabs = [...document.querySelectorAll('[role=tab]')];
  const places = new Map();

  function showView(name) {
    for (const tab of tabs) {
      const panel = document.getElementById(tab.getAttribute('aria-controls'));
      if (!panel.hidden) places.set(panel.id, window.scrollY);
      const isShown = panel.id === name;
      panel.hidden = !isShown;
      tab.setAttribute('aria-selected', String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
    }
    window.scrollTo(0, places.get(name) ?? 0);
    if (name === 'photographs') Grid.redraw();
  }

  function showPhotographs() {
    const found = Filters.apply(viewfinder.items);
    document.getElementById('nothing').hidden = found.length > 0 || viewfinder.items.length === 0;
    document.getElementById('matches').textContent = Filters.isFiltering()
      ? `${found.length.toLocaleString('en')} of ${Words.count(viewfinder.items.length, 'photograph', 'photographs')}`
      : Words.count(found.length, 'photograph', 'photographs');
    Grid.show(found);
  }

  function showSummary() {
    const counts = Object.fromEntries(Filters.count(viewfinder.items, (item) => item.record.status));
    const total = viewfinder.description.records;
    const loaded = viewfinder.items.length;
    document.getElementById('summary').textContent = loaded < total
      ? `Loading ${loaded.toLocaleString('en')} of ${Words.count(total, 'photograph', 'photographs')}…`
      : [Words.count(total, 'photograph', 'photographs'),
        ...['ok', 'failed', 'skipped'].filter((status) => counts[status]).map((status) => (
          `${counts[status].toLocaleString('en')} ${status}`)),
        viewfinder.description.run?.complete === false ? 'the run was stopped early' : null,
      ].filter(Boolean).join(' · ');
  }

  function showCorrections() {
    const marked = viewfinder.items.filter((item) => Corrections.of(item));
    document.getElementById('tab-corrections').textContent =
      marked.length === 0 ? 'Corrections' : `Corrections (${marked.length.toLocaleString('en')})`;
    for (const id of ['download', 'forget']) document.getElementById(id).disabled = marked.length === 0;
    const list = document.getElementById('correction-list');
    const place = [...list.querySelectorAll('button')].indexOf(document.activeElement);
    list.replaceChildren(...marked.map((item) => {
      const { label, crops } = Corrections.of(item);
      const words = [
        label === null ? null : `${item.label ?? 'no label'} → ${label}`,
        ...Object.entries(crops).map(([stage, crop]) => (crop.box
          ? `${stage}: ${crop.box.width} × ${crop.box.height} from (${crop.box.x}, ${crop.box.y})`
          : `${stage}: ${crop.aspect}, margin ${Words.percent(crop.margin)}`)),
      ].filter(Boolean).join('; ');
      const remove = element('button', { type: 'button', ariaLabel: `Remove the correction of ${item.record.path}` }, 'Remove');
      remove.addEventListener('click', () => Corrections.forget(item));
      return element('li', {}, element('bdi', {}, item.record.path), element('span', {}, words), remove);
    }));
    // Whoever removes one with the keyboard goes on with the next.
    const buttons = [...list.querySelectorAll('button')];
    if (place >= 0) (buttons[Math.min(place, buttons.length - 1)] ?? document.getElementById('tab-corrections')).focus();
  }

  async function readFile(input) {
    const note = document.getElementById('corrections-note');
    const [file] = input.files;
    input.value = '';
    if (!file) return;
    try {
      const { taken, unknown, isOther } = Corrections.read(JSON.parse(await file.text()));
      note.textContent = [
        `${Words.count(taken, 'correction', 'corrections')} read.`,
        unknown > 0 ? `${unknown} are of photographs or outputs that this page does not have.` : '',
        isOther ? 'The file was made with another manifest.' : '',
      ].join(' ');
    } catch (error) {
      note.textContent = `Not read: ${error instanceof SyntaxError ? 'this is no JSON' : error.message}.`;
    }
  }

  function listen() {
    tabs.forEach((tab, place) => {
      tab.addEventListener('click', () => showView(tab.getAttribute('aria-controls')));
      tab.addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(place + step + tabs.length) % tabs.length];
        next.focus();
        next.click();
      });
    });
    document.addEventListener('keydown', (event) => {
      const isTyping = event.target.closest?.('input, select, textarea, dialog');
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      showView('photographs');
      document.getElementById('controls').open = true;
      Filters.form.elements.text.focus();
    });
    document.getElementById('show-all').addEventListener('click', Filters.reset);
    document.getElementById('download').addEventListener('click', Corrections.download);
    document.getElementById('forget').addEventListener('click', () => {
      if (window.confirm('Remove all corrections?')) Corrections.forget();
    });
    document.getElementById('read-file').addEventListener('change', (event) => readFile(event.target));
    Corrections.onChange(() => { showCorrections(); showPhotographs(); });
  }

  function chooseFromFigures(values) {
    Filters.form.reset();
    Filters.set(values);
    places.set('photographs', 0);
    showView('photographs');
  }

  async function start() {
    // A telephone begins with the photographs.
    document.getElementById('controls').open = window.matchMedia('(min-width: 900px)').matches;
    Filters.start(showPhotographs);
    Grid.start((index) => Detail.open(index));
    Detail.start();
    listen();
    try {
      await viewfinder.load(() => {
        showSummary();
        // The first photographs at once, then all: in between the cards would only jump.
        if (viewfinder.items.length <= 500) { Filters.fill(viewfinder.items); showPhotographs(); }
      });
      Filters.fill(viewfinder.items);
      showSummary();
      Corrections.restore();
      showPhotographs();
      showCorrections();
      Figures.show(viewfinder.items, chooseFromFigures);
      document.documentElement.dataset.ready = 'true';
    } catch (error) {
      document.getElementById('summary').textContent = error.message;
    }
  }

  start();
})();
