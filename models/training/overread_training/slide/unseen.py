"""Degradations that training never shows: other optics, other inks, other shapes, other files. Only for the test."""

import io

import numpy as np
from PIL import Image
from scipy import fft, ndimage

from . import artefacts, optics, shapes


def wave_kernel(radius, aperture=0.42):
    """Incoherent point spread of a round pupil with a quadratic phase (defocus), by its Fourier transform, mean of three wavelengths.

    The phase is set so that the geometric blur has the given radius in pixels: a marginal ray at pupil radius 1 lands `radius` away.
    aperture: radius of the pupil in cycles a pixel, so that diffraction alone is about one pixel wide (the source tiles carry their own microscope's already).
    """
    side = 96
    f = fft.fftfreq(side)
    fy, fx = np.meshgrid(f, f, indexing='ij')
    total = np.zeros((side, side))
    for wavelength in (0.86, 1.0, 1.16):
        edge = aperture / wavelength
        rho2 = (fy ** 2 + fx ** 2) / edge ** 2
        # The slope of the phase at the pupil's edge, 2 a / edge, is 2 pi times the shift in pixels.
        pupil = (rho2 <= 1) * np.exp(1j * np.pi * radius * edge * rho2)
        total += np.abs(fft.ifft2(pupil)) ** 2
    kernel = fft.fftshift(total)
    return kernel / kernel.sum()


def wave(light, random, radius):
    """Defocus by wave optics: rings and contrast that turns over, as a real objective has."""
    return optics.convolved(light, wave_kernel(radius)[1:, 1:]), np.full(light.shape[:2], radius, np.float32)


def astigmatic(light, random, radius):
    """A Gaussian three times as wide along one axis as across it, of the same mean variance."""
    across = radius / 2 * np.sqrt(2 / (1 + 9))
    turned = random.random() < 0.5
    deviation = (3 * across, across, 0) if turned else (across, 3 * across, 0)
    return ndimage.gaussian_filter(light, deviation, mode='mirror'), np.full(light.shape[:2], radius, np.float32)


def ring(light, random, radius):
    """The light of a ring: the point spread of an annular pupil out of focus."""
    outer, inner = optics.disc(radius * 1.2), optics.disc(radius * 0.75, rows=optics.disc(radius * 1.2).shape[0])
    kernel = np.maximum(outer / outer.max() - inner / inner.max(), 0)
    kernel /= kernel.sum()
    scale = radius / max(optics.spread_radius(kernel), 0.1)
    if abs(scale - 1) > 0.05:
        outer, inner = optics.disc(radius * 1.2 * scale), optics.disc(radius * 0.75 * scale, rows=optics.disc(radius * 1.2 * scale).shape[0])
        kernel = np.maximum(outer / outer.max() - inner / inner.max(), 0)
        kernel /= kernel.sum()
    return optics.convolved(light, kernel), np.full(light.shape[:2], radius, np.float32)


OTHER_INKS = {'red': (0.08, 0.95, 0.85), 'violet': (0.55, 0.95, 0.3), 'brown': (0.45, 0.75, 1.0), 'orange': (0.03, 0.45, 1.0)}


def other_pen(light, white, random):
    """Inks of colours that training does not show."""
    return artefacts.pen(light, white, random, OTHER_INKS)


def ring_pen(light, white, random):
    """A circle drawn with the trained inks around a place, as pathologists do: another shape."""
    size = light.shape[0]
    y, x = shapes.grid(size)
    centre, radius, half = random.uniform(0, 1, 2) * size, random.uniform(50, 130), random.uniform(7, 20)
    wave_ = shapes.smooth_noise(size, 30, random) * 4
    mask = shapes.soft(half - np.abs(np.hypot(y - centre[0], x - centre[1]) - radius + wave_), 5)
    inks = artefacts.INKS
    colour = np.asarray(inks[random.choice(sorted(inks))], np.float32)
    return optics.absorbed(light, (random.uniform(0.4, 1.2) * mask)[..., None] * colour), mask


def pleat(light, white, random):
    """Several narrow parallel folds close together."""
    size, od = light.shape[0], optics.density(light, white)
    tissue = ndimage.uniform_filter(od.mean(2), 15)
    across, _ = shapes.along_curve(shapes.curve(size, random, bend=0.2), size)
    across = across + 2 * shapes.smooth_noise(size, 25, random)
    count, gap, half = random.integers(2, 5), random.uniform(16, 28), random.uniform(3.5, 8)
    mask = np.max([shapes.soft(half - np.abs(across - (k - (count - 1) / 2) * gap), 1.5) for k in range(count)], axis=0)
    mask = mask * shapes.soft(tissue - 0.05, 0.05)
    if mask.mean() < 0.01:
        return light, None
    other = np.roll(od, tuple(random.integers(10, 60, 2)), (0, 1))
    folded = white * np.exp(-optics.LN10 * (od + other * random.uniform(1.0, 2.0) * mask[..., None]))
    return folded.astype(np.float32), mask


