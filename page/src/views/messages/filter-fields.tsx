import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { PageContext } from '../../page.js';
import type { FilterName, Filters } from '../../state/filters.js';

interface FilterProps {
  readonly name: FilterName;
  readonly filters: Filters;
}

interface TextFilterProps extends FilterProps {
  readonly id?: string;
  readonly placeholder?: string;
}

export function TextFilter({ name, filters, id, placeholder }: TextFilterProps): JSX.Element {
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

export function ChoiceFilter<Choice extends string>({
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
      <span>{label}</span>
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
