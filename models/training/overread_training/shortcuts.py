"""Does a score of the chest rest on the chest? Inputs [n, size, size] with parts taken away, and a linear model of the thumbnail to compare with."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from . import evaluation, preprocess


def grown(mask, reach):
    """A boolean mask [r, c] grown by `reach` cells in each direction."""
    out = mask.copy()
    for _ in range(reach):
        out[1:] |= out[:-1].copy()
        out[:-1] |= out[1:].copy()
        out[:, 1:] |= out[:, :-1].copy()
        out[:, :-1] |= out[:, 1:].copy()
    return out


def chest_box(mask):
    """Boolean [64, 64]: the rectangle around a soft lung mask uint8 [64, 64], where there is one; else the middle half."""
    rows, columns = np.nonzero(mask >= 128)
    out = np.zeros(mask.shape, bool)
    if len(rows) < 40:
        out[16:48, 16:48] = True
    else:
        low_r, high_r, low_c, high_c = (int(np.quantile(place, q)) for place, q in ((rows, 0.005), (rows, 0.995), (columns, 0.005), (columns, 0.995)))
        out[low_r:high_r + 1, low_c:high_c + 1] = True
    return out


def upsampled(mask, size):
    return preprocess.resize(mask.astype(np.float64), size, size) >= 0.5


def band(size, share):
    """Boolean [size, size]: the outer band of this share of each side."""
    out = np.ones((size, size), bool)
    edge = round(size * share)
    out[edge:size - edge, edge:size - edge] = False
    return out


def corners(size, share):
    """Boolean [size, size]: four corner squares and the strips beside the shoulders where side markers and letters stand."""
    out = np.zeros((size, size), bool)
    edge = round(size * share)
    for rows in (slice(0, edge), slice(size - edge, size)):
        for columns in (slice(0, edge), slice(size - edge, size)):
            out[rows, columns] = True
    return out


def filled(inputs, where):
    """Inputs with the places `where` [n, s, s] set to the mean of what is left of each image."""
    x = np.asarray(inputs, np.float32).copy()
    for image, gone in zip(x, where):
        image[gone] = image[~gone].mean() if (~gone).any() else 0.5
    return x


def bright_marks(inputs, masks, size):
    """Boolean [n, s, s]: what is nearly white, small, and outside the chest's box: letters, markers, clips."""
    from skimage.measure import label, regionprops

    out = np.zeros((len(inputs), size, size), bool)
    for index, (image, mask) in enumerate(zip(np.asarray(inputs, np.float32), masks)):
        away = ~upsampled(chest_box(mask), size)
        for part in regionprops(label((image > 0.93) & away)):
            if part.area < 0.01 * size * size:
                top, left, bottom, right = part.bbox
                out[index, max(0, top - 2):bottom + 2, max(0, left - 2):right + 2] = True
        out[index] &= away
    return out


def tests(inputs, masks):
    """Name -> inputs with something taken away; masks: soft lung masks uint8 [n, 64, 64]."""
    size = inputs.shape[1]
    box = np.array([upsampled(chest_box(m), size) for m in masks])
    lungs = np.array([upsampled(grown(m >= 128, 2), size) for m in masks])
    every = lambda where: np.broadcast_to(where, inputs.shape)  # noqa: E731
    return {
        'outer 8 % of each side masked out': filled(inputs, every(band(size, 0.08))),
        'corners masked out (18 % of the side)': filled(inputs, every(corners(size, 0.18))),
        'letters and markers masked out (small, nearly white, outside the chest)': filled(inputs, bright_marks(inputs, masks, size)),
        'all outside the box around the lungs masked out': filled(inputs, ~box),
        'the lung fields alone (grown by 3 % of the image)': filled(inputs, ~lungs),
        'the surroundings alone (box around the lungs masked out)': filled(inputs, box),
        'the outer 15 % of each side alone': filled(inputs, ~every(band(size, 0.15))),
    }


def linear(train, label, tune, tune_label):
    """Logistic regression on thumbnails [n, 16, 16], its penalty chosen by AUC on the tuning part. Gives a function thumbnails -> score."""
    flat = lambda x: x.reshape(len(x), -1)  # noqa: E731
    mean, deviation = flat(train).mean(0), flat(train).std(0) + 1e-6
    best = None
    for penalty in (0.001, 0.01, 0.1, 1.0):
        fitted = LogisticRegression(C=penalty, max_iter=500).fit((flat(train) - mean) / deviation, label)
        found = evaluation.quick_auc(tune_label, fitted.decision_function((flat(tune) - mean) / deviation))
        if best is None or found > best[0]:
            best = (found, fitted)
    return lambda x: best[1].decision_function((flat(x) - mean) / deviation)


def faint(train, label, penalty=0.001):
    """The same on grey values as they are, strongly penalised: little more than brightness and its large gradients."""
    fitted = LogisticRegression(C=penalty, max_iter=500).fit(train.reshape(len(train), -1), label)
    return lambda x: fitted.decision_function(x.reshape(len(x), -1))


def error_of_brightness(thumbnails, label, patient, seed, parts=5, penalty=0.01):
    """How wrong a linear model of thumbnails [n, 16, 16] is about each image, 0..1, fitted on other patients' images.

    Where it is right, a network can learn brightness and layout alone; drawn by this error, images teach what is left.
    """
    names, place = np.unique(patient, return_inverse=True)
    part = np.random.default_rng(seed).permutation(len(names))[place] % parts
    flat = thumbnails.reshape(len(thumbnails), -1)
    flat = (flat - flat.mean(0)) / (flat.std(0) + 1e-6)
    out = np.zeros(len(label))
    for number in range(parts):
        fitted = LogisticRegression(C=penalty, max_iter=500).fit(flat[part != number], label[part != number])
        out[part == number] = np.abs(label[part == number] - fitted.predict_proba(flat[part == number])[:, 1])
    return out


def matched(label, traits, caliper):
    """Indices of pairs (well, sick) whose traits [n, k] (in standard deviations) lie within the caliper, each image used once, nearest first."""
    traits = (traits - traits.mean(0)) / traits.std(0)
    well, sick = np.flatnonzero(label == 0), np.flatnonzero(label == 1)
    apart = np.sqrt(((traits[well][:, None] - traits[sick][None]) ** 2).sum(2))
    pairs, used_well, used_sick = [], set(), set()
    for flat in np.argsort(apart, axis=None):
        i, j = divmod(int(flat), len(sick))
        if apart[i, j] > caliper:
            break
        if i not in used_well and j not in used_sick:
            used_well.add(i)
            used_sick.add(j)
            pairs.append((well[i], sick[j]))
    return np.array(pairs, int).reshape(-1, 2)
