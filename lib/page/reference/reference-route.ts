import { jsonAnswer } from '../http/page-answer.js';
import type { PageRoute } from '../http/page-route.interface.js';
import type { PageReference } from './page-reference.js';

/** The route of the reference. */
export function referenceRoute(reference: PageReference): PageRoute {
  return { method: 'GET', path: 'api/reference', answer: () => jsonAnswer(reference.describe()) };
}
