"""Inputs for golden cases, drawn here: nothing of any patient is in them."""

import numpy as np
from PIL import Image

from .preprocess import resize


def chest(rows, columns, seed, opacity=0.0):
    """A chest-like drawing in 0..1: body, two lungs, ribs, heart, diaphragm, and a soft opacity if wanted."""
    random = np.random.default_rng(seed)
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing='ij')

    def ellipse(cy, cx, ry, rx, soft=0.06):
        return np.clip((1 - np.sqrt(((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2)) / soft, 0, 1)

    body = ellipse(0.25, 0, 1.35, 0.97, 0.15)
    lungs = np.maximum(ellipse(-0.05, -0.43, 0.72, 0.34), ellipse(-0.05, 0.43, 0.72, 0.34))
    lungs = lungs * np.clip((0.55 - y - 0.1 * np.cos(3 * x)) / 0.05, 0, 1)
    heart = ellipse(0.28, 0.14, 0.36, 0.36, 0.2)
    spine = np.clip((0.1 - np.abs(x)) / 0.05, 0, 1)
    ribs = np.clip(np.cos((y + 0.35 * x * x) * 26) - 0.55, 0, 1) * ellipse(-0.05, 0, 0.9, 0.85, 0.2)
    image = 0.62 * body + 0.1 * spine - 0.42 * lungs * (1 - heart) + 0.16 * ribs + 0.1 * heart
    if opacity:
        image += opacity * lungs * np.exp(-((y + 0.35) / 0.17) ** 2 - ((x - 0.42) / 0.15) ** 2)
    grain = resize(random.normal(size=(rows // 3, columns // 3)), rows, columns)
    return np.clip(image + 0.02 * grain, 0, 1)


def draw(folder):
    """Write the golden inputs as 8- or 16-bit grey PNG; returns their file names."""
    random = np.random.default_rng(7)

    def save8(name, values):
        Image.fromarray(np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)).save(folder / name, optimize=True)
        return name

    def save16(name, values, top):
        Image.fromarray(np.round(np.clip(values, 0, 1) * top).astype(np.uint16)).save(folder / name, optimize=True)
        return name

    ramp = np.linspace(0, 1, 400)[None, :] * np.linspace(0.2, 1, 256)[:, None]
    return [
        save8('chest-8bit.png', chest(320, 300, 1)),
        # Faint on purpose: an opacity as bright as the body is left out of the lung field, and the score falls (see the card's limits).
        save8('chest-opacity-8bit.png', chest(384, 320, 2, opacity=0.15)),
        save16('chest-12in16bit.png', 0.2 + 0.7 * chest(300, 384, 3), 4095),
        save8('bright-saturated.png', 0.75 + 0.6 * chest(288, 256, 4, opacity=0.3)),
        save8('blank.png', np.zeros((256, 256))),
        save8('noise.png', random.random((256, 300))),
        save16('ramp-16bit-wide.png', ramp, 65535),
    ]
