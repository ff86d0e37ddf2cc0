"""Does the map point at what the score is about? Two tests on real images, held in memory only.

Insertion: a soft opacity is laid at a known place into the lungs of a normal image; the map should rise there.
Exchange: what the map's box shows in a sick image is replaced by the mirror image of the other side; the logit should
fall, and fall further than when the other side is replaced by the box's. (Smoothing the box away is no test: a smooth
patch looks like haze, and the score rises wherever it is laid.)

Lengths are in pixels of the 256 × 256 input unless cells are named: a cell is a crop/16-th of the lung box.
"""

import numpy as np
import torch
from skimage.filters import gaussian
from skimage.measure import label as connected

from . import data, evaluation, networks

SIGMAS = {'small': 5.0, 'medium': 9.0, 'large': 14.0}
STRENGTH = 0.5
NEAR = 1.0


def blob(row, column, sigma, size):
    """A round Gaussian of height 1, float32 [size, size]."""
    place = np.arange(size)
    return np.exp(-((place[:, None] - row) ** 2 + (place[None, :] - column) ** 2) / (2 * sigma**2)).astype(np.float32)


def place_inside(mask, sigma, random):
    """A random (row, column) whose surroundings of ± sigma lie at least to 80 % inside the soft mask; None where there is none."""
    rows, columns = np.nonzero((mask >= 0.5) & (gaussian(mask, sigma) >= 0.8))
    if not len(rows):
        return None
    chosen = random.integers(len(rows))
    return int(rows[chosen]), int(columns[chosen])


def strongest_box(cells, threshold):
    """(first row, first column, last row, last column) of the connected part with the highest peak, the product's rule; None below the threshold."""
    if cells.max() < threshold:
        return None
    parts = connected(cells >= threshold, connectivity=2)
    row, column = np.unravel_index(np.argmax(cells), cells.shape)
    rows, columns = np.nonzero(parts == parts[row, column])
    return rows.min(), columns.min(), rows.max(), columns.max()


def middle_of_peak(cells):
    """Centre of mass of what is at least 90 % of the peak and touches it: a flat top has no single peak pixel."""
    row, column, = np.unravel_index(np.argmax(cells), cells.shape)
    parts = connected(cells >= 0.9 * cells[row, column], connectivity=2)
    rows, columns = np.nonzero(parts == parts[row, column])
    weight = cells[rows, columns]
    return float((rows * weight).sum() / weight.sum()), float((columns * weight).sum() / weight.sum())


def read(model, image):
    """(soft mask, logit, map, box as [cx, cy, hx, hy]) of one image [256, 256]."""
    with torch.no_grad():
        x = torch.from_numpy(np.ascontiguousarray(image, dtype=np.float32))[None, None]
        mask, logit, attention = model(x)
        return mask[0, 0].numpy(), float(logit), attention[0, 0].numpy(), networks.lung_box(mask)[0].numpy()


def covers(box, row, column, grow=0.0):
    return box is not None and box[0] - grow <= row <= box[2] + grow and box[1] - grow <= column <= box[3] + grow


def insertion(model, images, threshold, cells, random):
    """One dict for each inserted opacity. images: normal ones, [n, 256, 256]; cells: cells along an edge of the lung box."""
    size, found = images.shape[1], []
    for image in images:
        image = image.astype(np.float32)
        mask, logit, before, box = read(model, image)
        cell = np.array([box[3], box[2]]) * size / cells
        for word, sigma in SIGMAS.items():
            place = place_inside(mask, sigma, random)
            if place is None:
                continue
            _, risen, after, _ = read(model, image + STRENGTH * blob(*place, sigma, size) * (1 - image))
            peak, rise = np.array(middle_of_peak(after)), np.array(middle_of_peak(np.maximum(after - before, 0) + 1e-9))
            marked = strongest_box(after, threshold)
            found.append({
                'size': word, 'rise': risen - logit, 'place': place, 'cell': cell.tolist(), 'peak': ((peak - place) / cell).tolist(),
                'change': ((rise - place) / cell).tolist(), 'changed': float((after - before).max()), 'at': peak.tolist(), 'box': marked,
                'covered': covers(marked, *place),
                'share': 0.0 if marked is None else float((marked[2] - marked[0] + 1) * (marked[3] - marked[1] + 1) / (box[2] * box[3] * size**2)),
                'logit': risen})
    return found


