"""From a detector's map to its candidates. The reference of the product's `decodeDetections`."""

import numpy as np

MOST, OVERLAP = 20, 0.2


def overlap(a, b):
    """Intersection over union of boxes a [..., 4] and b [..., 4] (edges)."""
    wide = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    high = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    shared = np.maximum(wide, 0) * np.maximum(high, 0)
    area = lambda box: (box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1])  # noqa: E731
    return shared / np.maximum(area(a) + area(b) - shared, 1e-9)


def decode(candidates, floor, most=MOST, least_overlap=OVERLAP):
    """Candidates of one image from the map [5, rows, columns]: (logits [n], boxes [n, 4] in input pixels), best first.

    A cell counts where its logit reaches `floor` and none of its eight neighbours is higher (of equal ones the first in reading
    order). From the best down, one whose box overlaps a better one's by more than `least_overlap` (IoU) is dropped; `most` stay.
    """
    logit = candidates[0].astype(np.float64)
    rows, columns = logit.shape
    padded = np.pad(logit, 1, constant_values=-np.inf)
    peak = logit >= floor
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            if (down, across) == (0, 0):
                continue
            other = padded[1 + down:1 + down + rows, 1 + across:1 + across + columns]
            peak &= logit > other if (down, across) < (0, 0) else logit >= other
    at = np.flatnonzero(peak)
    at = at[np.argsort(-logit.ravel()[at], kind='stable')]
    boxes, kept = candidates[1:].reshape(4, -1).T.astype(np.float64), []
    for index in at:
        if all(overlap(boxes[index], boxes[other]) <= least_overlap for other in kept):
            kept.append(index)
            if len(kept) == most:
                break
    return logit.ravel()[kept], boxes[kept]
