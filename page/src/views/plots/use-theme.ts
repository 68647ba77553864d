import { useEffect, useState } from 'preact/hooks';

const QUERIES = ['print', '(prefers-color-scheme: dark)', '(prefers-contrast: more)'];

/** Changes when the colours of the page change, because a canvas keeps the colours with which it was drawn. */
export function useTheme(): string {
  const [theme, setTheme] = useState(currentTheme);
  useEffect(() => {
    const queries = QUERIES.map((query) => matchMedia(query));
    const onChange = (): void => setTheme(currentTheme());
    for (const query of queries) query.addEventListener('change', onChange);
    return () => {
      for (const query of queries) query.removeEventListener('change', onChange);
    };
  }, []);
  return theme;
}

function currentTheme(): string {
  return QUERIES.filter((query) => matchMedia(query).matches).join();
}