def long_bubble(light, white, random):
    """A squeezed bubble with two dark rims."""
    return artefacts.bubble(light, white, random, squeeze=random.uniform(1.4, 2.2), rings=2)


def froth(light, white, random):
    """Many small bubbles."""
    size, y, x = light.shape[0], *shapes.grid(light.shape[0])
    mask, dark, middle = np.zeros((size, size), np.float32), np.zeros((size, size), np.float32), random.uniform(0.2, 0.8, 2) * size
    for _ in range(random.integers(5, 14)):
        centre, radius = middle + random.normal(size=2) * 40, random.uniform(7, 19)
        distance = np.hypot(y - centre[0], x - centre[1])
        mask = np.maximum(mask, shapes.soft(radius - distance, 2))
        dark = np.maximum(dark, np.exp(-(((distance - 0.85 * radius) / (0.16 * radius + 1)) ** 2)))
    soft = optics.gaussian(light, 1.5)
    light = light * (1 - mask[..., None]) + soft * mask[..., None]
    return optics.absorbed(light, random.uniform(0.4, 0.9) * dark[..., None]), mask


def hair(size, random):
    """A long straight shaft with a paler core."""
    across, _ = shapes.along_curve(shapes.curve(size, random, bend=0.05), size)
    half = random.uniform(5, 11)
    mask = shapes.soft(half - np.abs(across), 1.5)
    return mask * (1 - 0.5 * np.exp(-((across / (0.35 * half)) ** 2))), mask


def pollen(size, random):
    """Round grains with a dense wall."""
    y, x = shapes.grid(size)
    amount, mask = np.zeros((size, size), np.float32), np.zeros((size, size), np.float32)
    for _ in range(random.integers(1, 5)):
        centre, radius = random.uniform(0.1, 0.9, 2) * size, random.uniform(11, 24)
        distance = np.hypot(y - centre[0], x - centre[1])
        spikes = 1 + 0.06 * np.cos(18 * np.arctan2(y - centre[0], x - centre[1]))
        grain = shapes.soft(radius * spikes - distance, 1.5)
        amount = np.maximum(amount, grain * (0.45 + 0.6 * np.exp(-(((distance - 0.9 * radius) / 2.2) ** 2))))
        mask = np.maximum(mask, grain)
    return amount, mask


def crystals(size, random):
    """Angular needles in a bunch."""
    mask, middle = np.zeros((size, size), np.float32), random.uniform(0.25, 0.75, 2) * size
    y, x = shapes.grid(size)
    for _ in range(random.integers(6, 16)):
        a, length, half = random.uniform(0, np.pi), random.uniform(12, 45), random.uniform(1.2, 3.5)
        centre = middle + random.normal(size=2) * 22
        u = (y - centre[0]) * np.sin(a) + (x - centre[1]) * np.cos(a)
        v = (y - centre[0]) * np.cos(a) - (x - centre[1]) * np.sin(a)
        mask = np.maximum(mask, shapes.soft(np.minimum(half * (1 - np.abs(u) / length), length - np.abs(u)), 1))
    return mask, mask


def other_foreign(light, white, random):
    return artefacts.foreign(light, white, random, (hair, pollen, crystals))


def jpeg2000(tile, ratio):
    held = io.BytesIO()
    Image.fromarray(tile).save(held, 'JPEG2000', quality_mode='rates', quality_layers=[ratio], irreversible=True)
    return np.asarray(Image.open(held))


def magnified(tile, zoom):
    """A tile seen at another magnification: enlarged about its centre, or reduced and mirrored to fill the tile."""
    n = tile.shape[0]
    if zoom >= 1:
        side = round(n / zoom)
        at = (n - side) // 2
        return np.asarray(Image.fromarray(tile[at:at + side, at:at + side]).resize((n, n), Image.Resampling.BICUBIC))
    small = np.asarray(Image.fromarray(tile).resize((round(n * zoom),) * 2, Image.Resampling.BICUBIC))
    rest = n - small.shape[0]
    return np.pad(small, ((rest // 2, rest - rest // 2),) * 2 + ((0, 0),), mode='symmetric')
