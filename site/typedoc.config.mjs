import { OptionDefaults } from 'typedoc';

/** The tag marks what users may rely on. Here all is. */
const PUBLIC = '@publicApi';

/** Names each entry as it is imported. */
function nameEntries(app) {
  app.converter.on('resolveBegin', ({ project }) => {
    for (const entry of project.children ?? []) {
      entry.name = entry.name === 'index' ? project.packageName : `${project.packageName}/${entry.name}`;
    }
  });
}

export default {
  tsconfig: '../tsconfig.build.json',
  plugin: ['typedoc-plugin-markdown', nameEntries],
  readme: 'none',
  router: 'member',
  entryFileName: 'index',
  name: 'API',
  blockTags: [...OptionDefaults.blockTags, PUBLIC],
  excludeTags: [...OptionDefaults.excludeTags, PUBLIC],
  logLevel: 'Warn',
  treatWarningsAsErrors: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  useHTMLEncodedBrackets: true,
  sanitizeComments: true,
  parametersFormat: 'table',
  enumMembersFormat: 'table',
  typeDeclarationFormat: 'table',
};
