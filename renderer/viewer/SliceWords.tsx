import { TriangleAlert } from 'lucide-react';
import type { FramePlace } from './stack-frames.ts';

type Place = FramePlace | undefined;

/** What is wrong beside this slice, where it cannot be overlooked. */
export function SliceNotices({ place }: { readonly place: Place }) {
  return (place?.notices ?? []).map((notice) => (
    <div key={notice} className="overlay__notice" data-testid="slice-notice">
      <TriangleAlert size={13} aria-hidden /> {notice}
    </div>
  ));
}

/**
 * 'slice 15/28 location 20.50 mm': which of its stack this is, and where. Slice Location as the file states it and position along the
 * normal are two numbers, so each has its name.
 */
export function SliceWords({
  place,
  index,
  count,
}: {
  readonly place: Place;
  readonly index: number;
  readonly count: number;
}) {
  const location = place?.location ?? null;
  return (
    <>
      <span className="quiet">{place?.slice === true ? 'slice' : 'image'}</span> {index + 1}/{count}
      {location === null ? null : (
        <>
          {' '}
          <span className="quiet">{place?.locationSource === 'file' ? 'location' : 'position'}</span>{' '}
          {location.toFixed(2)} <span className="quiet">mm</span>
        </>
      )}
    </>
  );
}
