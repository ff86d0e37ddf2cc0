import { Enums, type StackViewport, type Types } from '@cornerstonejs/core';
import { initialWindow } from '../../electron/shared/window-presets.ts';
import { type Affine, affineFrom, apply, invert } from './affine.ts';
import { dataRange, modalityExtent } from './display-frame.ts';
import { renderingEngine } from './engine.ts';
import type { FrameSource, ViewFrame } from './frame-source.ts';
import { registeredImage, registerSource } from './image-registry.ts';
import type { StackFrame } from './stack-frames.ts';
import { displayRange, type WindowLevel, windowOfRange } from './window-level.ts';

/** What is on the screen at this moment; made new after every drawing. */
export interface Shown {
  readonly index: number;
  readonly frame: StackFrame;
  readonly view: ViewFrame;
  readonly window: WindowLevel;
  /** The reader turned the greys over. */
  readonly inverted: boolean;
  /** Screen pixels an image pixel (of a column). */
  readonly zoom: number;
  /** Image pixels (origin at the centre of the top left one) → CSS pixels of the viewport. */
  readonly toCanvas: Affine;
}

export interface StackState {
  /** Null before the first drawing. */
  readonly shown: Shown | null;
  /** The frame that was asked for; differs from `shown.index` while it loads. */
  readonly wanted: number;
}

let views = 0;

/**
 * One stack on the screen. Owns the Cornerstone viewport and is the only place that talks to it; the window, the
 * inversion and the index are kept here in modality units and given to Cornerstone for each frame.
 */
export class StackView {
  readonly source: FrameSource;
  readonly #element: HTMLDivElement;
  readonly #id: string;
  readonly #imageIds: string[];
  readonly #unregister: () => void;
  readonly #listeners = new Set<() => void>();
  readonly #resize: ResizeObserver;
  #state: StackState;
  /** Null: each frame's own opening window. */
  #window: WindowLevel | null = null;
  #inverted = false;
  #shape = '';
  #fitted = true;
  /** The next image has another form than the last: it is fitted anew. */
  #refit = true;
  #disposed = false;

  constructor(element: HTMLDivElement, source: FrameSource, index: number) {
    views += 1;
    this.#id = `stack-${views}`;
    this.#element = element;
    this.source = source;
    const { imageIds, unregister } = registerSource(source);
    this.#imageIds = imageIds;
    this.#unregister = unregister;
    this.#state = { shown: null, wanted: index };
    renderingEngine().enableElement({
      viewportId: this.#id,
      element,
      type: Enums.ViewportType.STACK,
      defaultOptions: { background: [0, 0, 0] },
    });
    element.addEventListener(Enums.Events.STACK_NEW_IMAGE, this.#onNewImage);
    element.addEventListener(Enums.Events.IMAGE_RENDERED, this.#onRendered);
    this.#resize = new ResizeObserver(() => this.#onResize());
    this.#resize.observe(element);
    this.show(index);
  }

  get state(): StackState {
    return this.#state;
  }

  /** Calls back after every change of `state`. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Goes to a frame; the nearest there is. */
  show(index: number): void {
    const last = this.source.frames.length - 1;
    const wanted = Math.max(0, Math.min(last, index));
    this.#set({ ...this.#state, wanted });
    this.#display(wanted).catch(() => {
      // Cornerstone rejects only for frames of a viewport that is being closed: `get` never throws.
    });
  }