def exchange(model, images, threshold):
    """Falls of the logit of sick images [n, 256, 256]: (box replaced by the other side, other side replaced by the box's), for each image with a box."""
    size, pairs = images.shape[1], []
    for image in images:
        image = image.astype(np.float32)
        _, logit, cells, lungs = read(model, image)
        box = strongest_box(cells, threshold)
        if box is None:
            continue
        middle, falls = (lungs[0] + 1) * size / 2 - 0.5, []
        mirrored = image[:, np.clip(np.round(2 * middle - np.arange(size)).astype(int), 0, size - 1)]
        for first, last in ((box[1], box[3]), (2 * middle - box[3], 2 * middle - box[1])):
            window = np.zeros((size, size), np.float32)
            window[box[0]:box[2] + 1, max(0, round(first)):max(0, round(last) + 1)] = 1
            window = gaussian(window, 3)
            falls.append(logit - read(model, image * (1 - window) + mirrored * window)[1])
        pairs.append(falls)
    return np.array(pairs).reshape(-1, 2)


def share(values):
    """A share with its bootstrap interval, and on how many."""
    values = np.asarray(values, float)
    return {'share': list(evaluation.interval(values)) if len(values) else None, 'of': len(values)}


def figures(found, random):
    """Figures of a list of insertions, for each size and for all."""
    out = {}
    for word in (*SIGMAS, 'all'):
        these = [f for f in found if word in (f['size'], 'all')]
        boxed = [f for f in these if f['box'] is not None]
        peak, change = (np.array([f[key] for f in these]) for key in ('peak', 'change'))
        # Chance: the same boxes against the place of another opacity of the same kind.
        other = random.permutation(len(boxed))
        out[word] = {
            'opacities': len(these), 'score rises': share([f['rise'] > 0 for f in these]), 'median rise of the logit': float(np.median([f['rise'] for f in these])),
            'change within a cell': share(np.abs(change).max(1) <= NEAR), 'peak within a cell': share(np.abs(peak).max(1) <= NEAR),
            'box there': share([f['box'] is not None for f in these]), 'box covers': share([f['covered'] for f in boxed]),
            'box covers by chance': share([covers(f['box'], *boxed[o]['place']) for f, o in zip(boxed, other)]),
            'median box share': float(np.median([f['share'] for f in boxed])) if boxed else None,
            'change dx': list(evaluation.interval(change[:, 1], np.median)), 'change dy': list(evaluation.interval(change[:, 0], np.median)),
            'change mean dx': list(evaluation.interval(change[:, 1])), 'change mean dy': list(evaluation.interval(change[:, 0])),
            'peak mean dx': list(evaluation.interval(peak[:, 1])), 'peak mean dy': list(evaluation.interval(peak[:, 0]))}
    return out


def measure(models, d, config, threshold, cells):
    """Both tests, each image by the network of the fold that did not train on it.

    models: fold number -> ChestAdult.
    config['pointing_images']: at most so many normal and so many sick images of a fold, drawn at random.
    """
    random = np.random.default_rng(config['seed'])
    found, pairs, most = [], [], config['pointing_images']
    for fold, model in models.items():
        _, test = data.split_indices(d['site'], d['label'], f'fold{fold}', config['folds'], config['seed'])
        well, sick = (random.permutation(test[d['label'][test] == value])[:most] for value in (0, 1))
        found += insertion(model, d['images'][well], threshold, cells, random)
        pairs.append(exchange(model, d['images'][sick], threshold))
    pairs = np.concatenate(pairs)
    return {'threshold': threshold, 'fwhm': {word: 2.355 * sigma for word, sigma in SIGMAS.items()}, 'folds': len(models), 'most': most, 'insertion': figures(found, random),
            'exchange': {'images': len(pairs), 'fall': list(evaluation.interval(pairs[:, 0])), 'fall on the other side': list(evaluation.interval(pairs[:, 1])),
                         'box falls further': share(pairs[:, 0] > pairs[:, 1])}}
