"""How far an image lies from those that a pack was made with: distances that are computed inside the graph, from its input alone.

Layout: a small thumbnail, standardised, against a Gaussian in the training thumbnails' principal directions (after Tipping and
Bishop 1999): what is where in the image. Texture: how strongly the image varies at each scale, how its grey values are
spread and how much is black or white, against a Gaussian. Posture, where it is asked for: a
linear model of the thumbnail, taught to tell upright images from the same ones turned, upside down or inverted. None knows the labels or the classifier.
"""

import json
import math

import numpy as np
import torch
from torch import nn

from . import augment, evaluation
from .preprocess import triangle_weights

THUMBNAIL = 24
WORDS = ('layout', 'texture', 'posture')
LEVELS = 5


def mean_of(x):
    return x.mean(3, keepdim=True).mean(2, keepdim=True)


def halved(x):
    return nn.functional.avg_pool2d(x, 2)


class Signs(nn.Module):
    """What of an image [b, 1, size, size] in 0..1 is looked at: (layout [b, THUMBNAIL²], texture [b, n])."""

    def __init__(self, size):
        super().__init__()
        self.register_buffer('shrink', torch.from_numpy(triangle_weights(size, THUMBNAIL).astype(np.float32)))

    def forward(self, image):
        small = self.shrink @ image @ self.shrink.t()
        mean = mean_of(small)
        spread = (mean_of((small - mean) ** 2) + 1e-4).sqrt()
        layout = ((small - mean) / spread).flatten(1)
        signs, x = [], image
        for _ in range(LEVELS):
            down, across = x[:, :, 1:, :] - x[:, :, :-1, :], x[:, :, :, 1:] - x[:, :, :, :-1]
            signs += [0.5 * (mean_of(d * d) + 1e-6).log() for d in (down, across)]
            x = halved(x)
        middle = mean_of(image)
        deviation = (mean_of((image - middle) ** 2) + 1e-4).sqrt()
        z = (image - middle) / deviation
        signs += [middle, deviation, mean_of(z ** 3), mean_of(torch.relu(1 - 20 * image)), mean_of(torch.relu(20 * image - 19))]
        return layout, torch.cat(signs, 1).flatten(1)


class Familiar(nn.Module):
    """Distances [b, 1] of layout and of texture, root mean squares of standardised deviations: about 1 for what it was fitted on.

    posture=True adds a third: how sure a linear model of the thumbnail is that the image is not upright, or inverted (0 and more, in nats).
    """

    def __init__(self, size, kept=60, signs=2 * LEVELS + 5, posture=False):
        super().__init__()
        self.posture = nn.Linear(THUMBNAIL**2, 1) if posture else None
        self.signs = Signs(size)
        pixels = THUMBNAIL**2
        for name, shape in (('layout_mean', pixels), ('texture_mean', signs)):
            self.register_buffer(name, torch.zeros(shape))
        self.register_buffer('layout_map', torch.zeros(pixels, kept))
        self.register_buffer('layout_scale', torch.ones(kept))
        self.register_buffer('rest', torch.ones(1))
        self.register_buffer('texture_map', torch.zeros(signs, signs))

    def forward(self, image):
        layout, texture = self.signs(image)
        off = layout - self.layout_mean
        along = off @ self.layout_map
        rest = off - along @ self.layout_map.t()
        inside = ((along / self.layout_scale) ** 2).mean(1, keepdim=True)
        outside = (rest * rest).mean(1, keepdim=True) / self.rest
        spread = ((texture - self.texture_mean) @ self.texture_map) ** 2
        found = ((inside + outside) / 2).sqrt(), spread.mean(1, keepdim=True).sqrt()
        return found if self.posture is None else (*found, nn.functional.softplus(self.posture(layout)))


def in_batches(module, inputs, batch=64):
    """The outputs of a module for inputs [n, r, c], one array each."""
    module.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(inputs), batch):
            found.append([part.numpy() for part in module(torch.from_numpy(np.ascontiguousarray(inputs[start:start + batch], np.float32)).unsqueeze(1))])
    return [np.concatenate(part) for part in zip(*found)]


