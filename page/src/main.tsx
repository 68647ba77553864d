import { render } from 'preact';
import { App } from './app.js';
import { onKey } from './keyboard.js';
import { Page, PageContext } from './page.js';
import './styles/index.css';

const page = new Page();
const root = document.getElementById('app')!;
let isScheduled = false;

/** Shows the state once a frame, whatever the number of events. */
function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    render(
      <PageContext.Provider value={page}>
        <App state={page.store.state} />
      </PageContext.Provider>,
      root,
    );
  });
}

page.store.subscribe(schedule);
// It comes for links to a hash, too.
addEventListener('popstate', () => page.onPlace());
addEventListener('keydown', (event) => onKey(page, event));
page.start();
schedule();
