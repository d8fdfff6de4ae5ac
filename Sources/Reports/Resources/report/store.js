'use strict';

// The records. The files in `data` call `viewfinder.describe` and `viewfinder.records`: a page from a disk may run scripts, but may
// not read files. Text of records only ever becomes text nodes, attributes or encoded URLs, never HTML.

const viewfinder = {
  /** What the program says of the run; see SheetDescription.swift. */
  description: null,
  /** All photographs so far, in the order of the manifest. */
  items: [],

  describe(description) { this.description = description; },

  records(chunk) {
    for (const { number, thumbnail, note, record } of chunk) {
      const [best, second] = record.predictions ?? [];
      this.items.push({
        number, thumbnail, note, record,
        label: best?.label ?? null,
        score: best?.score ?? null,
        /** By which a run judges its rectangle: a label that a person gave says nothing of it. */
        networkScore: (record.corrected?.label ? second : best)?.score ?? null,
        coverage: record.rectangle?.coverage ?? null,
        searched: record.path.toLowerCase(),
        key: record.path_bytes ?? record.path,
        size: record.input?.width && record.input?.height ? [record.input.width, record.input.height] : null,
        cuts: record.outputs.filter((output) => output.region),
      });
    }
  },

  /** Loads everything; calls `progress` after each file of data. */
  async load(progress) {
    await this.run('data/report.js');
    for (let chunk = 1; chunk <= this.description.chunks; chunk += 1) {
      await this.run(`data/records-${String(chunk).padStart(5, '0')}.js`);
      progress();
    }
  },

  run(source) {
    return new Promise((done, failed) => {
      const script = document.createElement('script');
      script.src = source;
      script.onload = () => { script.remove(); done(); };
      script.onerror = () => failed(new Error(`${source} is missing; write the report again`));
      document.head.append(script);
    });
  },

  /** Stages in the order of the pipeline, as far as the run is known. */
  inOrder(stages) {
    const order = (this.description.run?.stages ?? []).map((stage) => stage.id);
    const place = (stage) => (order.includes(stage) ? order.indexOf(stage) : order.length);
    return [...stages].sort((a, b) => place(a) - place(b));
  },

  /** The options of the crop behind an output, and for a run without crops those of the stage's defaults. */
  cropOptions(stage) {
    // A stage may be called like a member that every object has.
    return Object.hasOwn(this.description.crops, stage ?? '') ? this.description.crops[stage] : {
      aspect: null, margin: 0.1, headroom: 0, placement: 'centre', minimum_share: 0, minimum: 64, oriented: false,
      order: ['rectangle', 'attention', 'centre', 'whole'], minimum_score: 0.2, maximum_coverage: 0.95,
    };
  },

  /** Where an output is as seen from this page; null where it cannot be reached. */
  address(output) {
    const { base } = this.description;
    if (base === undefined) return null;
    const bytes = output.path_bytes
      ? Uint8Array.from(atob(output.path_bytes), (letter) => letter.charCodeAt(0))
      : new TextEncoder().encode(output.path);
    let address = base;
    for (const byte of bytes) {
      const letter = String.fromCharCode(byte);
      address += /[\w.~/-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    }
    return address;
  },
};
