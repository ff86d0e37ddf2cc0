"""Drawn tiles for the golden cases: nothing of a patient is in them."""

import numpy as np
from PIL import Image

from . import artefacts, optics, shapes

HAEMATOXYLIN, EOSIN = np.array([0.65, 0.70, 0.29], np.float32), np.array([0.07, 0.80, 0.35], np.float32)


def tissue(seed, size=224):
    """A drawing that looks like H&E: eosin ground with pale clefts, round nuclei with darker grains. Linear light and I0."""
    random = np.random.default_rng(seed)
    ground = 0.35 + 0.10 * shapes.smooth_noise(size, 30, random) + 0.04 * shapes.smooth_noise(size, 5, random)
    cleft = shapes.soft(shapes.smooth_noise(size, 40, random) - 0.9, 0.15)
    ground = np.clip(ground, 0.05, 1) * (1 - 0.92 * cleft)
    nuclei = np.zeros((size, size), np.float32)
    for _ in range(70):
        centre, radius = random.uniform(0, size, 2), random.uniform(5, 9)
        if cleft[int(centre[0]) % size, int(centre[1]) % size] < 0.3:
            nuclei = np.maximum(nuclei, random.uniform(0.5, 1) * shapes.blob(size, centre, radius, random, 0.12))
    nuclei = nuclei * np.clip(1 + 0.3 * shapes.smooth_noise(size, 2.5, random), 0.4, 1.8)
    white = np.array([0.9, 0.88, 0.93], np.float32)
    od = ground[..., None] * EOSIN + (0.9 * nuclei)[..., None] * HAEMATOXYLIN + 0.1 * ground[..., None] * HAEMATOXYLIN
    return (white * np.exp(-optics.LN10 * od)).astype(np.float32), white


def draw(folder):
    """Writes the golden inputs as RGB PNG; gives their names."""
    def save(name, light):
        Image.fromarray(optics.as_bytes(optics.to_srgb(light))).save(folder / name, optimize=True)
        return name

    light, white = tissue(1)
    random = np.random.default_rng(11)
    glass, glass_white = artefacts.glass(224, random)
    return [
        save('tissue-sharp.png', light),
        save('tissue-blurred-2px.png', optics.defocus(light, 2.0, 'disc')),
        save('tissue-blurred-8px.png', optics.defocus(light, 8.0, 'disc')),
        save('tissue-pen.png', artefacts.pen(light, white, np.random.default_rng(4))[0]),
        save('tissue-fold.png', artefacts.fold(light, white, np.random.default_rng(5))[0]),
        save('tissue-bubble.png', artefacts.bubble(light, white, np.random.default_rng(6))[0]),
        save('tissue-fibre.png', artefacts.foreign(light, white, np.random.default_rng(8), (artefacts.fibre,))[0]),
        save('glass.png', glass),
        save('black.png', np.zeros_like(light)),
    ]
