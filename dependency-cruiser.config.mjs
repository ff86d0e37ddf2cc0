/** The layer map of docs/architecture.md, as a machine checks it. */
const LAYERS = {
  shared: [],
  domain: ['shared'],
  dicom: ['shared', 'domain'],
  store: ['shared', 'domain'],
  inference: ['shared', 'domain', 'dicom'],
  services: ['shared', 'domain', 'dicom'],
  network: ['shared', 'services'],
  api: ['shared', 'services'],
};

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `${layer}-imports-only-its-own`,
  severity: 'error',
  from: { path: `^electron/${layer}/` },
  to: {
    path: '^(electron|renderer|tests|scripts|resources)/',
    pathNot: [`^electron/(${[layer, ...allowed].join('|')})/`],
  },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'shared-knows-only-zod',
      severity: 'error',
      from: { path: '^electron/shared/' },
      to: { pathNot: ['^electron/shared/', '^node_modules/zod/'] },
    },
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: '^electron/domain/' },
      to: { pathNot: ['^electron/(shared|domain)/', '^node_modules/zod/'] },
    },
    {
      name: 'electron-only-in-its-host',
      severity: 'error',
      from: { pathNot: '^electron/hosts/electron/' },
      to: { path: '^(electron$|node_modules/electron/)' },
    },
    {
      name: 'hosts-know-no-renderer',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^renderer/' },
    },
    {
      name: 'renderer-speaks-shared',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^electron/', pathNot: '^electron/shared/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-are-strangers',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'cornerstone-only-in-viewer',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '^renderer/viewer/' },
      to: { path: '^node_modules/@cornerstonejs/' },
    },
    {
      name: 'sql-only-in-store',
      severity: 'error',
      from: { path: '^(electron|renderer)/', pathNot: '^electron/store/' },
      to: { path: '^node_modules/better-sqlite3' },
    },
    {
      // What is not here cannot open a connection: offline unless configured (principle 4). The hosts serve the window and hold the instance lock.
      name: 'sockets-only-in-network',
      severity: 'error',
      from: { path: '^electron/', pathNot: '^electron/(network|hosts)/' },
      to: { path: '^(node:)?(http|https|http2|net|tls|dns|dns/promises|dgram|inspector)$' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules/.cache|dist|out|\\.cache)/' },
  },
};
