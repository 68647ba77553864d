import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openTab, type Tab, type TabOptions } from './browser-context.js';

export type ViewName = 'Messages' | 'Bus' | 'Plots' | 'Reference';
export type FilterLabel =
  | 'Text in topic, schema, summary, names, ID or error'
  | 'Topic'
  | 'Schema'
  | 'Severity'
  | 'User'
  | 'Package'
  | 'Outcome';

/** Phones, in CSS pixels. */
export const PHONE: TabOptions = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** The live page in a tab, as a person meets it: by roles, names and texts. */
export class LivePage {
  private constructor(private readonly tab: Tab) {}

  /** Opens the page, and waits until it is live. @param where the filters and the view, such as `?user=bob#plots` */
  static async open(url: string, where = '', options: TabOptions = {}): Promise<LivePage> {
    const live = new LivePage(await openTab(options));
    await live.page.goto(`${url}${where}`);
    await live.whenLive();
    return live;
  }

  get page(): Page {
    return this.tab.page;
  }

  get faults(): readonly string[] {
    return this.tab.faults;
  }

  async whenLive(): Promise<void> {
    await this.page
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();
  }

  async show(view: ViewName): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Views' })
      .getByRole('link', { name: view, exact: true })
      .click();
  }

  /** The listed messages, newest first. */
  get rows(): Locator {
    return this.page.getByRole('region', { name: 'Messages' }).getByRole('listitem');
  }

  /** The row of a message that contains a text. */
  row(text: string): Locator {
    return this.rows.filter({ hasText: text });
  }

  /** The texts of the rows, newest first. */
  texts(): Promise<string[]> {
    return this.rows.allInnerTexts();
  }

  /** Waits until exactly the rows with these texts are listed, newest first. */
  async expectRows(...texts: string[]): Promise<void> {
    await expect.poll(() => this.texts()).toEqual(texts.map((text) => expect.stringContaining(text)));
  }

  filter(label: FilterLabel): Locator {
    const filters = this.page.getByRole('search', { name: 'Filters' });
    const name = { name: label, exact: true };
    return filters.getByRole('searchbox', name).or(filters.getByRole('combobox', name));
  }

  /** Types into a filter, or chooses its value. */
  async setFilter(label: FilterLabel, value: string): Promise<void> {
    const field = this.filter(label);
    if (!(await field.isVisible())) await this.page.getByRole('button', { name: /^More filters/ }).click();
    if ((await field.evaluate(({ tagName }) => tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }

  /** The filters in the address. */
  get search(): Record<string, string> {
    return Object.fromEntries(new URL(this.page.url()).searchParams);
  }

  /** The button that pauses the list, or lets it go on. */
  get pauseButton(): Locator {
    return this.page.getByRole('button', { name: /^(Pause|Go on)/ });
  }

  get topics(): Locator {
    return this.page.getByRole('navigation', { name: 'Topics' });
  }

  /** The message that is read. */
  get detail(): Locator {
    return this.page.getByRole('article', { name: 'Message', exact: true });
  }

  /** Opens a message of the list. */
  async read(text: string): Promise<Locator> {
    await this.row(text).getByRole('link').click();
    await this.detail.waitFor();
    return this.detail;
  }

  /** What the page says about an action. */
  notice(text: string | RegExp): Locator {
    return this.page.getByRole('status').filter({ hasText: text });
  }

  /** A part of the page about a consumer, a publisher or a message class. */
  card(name: string | RegExp): Locator {
    return this.page.getByRole('article', { name });
  }

  /** What was copied last. */
  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }
}

/** A figure of a card. @param group the title of its group */
export async function figure(card: Locator, group: string, name: string): Promise<string> {
  const figures = card
    .locator('.figures')
    .filter({ has: card.page().getByRole('heading', { name: group, exact: true }) });
  const term = card
    .page()
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${name}$`) });
  return figures.locator('div').filter({ has: term }).getByRole('definition').innerText();
}
