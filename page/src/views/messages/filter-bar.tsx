import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import type { ConsumerState } from '../../../../lib/page/protocol.js';
import { SEARCH_ID } from '../../keyboard.js';
import { PageContext } from '../../page.js';
import { Icon } from '../../parts/icon.js';
import { type FilterName, FILTER_NAMES, type Filters, hasFilters } from '../../state/filters.js';
import { outcomeName, OUTCOMES, SEVERITIES } from '../../text/outcomes.js';

interface FilterBarProps {
  readonly filters: Filters;
  readonly consumers: readonly ConsumerState[];
}

export function FilterBar({ filters, consumers }: FilterBarProps): JSX.Element {
  const page = useContext(PageContext);
  const active = FILTER_NAMES.filter((name) => filters[name] !== undefined).length;
  const names = [...new Set(consumers.map(({ name }) => name))];
  return (
    <form class="filters" role="search" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <label class="search">
        <span class="unseen">Text in the message</span>
        <Icon name="search" />
        <TextFilter name="text" filters={filters} id={SEARCH_ID} placeholder="Search the text   /" />
      </label>
      <details class="more-filters" open>
        <summary>Filters{active > 0 && ` (${active})`}</summary>
        <div class="filter-fields">
          <label>
            Topic <TextFilter name="topic" filters={filters} placeholder="org.*.prod.#" />
          </label>
          <ChoiceFilter
            name="outcome"
            label="Outcome"
            filters={filters}
            choices={OUTCOMES}
            nameOf={outcomeName}
          />
          <ChoiceFilter name="severity" label="Severity" filters={filters} choices={SEVERITIES} />
          <label>
            Schema <TextFilter name="schema" filters={filters} />
          </label>
          <label>
            User <TextFilter name="user" filters={filters} />
          </label>
          <label>
            Package <TextFilter name="package" filters={filters} />
          </label>
          {(names.length > 1 || filters.consumer) && (
            <ChoiceFilter name="consumer" label="Consumer" filters={filters} choices={names} />
          )}
          {hasFilters(filters) && (
            <button type="button" class="quiet" onClick={() => page.clearFilters()}>
              Clear
            </button>
          )}
        </div>
      </details>
    </form>
  );
}

interface FilterProps {
  readonly name: FilterName;
  readonly filters: Filters;
}

function TextFilter({
  name,
  filters,
  id,
  placeholder,
}: FilterProps & { id?: string; placeholder?: string }): JSX.Element {
  const page = useContext(PageContext);
  return (
    <input
      type="search"
      id={id}
      name={name}
      value={filters[name] ?? ''}
      placeholder={placeholder}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      onInput={(event) => page.setFilter(name, event.currentTarget.value)}
    />
  );
}

interface ChoiceFilterProps<Choice extends string> extends FilterProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly nameOf?: (choice: Choice) => string;
}

function ChoiceFilter<Choice extends string>({
  name,
  label,
  filters,
  choices,
  nameOf = (choice) => choice,
}: ChoiceFilterProps<Choice>): JSX.Element {
  const page = useContext(PageContext);
  const value = filters[name] ?? '';
  // The address may hold a value that is no choice.
  const isUnknown = value !== '' && !choices.some((choice) => choice === value);
  return (
    <label>
      {label}{' '}
      <select name={name} value={value} onChange={(event) => page.setFilter(name, event.currentTarget.value)}>
        <option value="">any</option>
        {isUnknown && <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {nameOf(choice)}
          </option>
        ))}
      </select>
    </label>
  );
}
