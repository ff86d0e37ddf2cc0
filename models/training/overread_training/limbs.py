"""The limb radiographs: reading, letterboxing, caching, splitting. The folder is given by the caller, never fixed."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from . import detection, letterbox, preprocess

SIZE, LOW, HIGH = 448, 1, 99.5


def read_rows(folder):
    """Rows of labels.csv in file order, each with `boxes`: float64 [n, 4] x0, y0, x1, y1 in the image's pixels (edges)."""
    with open(Path(folder) / 'labels.csv', newline='', encoding='utf-8') as handle:
        rows = list(csv.DictReader(handle))
    found = {row['image']: [] for row in rows}
    with open(Path(folder) / 'boxes.csv', newline='', encoding='utf-8') as handle:
        for box in csv.DictReader(handle):
            found[box['image']].append([float(box[side]) for side in ('xmin', 'ymin', 'xmax', 'ymax')])
    for row in rows:
        row['boxes'] = np.array(found[row['image']], np.float64).reshape(-1, 4)
    return rows


def to_input(pixels, photometric='MONOCHROME2', slope=1.0, intercept=0.0, row_spacing=1.0, column_spacing=1.0, size=SIZE):
    """Stored pixels -> float32 [size, size] in 0..1: percentiles 1 and 99.5 of the whole image, letterboxed on 0."""
    values = preprocess.monochrome2(preprocess.grey(pixels, slope, intercept), photometric)
    return letterbox.laid(preprocess.percentile_window(values, LOW, HIGH), size, row_spacing, column_spacing).astype(np.float32)


def prepare(folder, cache, size=SIZE):
    """Letterbox every image once: CACHE/images.npy uint8 [n, size, size] and CACHE/facts.npz."""
    cache, rows = Path(cache), read_rows(folder)
    cache.mkdir(parents=True, exist_ok=True)
    most = max(len(row['boxes']) for row in rows)
    images = np.lib.format.open_memmap(cache / 'images.part.npy', 'w+', np.uint8, (len(rows), size, size))
    boxes, counts, shapes = np.zeros((len(rows), most, 4), np.float32), np.zeros(len(rows), np.int64), np.zeros((len(rows), 2), np.int64)
    for index, row in enumerate(rows):
        pixels = np.asarray(Image.open(Path(folder) / 'images' / row['image']))
        images[index] = np.round(to_input(pixels, size=size) * 255)
        counts[index], shapes[index] = len(row['boxes']), pixels.shape[:2]
        boxes[index, :counts[index]] = letterbox.boxes_to_input(row['boxes'], *pixels.shape[:2], size)
    images.flush()
    (cache / 'images.part.npy').replace(cache / 'images.npy')
    np.savez(cache / 'facts.npz', names=np.array([row['image'] for row in rows]), boxes=boxes, counts=counts, shapes=shapes,
             label=np.array([int(row['fractured']) for row in rows]), block=np.array([row['block'] for row in rows]),
             region=np.array([detection.REGIONS.index(row['region']) for row in rows]), hardware=np.array([int(row['hardware']) for row in rows]))


def load(cache):
    """(images as a memory map, facts as a dict of arrays) as `prepare` wrote them."""
    with np.load(Path(cache) / 'facts.npz') as kept:
        facts = {name: kept[name] for name in kept.files}
    return np.load(Path(cache) / 'images.npy', mmap_mode='r'), facts


def folds(facts, count, seed):
    """The fold of every image: whole blocks, spread by their share of fractures and of hands."""
    random, names = np.random.default_rng(seed), np.unique(facts['block'])
    share = np.array([facts['label'][facts['block'] == name].mean() for name in names])
    hands = np.array([(facts['region'][facts['block'] == name] == 0).mean() for name in names])
    order = np.lexsort((random.random(len(names)), np.round(hands * 3), np.digitize(share, (0.02, 0.09, 0.15, 0.3, 0.9))))
    fold = np.empty(len(names), np.int64)
    for start in range(0, len(order), count):
        group = order[start:start + count]
        fold[group] = random.permutation(count)[:len(group)]
    return fold[np.searchsorted(names, facts['block'])]
