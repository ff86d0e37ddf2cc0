"""What a detector's candidates are worth: hits, FROC, intervals by block."""

import numpy as np
import torch

from .candidates import decode, overlap

HIT_IOU = 0.3


def predict(model, images, indices, batch=8):
    """The outputs of a module, one array each, for images [·, s, s] (uint8 or float in 0..1) at `indices`."""
    out = []
    with torch.no_grad():
        for start in range(0, len(indices), batch):
            x = images[indices[start:start + batch]]
            x = torch.from_numpy(x.astype(np.float32) / (255 if images.dtype == np.uint8 else 1)).unsqueeze(1)
            out.append([part.numpy() for part in model(x)])
    return [np.concatenate(part) for part in zip(*out)]


def judged(boxes, truth):
    """For each box, best first, the number of the true box it hits, -1 for none: its centre inside, or IoU of at least 0.3.

    A true box is hit once; a second box on it is a false one.
    """
    out, free = [], list(range(len(truth)))
    for box in boxes:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        fits = [n for n in free if overlap(box, truth[n]) >= HIT_IOU
                or (truth[n][0] <= x <= truth[n][2] and truth[n][1] <= y <= truth[n][3])]
        best = max(fits, key=lambda n: overlap(box, truth[n]), default=-1)
        if best >= 0:
            free.remove(best)
        out.append(best)
    return np.array(out, int)


class Marks:
    """All candidates of a set of images, flat: logit, image (index into the set), hit; and how many true boxes each image has."""

    def __init__(self, maps, facts, indices, floor=-9.0):
        logit, image, hit, boxes = [], [], [], []
        for n, index in enumerate(indices):
            found, where = decode(maps[n], floor)
            truth = facts['boxes'][index][:facts['counts'][index]].astype(np.float64)
            logit.append(found)
            boxes.append(where)
            hit.append(judged(where, truth))
            image.append(np.full(len(found), n))
        self.logit, self.image, self.hit = np.concatenate(logit), np.concatenate(image), np.concatenate(hit) >= 0
        self.boxes = np.concatenate(boxes)
        self.lesions, self.indices = facts['counts'][indices], indices
        order = np.argsort(-self.logit, kind='stable')
        self.falling = self.image[order], self.hit[order], self.logit[order]

    def curve(self, weights=None):
        """(false positives an image, sensitivity, logit) at every threshold from the highest down. weights: of each image."""
        weights = np.ones(len(self.indices)) if weights is None else weights
        image, hit, logit = self.falling
        w = weights[image]
        false = np.cumsum(w * ~hit) / weights.sum()
        true = np.cumsum(w * hit) / max((weights * self.lesions).sum(), 1e-9)
        return false, true, logit

    def sensitivity(self, allowed, weights=None):
        """Sensitivity at `allowed` false positives an image (the last threshold that keeps to it)."""
        false, true, _ = self.curve(weights)
        within = np.flatnonzero(false <= allowed)
        return float(true[within[-1]]) if len(within) else 0.0

    def at(self, threshold, weights=None):
        """(sensitivity, false positives an image) of candidates at or above a logit."""
        weights = np.ones(len(self.indices)) if weights is None else weights
        w = weights[self.image] * (self.logit >= threshold)
        return float((w * self.hit).sum() / max((weights * self.lesions).sum(), 1e-9)), float((w * ~self.hit).sum() / weights.sum())


def by_block(blocks, statistic, rounds=1000, seed=1):
    """95 % percentile interval of statistic(weights of each image), whole blocks drawn with replacement: (figure, low, high)."""
    random, (names, place) = np.random.default_rng(seed), np.unique(blocks, return_inverse=True)
    draws = []
    for _ in range(rounds):
        counts = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names)).astype(float)
        value = statistic(counts[place])
        if np.isfinite(value):
            draws.append(value)
    return float(statistic(np.ones(len(blocks)))), float(np.percentile(draws, 2.5)), float(np.percentile(draws, 97.5))


def weighted_auc(label, score, weights=None):
    """Area under the ROC curve, ties half; nan where one label is missing."""
    weights = np.ones(len(label)) if weights is None else weights
    values, place = np.unique(score, return_inverse=True)
    sick = np.bincount(place, weights * (label == 1), len(values))
    well = np.bincount(place, weights * (label == 0), len(values))
    if not sick.sum() or not well.sum():
        return float('nan')
    below = np.cumsum(well) - well
    return float((sick * (below + well / 2)).sum() / (sick.sum() * well.sum()))
