import { Component, type ComponentChild, type FunctionComponent, h, type VNode } from 'preact';

/** A component that is rendered again only when one of its properties has changed. */
export function memo<Props extends object>(
  component: FunctionComponent<Props>,
): new (props: Props) => Component<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const before = this.props as Readonly<Props>;
      return (Object.keys(next) as (keyof Props)[]).some((key) => next[key] !== before[key]);
    }

    override render(): ComponentChild {
      return h(component, this.props as Props) as VNode<Props>;
    }
  };
}
