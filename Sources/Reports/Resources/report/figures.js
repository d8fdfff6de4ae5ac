'use strict';

// Counts, scores and times of all photographs, and the list of those that came to no good end.

const Figures = (() => {
  const page = document.getElementById('figures');
  const failures = document.getElementById('failures');
  /** Labels shown before "all". */
  const mostLabels = 25;

  const panel = (title, ...children) => (
    element('section', { className: 'panel' }, element('h2', {}, title), ...children));

  function show(items, showPhotographs) {
    page.replaceChildren(
      element('div', { className: 'page columns' },
        outcomes(items, showPhotographs), scores(items, showPhotographs), labels(items, showPhotographs),
        times(items), run()));
    showFailures(items);
  }

  function bars(rows, choose) {
    const most = Math.max(1, ...rows.map((row) => row.number));
    const list = element('ul', { className: 'bars' });
    for (const { name, number, filter } of rows) {
      const bar = element('span', { className: 'bar' });
      bar.style.width = `${100 * number / most}%`;
      const button = element('button', { type: 'button' },
        element('span', { className: 'name' }, name), element('span', { className: 'number' }, number.toLocaleString('en')),
        bar);
      button.addEventListener('click', () => choose(filter));
      list.append(element('li', {}, button));
    }
    return list;
  }

  function outcomes(items, choose) {
    const rows = Filters.count(items, (item) => item.record.status)
      .map(([name, number]) => ({ name, number, filter: { status: name } }));
    const reasons = Filters.count(items, (item) => item.record.reason)
      .map(([name, number]) => ({ name: `${name}: ${Words.reasons[name] ?? ''}`, number, filter: { reason: name } }));
    return panel('Outcomes', bars([...rows, ...reasons], choose));
  }

  function labels(items, choose) {
    const rows = Filters.count(items, (item) => item.label)
      .map(([name, number]) => ({ name, number, filter: { label: `=${name}` } }));
    if (rows.length === 0) return panel('Labels', element('p', { className: 'hint' }, 'No stage classified.'));
    const list = bars(rows.slice(0, mostLabels), choose);
    const box = panel(`Labels (${rows.length.toLocaleString('en')})`, list);
    if (rows.length > mostLabels) {
      const more = element('button', { type: 'button' }, `Show all ${rows.length.toLocaleString('en')}`);
      more.addEventListener('click', () => { more.remove(); list.replaceWith(bars(rows, choose)); });
      box.append(more);
    }
    return box;
  }

  function scores(items, choose) {
    const numbers = new Array(20).fill(0);
    for (const { score } of items) {
      if (score !== null) numbers[Math.min(19, Math.floor(score * 20))] += 1;
    }
    const most = Math.max(1, ...numbers);
    const chart = element('div', { className: 'histogram' });
    numbers.forEach((number, bin) => {
      const [low, high] = [bin * 5, bin * 5 + 5];
      const words = `${low} to ${high} %: ${Words.count(number, 'photograph', 'photographs')}`;
      const column = element('span', {});
      column.style.height = number === 0 ? '0' : `max(2px, ${100 * number / most}%)`;
      const button = element('button', { type: 'button', title: words, ariaLabel: words }, column);
      button.addEventListener('click', () => choose({ low, high }));
      chart.append(button);
    });
    return panel('Scores of the best label', chart,
      element('div', { className: 'axis', ariaHidden: 'true' }, ...['0 %', '50 %', '100 %'].map((text) => element('span', {}, text))));
  }

  function times(items) {
    const stages = new Map();
    for (const { record } of items) {
      for (const [stage, milliseconds] of Object.entries(record.milliseconds)) {
        const sum = stages.get(stage) ?? { total: 0, photographs: 0 };
        sum.total += milliseconds;
        sum.photographs += 1;
        stages.set(stage, sum);
      }
    }
    const run = viewfinder.description.run;
    const names = viewfinder.inOrder(stages.keys());
    const all = [...stages.values()].reduce((sum, stage) => sum + stage.total, 0) || 1;
    const table = element('table', {},
      element('thead', {}, element('tr', {}, ...['Stage', 'Sum', 'Mean', 'Share', ...(run ? ['Most waiting'] : [])]
        .map((text) => element('th', { scope: 'col' }, text)))),
      element('tbody', {}, ...names.map((name) => {
        const { total, photographs } = stages.get(name);
        const waiting = run?.stages.find((stage) => stage.id === name)?.queue_high_water;
        return element('tr', {}, element('th', { scope: 'row' }, name),
          ...[Words.seconds(total), Words.seconds(total / photographs), Words.percent(total / all),
            ...(run ? [waiting === undefined ? '' : String(waiting)] : [])].map((text) => element('td', {}, text)));
      })));
    return panel('Time at work, waiting not counted', element('div', { className: 'scrolls' }, table));
  }

  function run() {
    const { run: figures, manifest, version } = viewfinder.description;
    const rows = [['Manifest', manifest.name ?? ''], ['Its SHA-256', manifest.sha256], ['Page by', `viewfinder ${version}`]];
    if (figures) {
      rows.push(
        ['Run by', `viewfinder ${figures.version}`], ['Model', figures.model ?? 'none'],
        ['Finished', figures.complete ? 'yes' : 'no: it was stopped early'],
        ['Wall time', Words.seconds(1000 * figures.wall_seconds)],
        ['Rate', `${figures.images_per_second} photographs a second`],
        ['Most memory', Words.bytes(figures.peak_rss_bytes)],
        ['Files that are no pictures', figures.ignored.toLocaleString('en')]);
    }
    const box = panel('Run', element('dl', {}, ...rows.flatMap(([name, value]) => (
      [element('dt', {}, name), element('dd', {}, value)]))));
    if (figures) {
      box.append(element('details', {}, element('summary', {}, 'Pipeline, with every option'),
        element('pre', { tabIndex: 0 }, figures.pipeline)));
    } else {
      box.append(element('p', { className: 'hint' }, 'There is no run.json beside the manifest, so nothing more is known of the run.'));
    }
    return box;
  }

  function showFailures(items) {
    const failed = items.filter((item) => item.record.status === 'failed');
    document.getElementById('tab-failures').textContent =
      failed.length === 0 ? 'Failed' : `Failed (${failed.length.toLocaleString('en')})`;
    const intro = failed.length === 0
      ? 'Every photograph was processed.'
      : 'Each of these has a record with its reason; the run went on without it.';
    const rows = element('tbody');
    const more = element('button', { type: 'button' });
    const showMore = () => {
      for (const item of failed.slice(rows.childElementCount, rows.childElementCount + 1000)) rows.append(row(item));
      more.textContent = `Show more of ${failed.length.toLocaleString('en')}`;
      more.hidden = rows.childElementCount === failed.length;
    };
    more.addEventListener('click', showMore);
    const table = element('table', { className: 'failures' },
      element('thead', {}, element('tr', {}, ...['Photograph', 'Reason', 'In words'].map((text) => (
        element('th', { scope: 'col' }, text))))),
      rows);
    showMore();
    failures.replaceChildren(element('div', { className: 'page' }, element('h2', {}, 'Failed'),
      element('p', { className: 'hint' }, intro),
      failed.length === 0 ? null : element('div', { className: 'scrolls' }, table), failed.length === 0 ? null : more));
  }

  const row = (item) => element('tr', {},
    element('th', { scope: 'row' }, element('bdi', {}, item.record.path)),
    element('td', {}, element('span', { className: 'badge failed' }, item.record.reason)),
    element('td', {}, Words.whyNot(item)));

  return { show };
})();
