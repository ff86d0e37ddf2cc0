"""Light through a slide: linear intensity, optical density, points spread by defocus and motion, the camera.

Tiles are sRGB (IEC 61966-2-1) as cameras write them; light adds up and is absorbed in linear intensity, so every change is made there.
Optical density is -log10(I / I0) by the law of Beer and Lambert, I0 the light without a specimen.

Blur radius: the radius in pixels of the uniform disc whose spread (standard deviation along an axis) is that of the point spread;
for a disc the spread is half the radius, so a Gaussian of deviation s counts as a blur of radius 2 s, and a straight smear of length L
(spread L / sqrt(12) along it, 0 across; mean variance L² / 24) as L / sqrt(6).
"""

import io

import numpy as np
from PIL import Image
from scipy import fft, ndimage

DARKEST = 1e-3
LN10 = np.float32(np.log(10))
LINEAR = np.where((steps := np.arange(256) / 255) <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_linear(values):
    """sRGB bytes -> linear intensity 0..1, float32."""
    return LINEAR[values]


def to_srgb(light):
    """Linear intensity -> sRGB 0..1, clipped as a camera does."""
    v = np.clip(light, 0, 1)
    return np.where(v <= 0.0031308, v * 12.92, 1.055 * np.maximum(v, 1e-9) ** (1 / 2.4) - 0.055).astype(np.float32)


def white_of(light):
    """I0 of each channel: the brightest light of a tile, but not darker than glass can be (a tile full of tissue shows no glass)."""
    return np.maximum(np.percentile(light.reshape(-1, 3), 99.5, axis=0), (0.62, 0.62, 0.62)).astype(np.float32)


def density(light, white):
    """Optical density -log10(I / I0), from 0 upwards."""
    return -np.log10(np.clip(light / white, DARKEST, 1)).astype(np.float32)


def absorbed(light, extra):
    """Light behind one more absorber of optical density `extra` (array or number)."""
    return light * np.exp(np.asarray(extra, np.float32) * -LN10)


def disc(radius, rows=None):
    """Uniform disc of a radius in pixels, its edge laid over the pixels by 5 × 5 samples; sums to 1."""
    half = int(np.ceil(radius + 0.5)) if rows is None else rows // 2
    fine = (np.arange((2 * half + 1) * 5) - (2 * half + 1) * 2.5 + 0.5) / 5
    inside = (fine[:, None] ** 2 + fine[None, :] ** 2 <= max(radius, 1e-6) ** 2).astype(np.float64)
    kernel = inside.reshape(2 * half + 1, 5, 2 * half + 1, 5).sum((1, 3))
    if kernel.sum() == 0:
        kernel[half, half] = 1
    return kernel / kernel.sum()


def smear(length, angle):
    """A straight smear of a length in pixels: shaking, or a stage that moved; sums to 1."""
    half = int(np.ceil(length / 2 + 1))
    kernel = np.zeros((2 * half + 1, 2 * half + 1))
    along = np.linspace(-length / 2, length / 2, max(2, int(length * 8)))
    y, x = half + along * np.sin(angle), half + along * np.cos(angle)
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    for dy in (0, 1):
        for dx in (0, 1):
            weight = (1 - np.abs(y - y0 - dy)) * (1 - np.abs(x - x0 - dx))
            np.add.at(kernel, (y0 + dy, x0 + dx), np.maximum(weight, 0))
    return kernel / kernel.sum()


def spread_radius(kernel):
    """Blur radius of a kernel by its second moment (see the head of this file). A pixel's own width is no part of it."""
    rows, columns = kernel.shape
    y, x = np.mgrid[:rows, :columns]
    mass = kernel.sum()
    cy, cx = (kernel * y).sum() / mass, (kernel * x).sum() / mass
    variance = ((kernel * ((y - cy) ** 2 + (x - cx) ** 2)).sum() / mass) / 2
    return 2 * float(np.sqrt(variance))


def convolved(light, kernel):
    """Each channel convolved with a kernel, edges mirrored."""
    half = [k // 2 for k in kernel.shape]
    padded = np.pad(light, ((half[0], half[0]), (half[1], half[1]), (0, 0)), mode='reflect')
    shape = [fft.next_fast_len(padded.shape[i] + kernel.shape[i] - 1, real=True) for i in (0, 1)]
    there = fft.rfft2(padded.astype(np.float32), shape, axes=(0, 1)) * fft.rfft2(kernel.astype(np.float32), shape)[..., None]
    out = fft.irfft2(there, shape, axes=(0, 1))
    return np.maximum(out[2 * half[0]:2 * half[0] + light.shape[0], 2 * half[1]:2 * half[1] + light.shape[1]], 0).astype(np.float32)


def gaussian(light, deviation):
    if deviation <= 0.05:
        return light
    return ndimage.gaussian_filter(light, (deviation, deviation, 0) if light.ndim == 3 else deviation, mode='mirror', truncate=3.5)


def defocus(light, radius, kind, angle=0.0):
    """Light blurred by a radius in pixels: kind 'disc', 'gaussian' or 'motion' (along `angle`)."""
    if radius < 0.1:
        return light
    if kind == 'gaussian':
        return gaussian(light, radius / 2)
    if kind == 'motion':
        return convolved(light, smear(radius * np.sqrt(6), angle))
    return convolved(light, disc(radius))


def tilted(light, low, high, angle):
    """Blur (disc-like) that grows across the tile from radius low to high along an angle, and the radius at each pixel."""
    rows, columns = light.shape[:2]
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing='ij')
    along = np.clip((y * np.sin(angle) + x * np.cos(angle)) / 1.2 * 0.5 + 0.5, 0, 1)
    radius = (low + (high - low) * along).astype(np.float32)
    steps = np.linspace(low, high, 5)
    layers = [defocus(light, r, 'disc') for r in steps]
    at = np.clip((radius - low) / max(high - low, 1e-6) * 4, 0, 3.999)
    first, share = at.astype(int), (at - at.astype(int))[..., None]
    stack = np.stack(layers)
    rows_at, columns_at = np.mgrid[:rows, :columns]
    return stack[first, rows_at, columns_at] * (1 - share) + stack[first + 1, rows_at, columns_at] * share, radius


def noisy(light, random, electrons, read=0.002):
    """Shot noise of a sensor whose full well is `electrons`, and a little read noise."""
    return light + random.standard_normal(light.shape, dtype=np.float32) * np.sqrt(np.maximum(light, 0) / electrons + read * read)


def as_bytes(srgb):
    return np.round(np.clip(srgb, 0, 1) * 255).astype(np.uint8)


def jpeg(tile, quality, sampling=2):
    """uint8 tile written as JPEG and read again; sampling 2 is 4:2:0, 0 is 4:4:4."""
    held = io.BytesIO()
    Image.fromarray(tile).save(held, 'JPEG', quality=int(quality), subsampling=sampling)
    return np.asarray(Image.open(held))


def stained(light, white, scale, shift=(0.0, 0.0, 0.0)):
    """Another stain: the density of each channel times `scale`, plus `shift`."""
    od = density(light, white) * np.asarray(scale, np.float32) + np.asarray(shift, np.float32)
    return white * np.exp(od * -LN10)
