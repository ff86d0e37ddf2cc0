declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const factory: (options: Record<string, unknown>) => Promise<unknown>;
  export default factory;
}
