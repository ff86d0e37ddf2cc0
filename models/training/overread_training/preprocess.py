"""From stored pixels to the model's input, step by step.

This is the reference for the product's own implementation. All arithmetic is float64; only the final
array is cast to float32. Each function states its formula so that it can be written again in another language.
"""

import numpy as np

LUMA = (0.299, 0.587, 0.114)


def grey(pixels, slope=1.0, intercept=0.0):
    """Grey values as float64 [rows, columns].

    pixels: stored values [rows, columns] or RGB [rows, columns, 3]. Grey images get the modality rescale
    (value * slope + intercept, DICOM PS3.3 C.11.1); RGB becomes 0.299 R + 0.587 G + 0.114 B.
    """
    values = np.asarray(pixels)
    if values.ndim == 3:
        red, green, blue = (values[..., channel].astype(np.float64) for channel in range(3))
        return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    if values.ndim != 2:
        raise ValueError(f'expected a grey or an RGB image, got shape {values.shape}')
    return values.astype(np.float64) * slope + intercept


def rgb(pixels):
    """The three samples of an 8-bit colour image as planes, float64 [3, rows, columns], each value / 255."""
    values = np.asarray(pixels)
    if values.ndim != 3 or values.shape[2] != 3 or values.dtype != np.uint8:
        raise ValueError(f'expected an RGB image of 8 bits, got shape {values.shape}, {values.dtype}')
    return np.moveaxis(values.astype(np.float64) / 255, 2, 0)


def monochrome2(values, photometric):
    """MONOCHROME1 is turned round over the image's own range: v -> (max + min) - v. Others pass."""
    if photometric == 'MONOCHROME1':
        return (values.max() + values.min()) - values
    return values


def percentile_window(values, low=1, high=99):
    """Values scaled so that the low percentile is 0 and the high one is 1, clipped to 0..1.

    lo is the sorted pixel at index floor(low/100 * (n-1)), hi the one at ceil(high/100 * (n-1));
    no interpolation between neighbours. A flat image gives zeros.
    """
    last = values.size - 1
    at_low = int(np.floor(low / 100 * last))
    at_high = int(np.ceil(high / 100 * last))
    ordered = np.partition(values, (at_low, at_high), axis=None)
    lo, hi = ordered[at_low], ordered[at_high]
    return (np.clip(values, lo, hi) - lo) / max(hi - lo, 1e-6)


def triangle_weights(size_in, size_out):
    """Weights [size_out, size_in] of the antialiased triangle filter along one axis.

    scale = in/out, support = max(scale, 1), centre = (i + 0.5) * scale,
    weight of input j = max(0, 1 - |(j + 0.5 - centre) / support|), normalised to a sum of 1.
    """
    scale = size_in / size_out
    support = max(scale, 1.0)
    centre = (np.arange(size_out, dtype=np.float64)[:, None] + 0.5) * scale
    place = np.arange(size_in, dtype=np.float64)[None, :] + 0.5
    weights = np.maximum(0.0, 1.0 - np.abs((place - centre) / support))
    return weights / weights.sum(axis=1, keepdims=True)


def resize(values, rows, columns):
    """The image squashed to rows × columns (aspect not kept), separable triangle filter, float64."""
    down = triangle_weights(values.shape[0], rows)
    across = triangle_weights(values.shape[1], columns)
    return down @ (values @ across.T)


def to_input(pixels, photometric='MONOCHROME2', slope=1.0, intercept=0.0, rows=256, columns=256, low=1, high=99):
    """The whole way: stored pixels -> float32 [rows, columns] in 0..1."""
    values = monochrome2(grey(pixels, slope, intercept), photometric)
    return resize(percentile_window(values, low, high), rows, columns).astype(np.float32)
