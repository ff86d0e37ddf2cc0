"""Which images limb-fracture takes for foreign: `ood`'s distances at half the input's resolution, and one of what the detector itself sees, fitted on limbs in every quarter turn."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import evaluation, foreign, limbs, ood

HALF = limbs.SIZE // 2
RULES = (('layout_distance', 'The image is laid out unlike the radiographs of limbs that the model was made with: another body part, or no radiograph'),
         ('texture_distance', 'The image is textured unlike the radiographs of limbs that the model was made with: another kind of image, inverted, or noise'),
         ('feature_distance', 'What the model sees in the image is unlike the radiographs of limbs that it was made with: another body part or kind of image'))


def small(images):
    """Inputs [n, 448, 448] (uint8 or 0..1) -> float16 [n, 224, 224] in 0..1, means of 2 × 2 pixels."""
    scale = 255 if images.dtype == np.uint8 else 1
    return np.stack([(image.reshape(HALF, 2, HALF, 2).mean((1, 3)) / scale).astype(np.float16) for image in images])


def turned(inputs, seed=2):
    """Each image in a random quarter turn: limbs are laid down in every one."""
    quarter = np.random.default_rng(seed).integers(0, 4, len(inputs))
    return np.stack([np.rot90(image, k) for image, k in zip(inputs, quarter)])


class Features(nn.Module):
    """How far the detector's own features of an image [b, 1, s, s] lie from those of limbs: [b, 1], about 1 for what it was fitted on.

    Means of every channel at three strides and deviations at one, as logs, against a Gaussian (after Lee et al. 2018, without classes).
    """

    def __init__(self, member):
        super().__init__()
        self.member = member
        count = sum(member.lateral[place].in_channels for place in (0, 1, 1, 2))
        self.register_buffer('middle', torch.zeros(count))
        self.register_buffer('map', torch.zeros(count, count))

    def signs(self, image):
        third, fourth, fifth = self.member.levels(image)
        means = [level.float().mean((2, 3)) for level in (third, fourth, fifth)]
        spread = ((fourth.float() - means[1][:, :, None, None]) ** 2).mean((2, 3)).sqrt()
        return (torch.cat([*means, spread], 1) + 0.05).log()

    def forward(self, image):
        return (((self.signs(image) - self.middle) @ self.map) ** 2).mean(1, keepdim=True).sqrt()

    def seen(self, inputs, batch=8):
        """`signs` of inputs [n, s, s] (uint8 or 0..1), float64."""
        out = []
        with torch.no_grad():
            for start in range(0, len(inputs), batch):
                x = inputs[start:start + batch]
                out.append(self.signs(torch.from_numpy(np.ascontiguousarray(x, np.float32) / (255 if x.dtype == np.uint8 else 1)).unsqueeze(1)))
        return torch.cat(out).numpy().astype(np.float64)

    def fit(self, inputs, shrinkage=0.05):
        """Set middle and map from inputs that must pass."""
        values = self.seen(inputs)
        mean, deviation = values.mean(0), values.std(0) + 1e-3
        covariance = (1 - shrinkage) * np.cov(((values - mean) / deviation).T) + shrinkage * np.eye(len(mean))
        spread, directions = np.linalg.eigh(covariance)
        self.middle.copy_(torch.from_numpy(mean.astype(np.float32)))
        self.map.copy_(torch.from_numpy((directions / np.sqrt(spread) / deviation[:, None]).astype(np.float32)))

    def distances(self, inputs):
        """[n] of inputs [n, s, s]."""
        return np.sqrt((((self.seen(inputs) - self.middle.numpy()) @ self.map.numpy().astype(np.float64)) ** 2).mean(1))


class WithDistances(nn.Module):
    """The detector's graph and, beside its outputs, the distances of its input."""

    def __init__(self, model, familiar, features):
        super().__init__()
        self.model, self.familiar, self.features = model, familiar, features

    def forward(self, image):
        return (*self.model(image), *self.familiar(nn.functional.avg_pool2d(image, 2)), self.features(image))


