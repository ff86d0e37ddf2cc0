"""Augmentation on batches of torch tensors [batch, 1, rows, columns] with values in 0..1.

Aimed at the gap between sites: exposure, tone curve, sharpness, noise, black borders, aspect and pose.
"""

import math

import torch
import torch.nn.functional as F

from .networks import steps, window_mean


def uniform(count, low, high):
    return torch.empty(count).uniform_(low, high)


def affine(count, rotation, scale, aspect, shift, flip=True):
    """Random 2×3 matrices from output to input coordinates (normalised, -1..1).

    rotation in degrees, scale as a relative half-range on a log scale, aspect likewise (columns against rows),
    shift as a fraction of the half width.
    """
    angle = uniform(count, -rotation, rotation) * math.pi / 180
    size = torch.exp(uniform(count, -scale, scale))
    ratio = torch.exp(uniform(count, -aspect, aspect) / 2)
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0) if flip else torch.ones(count)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = torch.cos(angle) * size * ratio * mirror
    theta[:, 0, 1] = -torch.sin(angle) * size * ratio
    theta[:, 1, 0] = torch.sin(angle) * size / ratio * mirror
    theta[:, 1, 1] = torch.cos(angle) * size / ratio
    theta[:, :, 2] = uniform(2 * count, -shift, shift).reshape(count, 2)
    return theta


def grid(theta, rows, columns):
    """Sampling grid [b, rows, columns, 2] of the matrices, as F.affine_grid gives it, in a quarter of its time."""
    x, y = steps(columns, theta.device).view(1, 1, -1), steps(rows, theta.device).view(1, -1, 1)
    t = theta.view(-1, 6, 1, 1).unbind(1)
    return torch.stack([t[0] * x + t[1] * y + t[2], t[3] * x + t[4] * y + t[5]], 3)


def sample(images, theta, rows, columns):
    """Bilinear sampling along theta; outside the image is 0, like a black border."""
    return F.grid_sample(images, grid(theta, rows, columns), mode='bilinear', padding_mode='zeros', align_corners=False)


def tone_curve(images, strength):
    """A random monotone curve through five points: another exposure, another look-up table."""
    count = len(images)
    steps = torch.exp(uniform(count * 4, -strength, strength)).reshape(count, 4)
    heights = torch.cat([torch.zeros(count, 1), torch.cumsum(steps, 1)], 1)
    heights = heights / heights[:, -1:]
    place = images.clamp(0, 1) * 4
    lower = place.floor().clamp(max=3)
    index = lower.long().reshape(count, -1)
    at = torch.gather(heights, 1, index).reshape(images.shape)
    after = torch.gather(heights, 1, index + 1).reshape(images.shape)
    return at + (after - at) * (place - lower)


def blur(images, sigma):
    """Gaussian blur with one sigma (pixels) for the batch, cut at the edge. As two matrix products: faster than a convolution of one channel."""

    def kernel(size):
        place = torch.arange(size, dtype=torch.float32)
        weights = torch.exp(-(place.view(-1, 1) - place.view(1, -1)) ** 2 / (2 * sigma**2))
        return weights / weights.sum(1, keepdim=True)

    rows, columns = images.shape[2:]
    return kernel(rows) @ images @ kernel(columns).t()


def shading(images, strength):
    """A smooth field multiplied and added: uneven exposure, soft tissue, scatter."""
    count, _, rows, columns = images.shape
    field = F.interpolate(torch.randn(count, 2, 4, 4), (16, 16), mode='bicubic', align_corners=False) * strength
    field = F.interpolate(field, (rows, columns), mode='bilinear', align_corners=False)
    return images * (1 + field[:, :1]) + field[:, 1:] * 0.5


def on_some(images, chance, change):
    """`change` applied to a random part of the batch; the rest is not computed at all."""
    chosen = torch.nonzero(torch.rand(len(images)) < chance).flatten()
    if not len(chosen):
        return images
    return images.index_copy(0, chosen, change(images[chosen]))


def intensities(images, strength=1.0):
    """All grey-value changes, each drawn for every image of the batch; values stay within 0..1."""

    def each(x, low, high):
        return uniform(len(x), low, high).view(-1, 1, 1, 1)

    def sharpened(x):
        amount = 1.5 * float(torch.rand(1)) * strength
        return x + amount * (x - blur(x, 1.5))

    out = on_some(images, 0.7, lambda x: tone_curve(x, 0.7 * strength))
    out = on_some(out, 0.6, lambda x: x.clamp(1e-4, 1) ** torch.exp(each(x, -0.45, 0.45) * strength))
    out = on_some(out, 0.6, lambda x: (x - 0.5) * torch.exp(each(x, -0.35, 0.35) * strength) + 0.5 + each(x, -0.15, 0.15) * strength)
    out = on_some(out, 0.4, lambda x: shading(x, 0.12 * strength))
    out = on_some(out, 0.35, lambda x: blur(x, 0.4 + 1.0 * strength * float(torch.rand(1))))
    out = on_some(out, 0.25, sharpened)
    out = on_some(out, 0.4, lambda x: x + torch.randn_like(x) * each(x, 0, 0.04) * strength)
    return out.clamp(0, 1)


def borders(images, masks, chance=0.25):
    """A black or white band on some sides, as from collimation; the mask is cut with it."""
    images, masks = images.clone(), masks.clone()
    rows = images.shape[2]
    for index in torch.nonzero(torch.rand(len(images)) < chance).flatten().tolist():
        width = int(torch.randint(4, rows // 6, (1,)))
        value = 0.0 if float(torch.rand(1)) < 0.8 else 1.0
        side = int(torch.randint(4, (1,)))
        where = [(slice(0, width), slice(None)), (slice(rows - width, rows), slice(None)),
                 (slice(None), slice(0, width)), (slice(None), slice(rows - width, rows))][side]
        images[index, 0][where] = value
        masks[index, 0][where] = 0
    return images, masks


def opacities(images, masks, chance=0.3):
    """Soft bright blobs inside the chest while the mask stays: disease does not end the lung."""
    out = images.clone()
    rows, columns = images.shape[2:]
    down, across = torch.meshgrid(torch.linspace(-1, 1, rows), torch.linspace(-1, 1, columns), indexing='ij')
    for index in torch.nonzero(torch.rand(len(images)) < chance).flatten().tolist():
        for _ in range(int(torch.randint(1, 4, (1,)))):
            y, x = uniform(1, -0.6, 0.6), uniform(1, -0.6, 0.6)
            sy, sx = uniform(1, 0.05, 0.25), uniform(1, 0.05, 0.25)
            blob = torch.exp(-((down - y) / sy) ** 2 - ((across - x) / sx) ** 2) * uniform(1, 0.1, 0.5)
            out[index, 0] = out[index, 0] + blob * (1 - out[index, 0])
    return out, masks


def mask_errors(masks):
    """A soft mask grown or shrunk by up to three pixels and softened, like another net's mask."""
    wide = 2 * int(torch.randint(1, 4, (1,))) + 1
    level, steep = float(torch.empty(1).uniform_(-0.45, 0.45)), float(torch.empty(1).uniform_(1, 4))
    if float(torch.rand(1)) < 0.3:
        return masks
    return ((window_mean(masks, wide) - 0.5 + level) * steep + 0.5).clamp(0, 1)