def otherwise(inputs):
    """Inputs [n, r, c] turned by quarters, upside down, and with black and white exchanged: what `posture` is taught to tell."""
    x = np.asarray(inputs)
    return np.concatenate([np.rot90(x, turns, (1, 2)) for turns in (1, 2, 3)] + [x[:, ::-1], 1 - x])


def teach_posture(made, inputs, seed=3):
    """Fit the linear model of the thumbnail: `inputs` against `otherwise`."""
    from sklearn.linear_model import LogisticRegression

    some = np.asarray(inputs)[np.random.default_rng(seed).permutation(len(inputs))[:1500]]
    right, wrong = (in_batches(made.signs, part)[0] for part in (some, otherwise(some)))
    label = np.concatenate([np.zeros(len(right)), np.ones(len(wrong))])
    fitted = LogisticRegression(C=0.003, max_iter=300).fit(np.concatenate([right, wrong]), label)
    with torch.no_grad():
        made.posture.weight.copy_(torch.from_numpy(fitted.coef_.astype(np.float32)))
        made.posture.bias.copy_(torch.from_numpy(fitted.intercept_.astype(np.float32)))


def fit(inputs, kept=60, shrinkage=0.02, posture=False):
    """Familiar, fitted on inputs [n, r, c] in 0..1: images as the pack's preprocessing gives them, and mild changes of them that must pass."""
    made = Familiar(inputs.shape[1], kept, posture=posture)
    layout, texture = (part.astype(np.float64) for part in in_batches(made.signs, inputs))
    mean = layout.mean(0)
    _, deviations, directions = np.linalg.svd(layout - mean, full_matrices=False)
    variance = deviations[:kept] ** 2 / len(layout)
    rest = (deviations[kept:] ** 2).sum() / len(layout) / layout.shape[1]
    middle = texture.mean(0)
    # Shrunk towards its own diagonal: the strengths of neighbouring scales go nearly together.
    covariance = np.cov(texture.T)
    covariance = (1 - shrinkage) * covariance + shrinkage * np.diag(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance)
    values = np.maximum(values, 1e-8)  # a sign that never varies
    for name, value in (('layout_mean', mean), ('layout_map', directions[:kept].T), ('layout_scale', np.sqrt(variance)), ('rest', [rest]),
                        ('texture_mean', middle), ('texture_map', vectors / np.sqrt(values))):
        getattr(made, name).copy_(torch.from_numpy(np.asarray(value, np.float32)))
    if posture:
        teach_posture(made, inputs)
    return made.eval()


def varied(inputs, copies, seed=6):
    """Mild changes of inputs [n, r, c] that a clinic's own images may show and that must pass: pose, aspect, exposure, sharpness, collimation."""
    torch.manual_seed(seed)
    size, out = inputs.shape[1], []
    for start in range(0, copies * len(inputs), 64):
        x = torch.from_numpy(np.asarray(inputs[np.arange(start, min(start + 64, copies * len(inputs))) % len(inputs)], np.float32)).unsqueeze(1)
        theta = augment.affine(len(x), rotation=7, scale=0.12, aspect=0.3, shift=0.06, flip=False)
        x = augment.intensities(augment.sample(x, theta, size, size), 0.5)
        out.append(augment.borders(x, x, 0.1)[0][:, 0].half().numpy())
    return np.concatenate(out)


def limits(familiar, inputs, passing=0.98):
    """The limit of each distance that the share `passing` of inputs stays within, as floats."""
    return [float(np.quantile(distance, passing)) for distance in in_batches(familiar, inputs)]


def within(distances, share):
    """Limits [k] at one quantile of each distance, the lowest at which `share` of every group of own images (distances [n, k] each) stay within all of them."""
    for quantile in np.linspace(0.9, 1, 1001):
        edges = np.max([np.quantile(own, quantile, axis=0) for own in distances], 0)
        if all((own <= edges).all(1).mean() >= share for own in distances):
            return [float(edge) for edge in edges]
    raise ValueError(f'no limits let {share} pass')


