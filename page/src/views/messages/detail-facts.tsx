import type { ComponentChildren, JSX } from 'preact';
import { useContext } from 'preact/hooks';
import type { MessageRecord } from '../../../../lib/page/protocol.js';
import { PageContext } from '../../page.js';
import { AppIcon } from '../../parts/app-icon.js';
import { OutsideLink } from '../../parts/outside-link.js';
import type { FilterName } from '../../state/filters.js';
import { datagrepperUrl } from '../../text/links.js';
import { size } from '../../text/numbers.js';

/** What is known of a message besides its contents. Values that can be filtered by are buttons. */
export function DetailFacts({ record }: { record: MessageRecord }): JSX.Element {
  const { topic, schema, app, agent, users, packages, id, url, bus, consumer, queue, bytes } = record;
  return (
    <dl class="facts">
      <Fact name="Topic">
        <FilterButton name="topic" value={topic} />
      </Fact>
      <Fact name="Schema">
        {schema ? <FilterButton name="schema" value={schema} /> : <i>none in the headers</i>}
      </Fact>
      {app?.name && (
        <Fact name="Application">
          <AppIcon app={app} /> {app.name}
        </Fact>
      )}
      {agent && (
        <Fact name="By">
          <FilterButton name="user" value={agent} />
        </Fact>
      )}
      {users.length > 0 && (
        <Fact name="Users">
          {users.map((user) => (
            <FilterButton key={user} name="user" value={user} />
          ))}
        </Fact>
      )}
      {packages.length > 0 && (
        <Fact name="Packages">
          {packages.map((name) => (
            <FilterButton key={name} name="package" value={name} />
          ))}
        </Fact>
      )}
      {(url ?? id) && (
        <Fact name="Links">
          {url && <OutsideLink url={url}>{url}</OutsideLink>}
          {id && <OutsideLink url={datagrepperUrl(id)}>Datagrepper</OutsideLink>}
        </Fact>
      )}
      {id && (
        <Fact name="Id">
          <code>{id}</code>
        </Fact>
      )}
      <Fact name="Consumer">
        {consumer}, queue <code>{queue}</code>, bus {bus}
      </Fact>
      <Fact name="Size">
        {size(bytes)}
        {record.isRedelivered && <span class="badge">redelivered</span>}
        {record.again && <span class="badge">handed again</span>}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function FilterButton({ name, value }: { name: FilterName; value: string }): JSX.Element {
  const page = useContext(PageContext);
  return (
    <button
      type="button"
      class="filter-by"
      title={`Show only messages with the ${name} ${value}`}
      onClick={() => page.setFilter(name, value)}
    >
      {value}
    </button>
  );
}
