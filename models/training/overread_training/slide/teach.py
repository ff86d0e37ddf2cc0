"""What is learned from a batch of scenes."""

from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F

from ..stages import fast
from . import scene


def squeezed(radius):
    """Blur radii are learned as log(1 + r): half a pixel counts near focus and not where all detail is gone."""
    return torch.log1p(radius)


def known(values, loss):
    """Mean of a loss over entries whose truth is known."""
    there = torch.isfinite(values)
    return (loss * there).sum() / there.sum().clamp(min=1)


def filled(values):
    return torch.nan_to_num(values, nan=0.0)


def loss_of(model, batch, weights):
    """batch: list of scenes. Cross entropy of the labels, of the artefacts' cells, and absolute error of the radius, tile and cells."""
    x = torch.from_numpy(np.stack([s.tile for s in batch])).permute(0, 3, 1, 2).float() / 255
    labels = torch.from_numpy(np.stack([s.labels for s in batch]))
    radius = torch.tensor([s.radius if np.isfinite(s.labels[:4]).any() and s.labels[8] == 0 else np.nan for s in batch], dtype=torch.float32)
    cover = torch.from_numpy(np.stack([s.cover for s in batch]))
    radii = torch.from_numpy(np.stack([s.radii for s in batch]))
    with fast():
        found = model(x.contiguous(memory_format=torch.channels_last))
    logits, tile_radius, evidence, cells = (v.float() for v in found)
    smooth = filled(labels) * (1 - 2 * weights['smoothing']) + weights['smoothing']
    total = known(labels, F.binary_cross_entropy_with_logits(logits, smooth, reduction='none'))
    # Cells that are hardly touched are left out. Covered cells are rare, a fibre's above all, and weigh more for that.
    part = torch.where((cover > 0.01) & (cover < 0.12), torch.nan, (cover >= 0.12).float())
    rare = 1 + (weights['rare'] - 1) * filled(part)
    total = total + weights['cells'] * known(part, rare * F.binary_cross_entropy_with_logits(evidence[:, 4:8], filled(part), reduction='none'))
    sharp = torch.where(torch.isfinite(radii), (radii >= scene.DEGREES[0]).float(), torch.nan)
    total = total + 0.5 * weights['cells'] * known(sharp, F.binary_cross_entropy_with_logits(evidence[:, 1], filled(sharp), reduction='none'))
    total = total + weights['radius'] * known(radius, (tile_radius[:, 0] - squeezed(filled(radius))).abs())
    return total + weights['radius'] * known(radii, (cells[:, 0] - squeezed(filled(radii))).abs())


def turned(made, random):
    """The scene mirrored and turned by right angles: another picture at hardly any cost."""
    k, mirror = int(random.integers(4)), random.random() < 0.5

    def turn(values):
        values = np.rot90(values, k, (-2, -1))
        return np.ascontiguousarray(values[..., ::-1] if mirror else values)

    tile = np.moveaxis(turn(np.moveaxis(made.tile, 2, 0)), 0, 2)
    return replace(made, tile=np.ascontiguousarray(tile), radii=turn(made.radii), cover=turn(made.cover))


def cut(made, random, cells):
    """A part of `cells` × `cells` cells of a scene, with what is true of that part."""
    row, column = random.integers(0, scene.CELLS - cells + 1, 2)
    side = made.tile.shape[0] // scene.CELLS
    tile = made.tile[row * side:(row + cells) * side, column * side:(column + cells) * side]
    radii, cover = (v[..., row:row + cells, column:column + cells] for v in (made.radii, made.cover))
    labels = made.labels.copy()
    labels[scene.ARTEFACTS] = scene.labels_of(0.0, 1.0, False, cover)[scene.ARTEFACTS]
    radius = made.radius
    if labels[scene.EMPTY] == 0:
        seen = np.isfinite(radii).mean()
        if seen < 0.06:
            labels[scene.FOCUS] = np.nan
        elif made.told['kind'] == 'tilt':
            radius = float(np.nanmean(radii))
            labels[scene.FOCUS] = scene.labels_of(radius, 1.0, False, cover)[scene.FOCUS]
        if seen < 0.3:
            labels[scene.EMPTY] = np.nan
    return replace(made, tile=tile, labels=labels, radius=radius, radii=radii, cover=cover)


def batch_loss(tiles, glasses, weights):
    """Loss of a batch for the training loop: `fresh` of the chosen source tiles are degraded anew, the rest are earlier scenes, turned; in
    `cuts` of the batches only a part of each is looked at, which costs less. The store of earlier scenes begins empty after every start."""
    store = []

    def loss(model, chosen):
        random = np.random.default_rng(np.random.randint(2 ** 31))
        batch = []
        for place, i in enumerate(chosen):
            if len(store) >= weights['store'] // 4 and place >= weights['fresh'] * len(chosen):
                batch.append(turned(store[random.integers(len(store))], random))
                continue
            batch.append(scene.training(tiles[i], random, glasses))
            if len(store) < weights['store']:
                store.append(batch[-1])
            else:
                store[random.integers(len(store))] = batch[-1]
        if random.random() < weights['cuts']:
            batch = [cut(s, random, 10) for s in batch]
        return loss_of(model, batch, weights)

    return loss