def jointly(own, foreign, shares, least=0.95):
    """(limits, share, who abstains): the limits of the largest of `shares` of own images (groups [n, k]: as they are, mildly changed) that may pass all limits together,
    at which of every foreign group (name -> [n, k]) `least` abstains; the smallest of `shares` where there is none such."""
    for share in sorted(shares, reverse=True):
        edges = within(own, share)
        abstains = {name: float((found > edges).any(1).mean()) for name, found in foreign.items() if len(found)}
        if min(abstains.values(), default=1) >= least:
            break
    return edges, share, abstains


def tuned(made, tune_on, foreign, plan, path):
    """Set a pack's limits by its tuning images [n, r, c] and the choosing half of foreign ones (name -> inputs); written to path (JSON)."""
    together = lambda inputs: np.concatenate(in_batches(made, inputs), 1)  # noqa: E731
    edges, share, abstains = jointly([together(tune_on), together(varied(tune_on, 3, 31))], {name: together(inputs) for name, inputs in foreign.items() if len(inputs)}, plan['shares'])
    path.write_text(json.dumps({'limits': edges, 'share': share, 'choosing half abstains': abstains}, indent=1) + '\n', encoding='utf-8')
    print(path.name, edges, share, abstains)
    return edges


def limits_words(work, tuned_on):
    """How the limits of WORK/limits.json were set, in words."""
    share = json.loads((work / 'limits.json').read_text(encoding='utf-8'))['share']
    return (f'All limits were set together on {tuned_on}: one quantile of every distance, the lowest at which {100 * share:.0f} % of these images, and of mild changes of them, stay within all limits. '
            'That share is the largest of 95 to 99 % at which at least 95 % of each foreign kind abstained in one half of the foreign images; the table has the other half (no file, series or photograph is in both).')


def prepared(path, fit_on, tune_on, plan):
    """(Familiar, limits) by a configuration's plan, kept in the file at path.

    fit_on, tune_on: inputs [n, r, c]. plan: images (at most so many are fitted on), copies (mild changes of each), kept (principal directions),
    passing and passing varied (shares of the tuning images, and of mild changes of them, that must stay within each limit).
    """
    if path.exists():
        state = torch.load(path, weights_only=True)
        made = Familiar(state['size'], plan['kept'], posture=plan.get('posture', False))
        made.load_state_dict(state['weights'])
        return made.eval(), state['limits']
    some = fit_on[:plan['images']]
    made = fit(np.concatenate([some, varied(some, plan['copies'])]), plan['kept'], posture=plan.get('posture', False))
    found = zip(limits(made, tune_on, plan['passing']), limits(made, varied(tune_on, plan['copies']), plan['passing varied']))
    edges = [max(pair) for pair in found]
    torch.save({'weights': made.state_dict(), 'limits': edges, 'size': int(fit_on.shape[1])}, path)
    return made, edges


def over(made, edges, inputs):
    """Boolean [distances, n]: which inputs are beyond which limit."""
    return np.array([distance[:, 0] > edge for distance, edge in zip(in_batches(made, inputs), edges)])


def measured(made, edges, groups):
    """For each group of inputs (name -> [n, r, c]): images, and which share abstains (with its interval), by layout and by texture."""
    out = {}
    for name, inputs in groups.items():
        if len(inputs):
            beyond = over(made, edges, inputs)
            out[name] = {'images': len(inputs), 'abstain': list(evaluation.interval(beyond.any(0).astype(float))),
                         **{word: float(share) for word, share in zip(WORDS, beyond.mean(1))}}
    return out


def table(found):
    """Rows of the card for `measured`."""
    share = lambda v: math.floor(1000 * v + 1e-9) / 10  # noqa: E731
    words = [word for word in WORDS if all(word in f for f in found.values())]
    rows = ['| images | n | abstains (95 % interval) | ' + ' | '.join(f'by {word}' for word in words) + ' |', '| --- ' * (3 + len(words)) + '|']
    return '\n'.join(rows + [f'| {name} | {f["images"]} | {share(f["abstain"][0]):.1f} % ({share(f["abstain"][1]):.1f}–{share(f["abstain"][2]):.1f}) | ' + ' | '.join(f'{share(f[word]):.1f} %' for word in words) + ' |'
                             for name, f in found.items()])
