"""Weak boxes of metal and casts: what a helper of the detector learns to tell from bone while it is trained; it is not shipped."""

import csv
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import augment, detection, letterbox

KINDS = ('metal', 'cast')


def read(path, facts, size):
    """Boxes by image index: {index: [(place in KINDS, x0, y0, x1, y1 in pixels of the letterboxed image)]} of a CSV image, material, xmin, ymin, xmax, ymax (pixels of the image).

    ValueError where it names an image that the data has not.
    """
    index_of, found = {name: index for index, name in enumerate(facts['names'])}, {}
    with open(Path(path), newline='', encoding='utf-8') as handle:
        for row in csv.DictReader(handle):
            index = index_of.get(row['image'])
            if index is None:
                raise ValueError(f'{path} has boxes of {row["image"]}, which is not among the data: it was drawn on other images; name one for yours under `weak`')
            box = np.array([[float(row[side]) for side in ('xmin', 'ymin', 'xmax', 'ymax')]])
            found.setdefault(index, []).append((KINDS.index(row['material']), *letterbox.boxes_to_input(box, *facts['shapes'][index], size)[0]))
    return found


def maps(images, facts, chosen, boxes):
    """What is known of the pixels of images: (target, weight), float32 [b, 2, s, s] each, of KINDS.

    In a box of metal what is nearer to its brightest pixels than to its median is metal, and the rest is not asked: the box is weak. Boxes lie over those before them. A cast lies all over its
    box. Images without a fracture were not looked at for casts, so their casts are not asked for; metal the data itself denies (`hardware` 0).
    """
    size = images.shape[1]
    target, weight = torch.zeros(len(chosen), 2, size, size), torch.ones(len(chosen), 2, size, size)
    for place, index in enumerate(chosen):
        weight[place, 1] = float(facts['counts'][index] > 0 or facts['hardware'][index])
        for kind, *box in boxes.get(int(index), ()):
            x0, y0, x1, y1 = (int(round(side)) for side in box)
            if KINDS[kind] == 'cast':
                target[place, 1, y0:y1, x0:x1] = 1
                continue
            pixels = torch.from_numpy(images[index, y0:y1, x0:x1].astype(np.float32))
            if pixels.numel() == 0:
                continue
            middle, brightest = torch.quantile(pixels.flatten(), torch.tensor([0.5, 0.99]))
            bright = pixels > middle + 0.6 * (brightest - middle)
            target[place, 0, y0:y1, x0:x1] = bright.float()
            weight[place, 0, y0:y1, x0:x1] = torch.where(bright, 4.0, 0.0)
    return target, weight


def loss(logits, images, facts, chosen, boxes, theta, crop):
    """Cross entropy of material logits [b, 2, c, c] of crops; a cell is metal or cast where more than a quarter of it is, else without: wires thinner than two pixels are not learned."""
    target, weight = maps(images, facts, chosen, boxes)
    cells = crop // detection.STRIDE
    wanted = (F.avg_pool2d(augment.sample(target, theta, crop, crop), crop // cells) > 0.25).float()
    asked = F.avg_pool2d(augment.sample(weight, theta, crop, crop), crop // cells)
    return (F.binary_cross_entropy_with_logits(logits, wanted, reduction='none') * asked).sum() / asked.sum().clamp(min=1)
