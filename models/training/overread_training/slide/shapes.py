"""Masks 0..1 of strokes, discs and blobs, and smooth noise to make them uneven."""

import numpy as np
from scipy import ndimage


def grid(size):
    y, x = np.mgrid[:size, :size].astype(np.float32)
    return y, x


def smooth_noise(size, deviation, random):
    """Noise of mean 0 and deviation 1 whose grain is about `deviation` pixels wide."""
    coarse = max(4, int(np.ceil(size / max(deviation, 1) * 1.5)) + 2)
    small = random.normal(size=(coarse, coarse)).astype(np.float32)
    wide = enlarged(ndimage.gaussian_filter(small, 0.5), size)
    return (wide - wide.mean()) / max(wide.std(), 1e-6)


def curve(size, random, bend=0.35, points=16, through=None):
    """Places (y, x) along a smooth curve that crosses the tile, through about its middle or a given place."""
    angle = random.uniform(0, 2 * np.pi)
    centre = np.asarray(through if through is not None else random.uniform(0.2, 0.8, 2) * size)
    along = np.linspace(-0.9, 0.9, points)
    sideways = bend * size * (random.normal() * along ** 2 + 0.6 * random.normal() * along ** 3 * 1.4)
    direction, normal = np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])
    return centre + along[:, None] * size * direction + sideways[:, None] * normal


def along_curve(path, size, coarse=2):
    """Distance of every pixel to a curve (signed by side), and the place along it in pixels; worked out on every second pixel."""
    n = size // coarse
    y, x = (v * coarse + (coarse - 1) / 2 for v in grid(n))
    lengths = np.r_[0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    best, sign, place = np.full((n, n), 1e9, np.float32), np.zeros((n, n), np.float32), np.zeros((n, n), np.float32)
    for k in range(len(path) - 1):
        (ay, ax), (by, bx) = path[k].astype(np.float32), path[k + 1].astype(np.float32)
        dy, dx = by - ay, bx - ax
        t = np.clip(((y - ay) * dy + (x - ax) * dx) / max(dy * dy + dx * dx, 1e-6), 0, 1)
        distance = np.hypot(y - ay - t * dy, x - ax - t * dx)
        nearer = distance < best
        best = np.where(nearer, distance, best)
        sign = np.where(nearer, np.sign((x - ax) * dy - (y - ay) * dx), sign)
        place = np.where(nearer, lengths[k] + t * (lengths[k + 1] - lengths[k]), place)
    return enlarged(best * sign, size), enlarged(place, size)


def enlarged(values, size):
    """A coarse map drawn at the full matrix, bilinear, pixel centres kept."""
    n = values.shape[0]
    at = np.clip((np.arange(size) + 0.5) * n / size - 0.5, 0, n - 1)
    low = np.minimum(at.astype(int), n - 2)
    share = (at - low).astype(np.float32)
    rows = values[low] * (1 - share)[:, None] + values[low + 1] * share[:, None]
    return rows[:, low] * (1 - share) + rows[:, low + 1] * share


def soft(inside, width):
    """0..1 from a signed distance (positive inside) with an edge `width` pixels wide."""
    return np.clip(inside / max(width, 0.5) + 0.5, 0, 1).astype(np.float32)


def blob(size, centre, radius, random, rough=0.25, edge=1.0):
    """A closed shape about a centre whose radius varies with the angle."""
    y, x = grid(size)
    angle = np.arctan2(y - centre[0], x - centre[1])
    wave = sum(random.normal() / (k + 1) * np.cos(k * angle + random.uniform(0, 6.3)) for k in range(2, 7))
    return soft(radius * (1 + rough * wave) - np.hypot(y - centre[0], x - centre[1]), edge)


def polygon(size, centre, radius, random, corners=6, edge=1.0):
    """A convex-like plate: the intersection of half planes at varying distances."""
    y, x = grid(size)
    start, inside = random.uniform(0, 6.3), np.full((size, size), 1e9, np.float32)
    for k in range(corners):
        a = start + 2 * np.pi * (k + random.uniform(-0.25, 0.25)) / corners
        inside = np.minimum(inside, radius * random.uniform(0.75, 1.15) - ((y - centre[0]) * np.sin(a) + (x - centre[1]) * np.cos(a)))
    return soft(inside, edge)
