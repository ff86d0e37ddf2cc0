import { cache, init, metaData, RenderingEngine, setUseCPURendering } from '@cornerstonejs/core';
import { getRenderingCapabilities } from '@cornerstonejs/core/utilities/renderingCapabilities';
import { registerFrameLoader } from './image-loader.ts';
import { frameMetadata } from './metadata-provider.ts';

/** Which renderer draws: the graphics card, or the processor where there is none (or only one in software). */
export type Backend = 'gpu' | 'cpu';

let engine: RenderingEngine | undefined;
let backend: Backend = 'cpu';

/**
 * The one rendering engine of the window, made at first use.
 *
 * A software rasterizer (SwiftShader, llvmpipe) draws stacks 1.3–1.5 times slower than Cornerstone's processor path,
 * so the graphics path is taken only where real hardware offers WebGL 2. `sessionStorage['overread.renderer']`
 * ('gpu' or 'cpu') overrides the choice; the tests use it to check both paths.
 */
export function renderingEngine(): RenderingEngine {
  if (engine !== undefined) return engine;
  init({ rendering: { webGlContextCount: 2 }, debug: {} });
  const able = getRenderingCapabilities();
  const wanted = sessionStorage.getItem('overread.renderer');
  const hardware = able.webgl2 && !able.softwareRasterizer;
  backend = wanted === 'gpu' || wanted === 'cpu' ? wanted : hardware ? 'gpu' : 'cpu';
  setUseCPURendering(backend === 'cpu', false);
  // Frames are kept by FrameSource; Cornerstone's own cache only has to hold what is being shown.
  cache.setMaxCacheSize(256 * 2 ** 20);
  registerFrameLoader();
  metaData.addProvider(frameMetadata, 1000);
  engine = new RenderingEngine('overread');
  return engine;
}

/** Which renderer was chosen; meaningful once `renderingEngine` was called. */
export function chosenBackend(): Backend {
  return backend;
}
