"""Does a map of the whole image point at what its score is about? Cells taken away, cells given back, opacities laid in.

Deletion and insertion after Petsiuk et al. 2018 (RISE): cells are exchanged for a strongly smoothed image, which keeps exposure and outline, in
the order of the map, in a random order, and in the order of the distance from the middle of the image (what a map that knows nothing could do).
"""

import numpy as np

from . import changes, evaluation, pointing

SHARES = (0, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0)


def scores_of(predict, images):
    return 1 / (1 + np.exp(-predict(np.asarray(images, np.float32))[0].astype(np.float64)))


def with_cells(base, other, order, share, cells):
    """`base` with the first cells (a share of all) of each order [n, cells²] taken from `other`."""
    count = round(share * cells * cells)
    chosen = np.zeros((len(base), cells * cells), bool)
    np.put_along_axis(chosen, order[:, :count], True, 1)
    step = base.shape[1] // cells
    where = chosen.reshape(-1, cells, cells).repeat(step, 1).repeat(step, 2)
    return np.where(where, other, base)


def curves(predict, images, cells, seed=8):
    """Mean score at each of SHARES when cells of sick images [n, s, s] are taken away or given back, for three orders; and the area's difference.

    predict(images) -> (logits [n], maps [n, s, s]).
    """
    images = np.asarray(images, np.float32)
    size = images.shape[1]
    smooth = changes.blurred(images, size / 12)
    maps = predict(images)[1].reshape(len(images), cells, size // cells, cells, size // cells).mean((2, 4)).reshape(len(images), -1)
    random = np.random.default_rng(seed)
    place = (np.arange(cells) - (cells - 1) / 2) ** 2
    central = np.argsort(np.add.outer(place, place).ravel() + random.random(cells * cells) * 1e-3)
    orders = {'the map': np.argsort(-maps, 1), 'at random': np.argsort(random.random(maps.shape), 1), 'from the middle': np.tile(central, (len(images), 1))}
    out = {}
    for word, base, other in (('deletion', images, smooth), ('insertion', smooth, images)):
        rows = {name: np.array([scores_of(predict, with_cells(base, other, order, share, cells)) for share in SHARES]) for name, order in orders.items()}
        area = {name: ((row[1:] + row[:-1]) / 2 * np.diff(SHARES)[:, None]).sum(0) for name, row in rows.items()}
        sign = 1 if word == 'deletion' else -1
        out[word] = {'shares': list(SHARES), 'curves': {name: row.mean(1).tolist() for name, row in rows.items()},
                     'areas': {name: list(evaluation.interval(value)) for name, value in area.items()},
                     'map better than random': list(evaluation.interval(sign * (area['at random'] - area['the map']) > 0)),
                     'gain over random': list(evaluation.interval(sign * (area['at random'] - area['the map']))),
                     'gain over the middle': list(evaluation.interval(sign * (area['from the middle'] - area['the map'])))}
    return {'images': len(images), **out}


def opacities(predict, images, masks, threshold, cells, seed=9):
    """Soft opacities laid into the lungs of normal images: whether the score rises, the map rises there, and the product's box covers them.

    masks: soft lung masks uint8 [n, 64, 64] that say where lungs are. Sizes as `pointing.SIGMAS`, for 256 pixels.
    """
    random, size = np.random.default_rng(seed), images.shape[1]
    images = np.asarray(images, np.float32)
    logits, maps = predict(images)
    found, scale = [], size / 256
    for word, sigma in pointing.SIGMAS.items():
        changed, at = [], []
        for index, (image, mask) in enumerate(zip(images, masks)):
            place = pointing.place_inside(mask.astype(np.float32) / 255, sigma / 4, random)
            if place is None:
                continue
            place = [(v + 0.5) * size / 64 - 0.5 for v in place]
            changed.append(image + pointing.STRENGTH * pointing.blob(*place, sigma * scale, size) * (1 - image))
            at.append((index, *place))
        if not changed:
            continue
        after_logits, after_maps = predict(np.array(changed))
        for (index, row, column), risen, after in zip(at, after_logits, after_maps):
            rise = np.array(pointing.middle_of_peak(np.maximum(after - maps[index], 0) + 1e-9))
            box = pointing.strongest_box(after, threshold)
            found.append({'size': word, 'rise': float(risen - logits[index]), 'away': (np.abs(rise - (row, column)) / (size / cells)).tolist(),
                          'covered': pointing.covers(box, row, column), 'box': box, 'place': (row, column)})
    out = {}
    for word in (*pointing.SIGMAS, 'all'):
        these = [f for f in found if word in (f['size'], 'all')]
        boxed = [f for f in these if f['box'] is not None]
        if not these:
            continue
        other = random.permutation(len(boxed))
        out[word] = {'opacities': len(these), 'score rises': pointing.share([f['rise'] > 0 for f in these]),
                     'map rises within a cell and a half': pointing.share([max(f['away']) <= 1.5 for f in these]),
                     'box there': pointing.share([f['box'] is not None for f in these]), 'box covers': pointing.share([f['covered'] for f in boxed]),
                     'box covers by chance': pointing.share([pointing.covers(f['box'], *boxed[o]['place']) for f, o in zip(boxed, other)])}
    return out
