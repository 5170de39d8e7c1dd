/** What a request comes to: needed from the first press of a button on. */
import './answer-view.js';
import './explain-view.js';

export { Run } from './run.js';
