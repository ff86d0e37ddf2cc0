"""The paediatric chest set: reading, caching, splitting by patient. The folder is given by the caller, never fixed."""

import csv
import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from . import networks, preprocess

PARTS = ('train', 'tune', 'test')


def read_labels(folder):
    """Rows of labels.csv in file order: dicts with image, label (normal or pneumonia), subtype, patient."""
    with open(Path(folder) / 'labels.csv', newline='', encoding='utf-8') as handle:
        return list(csv.DictReader(handle))


def read_pixels(path):
    """Stored pixels of a plain image: grey or RGB."""
    picture = Image.open(path)
    return np.asarray(picture if picture.mode in ('L', 'RGB', 'I;16', 'I') else picture.convert('RGB'))


def prepare(folder, cache, size, wide):
    """Every image once as the pack's input (float16 [n, size, size]), as training material (uint8 [n, wide, wide]) and as a raw thumbnail.

    The thumbnails (float32 [n, 16, 16], grey values as stored / 255, no window) are what the linear comparison sees.
    """
    rows = read_labels(folder)
    inputs = np.zeros((len(rows), size, size), np.float16)
    images = np.zeros((len(rows), wide, wide), np.uint8)
    thumbnails = np.zeros((len(rows), 16, 16), np.float32)
    prints = []
    for index, row in enumerate(rows):
        grey = preprocess.grey(read_pixels(Path(folder) / 'images' / row['image']))
        windowed = preprocess.percentile_window(grey)
        inputs[index] = preprocess.resize(windowed, size, size)
        images[index] = np.round(preprocess.resize(windowed, wide, wide) * 255)
        thumbnails[index] = preprocess.resize(grey / 255, 16, 16)
        prints.append(hashlib.sha256(grey.tobytes()).hexdigest())
    np.savez(cache, inputs=inputs, images=images, thumbnails=thumbnails, names=np.array([r['image'] for r in rows]),
             label=np.array([r['label'] != 'normal' for r in rows]).astype(np.int64), subtype=np.array([r['subtype'] for r in rows]),
             patient=np.array([r['patient'] for r in rows]), prints=np.array(prints))


def split_patients(patient, subtype, shares, seed):
    """The part ('train', 'tune' or 'test') of each image: whole patients, stratified by what their images show.

    shares: of tune and test; the rest trains. A patient with images of both subtypes is a stratum of its own.
    """
    random = np.random.default_rng(seed)
    shows = {}
    for who, what in zip(patient, subtype):
        shows.setdefault(who, set()).add(what)
    part_of = {}
    for kind in sorted({tuple(sorted(kinds)) for kinds in shows.values()}):
        members = random.permutation(sorted(who for who, kinds in shows.items() if tuple(sorted(kinds)) == kind))
        first, second = round(len(members) * shares['test']), round(len(members) * (shares['test'] + shares['tune']))
        for place, who in enumerate(members):
            part_of[who] = 'test' if place < first else 'tune' if place < second else 'train'
    return np.array([part_of[who] for who in patient])


def lung_boxes(masks):
    """Boxes around soft lung masks uint8 [n, r, c], as `networks.lung_box` gives them, float32 [n, 4]."""
    import torch

    out = []
    for start in range(0, len(masks), 64):
        out.append(networks.lung_box(torch.from_numpy(masks[start:start + 64].astype(np.float32) / 255).unsqueeze(1)).numpy())
    return np.concatenate(out)
