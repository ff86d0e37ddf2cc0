"""Which images limb-fracture takes for foreign: `ood`'s distances at half the input's resolution, fitted on limbs in every quarter turn."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import evaluation, foreign, limbs, ood

HALF = limbs.SIZE // 2
RULES = (('layout_distance', 'The image is laid out unlike the radiographs of limbs that the model was made with: another body part, or no radiograph'),
         ('texture_distance', 'The image is textured unlike the radiographs of limbs that the model was made with: another kind of image, inverted, or noise'))


def small(images):
    """Inputs [n, 448, 448] (uint8 or 0..1) -> float16 [n, 224, 224] in 0..1, means of 2 × 2 pixels."""
    scale = 255 if images.dtype == np.uint8 else 1
    return np.stack([(image.reshape(HALF, 2, HALF, 2).mean((1, 3)) / scale).astype(np.float16) for image in images])


def turned(inputs, seed=2):
    """Each image in a random quarter turn: limbs are laid down in every one."""
    quarter = np.random.default_rng(seed).integers(0, 4, len(inputs))
    return np.stack([np.rot90(image, k) for image, k in zip(inputs, quarter)])


class WithDistances(nn.Module):
    """The detector's graph and, beside its outputs, the two distances of its input."""

    def __init__(self, model, familiar):
        super().__init__()
        self.model, self.familiar = model, familiar

    def forward(self, image):
        return (*self.model(image), *self.familiar(nn.functional.avg_pool2d(image, 2)))


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


def joined(work, model, config):
    """(graph with distances, the manifest's `outOfDomain`); `fitted` must have run."""
    state = torch.load(Path(work) / 'familiar.pt', weights_only=True)
    made = ood.Familiar(HALF, config['foreign']['kept'])
    made.load_state_dict(state['weights'])
    rules = [{'output': name, 'limit': float(edge), 'reason': reason} for (name, reason), edge in zip(RULES, state['limits'])]
    return WithDistances(model, made.eval()), rules


def letterboxed(folder, most, seed=3):
    """At most `most` images of a folder (plain or DICOM), drawn at random, as the model's input at half resolution."""
    files = sorted(p for p in Path(folder).rglob('*') if p.is_file() and p.suffix.lower() in foreign.PLAIN | foreign.DICOM and 'mask' not in p.parent.name)
    out = []
    for index in np.random.default_rng(seed).permutation(len(files)):
        if len(out) == most:
            break
        file = files[index]
        grey = foreign.plain_image(file) if file.suffix.lower() in foreign.PLAIN else foreign.dicom_frame(file)
        if grey is not None and min(grey.shape) >= 32:
            out.append(limbs.to_input(grey))
    return small(np.stack(out))


def measured(made, edges, images, held, places, most, seed=1):
    """Which share of each group abstains: held-out limbs as they are and turned, spoiled ones, and foreign folders (name -> folder)."""
    random = np.random.default_rng(seed)
    own = small(images[np.sort(random.permutation(held)[:3 * most])])
    spoiled = {name: inputs for name, inputs in foreign.spoiled(own[:most].astype(np.float32)).items() if not name.startswith('turned')}
    groups = {'held-out limbs': own, 'held-out limbs in a random quarter turn': turned(own, 7), **spoiled, **{name: letterboxed(folder, most) for name, folder in places.items()}}
    out = {}
    for name, inputs in groups.items():
        layout, texture = ood.over(made, edges, inputs)
        out[name] = {'images': len(inputs), 'abstain': float((layout | texture).mean()), 'interval': list(evaluation.interval((layout | texture).astype(float))),
                     'rules': {'layout': float(layout.mean()), 'texture': float(texture.mean())}}
    return out
