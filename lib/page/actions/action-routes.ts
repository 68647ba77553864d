import { jsonAnswer } from '../http/page-answer.js';
import type { PageRoute } from '../http/page-route.interface.js';
import type { ActionAnswer } from '../protocol.js';
import { consumerAction, handleAction, publishAction } from './action-input.js';
import type { PageActions } from './page-actions.js';

/** The routes of the actions. */
export function actionRoutes(actions: PageActions): PageRoute[] {
  return [
    route('pause', (given, who) => actions.pause(consumerAction(given), who)),
    route('resume', (given, who) => actions.resume(consumerAction(given), who)),
    route('handle', (given, who) => actions.handle(handleAction(given), who)),
    route('publish', (given, who) => actions.publish(publishAction(given), who)),
  ];
}

function route(name: string, act: (given: unknown, who: string) => Promise<ActionAnswer>): PageRoute {
  return {
    method: 'POST',
    path: `api/actions/${name}`,
    async answer({ body, visitor }) {
      return jsonAnswer(await act(body, visitor.name ?? 'A visitor'));
    },
  };
}
