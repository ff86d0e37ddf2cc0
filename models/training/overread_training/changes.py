"""Changes that a score should survive, made on images [n, r, c] in 0..1 before the pack's window and resize: for the table of robustness."""

import io
import math

import numpy as np
import torch
from PIL import Image

from . import augment, evaluation, preprocess


def posed(x, degrees=0.0, wide=1.0, tall=1.0, shift=(0.0, 0.0)):
    """Turned by degrees and stretched; what comes in from outside is black."""
    angle = np.deg2rad(degrees)
    theta = torch.tensor([[np.cos(angle) / wide, -np.sin(angle) / wide, shift[0]], [np.sin(angle) / tall, np.cos(angle) / tall, shift[1]]],
                         dtype=torch.float32).expand(len(x), 2, 3)
    return augment.sample(torch.from_numpy(np.asarray(x, np.float32)).unsqueeze(1), theta, *x.shape[1:])[:, 0].numpy()


def cropped(x, share):
    """The outer `share` of each side cut off."""
    rows, columns = (round(n * share) for n in x.shape[1:])
    return x[:, rows:x.shape[1] - rows, columns:x.shape[2] - columns]


def blurred(x, sigma):
    return augment.blur(torch.from_numpy(np.asarray(x, np.float32)).unsqueeze(1), sigma)[:, 0].numpy()


def compressed(x, quality):
    """Through JPEG of 8 bits."""
    out = np.empty(x.shape, np.float32)
    for index, image in enumerate(x):
        kept = io.BytesIO()
        Image.fromarray(np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)).save(kept, 'JPEG', quality=quality)
        out[index] = np.asarray(Image.open(kept), np.float32) / 255
    return out


def noisy(x, deviation, seed=5):
    return np.clip(x + np.random.default_rng(seed).normal(0, deviation, x.shape), 0, 1).astype(np.float32)


TABLE = {
    'turned by 5°': lambda x: posed(x, 5), 'turned by 10°': lambda x: posed(x, 10), 'turned by -10°': lambda x: posed(x, -10), 'turned by 15°': lambda x: posed(x, 15),
    'a quarter wider': lambda x: posed(x, wide=1.25), 'a quarter taller': lambda x: posed(x, tall=1.25),
    'narrower by a fifth, black beside it': lambda x: posed(x, wide=0.8), 'a tenth smaller in black': lambda x: posed(x, wide=0.9, tall=0.9),
    'moved sideways by 5 %': lambda x: posed(x, shift=(0.1, 0)), 'cut by 5 % at each side': lambda x: cropped(x, 0.05), 'cut by 10 % at each side': lambda x: cropped(x, 0.1),
    'gamma 0.7 (brighter)': lambda x: x**0.7, 'gamma 1.4 (darker)': lambda x: x**1.4, 'contrast halved': lambda x: 0.25 + 0.5 * x,
    'noise of 2 %': lambda x: noisy(x, 0.02), 'noise of 5 %': lambda x: noisy(x, 0.05), 'blurred (1 pixel)': lambda x: blurred(x, 1.0),
    'blurred (2 pixels)': lambda x: blurred(x, 2.0), 'JPEG, quality 50': lambda x: compressed(x, 50), 'JPEG, quality 15': lambda x: compressed(x, 15),
}


def as_inputs(x, size, low=1, high=99):
    """The pack's window and resize of changed images, float32 [n, size, size]."""
    return np.array([preprocess.resize(preprocess.percentile_window(np.asarray(image, np.float64), low, high), size, size) for image in x], np.float32)


def measured(images, label, size, score, threshold, abstains, known=None):
    """For each change: AUC, how far scores move (mean, 95th percentile), sensitivity and specificity at a threshold, share that abstains.

    known: what was measured before with the same images and weights; then only the abstentions are counted anew.
    images [n, r, c] in 0..1; score(inputs) -> scores in 0..1, abstains(inputs) -> boolean [n], both of inputs [n, size, size].
    """
    before = None if known else score(as_inputs(images, size))
    out = {}
    for name, change in {'unchanged': lambda x: x, **TABLE, 'inverted, tagged MONOCHROME1': lambda x: 1 - (1 - x), 'inverted without a tag': lambda x: 1 - x}.items():
        inputs = as_inputs(change(images), size)
        if known:
            out[name] = {**known[name], 'abstain': float(abstains(inputs).mean())}
            continue
        after = score(inputs)
        found = evaluation.at_threshold(label, after, threshold)
        out[name] = {'images': len(images), 'auc': evaluation.quick_auc(label, after), 'moved': float(np.abs(after - before).mean()),
                     'moved 95': float(np.quantile(np.abs(after - before), 0.95)), 'sensitivity': found['sensitivity'],
                     'specificity': found['specificity'], 'abstain': float(abstains(inputs).mean())}
        print(name, out[name], flush=True)
    return out


def table(found):
    """Rows of the card for `measured`: figures cut, movements rounded up."""
    down = lambda v, d: f'{math.floor(v * 10**d) / 10**d:.{d}f}'  # noqa: E731
    up = lambda v: f'{math.ceil(v * 1000) / 1000:.3f}'  # noqa: E731
    rows = ['| change | AUC | score moves by: mean | 95th percentile | sensitivity | specificity | the domain check abstains |', '| --- ' * 7 + '|']
    return '\n'.join(rows + [f'| {name} | {down(f["auc"], 3)} | {up(f["moved"])} | {up(f["moved 95"])} | {down(100 * f["sensitivity"], 1)} % | {down(100 * f["specificity"], 1)} % | {down(100 * f["abstain"], 1)} % |'
                             for name, f in found.items()])
