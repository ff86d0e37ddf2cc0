"""The adult chest set: reading, caching, splitting. The folder is given by the caller, never fixed."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from . import preprocess

SIZE = 256


def read_labels(folder):
    """Rows of labels.csv in file order: dicts with image, lung_mask, site, label."""
    with open(Path(folder) / 'labels.csv', newline='', encoding='utf-8') as handle:
        return list(csv.DictReader(handle))


def load_image(path):
    """One plain image as the model's input, float32 [256, 256]."""
    picture = Image.open(path)
    if picture.mode not in ('L', 'RGB', 'I;16', 'I'):
        picture = picture.convert('RGB')
    return preprocess.to_input(np.asarray(picture), rows=SIZE, columns=SIZE)


def load_mask(path):
    """One lung mask as area fractions, float32 [256, 256] in 0..1."""
    values = np.asarray(Image.open(path).convert('L'), dtype=np.float64) / 255
    return preprocess.resize((values > 0.5).astype(np.float64), SIZE, SIZE).astype(np.float32)


def prepare(folder, cache):
    """Preprocess every image and mask once and keep them in one npz. Images without a mask get has_mask False."""
    rows = read_labels(folder)
    images = np.zeros((len(rows), SIZE, SIZE), np.float16)
    masks = np.zeros((len(rows), SIZE, SIZE), np.uint8)
    has_mask = np.zeros(len(rows), bool)
    for index, row in enumerate(rows):
        images[index] = load_image(Path(folder) / 'images' / row['image'])
        mask = Path(folder) / 'masks' / row['lung_mask'] if row['lung_mask'] else None
        if mask and mask.exists():
            masks[index] = np.round(load_mask(mask) * 255)
            has_mask[index] = True
    np.savez(cache, images=images, masks=masks, has_mask=has_mask, names=np.array([r['image'] for r in rows]),
             site=np.array([r['site'] for r in rows]), label=np.array([r['label'] == 'tb' for r in rows]).astype(np.int64))


def prepare_children(folder, cache, size=SIZE):
    """The paediatric set (pretraining only): images and the pneumonia label."""
    rows = read_labels(folder)
    images = np.zeros((len(rows), size, size), np.uint8)
    for index, row in enumerate(rows):
        images[index] = np.round(load_image(Path(folder) / 'images' / row['image']) * 255)
    np.savez(cache, images=images, label=np.array([r['label'] != 'normal' for r in rows]).astype(np.int64))


def split_indices(site, label, name, folds, seed):
    """(train, test) index arrays of a named split.

    final: everything, no test. s2m: Shenzhen -> Montgomery. m2s: the reverse. foldK: K of `folds`, stratified
    by site and label (one image a patient, so images are patients).
    """
    everything = np.arange(len(site))
    if name == 'final':
        return everything, everything[:0]
    if name == 's2m':
        return everything[site == 'shenzhen'], everything[site == 'montgomery']
    if name == 'm2s':
        return everything[site == 'montgomery'], everything[site == 'shenzhen']
    if name.startswith('fold'):
        wanted = int(name[4:])
        random = np.random.default_rng(seed)
        fold = np.zeros(len(site), int)
        for place in sorted(set(site)):
            for value in (0, 1):
                members = random.permutation(everything[(site == place) & (label == value)])
                fold[members] = np.arange(len(members)) % folds
        return everything[fold != wanted], everything[fold == wanted]
    raise ValueError(f'unknown split {name}')
