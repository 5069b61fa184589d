// The allowed imports between the folders of the repository. `test/integration/boundaries.test.ts` proves that
// this check sees the modules; npm packages are bounded by each package.json and pnpm's strict node_modules.
const allowed = {
  'services/domain': [],
  'services/adapters': ['services/domain', 'schemas'],
  'services/intake': ['services/domain', 'schemas'],
  'services/processor': ['services/domain', 'schemas'],
  'services/gateway': ['services/domain', 'schemas'],
  'services/web': ['services/domain/events', 'services/domain/stream', 'services/sdk'],
  // The SDK shows visits in their wire form, which stands beside the visit.
  'services/sdk': ['services/domain/stream', 'services/domain/visit/visit-json.ts'],
  'services/cli': ['services', 'schemas', 'seeds'],
  schemas: ['services/domain'],
  seeds: ['services/domain', 'schemas'],
};

const tests = '[.]test[.]ts$';
const anyFolder = '^(services|schemas|seeds|test|infra)/';
const within = (folders) => folders.map((folder) => `^${folder}(/|$)`);

module.exports = {
  forbidden: [
    ...Object.entries(allowed).map(([folder, others]) => ({
      name: `${folder.replace('/', '-')}-imports`,
      severity: 'error',
      from: { path: `^${folder}/`, pathNot: tests },
      to: { path: anyFolder, pathNot: within([folder, ...others]) },
    })),
    {
      name: 'domain-is-pure',
      comment: 'No library and no node: module either.',
      severity: 'error',
      from: { path: '^services/domain/', pathNot: tests },
      to: { pathNot: '^services/domain/' },
    },
    {
      name: 'services-are-apart',
      comment: 'Not even in tests; what needs two services stands under test/.',
      severity: 'error',
      from: { path: '^services/(intake|processor|gateway)/' },
      to: { path: '^services/(intake|processor|gateway|cli)/', pathNot: '^services/$1/' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'no-unresolved',
      comment: 'The words of the page are a module that the gateway writes when it is asked for.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^./words.js$' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