  step(by: number): void {
    this.show(this.#state.wanted + by);
  }

  /** Asks again for a frame that did not arrive. */
  retry(): void {
    const { wanted } = this.#state;
    this.source.retry(wanted);
    this.#shape = '';
    this.show(wanted);
  }

  /** Null: back to each frame's own window. */
  setWindow(window: WindowLevel | null): void {
    this.#window = window;
    this.#applyWindow();
  }

  setInverted(inverted: boolean): void {
    this.#inverted = inverted;
    this.#applyWindow();
  }

  /** Magnifies about a point of the viewport (CSS pixels), which stays where it is; about the middle without one. */
  zoomBy(factor: number, at?: readonly [number, number]): void {
    const viewport = this.#viewport();
    const camera = viewport?.getCamera();
    if (viewport === undefined || camera?.parallelScale === undefined || camera.focalPoint === undefined)
      return;
    const scale = Math.max(1e-3, camera.parallelScale / factor);
    const anchor: Types.Point2 = at === undefined ? this.middle : [at[0], at[1]];
    const fixed = viewport.canvasToWorld(anchor);
    const ratio = scale / camera.parallelScale;
    const focalPoint = camera.focalPoint.map((value, axis) => {
      const about = fixed[axis] ?? 0;
      return about + (value - about) * ratio;
    }) as Types.Point3;
    this.#look(focalPoint, scale);
  }

  /** Moves the image by CSS pixels. */
  panBy(dx: number, dy: number): void {
    const viewport = this.#viewport();
    const camera = viewport?.getCamera();
    if (viewport === undefined || camera?.focalPoint === undefined || camera.parallelScale === undefined)
      return;
    const [x, y] = this.middle;
    this.#look(viewport.canvasToWorld([x - dx, y - dy]), camera.parallelScale);
  }

  /** The whole image, upright, in the middle. */
  fit(): void {
    this.#fitted = true;
    const viewport = this.#viewport();
    viewport?.resetCamera();
    viewport?.render();
  }

  dispose(): void {
    this.#disposed = true;
    this.#resize.disconnect();
    this.#element.removeEventListener(Enums.Events.STACK_NEW_IMAGE, this.#onNewImage);
    this.#element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.#onRendered);
    renderingEngine().disableElement(this.#id);
    this.#unregister();
    this.#listeners.clear();
  }

  #viewport(): StackViewport | undefined {
    return this.#disposed
      ? undefined
      : (renderingEngine().getViewport(this.#id) as StackViewport | undefined);
  }

  /** The middle of the viewport, CSS pixels. */
  get middle(): Types.Point2 {
    return [this.#element.clientWidth / 2, this.#element.clientHeight / 2];
  }

  #look(focalPoint: Types.Point3, parallelScale: number): void {
    const viewport = this.#viewport();
    const camera = viewport?.getCamera();
    if (viewport === undefined || camera?.focalPoint === undefined) return;
    this.#fitted = false;
    const position = camera.position?.map(
      (value, axis) => value + (focalPoint[axis] ?? 0) - (camera.focalPoint?.[axis] ?? 0),
    ) as Types.Point3;
    viewport.setCamera({ focalPoint, position });
    viewport.setCamera({ parallelScale });
    viewport.render();
  }

  async #display(index: number): Promise<void> {
    const frame = await this.source.get(index);
    const viewport = this.#viewport();
    if (viewport === undefined || this.#state.wanted !== index) return;
    // Both renderers keep the last frame's matrix and data type; a frame of another form starts the stack anew.
    const shape = shapeOf(frame, this.source.frames[index]);
    const imageId = this.#imageIds[index];
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#fitted = true;
      this.#refit = true;
      await viewport.setStack(this.#imageIds, index);
    } else if (viewport.getCurrentImageId() !== imageId) {
      // Not awaited: on the processor path the promise of a frame that was overtaken never settles.
      void viewport.setImageIdIndex(index);
    } else viewport.render();
  }

  readonly #onNewImage = (): void => {
    // The event comes before (processor) or after (graphics) the viewport takes the image; the drawing itself is a
    // later animation frame on both, so that a microtask sets the window in time.
    queueMicrotask(() => {
      if (this.#refit) this.#viewport()?.resetCamera();
      this.#refit = false;
      this.#applyWindow();
    });
  };

  #applyWindow(): void {
    const viewport = this.#viewport();
    const current = this.#current();
    if (viewport === undefined || current === undefined) return;
    const { view, frame } = current;
    if (view.status === 'decoded') {
      const window = this.#window ?? openingWindow(view, frame);
      const { lower, upper, invert } = dataRange(view.display, displayRange(window), this.#inverted);
      viewport.setProperties({ voiRange: { lower, upper }, invert });
    } else viewport.setProperties({ voiRange: { lower: 0, upper: 1 }, invert: false });
    viewport.render();
  }

  /** The frame that the viewport holds now. */
  #current(): { index: number; frame: StackFrame; view: ViewFrame } | undefined {
    const imageId = this.#viewport()?.getCornerstoneImage()?.imageId;
    const registered = imageId === undefined ? undefined : registeredImage(imageId);
    const view = registered?.source.peek(registered.index);
    if (registered === undefined || view === undefined) return undefined;
    return { index: registered.index, frame: registered.frame, view };
  }

  readonly #onRendered = (): void => {
    const viewport = this.#viewport();
    const current = this.#current();
    if (viewport === undefined || current === undefined) return;
    const toCanvas = this.#affine(viewport, current.frame);
    const window =
      this.#window ??
      (current.view.status === 'decoded'
        ? openingWindow(current.view, current.frame)
        : windowOfRange(0, 255));
    this.#set({
      wanted: this.#state.wanted,
      shown: {
        ...current,
        window,
        inverted: this.#inverted,
        zoom: Math.hypot(toCanvas[0], toCanvas[1]),
        toCanvas,
      },
    });
    this.source.focus(this.#state.wanted);
  };

  /** Taken from what Cornerstone really draws, so that marks cannot drift from the pixels. */
  #affine(viewport: StackViewport, frame: StackFrame): Affine {
    const [betweenRows, betweenColumns] = frame.image.pixelSpacing ?? [1, 1];
    // The processor path counts from the corner of the top left pixel, the graphics path from its centre.
    const half = isProcessorPath(viewport) ? 0.5 : 0;
    const at = (x: number, y: number) =>
      viewport.worldToCanvas([(x + half) * betweenColumns, (y + half) * betweenRows, 0]);
    return affineFrom(at(0, 0), at(1, 0), at(0, 1));
  }

  #onResize(): void {
    if (this.#disposed || this.#element.clientWidth < 2 || this.#element.clientHeight < 2) return;
    renderingEngine().resize(true, !this.#fitted);
    const viewport = this.#viewport();
    if (this.#fitted) viewport?.resetCamera();
    viewport?.render();
  }

  #set(state: StackState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function isProcessorPath(viewport: StackViewport): boolean {
  return (viewport as unknown as { useCPURendering: boolean }).useCPURendering;
}

/** The window a frame opens with: the file's first, else its whole range. */
function openingWindow(view: ViewFrame & { status: 'decoded' }, frame: StackFrame): WindowLevel {
  if (view.display.samples === 3) return windowOfRange(0, 255);
  return initialWindow(frame.image, modalityExtent(view.display, frame.image.pixelPadding));
}

function shapeOf(view: ViewFrame, frame: StackFrame | undefined): string {
  const spacing = frame?.image.pixelSpacing?.join() ?? '';
  if (view.status === 'failed') return `tile ${frame?.image.rows}×${frame?.image.columns} ${spacing}`;
  const { rows, columns, samples, data } = view.display;
  return `${rows}×${columns}×${samples} ${data.constructor.name} ${spacing}`;
}

/** Image pixel under a point of the viewport (CSS pixels). */
export function imagePoint(shown: Shown, at: readonly [number, number]): [number, number] {
  return apply(invert(shown.toCanvas), at);
}
