'use strict';

// Figures and reasons in words.

const Words = (() => {
  const percent = (share) => {
    const value = share * 100;
    return `${value > 0 && value < 1 ? '<1' : Math.round(value)} %`;
  };

  const reasons = {
    unreadable: 'cannot be opened or read', not_image: 'is no picture',
    blocked_format: 'is of a format that is not opened', truncated: 'ends before the picture does',
    corrupt: 'cannot be decoded', too_large: 'is too large', too_many_pages: 'has too many pages',
    timeout: 'took too long', out_of_memory: 'needed more memory than there was', encode: 'an output could not be encoded',
    io: 'an output could not be written', collision: 'another file stands where an output should go',
    program: 'a program of the pipeline failed on it',
    changed: 'changed while it was processed', filtered: 'passed over by a filter',
    internal: 'a mistake of the program',
  };

  const adjustments = {
    clamped: 'kept inside the frame', aspect: 'grown to the ratio', minimum: 'grown to the least size',
  };

  const count = (number, one, many) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

  function ratio(aspect) { return aspect ? aspect.join(':') : 'free'; }

  /** Why the rectangle was of no use. */
  function useless(item, options) {
    if (!item.record.rectangle) return 'there is no rectangle';
    if (item.networkScore === null) return 'there is no score';
    if (item.networkScore < options.minimum_score) {
      return `the score of ${percent(item.networkScore)} is below ${percent(options.minimum_score)}`;
    }
    if (item.coverage > options.maximum_coverage) {
      return `the rectangle covers ${percent(item.coverage)}, more than ${percent(options.maximum_coverage)}`;
    }
    return 'the rectangle is of no use here';
  }

  const starts = {
    attention: 'Around the point that draws the eye', centre: 'Around the centre', whole: 'The whole photograph',
  };

  /** Why a region is what it is: one short sentence. */
  function whyCrop(item, region, options) {
    if (region.source === 'box' || region.source === 'drawn') return 'As drawn by hand.';
    const covers = item.coverage === null ? '' : `, ${percent(item.coverage)} of the photograph`;
    const words = [region.source === 'rectangle' ? `Around the rectangle${covers}` : starts[region.source]];
    // Only where the options are those of the run, can they say why it took that source.
    if (region.source !== 'rectangle' && options?.order.includes('rectangle')) {
      words[0] += `, as ${useless(item, options)}`;
    }
    words.push(...region.adjusted.map((name) => (
      name === 'aspect' && options?.aspect ? `grown to ${ratio(options.aspect)}` : adjustments[name])));
    return `${words.join('; ')}.`;
  }

  /** What the network said, as a sentence. */
  function whatSeen(item) {
    if (item.label === null) return 'No stage classified this photograph.';
    if (item.record.corrected?.label) {
      const { from, to } = item.record.corrected.label;
      return from === null ? `“${to}”, as a person has said.` : `“${to}”, as a person has said; the network saw “${from}”.`;
    }
    const seen = `The best label is “${item.label}”, with a score of ${percent(item.score)}`;
    return `${seen}.`;
  }

  /** Why a photograph came to no good end. */
  function whyNot({ record }) {
    const sentence = reasons[record.reason] ?? record.reason ?? '';
    return record.detail ?? sentence;
  }

  function seconds(milliseconds) {
    if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
    const total = milliseconds / 1000;
    if (total < 120) return `${total.toFixed(1)} s`;
    const minutes = Math.round(total / 60);
    return minutes < 120 ? `${minutes} min` : `${(total / 3600).toFixed(1)} h`;
  }

  function bytes(number) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let [value, unit] = [number, 0];
    while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1; }
    return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
  }

  return { percent, reasons, count, ratio, whyCrop, whatSeen, whyNot, seconds, bytes };
})();
