import { showControls } from './controls.js';
import { begin } from './page.js';
import './try-it.js';

const showOthers = showControls();
begin(document.getElementById('try-it'), () => Promise.all([showOthers(), import('./samples.js'), import('./outcome.js'), import('./models.js')]));
