"""What is learned from a batch of scenes."""

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
    # A cell counts as covered in proportion; cells that are hardly touched are left out.
    part = torch.where((cover > 0.02) & (cover < 0.25), torch.nan, (cover >= 0.25).float())
    total = total + weights['cells'] * known(part, F.binary_cross_entropy_with_logits(evidence[:, 4:8], filled(part), reduction='none'))
    sharp = torch.where(torch.isfinite(radii), (radii >= scene.DEGREES[0]).float(), torch.nan)
    total = total + 0.5 * weights['cells'] * known(sharp, F.binary_cross_entropy_with_logits(evidence[:, 1], filled(sharp), reduction='none'))
    total = total + weights['radius'] * known(radius, (tile_radius[:, 0] - squeezed(filled(radius))).abs())
    return total + weights['radius'] * known(radii, (cells[:, 0] - squeezed(filled(radii))).abs())


def batch_loss(tiles, glasses, weights):
    """Loss of a batch for the training loop: each chosen source tile is degraded anew every time."""

    def loss(model, chosen):
        random = np.random.default_rng(np.random.randint(2 ** 31))
        return loss_of(model, [scene.training(tiles[i], random, glasses) for i in chosen], weights)

    return loss
