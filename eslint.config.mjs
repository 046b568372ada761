import js from '@eslint/js';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

const SPECS = ['**/*spec.ts', '**/*.conformance.ts', 'test/**/*.ts'];
/** Programs and tests meet the real environment and real time; product code is given both. */
const MAY_READ_ENV = ['**/main.ts', 'tools/**', 'test/**', '**/*.config.*'];
const MAY_READ_TIME = ['libs/kernel/src/clock.ts', 'tools/**', 'test/**'];

const forbid = (selector, message) => ({ selector, message });

const ALWAYS = [
  forbid("CallExpression[callee.property.name='forEach'] > :function[async=true]", 'Nobody waits for these promises.'),
  forbid("CallExpression[callee.name='forwardRef']", 'Two modules that need each other are one module, or three.'),
  forbid("Decorator[expression.callee.name='SubscribeMessage']", 'It loses messages in silence; hand the socket over.'),
  forbid(
    'ClassDeclaration[id.name=/(Service|Manager|Helper|Utils?|Handler|Impl|Mock)$/]',
    'Name a class for what it is (CallStore), not for a role that anything could have.',
  ),
  forbid('TSEnumDeclaration', 'A union of strings reads the same in a log, in Redis and in SQL.'),
  forbid(
    [
      'FunctionDeclaration[params.length>4]',
      'ArrowFunctionExpression[params.length>4]',
      "MethodDefinition[kind!='constructor'] > FunctionExpression[params.length>4]",
      "MethodDefinition[kind='constructor'] > FunctionExpression[params.length>7]",
    ].join(','),
    'Pass one object, with named parts.',
  ),
];
const ENV = forbid("MemberExpression[object.name='process'][property.name='env']", 'Only main.ts reads it.');
const TIME = [
  forbid("CallExpression[callee.object.name=/^(Date|performance)$/][callee.property.name='now']", 'Take a Clock.'),
  forbid("CallExpression[callee.object.name='process'][callee.property.name='hrtime']", 'Take a Clock.'),
  forbid("NewExpression[callee.name='Date'][arguments.length=0]", 'Take a Clock.'),
  forbid('CallExpression[callee.name=/^(setTimeout|setInterval)$/]', 'Take a Clock.'),
  forbid('ImportDeclaration[source.value=/^(node:)?timers/]', 'Take a Clock.'),
];
const restricted = (...rules) => ({ 'no-restricted-syntax': ['error', ...rules.flat()] });

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'coverage/',
      '.local/',
      'libs/persistence/src/generated/',
      'libs/client/src/generated/',
      '**/*.d.mts',
    ],
  },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'URL', 'WebAssembly', 'crypto', 'module', 'require', '__dirname'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/only-throw-error': 'error',
      'no-undef': 'off', // the compiler's
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      ...restricted(ALWAYS, ENV, TIME),
    },
  },
  { files: MAY_READ_ENV, rules: restricted(ALWAYS, TIME) },
  { files: MAY_READ_TIME, rules: restricted(ALWAYS, ENV) },
  { files: ['tools/**', 'test/**'], rules: restricted(ALWAYS) },
  {
    files: SPECS,
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert', '**.expect*'] }],
      'jest/no-disabled-tests': 'error',
      'jest/no-focused-tests': 'error',
      'jest/no-conditional-expect': 'error',
      'jest/no-export': 'off', // a conformance suite is exported on purpose
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
    },
  },
);
