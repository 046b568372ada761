const PLACES = ['apps', 'libs', 'prisma', 'test', 'tools'];

/** @type {import('jest').Config} */
const common = {
  testEnvironment: 'node',
  roots: PLACES.map((place) => `<rootDir>/${place}`),
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@app/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@app/([^/]+)/(ports|testing)$': '<rootDir>/libs/$1/src/$2/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
};

/** Jest starts them once for all projects of a run, and not at all when no suite of theirs is in it. */
const stores = {
  globalSetup: '<rootDir>/test/setup/open-stores.mjs',
  globalTeardown: '<rootDir>/test/setup/close-stores.mjs',
};
const whole = { ...stores, globalSetup: '<rootDir>/test/setup/build-and-open-stores.mjs' };

// A kind of spec that no project takes would never run; tools/check/listed-specs.ts looks for such files.
/** @type {import('jest').Config} */
export default {
  projects: [
    { ...common, displayName: 'unit', testRegex: '\\.spec\\.tsx?$' },
    { ...common, ...stores, displayName: 'store', testRegex: '\\.store-spec\\.tsx?$' },
    { ...common, ...whole, displayName: 'e2e', testRegex: '\\.e2e-spec\\.tsx?$' },
    { ...common, ...whole, displayName: 'faults', testRegex: '\\.fault-spec\\.tsx?$' },
  ],
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*spec.ts', '!**/index.ts', '!**/*.d.ts', '!libs/*/src/generated/**'],
  coverageReporters: ['text-summary', 'lcovonly', 'json-summary'],
  coverageThreshold: { global: { lines: 85 } },
  // Against a test that hangs, not a measure of speed: a machine that does other things too may take its time.
  testTimeout: 30_000,
};
