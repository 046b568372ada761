/** Who may import whom, for dependency-cruiser. A room that is not named on the right is out of reach. */
const MAY_IMPORT = {
  kernel: [],
  audio: ['kernel'],
  conversation: ['kernel', 'audio'],
  providers: ['kernel', 'audio', 'conversation/src/ports'],
  telephony: ['kernel', 'audio', 'conversation/src/ports'],
  functions: ['kernel', 'conversation/src/ports'],
  integrations: ['kernel', 'functions/src/ports'],
  'live-state': ['kernel', 'conversation/src/ports', 'functions/src/ports'],
  persistence: ['kernel', 'conversation/src/ports', 'functions/src/ports'],
  jobs: ['kernel'],
  boot: ['kernel'],
  client: [],
};
/** api and worker may reach every room; these two stand outside, as a carrier and a browser do. */
const OUTSIDE = { lab: ['kernel', 'audio', 'boot'], dashboard: ['client'] };

const DOORS = '^libs/[^/]+/src/(index|(ports|testing)/index)\\.ts$';
const TESTS = ['spec\\.ts$', '\\.conformance\\.ts$', '/testing/', '^test/'];
const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
/** A room's specs, conformance suites and fakes may also use the `testing` doors of the rooms in the list. */
const reach = (who, path, rooms) =>
  rule(`${who}-reach`, { path, pathNot: TESTS }, { path: '^libs/', pathNot: [path, ...rooms.map(toRoom)] });
const testReach = (who, path, rooms) =>
  rule(
    `${who}-test-reach`,
    { path: `${path}.*(spec|conformance)\\.ts$|${path}.*/testing/` },
    { path: '^libs/', pathNot: [path, '^libs/[^/]+/src/testing/', ...rooms.map(toRoom)] },
  );
const toRoom = (room) => `^libs/${room}/`;
const walls = [
  ...Object.entries(MAY_IMPORT).map(([room, rooms]) => [room, `^libs/${room}/`, rooms]),
  ...Object.entries(OUTSIDE).map(([app, rooms]) => [app, `^apps/${app}/`, rooms]),
];
/** A package that only some rooms know. */
const only = (name, packages, rooms) =>
  rule(name, { path: '^(libs|apps)/', pathNot: [...TESTS, ...rooms] }, { path: `node_modules/(${packages})/` });

module.exports = {
  forbidden: [
    rule('no-circles', {}, { circular: true }, 'two files that need each other are one file, or three'),
    rule(
      'door-only',
      { path: '^(?:apps|libs|tools|prisma|test)/([^/]+)' },
      { path: '^libs/', pathNot: ['^libs/$1/', DOORS] },
      'come in by the door',
    ),
    rule('no-app-in-a-lib', { path: '^libs/' }, { path: '^apps/' }),
    rule('apps-apart', { path: '^apps/([^/]+)/' }, { path: '^apps/', pathNot: '^apps/$1/' }),
    rule('no-tool-in-the-product', { path: '^(apps|libs)/', pathNot: TESTS }, { path: '^(tools|test|prisma)/' }),
    rule(
      'bare-core',
      { path: '^libs/(kernel|audio|conversation)/', pathNot: TESTS },
      { path: 'node_modules', pathNot: ['speex-resampler-wasm', 'node_modules/@types/node/'] },
      'no Nest, no SDK, no ORM',
    ),
    rule(
      'nest-at-the-rim',
      { path: '^libs/', pathNot: '\\.module\\.ts$|spec\\.ts$' },
      { path: 'node_modules/@nestjs' },
    ),
    only('prisma-stays-home', '@prisma|pg', ['^libs/persistence/']),
    // the soak counts the keys that are left, from outside
    only('redis-stays-home', 'ioredis|bullmq', ['^libs/(live-state|jobs)/', '^apps/lab/src/load/lasting-keys']),
    only('vendors-stay-home', 'openai', ['^libs/providers/']),
    only('onnx-stays-home', 'onnxruntime-node', ['^libs/providers/', '^apps/lab/src/bare/']),
    rule('fakes-stay-in-tests', { path: '^(apps|libs)/', pathNot: TESTS }, { path: '^libs/.*/testing/' }),
    ...walls.map((wall) => reach(...wall)),
    ...walls.map((wall) => testReach(...wall)),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|generated)/' },
  },
};
