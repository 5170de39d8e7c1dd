import { html, nothing } from 'lit';
import uPlot from 'uplot';
import { Plain, define } from '../ui/plain.js';
import * as format from '../ui/format.js';

const STYLE = new URL('../uplot/uPlot.min.css', import.meta.url).href;
const HEIGHT = 280;
/** Steps between ticks of durations: round as people read them, not as decimals. */
const DURATION_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5];

/** When a step begins, as it stands beside the legend; days are those of UTC. */
function stepTime(ms, period) {
  if (period === 'day') return new Date(ms).toLocaleDateString('en-GB', { timeZone: 'UTC', day: '2-digit', month: 'short', year: 'numeric' });
  return new Date(ms).toLocaleString('en-GB', { day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** A tick of the axis of durations. */
const durationTick = (ms) => (ms >= 60_000 ? `${Number((ms / 60_000).toFixed(2))} min` : ms >= 1000 ? `${Number((ms / 1000).toFixed(2))} s` : `${ms} ms`);

/** A tick of the time axis: the hour, or the day where one begins. */
function tick(second, step, period) {
  const date = new Date(second * 1000);
  const timeZone = period === 'day' ? 'UTC' : undefined;
  const clock = date.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return step >= 86_400 || clock === '00:00' ? date.toLocaleDateString('en-GB', { timeZone, day: 'numeric', month: 'short' }) : clock;
}

/**
 * A plot over time with its legend: bars on top of each other, or lines. `plot` is `{ starts, series }`; `names` says
 * how a series is called. Sends `step` with the begin of the step that was clicked.
 */
class UsagePlot extends Plain {
  static properties = { plot: {}, period: {}, kind: {}, as: {}, label: {}, names: {}, at: { state: true } };

  constructor() {
    super();
    this.redraw = () => this.draw();
    this.sizes = new ResizeObserver(() => this.chart?.setSize({ width: this.room(), height: HEIGHT }));
    this.themes = new MutationObserver(this.redraw);
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
  }

  connectedCallback() {
    super.connectedCallback();
    this.scheme.addEventListener('change', this.redraw);
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.scheme.removeEventListener('change', this.redraw);
    this.themes.disconnect();
    this.sizes.disconnect();
    this.chart?.destroy();
    this.chart = null;
  }

  updated(changed) {
    if (changed.has('plot') || changed.has('kind') || changed.has('as')) {
      this.at = null;
      this.draw();
    }
  }

  room() {
    return Math.max(this.querySelector('.plot').clientWidth, 200);
  }

  /** The colour that a class has in the scheme of now; a canvas knows no custom properties. */
  colour(name) {
    const probe = this.querySelector('.probe');
    probe.className = `probe ${name}`;
    return getComputedStyle(probe).color;
  }

  draw() {
    if (!this.plot || !this.isConnected) return;
    const place = this.querySelector('.plot');
    this.chart?.destroy();
    const bars = this.kind === 'bars';
    const { starts, series } = this.plot;
    const stacked = bars ? heaped(series) : series.map((one) => one.values);
    const axis = { stroke: this.colour('muted'), font: `11px ${getComputedStyle(this).fontFamily}`, grid: { stroke: this.colour('hairline'), width: 1 }, ticks: { show: false } };
    const write = this.as === 'duration' ? durationTick : (value) => format[this.as](value).replace(/\.00$/, '');
    this.chart = new uPlot({
      width: this.room(), height: HEIGHT, legend: { show: false }, padding: [12, 12, 0, 0],
      cursor: { points: bars ? { show: false } : {}, drag: { x: false, y: false }, y: false },
      tzDate: (seconds) => (this.period === 'day' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
      scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] } },
      axes: [{ ...axis, size: 30, values: (_, splits, __, ___, step) => splits.map((second) => tick(second, step, this.period)) }, { ...axis, ...(this.as === 'duration' ? { incrs: DURATION_STEPS } : {}), size: (_, values) => Math.max(44, ...(values ?? []).map((value) => 14 + value.length * 6.6)), values: (_, splits) => splits.map((value) => write(value)) }],
      series: [{}, ...stacked.map((values, index) => {
        // Bars are painted the highest first, so that each shows above those before it.
        const colour = this.colour(`series-${(bars ? stacked.length - 1 - index : index) + 1}`);
        return bars ? { fill: colour, stroke: colour, width: 0, paths: uPlot.paths.bars({ size: [0.8, 48] }), points: { show: false } }
          : { stroke: colour, width: 2, points: { show: values.filter((value) => value !== null).length < 100, size: 5, fill: colour }, spanGaps: false };
      })],
      hooks: { setCursor: [(chart) => { this.at = chart.cursor.idx ?? null; }] },
    }, [starts.map((ms) => ms / 1000), ...(bars ? stacked.toReversed() : stacked)], place);
    this.chart.over.addEventListener('click', () => {
      if (this.at !== null) this.dispatchEvent(new CustomEvent('step', { detail: starts[this.at] }));
    });
    this.sizes.disconnect();
    this.sizes.observe(place);
  }

  render() {
    const { starts, series } = this.plot;
    const write = format[this.as];
    const at = this.at !== null && this.at !== undefined && this.at < starts.length ? this.at : null;
    return html`<link rel="stylesheet" href=${STYLE}><span class="probe" hidden></span>
      <div class="plot" role="img" aria-label=${this.label}></div>
      <div class="legend"><span class="small muted legend-time">${at === null ? (this.kind === 'bars' ? 'All' : '') : stepTime(starts[at], this.period)}</span>
      <ul>${series.map((one, index) => html`<li><span class="swatch series-${index + 1}" aria-hidden="true"></span>
        <span class="clip" title=${this.names(one)}>${this.names(one)}</span>
        ${this.kind === 'bars' || at !== null ? html`<span class="number">${write(at === null ? one.values.reduce((sum, value) => sum + value, 0) : one.values[at])}</span>` : nothing}</li>`)}</ul></div>`;
  }
}

/** Each series on top of those before it. */
function heaped(series) {
  const below = new Array(series[0]?.values.length ?? 0).fill(0);
  return series.map(({ values }) => values.map((value, at) => (below[at] += value)));
}

define('gp-usage-plot', UsagePlot);
