import { withQuery } from '../ui/api.js';

/** How often rows are handed over at most: a busy gateway ends hundreds of requests a second. */
const HANDOVER_MS = 400;

/** Listens to requests as they end, and hands them over by the batch. The browser connects again by itself. */
export class RequestTail {
  /**
   * `arrived` gets rows, the newest last; `lost` how many did not fit; `missed` is called when rows may have come and
   * gone unheard: before the connection stood, and while it was away.
   */
  constructor(arrived, lost, missed) {
    this.arrived = arrived;
    this.lost = lost;
    this.missed = missed;
    this.rows = [];
  }

  /** Listens with these filters, and to nothing else any more. */
  open(query) {
    this.close();
    const source = this.source = new EventSource(withQuery('/admin/api/requests/tail', query));
    let opened = false;
    source.addEventListener('open', () => {
      opened = true;
      this.missed();
    });
    // Once it was open and is refused, whoever looks may no longer: the page finds out by asking.
    source.addEventListener('error', () => {
      if (opened && source.readyState === EventSource.CLOSED) this.missed();
    });
    source.addEventListener('request', (event) => {
      this.rows.push(JSON.parse(event.data));
      this.timer ??= setTimeout(() => this.hand(), HANDOVER_MS);
    });
    source.addEventListener('lost', (event) => this.lost(JSON.parse(event.data).requests));
  }

  hand() {
    this.timer = null;
    const rows = this.rows;
    this.rows = [];
    this.arrived(rows);
  }

  close() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.timer);
    this.timer = null;
    this.rows = [];
  }
}
