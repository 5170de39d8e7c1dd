import { begin } from './page.js';
import './try-it.js';

begin(document.getElementById('try-it'), () => import('./outcome.js'));
