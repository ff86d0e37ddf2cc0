/** Kinds whose frames are no stack of images: tiles of a slide, masks over other images. */
const NO_STACK: ReadonlySet<string> = new Set(['Slide', 'Segmentation']);

/** Whether the frames of an object are images to be looked at one after the other. */
export function isStack({ image, kind }: { readonly image: unknown; readonly kind: string }): boolean {
  return image !== null && !NO_STACK.has(kind);
}
