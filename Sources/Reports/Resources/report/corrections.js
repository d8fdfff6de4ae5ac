'use strict';

// What a person marks as wrong: labels, and crops by the stage whose output they are. `viewfinder schema corrections` has the form of
// the file. The browser keeps the marks under the manifest's hash, so that a page that is closed loses nothing.

const Corrections = (() => {
  const schema = 'viewfinder/corrections/1';
  /** By a photograph's key: {label: text or null, crops: {stage: {aspect, margin} or {box}}}. */
  let marks = new Map();
  const listeners = [];
  /** Whether what the browser has kept is among the marks: before, nothing may be written over it. */
  let isRestored = false;

  const storageKey = () => `${schema} ${viewfinder.description.manifest.sha256}`;

  function changed() {
    if (isRestored) {
      try {
        localStorage.setItem(storageKey(), JSON.stringify(file()));
      } catch { /* A browser may keep nothing for pages from disks. */ }
    }
    tell();
  }

  const tell = () => { for (const listener of listeners) listener(); };

  /** Takes what the browser has kept, once all photographs are there. What was marked meanwhile stays. */
  function restore() {
    const meanwhile = [...marks];
    try {
      const kept = localStorage.getItem(storageKey());
      if (kept) take(JSON.parse(kept));
    } catch { /* Nothing is kept, or nothing that can be read. */ }
    for (const [key, mark] of meanwhile) marks.set(key, mark);
    isRestored = true;
    changed();
    // The same page in another tab: both show the same marks.
    window.addEventListener('storage', (event) => {
      if (event.key !== storageKey()) return;
      marks.clear();
      try {
        if (event.newValue) take(JSON.parse(event.newValue));
      } catch { /* Not written by this page. */ }
      tell();
    });
  }

  const of = (item) => marks.get(item.key) ?? null;

  /** The mark of a photograph, changed by `change`; one that says nothing is removed. */
  function edit(item, change) {
    const mark = of(item) ?? { label: null, crops: {} };
    change(mark);
    if (mark.label === null && Object.keys(mark.crops).length === 0) marks.delete(item.key);
    else marks.set(item.key, mark);
    changed();
  }

  function forget(item) {
    if (item) marks.delete(item.key); else marks.clear();
    changed();
  }

  /** The file, photographs in the order of the manifest. */
  function file() {
    const { manifest } = viewfinder.description;
    const corrections = viewfinder.items.filter((item) => marks.has(item.key)).map((item) => {
      const { record } = item;
      const { label, crops } = marks.get(item.key);
      return {
        path: record.path,
        ...(record.path_bytes && { path_bytes: record.path_bytes }),
        ...(record.input?.sha256 && { sha256: record.input.sha256 }),
        ...(label !== null && { label: { from: item.label, to: label } }),
        ...(Object.keys(crops).length > 0 && {
          crops: Object.entries(crops).map(([stage, crop]) => ({ stage, ...crop })),
        }),
      };
    });
    return { schema, manifest: { name: manifest.name, sha256: manifest.sha256 }, corrections };
  }

  function isCrop(crop) {
    if (crop.box) {
      const { x, y, width, height } = crop.box;
      return [x, y, width, height].every(Number.isInteger) && x >= 0 && y >= 0 && width > 0 && height > 0;
    }
    return typeof crop.aspect === 'string' && Crop.parseAspect(crop.aspect) !== undefined
      && crop.margin >= 0 && crop.margin <= 5;
  }

  /** Takes the marks of a file; says what it could not use. Throws for what is no such file. */
  function read(json) {
    const outcome = take(json);
    changed();
    return outcome;
  }

  function take(json) {
    if (json?.schema !== schema || !Array.isArray(json.corrections)) throw new Error(`this is no file of ${schema}`);
    const known = new Map(viewfinder.items.map((item) => [item.key, item]));
    let [taken, unknown] = [0, 0];
    for (const { path, path_bytes: bytes, label, crops } of json.corrections) {
      const item = known.get(bytes ?? path);
      const good = (Array.isArray(crops) ? crops : [])
        .filter((crop) => isCrop(crop) && item?.cuts.some((cut) => cut.stage === crop.stage));
      const to = typeof label?.to === 'string' && label.to !== '' ? label.to : null;
      if (!item || (to === null && good.length === 0)) { unknown += 1; continue; }
      const byStage = Object.fromEntries(good.map(({ stage, aspect, margin, box }) => (
        [stage, box ? { box } : { aspect, margin }])));
      marks.set(item.key, { label: to, crops: byStage });
      taken += 1;
    }
    return { taken, unknown, isOther: json.manifest?.sha256 !== viewfinder.description.manifest.sha256 };
  }

  /** Hands the file to the browser as a download. */
  function download() {
    const blob = new Blob([`${JSON.stringify(file(), null, 2)}\n`], { type: 'application/json' });
    const link = element('a', { href: URL.createObjectURL(blob), download: 'corrections.json' });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  /** The region a mark gives an output; null where it says nothing. */
  function region(item, cut) {
    const crop = cut && of(item)?.crops[cut.stage];
    if (!crop) return null;
    if (crop.box) return Crop.ofBox(crop.box);
    const options = { ...viewfinder.cropOptions(cut.stage), aspect: Crop.parseAspect(crop.aspect), margin: crop.margin };
    return Crop.compose(item, options, cut);
  }

  return {
    of, edit, forget, file, read, restore, download, region,
    get count() { return marks.size; },
    onChange(listener) { listeners.push(listener); },
  };
})();
