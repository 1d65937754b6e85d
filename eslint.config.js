import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { coreGlobals, coreImportsRule, coreProperties } from './eslint/core-rule.js';
import { coreExceptions, coreFiles } from './eslint/layers.js';
import { layersRule } from './eslint/layers-rule.js';

const mapreduce = { rules: { layers: layersRule, 'core-imports': coreImportsRule } };
const typescript = ['**/*.ts', '**/*.tsx'];

const enums = {
  selector: 'TSEnumDeclaration',
  message: 'Use a union of string literals, or an object as const.',
};
const defaultExports = [
  'ExportDefaultDeclaration',
  'ExportSpecifier[exported.name="default"]',
  'TSExportAssignment',
].map((selector) => ({ selector, message: 'Export by name.' }));

export default defineConfig(
  { ignores: ['**/node_modules/', '**/dist/', '**/coverage/', 'bench/.data/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    // TypeScript checks these files too (checkJs), undefined names included.
    files: ['**/*.js'],
    extends: [js.configs.recommended],
    rules: { 'no-undef': 'off' },
  },

  {
    files: typescript,
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-restricted-syntax': ['error', enums, ...defaultExports],
      eqeqeq: 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Grafana's second schema is read by no sidecar yet: dashboards keep to the first.
      '@typescript-eslint/no-deprecated': [
        'error',
        {
          allow: [
            {
              from: 'package',
              package: '@grafana/grafana-foundation-sdk',
              name: 'DashboardBuilder',
            },
          ],
        },
      ],
      // An import that only names types must vanish, or it would load its module.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },

  {
    files: ['packages', 'e2e', 'bench', 'examples'].map((folder) => `${folder}/**/*.{ts,tsx}`),
    plugins: { mapreduce },
    rules: { 'mapreduce/layers': 'error' },
  },

  {
    files: ['**/*.test.ts', '**/*.test.tsx'],
    rules: { 'max-lines': ['error', { max: 500, skipBlankLines: false, skipComments: false }] },
  },

  {
    // A user's program is its default export.
    files: ['examples/**', '**/fixtures/**', '**/programs/**'],
    rules: { 'no-restricted-syntax': ['error', enums] },
  },

  {
    files: coreFiles,
    ignores: coreExceptions,
    plugins: { mapreduce },
    rules: {
      'mapreduce/core-imports': 'error',
      'no-restricted-globals': ['error', ...coreGlobals],
      'no-restricted-properties': ['error', ...coreProperties],
    },
  },
);
