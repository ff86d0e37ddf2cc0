"""How far the detector's answer moves when the image is changed, and whether its best box is what the score rests on."""

import io

import numpy as np
import torch
from PIL import Image

from . import calibration, detection, limbs, stages
from . import detection_evaluation as measures


def squeezed(picture, quality):
    """The picture after JPEG compression."""
    held = io.BytesIO()
    picture.save(held, 'JPEG', quality=quality)
    return Image.open(held)


def cut(picture, share):
    """The picture without this share of its length at each side."""
    wide, high = picture.size
    return picture.crop((round(share * wide), round(share * high), round((1 - share) * wide), round((1 - share) * high)))


def curved(picture, gamma):
    return picture.point([round(255 * (v / 255) ** gamma) for v in range(256)])


def grained(picture, sigma, random):
    values = np.asarray(picture, np.float64)
    return Image.fromarray(np.clip(values + random.normal(size=values.shape) * sigma, 0, 255).round().astype(np.uint8))


CHANGES = {
    'turned by 10°': lambda p, r: p.rotate(10, Image.Resampling.BILINEAR, expand=True),
    'turned by 90°': lambda p, r: p.transpose(Image.Transpose.ROTATE_90),
    'turned by 270°': lambda p, r: p.transpose(Image.Transpose.ROTATE_270),
    'turned by 180°': lambda p, r: p.transpose(Image.Transpose.ROTATE_180),
    'mirrored': lambda p, r: p.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    'inverted, nothing says so': lambda p, r: p.point([255 - v for v in range(256)]),
    'gamma 0.7': lambda p, r: curved(p, 0.7),
    'gamma 1.4': lambda p, r: curved(p, 1.4),
    'noise, sigma 8 of 255': lambda p, r: grained(p, 8, r),
    '8 % cut off each side': lambda p, r: cut(p, 0.08),
    'half the resolution': lambda p, r: p.resize((p.width // 2, p.height // 2), Image.Resampling.BILINEAR),
    'JPEG, quality 30': lambda p, r: squeezed(p, 30),
}


def moved(read, folder, facts, chosen, seed=5):
    """name -> figures of each change on images `chosen`: median and 95th percentile of the score's move, AUC as it was and after.

    read: input [s, s] -> (logit of the image, candidates [5, c, c]).
    """
    random, label, out = np.random.default_rng(seed), facts['label'][chosen], {}
    pictures = [Image.open(folder / 'images' / facts['names'][index]).convert('L') for index in chosen]

    def scores(change):
        return np.array([read(limbs.to_input(np.asarray(change(picture))))[0] for picture in pictures])

    before = scores(lambda picture: picture)
    for name, change in CHANGES.items():
        after = scores(lambda picture, change=change: change(picture, random))
        off = np.abs(calibration.sigmoid(after) - calibration.sigmoid(before))
        out[name] = {'median': float(np.median(off)), 'most': float(np.quantile(off, 0.95)),
                     'auc': [measures.weighted_auc(label, before), measures.weighted_auc(label, after)]}
    return {'images': len(chosen), 'fractured': int(label.sum()), 'changes': out}


def boxes_turned(boxes, size, quarters):
    """Boxes [n, 4] (edges) of an image [size, size] after `np.rot90(image, quarters)`."""
    out = np.asarray(boxes, np.float64)
    for _ in range(quarters % 4):
        out = np.stack([out[..., 1], size - out[..., 2], out[..., 3], size - out[..., 0]], -1)
    return out


class Fast(torch.nn.Module):
    """A CentreNet whose convolutions run in bfloat16, outputs float32."""

    def __init__(self, member):
        super().__init__()
        self.member = member

    def forward(self, x):
        with stages.fast():
            return tuple(part.float() for part in self.member(x.contiguous(memory_format=torch.channels_last)))


def in_quarters(graph, images, facts, held, rounds, quarters=(1, 3)):
    """turn in degrees -> AUC and sensitivity for boxes at 0.5 false positives an image, with intervals by block, of inputs turned to the left, boxes with them.

    graph: a FractureGraph; images: the cache of inputs (uint8). Convolutions run in bfloat16, so that 0° differs a little from the report.
    """
    label, blocks, out = facts['label'][held], facts['block'][held], {}
    quick = detection.FractureGraph([Fast(member) for member in graph.members], graph.mirrored, graph.share, graph.turns).eval()
    for quarter in quarters:
        score, maps = measures.predict(lambda x, quarter=quarter: quick(torch.rot90(x, quarter, (2, 3)))[:2], images, held)
        turned = {**facts, 'boxes': boxes_turned(facts['boxes'], images.shape[1], quarter)}
        marks = measures.Marks(maps, turned, held)
        out[str(90 * quarter)] = {'auc': measures.by_block(blocks, lambda w, score=score[:, 0]: measures.weighted_auc(label, score, w), rounds),
                                  'sensitivity': measures.by_block(blocks, lambda w, marks=marks: marks.sensitivity(0.5, w), rounds)}
    return out


def smoothed(image, box):
    """The image with a rectangle filled from its own border: half of the straight line from left to right, half of that from top to bottom."""
    x0, y0, x1, y1 = box
    out, size = image.copy(), image.shape[0]
    left, right = image[y0:y1, max(x0 - 1, 0)], image[y0:y1, min(x1, size - 1)]
    above, below = image[max(y0 - 1, 0), x0:x1], image[min(y1, size - 1), x0:x1]
    along, down = np.linspace(0, 1, x1 - x0)[None, :], np.linspace(0, 1, y1 - y0)[:, None]
    out[y0:y1, x0:x1] = (left[:, None] * (1 - along) + right[:, None] * along + above[None, :] * (1 - down) + below[None, :] * down) / 2
    return out


def grown(box, share, size):
    """A box in whole pixels, this much longer at each side, inside the image."""
    wide, high = (box[2] - box[0]) * share, (box[3] - box[1]) * share
    low, high = np.floor([box[0] - wide, box[1] - high]), np.ceil([box[2] + wide, box[3] + high])
    return [int(v) for v in np.clip([*low, *high], 1, size - 1)]


def deletion(read, folder, facts, chosen, seed=8):
    """Fall of the logit when the best candidate's box is smoothed away, and when a rectangle of its size is, drawn at random where the image is as bright.

    read as in `moved`. chosen: fractured images. Returns rows of fall, fall elsewhere, whether the best candidate hits.
    """
    random, rows = np.random.default_rng(seed), []
    for index in chosen:
        image = limbs.to_input(np.asarray(Image.open(folder / 'images' / facts['names'][index])))
        size = len(image)
        logit, candidates = read(image)
        _, boxes = measures.decode(candidates, -99, 1)
        hit = measures.judged(boxes, facts['boxes'][index][:facts['counts'][index]].astype(float))[0] >= 0
        box = grown(boxes[0], 0.15, size)
        wide, high = box[2] - box[0], box[3] - box[1]
        if wide < 2 or high < 2 or wide > size // 2 or high > size // 2:
            continue
        level, other = image[box[1]:box[3], box[0]:box[2]].mean(), None
        for _ in range(400):
            x, y = int(random.integers(1, size - wide - 1)), int(random.integers(1, size - high - 1))
            apart = x + wide < box[0] or x > box[2] or y + high < box[1] or y > box[3]
            if apart and abs(image[y:y + high, x:x + wide].mean() - level) < 0.12:
                other = [x, y, x + wide, y + high]
                break
        if other is None:
            continue
        rows.append((logit - read(smoothed(image, box))[0], logit - read(smoothed(image, other))[0], hit))
    return np.array(rows, float).reshape(-1, 3)
