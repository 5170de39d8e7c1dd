import { begin } from './page.js';
import './try-get.js';

begin(document.getElementById('try-it'), () => import('./run.js'));
