"""Golden inputs for limbs, drawn here: nothing of any patient is in them."""

import numpy as np
from PIL import Image

from .preprocess import resize


def limb(rows, columns, seed, breaks=(), upright=True):
    """A limb-like drawing in 0..1: soft tissue, two long bones with bright shells, a joint, and breaks at (share of the length, bone 0 or 1)."""
    random = np.random.default_rng(seed)
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing='ij')
    along, across = (y, x * columns / rows) if upright else (x, y * rows / columns)
    tissue = np.clip((0.42 - 0.06 * np.cos(2 * along) - np.abs(across)) / 0.05, 0, 1)
    image = 0.28 * tissue
    for number, (place, half) in enumerate(((-0.13, 0.075), (0.12, 0.055))):
        axis = across - place - 0.03 * np.sin(2.2 * along + number)
        wide = half * (1 + 0.9 * np.clip(np.abs(along) - 0.55, 0, 1))
        gap = np.zeros_like(along)
        for share, bone in breaks:
            if bone == number:
                line = along - (2 * share - 1) - 0.4 * axis
                gap = np.maximum(gap, np.exp(-(line / 0.012) ** 2))
                axis = axis + 0.025 * np.clip(line / 0.004, 0, 1)
        inside = np.clip((wide - np.abs(axis)) / 0.012, 0, 1) * (np.abs(along) < 0.86)
        shell = np.exp(-((np.abs(axis) - wide * 0.85) / 0.018) ** 2)
        image = np.maximum(image, inside * (0.5 + 0.35 * shell) * (1 - 0.6 * gap))
    for step in range(6):
        image = np.maximum(image, 0.6 * np.clip(1 - np.hypot((along - 0.93) / 0.06, (across + 0.28 - 0.11 * step) / 0.055), 0, 1) ** 0.4)
    grain = resize(random.normal(size=(rows // 2, columns // 2)), rows, columns)
    return np.clip(image + 0.015 * grain + 0.03, 0, 1)


def draw(folder):
    """Write the golden inputs as grey PNG of 8 or 16 bits; returns their file names."""
    random = np.random.default_rng(7)

    def save(name, values, top):
        kind = np.uint8 if top == 255 else np.uint16
        Image.fromarray(np.round(np.clip(values, 0, 1) * top).astype(kind)).save(folder / name, optimize=True)
        return name

    return [
        save('limb-8bit.png', limb(454, 373, 1), 255),
        save('limb-one-break-8bit.png', limb(454, 373, 2, breaks=((0.36, 0),)), 255),
        save('limb-two-breaks-wide-8bit.png', limb(373, 454, 3, breaks=((0.3, 0), (0.62, 1)), upright=False), 255),
        save('limb-12in16bit.png', 0.2 + 0.7 * limb(600, 300, 4, breaks=((0.55, 1),)), 4095),
        save('blank.png', np.zeros((256, 300)), 255),
        save('noise.png', random.random((200, 160)), 255),
    ]
