import { cache, Enums, type StackViewport, type Types } from '@cornerstonejs/core';
import {
  isCurve,
  openingVoi,
  type Voi,
  windowEnds,
  windowOfVoi,
} from '../../electron/shared/frame-values.ts';
import { type Camera, cameraOf, centreOn, drawnAffine, lookAs, sameCamera, zoomAbout } from './camera.ts';
import { dataRange } from './display-frame.ts';
import { renderingEngine } from './engine.ts';
import type { ViewFrame } from './frame-cache.ts';
import type { FrameSource } from './frame-source.ts';
import { type RegisteredImage, registeredImage, registerSource } from './image-registry.ts';
import { shapeOf, type StackState } from './shown.ts';
import { type WindowLevel, windowOfRange } from './window-level.ts';

let views = 0;

/** How a stack is looked at. */
export interface Pose {
  readonly index: number;
  /** Null: each frame's own. */
  readonly window: WindowLevel | null;
  readonly inverted: boolean;
  /** Null: the whole image, in the middle. */
  readonly camera: Camera | null;
}

function sameWindow(a: WindowLevel | null, b: WindowLevel | null): boolean {
  return a?.centre === b?.centre && a?.width === b?.width;
}

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
  /** The curve that the greys on the screen were made with, and which of a frame's two grey images holds them. */
  #greys = { index: -1, curve: '', second: false };

  constructor(element: HTMLDivElement, source: FrameSource, index: number) {
    views += 1;
    this.#id = `stack-${views}`;
    this.#element = element;
    this.source = source;
    const { imageIds, unregister } = registerSource(source, (at) => this.#voiAt(at));
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
    this.#show();
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
    // A curve is drawn into the image itself: it is another image.
    const { shown } = this.#state;
    if (shown !== null && (isCurve(shown.voi) || isCurve(this.#voiAt(shown.index)))) this.#show();
    else this.#applyWindow();
  }

  setInverted(inverted: boolean): void {
    this.#inverted = inverted;
    this.#applyWindow();
  }

  /** Magnifies about a point of the viewport (CSS pixels), which stays where it is; about the middle without one. */
  zoomBy(factor: number, at?: readonly [number, number]): void {
    const viewport = this.#viewport();
    const anchor: Types.Point2 = at === undefined ? this.middle : [at[0], at[1]];
    if (viewport !== undefined && zoomAbout(viewport, factor, anchor)) this.#fitted = false;
  }

  /** Moves the image by CSS pixels. */
  panBy(dx: number, dy: number): void {
    const viewport = this.#viewport();
    const [x, y] = this.middle;
    if (viewport !== undefined && centreOn(viewport, [x - dx, y - dy])) this.#fitted = false;
  }

  /** The whole image, upright, in the middle. */
  fit(): void {
    this.#fitted = true;
    const viewport = this.#viewport();
    viewport?.resetCamera();
    viewport?.render();
  }

  /** How it is looked at now; null before the first drawing. */
  get pose(): Pose | null {
    const viewport = this.#viewport();
    if (viewport === undefined || this.#state.shown === null) return null;
    return {
      index: this.#state.wanted,
      window: this.#window,
      inverted: this.#inverted,
      camera: this.#fitted ? null : cameraOf(viewport),
    };
  }

  /** Looks at the stack as another view of the same stack and size does. What is the same already is left alone. */
  follow(pose: Pose): void {
    const viewport = this.#viewport();
    const now = this.pose;
    if (viewport === undefined || now === null) return;
    if (pose.index !== now.index) this.show(pose.index);
    if (!sameWindow(pose.window, now.window)) this.setWindow(pose.window);
    if (pose.inverted !== now.inverted) this.setInverted(pose.inverted);
    if (pose.camera === null) {
      if (now.camera !== null) this.fit();
    } else if (!sameCamera(pose.camera, now.camera)) {
      this.#fitted = false;
      lookAs(viewport, pose.camera);
    }
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

  #show(): void {
    this.#display(this.#state.wanted).catch(() => {
      // Cornerstone rejects only for frames of a viewport that is being closed: `get` never throws.
    });
  }

  /** How a frame's values become greys now: under the reader's window, else as the frame opens. */
  #voiAt(index: number): Voi {
    const view = this.source.peek(index);
    if (view?.status !== 'decoded') return { kind: 'LINEAR', ...windowOfRange(0, 255) };
    const { display, decoded } = view;
    if (display.samples === 3) return { kind: 'LINEAR', ...(this.#window ?? windowOfRange(0, 255)) };
    const { values } = decoded;
    return this.#window === null
      ? openingVoi(values, display.range)
      : { kind: values.voiFunction, ...this.#window };
  }

  /** Place in the stack of the image that draws a frame as it is to be drawn now. */
  #placeOf(index: number): number {
    const voi = this.#voiAt(index);
    if (!isCurve(voi)) return index;
    const curve = voi.kind === 'TABLE' ? voi.kind : `${voi.centre} ${voi.width}`;
    if (this.#greys.index !== index || this.#greys.curve !== curve) {
      this.#greys = { index, curve, second: !this.#greys.second };
      const imageId = this.#imageIds[this.#greyPlace(index)] ?? '';
      if (cache.getImageLoadObject(imageId) !== undefined)
        cache.removeImageLoadObject(imageId, { force: true });
    }
    return this.#greyPlace(index);
  }

  #greyPlace(index: number): number {
    return index + (this.#greys.second ? 2 : 1) * this.source.frames.length;
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

  async #display(index: number): Promise<void> {
    const frame = await this.source.get(index);
    const viewport = this.#viewport();
    if (viewport === undefined || this.#state.wanted !== index) return;
    // Both renderers keep the last frame's matrix and data type; a frame of another form starts the stack anew.
    const shape = shapeOf(frame, this.source.frames[index]);
    const place = this.#placeOf(index);
    const imageId = this.#imageIds[place];
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#fitted = true;
      this.#refit = true;
      await viewport.setStack(this.#imageIds, place);
    } else if (viewport.getCurrentImageId() !== imageId) {
      // Not awaited: on the processor path the promise of a frame that was overtaken never settles.
      void viewport.setImageIdIndex(place);
    } else this.#applyWindow();
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
    const { view, index, curve } = current;
    const voi = this.#voiAt(index);
    if (view.status === 'decoded' && curve !== null) {
      const invert = view.display.whiteIsLow !== this.#inverted;
      viewport.setProperties({ voiRange: { lower: 0, upper: 255 }, invert });
    } else if (view.status === 'decoded' && !isCurve(voi)) {
      const [low, high] = windowEnds(voi, voi.kind);
      const { lower, upper, invert } = dataRange(view.display, { low, high }, this.#inverted);
      viewport.setProperties({ voiRange: { lower, upper }, invert });
    } else viewport.setProperties({ voiRange: { lower: 0, upper: 1 }, invert: false });
    viewport.render();
  }

  /** The frame that the viewport holds now. */
  #current(): (Pick<RegisteredImage, 'index' | 'frame' | 'curve'> & { view: ViewFrame }) | undefined {
    const imageId = this.#viewport()?.getCornerstoneImage()?.imageId;
    const registered = imageId === undefined ? undefined : registeredImage(imageId);
    const view = registered?.source.peek(registered.index);
    if (registered === undefined || view === undefined) return undefined;
    return { index: registered.index, frame: registered.frame, curve: registered.curve, view };
  }

  readonly #onRendered = (): void => {
    const viewport = this.#viewport();
    const current = this.#current();
    if (viewport === undefined || current === undefined) return;
    const toCanvas = drawnAffine(viewport, current.frame);
    const { index, frame, view } = current;
    const voi = this.#voiAt(index);
    this.#set({
      wanted: this.#state.wanted,
      shown: {
        index,
        frame,
        view,
        window: windowOfVoi(voi),
        voi,
        inverted: this.#inverted,
        zoom: Math.hypot(toCanvas[0], toCanvas[1]),
        toCanvas,
      },
    });
    this.source.focus(this.#state.wanted);
  };

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
