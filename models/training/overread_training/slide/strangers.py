"""Tiles that are no H&E: what the distance is measured against, never fitted to."""

from pathlib import Path

import numpy as np
from PIL import Image

from .. import foreign, preprocess


def as_tile(values, random):
    """A 224 × 224 cut of a colour or grey image (float 0..1 or bytes), made smaller first where it is much larger."""
    values = np.asarray(values)
    picture = Image.fromarray(values if values.dtype == np.uint8 else np.round(255 * np.clip(values, 0, 1)).astype(np.uint8)).convert('RGB')
    least = min(picture.size)
    if least < 224 or least > 600:
        scale = max(224, least if least < 600 else 448) / least
        picture = picture.resize((max(224, round(picture.width * scale)), max(224, round(picture.height * scale))), Image.Resampling.BICUBIC)
    left, top = random.integers(0, picture.width - 223), random.integers(0, picture.height - 223)
    return np.asarray(picture.crop((left, top, left + 224, top + 224)))


def photographs(random, cuts=12):
    """Cuts of the colour photographs that scikit-image carries with it (name -> tiles); those not on this machine are left out."""
    from skimage import data

    out = {}
    for name in ('astronaut', 'chelsea', 'coffee', 'rocket', 'retina', 'hubble_deep_field', 'colorwheel'):
        try:
            image = np.asarray(getattr(data, name)())[..., :3]
        except Exception:  # some are fetched over the network on first use
            continue
        out[name] = [as_tile(image, random) for _ in range(cuts)]
    return out


def radiology(folders, random, most=50):
    """Radiographs, CT and MR as colour tiles: a cut and the whole image squashed, from folders of plain or DICOM images."""
    out = {}
    for folder in folders:
        made = []
        files = sorted(p for p in Path(folder).rglob('*') if p.is_file() and p.suffix.lower() in foreign.PLAIN | foreign.DICOM and 'mask' not in p.parent.name)
        for at in random.permutation(len(files))[:3 * most]:
            grey = foreign.plain_image(files[at]) if files[at].suffix.lower() in foreign.PLAIN else foreign.dicom_frame(files[at])
            if grey is None or min(grey.shape) < 64 or len(made) >= most:
                continue
            shown = preprocess.percentile_window(grey)
            made.append(as_tile(shown, random) if len(made) % 2 else as_tile(preprocess.resize(shown, 224, 224), random))
        if made:
            out[Path(folder).name] = made
    return out


def spoiled(tiles, random):
    """Sharp tiles made foreign: inverted, grey, colours exchanged, noise."""
    grey = [np.repeat(np.asarray(Image.fromarray(t).convert('L'))[..., None], 3, 2) for t in tiles]
    return {'inverted': [255 - t for t in tiles], 'grey copies of tiles': grey, 'red and green exchanged': [t[..., [1, 0, 2]] for t in tiles],
            'green and blue exchanged': [t[..., [0, 2, 1]] for t in tiles],
            'white noise': [random.integers(0, 256, t.shape).astype(np.uint8) for t in tiles],
            'black': [np.zeros_like(t) for t in tiles[:10]], 'even colours, none of glass': [np.full_like(t, 0) + np.array(c, np.uint8) for t, c in zip(tiles, [(200, 30, 30), (20, 180, 40), (30, 40, 190), (90, 90, 90), (240, 220, 20), (40, 40, 40)])]}