def fitted_features(work, member, images, trained, plan):
    """(Features, limit) of a detector, fitted on training images as they are, turned and mildly changed; tuned on others. Kept in WORK/features.pt for these weights."""
    made, at = Features(member).eval(), work / 'features.pt'
    key = float(sum(value.detach().double().abs().sum() for value in member.parameters()))
    state = torch.load(at, weights_only=True) if at.exists() else {}
    if state.get('key') != key:
        order = np.random.default_rng(4).permutation(trained)[:plan['feature images'] + plan['tune']]
        fit_on, tune_on = (images[np.sort(part)] for part in (order[:plan['feature images']], order[plan['feature images']:]))
        made.fit(np.concatenate([fit_on, turned(fit_on), np.round(255 * ood.varied(turned(fit_on, 3) / np.float32(255), 1)).astype(np.uint8)]))
        limit = float(np.quantile(np.concatenate([made.distances(tune_on), made.distances(turned(tune_on))]), plan['passing features']))
        state = {'key': key, 'middle': made.middle, 'map': made.map, 'limit': limit}
        torch.save(state, at)
    made.middle.copy_(state['middle'])
    made.map.copy_(state['map'])
    return made, state['limit']


def fitted(work, images, trained, plan):
    """(Familiar, limits) fitted on part of the training images and tuned on another part; kept in WORK/familiar.pt."""
    order = np.sort(np.random.default_rng(4).permutation(trained)[:plan['images'] + plan['tune']])
    order = np.random.default_rng(5).permutation(order)
    fit_on, tune_on = (small(images[np.sort(part)]) for part in (order[:plan['images']], order[plan['images']:]))
    at = work / 'familiar.pt'
    if not at.exists():
        both = np.concatenate([fit_on, turned(fit_on), ood.varied(turned(fit_on, 3), plan['copies'])])
        made = ood.fit(both, plan['kept'])
        tune = np.concatenate([tune_on, turned(tune_on)])
        edges = [max(pair) for pair in zip(ood.limits(made, tune, plan['passing']), ood.limits(made, ood.varied(tune, 1), plan['passing varied']))]
        torch.save({'weights': made.state_dict(), 'limits': edges}, at)
    state = torch.load(at, weights_only=True)
    made = ood.Familiar(HALF, plan['kept'])
    made.load_state_dict(state['weights'])
    return made.eval(), state['limits']


def joined(work, model, config, images, trained):
    """(graph with distances, the manifest's `outOfDomain`)."""
    familiar, edges = fitted(Path(work), images, trained, config['foreign'])
    features, limit = fitted_features(Path(work), model.members[0], images, trained, config['foreign'])
    rules = [{'output': name, 'limit': float(edge), 'reason': reason} for (name, reason), edge in zip(RULES, (*edges, limit))]
    return WithDistances(model, familiar, features), rules


def letterboxed(folder, most, seed=3):
    """At most `most` images of a folder (plain or DICOM), drawn at random, as the model's input."""
    files = sorted(p for p in Path(folder).rglob('*') if p.is_file() and p.suffix.lower() in foreign.PLAIN | foreign.DICOM and 'mask' not in p.parent.name)
    out = []
    for index in np.random.default_rng(seed).permutation(len(files)):
        if len(out) == most:
            break
        file = files[index]
        grey = foreign.plain_image(file) if file.suffix.lower() in foreign.PLAIN else foreign.dicom_frame(file)
        if grey is not None and min(grey.shape) >= 32:
            out.append(limbs.to_input(grey))
    return np.stack(out)


def measured(distances, edges, images, held, places, most, seed=1):
    """Which share of each group abstains: held-out limbs as they are, turned and mildly changed, spoiled ones, photographs and foreign folders (name -> folder).

    distances(inputs) -> [n, 3].
    """
    random = np.random.default_rng(seed)
    own = images[np.sort(random.permutation(held)[:3 * most])] / np.float32(255)
    spoiled = {name: inputs for name, inputs in foreign.spoiled(own[:most]).items() if not name.startswith('turned')}
    groups = {'held-out limbs': own, 'held-out limbs in a random quarter turn': turned(own, 7), 'held-out limbs, mildly changed': ood.varied(own, 1, 9).astype(np.float32), **spoiled,
              'photographs': foreign.photographs(lambda grey: limbs.to_input(grey), most), **{name: letterboxed(folder, most) for name, folder in places.items()}}
    out = {}
    for name, inputs in groups.items():
        over = distances(inputs) > np.asarray(edges)
        out[name] = {'images': len(inputs), 'abstain': float(over.any(1).mean()), 'interval': list(evaluation.interval(over.any(1).astype(float))),
                     'rules': {word.split('_')[0]: float(over[:, place].mean()) for place, (word, _) in enumerate(RULES)}}
    return out
