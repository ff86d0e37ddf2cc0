"""One labelled tile: a source tile or glass, what was done to it, and what is then true of it.

Labels, in the pack's words. Focus labels are about tissue; a tile without tissue has none of them. Degrees are cumulative:
'Out of focus' from a blur radius of 1.5 pixels, moderate from 3, severe from 6. Below 1 pixel is 'In focus'. Between 1 and 1.5 no
label is taught or measured. Several labels may hold: a tile may be sharp and carry ink.
"""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from scipy import ndimage

from . import artefacts, optics

LABELS = ('In focus', 'Out of focus', 'Moderately out of focus', 'Severely out of focus', 'Pen mark', 'Tissue fold', 'Air bubble', 'Foreign body', 'Empty')
FOCUS, ARTEFACTS, EMPTY = slice(0, 4), slice(4, 8), 8
SHARP_BELOW, DEGREES, MOST = 1.0, (1.5, 3.0, 6.0), 12.0
CELLS = 14
#: Parts of a tile: below, an artefact is too small to be taught as there; a tile with less tissue than LITTLE is no focus example.
SEEN, LITTLE, BARE = 0.012, 0.04, 0.004


@dataclass
class Scene:
    """A degraded tile (uint8 [n, n, 3]) and its truth. NaN: not known, neither taught nor measured."""

    tile: np.ndarray
    labels: np.ndarray
    radius: float
    #: Radius at each of 14 × 14 cells, NaN without tissue, and the share of each cell under pen, fold, bubble and foreign body.
    radii: np.ndarray
    cover: np.ndarray
    #: The tile as it would be without the artefact (same camera), and the artefact's mask, where wanted.
    without: np.ndarray | None = None
    mask: np.ndarray | None = None
    told: dict = field(default_factory=dict)


def cells(values):
    """Means over the 14 × 14 cells of a map [n, n]."""
    n = values.shape[0] // CELLS
    return values[:n * CELLS, :n * CELLS].reshape(CELLS, n, CELLS, n).mean((1, 3))


def tissue_map(light, white):
    """0..1: where the smoothed density is more than glass has. A tile without true glass has its palest tissue as I0, so some counts as glass."""
    od = ndimage.uniform_filter(optics.density(light, white).max(2), 9)
    return np.clip((od - 0.05) / 0.04, 0, 1)


def posed(tile, random, free):
    """The tile mirrored and turned by right angles; with `free` also turned, enlarged and shifted (edges mirrored), in linear light."""
    tile = np.rot90(tile, random.integers(4))
    tile = tile[:, ::-1] if random.random() < 0.5 else tile
    light = optics.to_linear(tile)
    if not free:
        shift = random.integers(0, 8, 2)  # the grid of the source's own JPEG blocks must tell nothing
        return np.pad(light, ((shift[0], 0), (shift[1], 0), (0, 0)), mode='reflect')[:light.shape[0], :light.shape[1]], 1.0
    n, zoom, angle = light.shape[0], np.exp(random.uniform(np.log(0.62), np.log(1.25))), random.uniform(0, 90) * (random.random() < 0.5)
    margin = n * 3 // 4
    wide = Image.fromarray(np.pad(np.ascontiguousarray(tile), ((margin, margin), (margin, margin), (0, 0)), mode='reflect'))
    side = round(wide.width * zoom)
    wide = wide.resize((side, side), Image.Resampling.BICUBIC)  # antialiased: fewer pixels for the same tissue, each averages over its own
    if angle:
        wide = wide.rotate(angle, Image.Resampling.BICUBIC)
    left, top = (side - n) // 2 + random.integers(0, 8, 2)
    return optics.to_linear(np.asarray(wide.crop((left, top, left + n, top + n)))), zoom


def restained(light, white, random):
    """Stain, section thickness and light vary: densities scaled, white and brightness shifted."""
    scale = np.exp(random.normal(size=3) * 0.12 + random.normal() * 0.22)
    light = optics.stained(light, white, scale)
    gain = np.exp(random.normal(size=3) * 0.04 + random.normal() * 0.08)
    gain = np.minimum(gain, 1.02 / white)
    return (light * gain).astype(np.float32), (white * gain).astype(np.float32)


def labels_of(radius, tissue, bare, cover):
    """The nine labels, NaN where the truth is not clear."""
    out = np.full(len(LABELS), np.nan, np.float32)
    out[EMPTY] = 1 if bare else 0 if tissue > LITTLE else np.nan
    if bare:
        out[FOCUS] = 0
    elif tissue > LITTLE and np.isfinite(radius):
        if not SHARP_BELOW <= radius < DEGREES[0]:
            out[0] = radius < SHARP_BELOW
            out[1] = radius >= DEGREES[0]
        for k, least in ((2, DEGREES[1]), (3, DEGREES[2])):
            if not 0.9 * least <= radius < least:
                out[k] = radius >= least
    share = np.nan_to_num(cover.reshape(4, -1).mean(1))
    out[ARTEFACTS] = np.where(share >= SEEN, 1, np.where(share > 0.001, np.nan, 0))
    return out


def photographed(light, random, plan):
    """Camera: shot noise, sRGB, 8 bits, JPEG or none."""
    tile = optics.as_bytes(optics.to_srgb(optics.noisy(light, random, plan['electrons'])))
    return tile if plan['quality'] is None else optics.jpeg(tile, plan['quality'], plan['sampling'])


def camera_plan(random):
    return {'electrons': float(np.exp(random.uniform(np.log(400), np.log(20000)))), 'sampling': int(random.choice([0, 2])),
            'quality': None if random.random() < 0.3 else int(random.integers(55, 97))}


def radius_plan(random):
    """A blur radius: sharp in two of five, else from just visible to beyond recognition, more of the small ones."""
    if random.random() < 0.42:
        return 0.0 if random.random() < 0.6 else random.uniform(0, 1)
    return float(np.exp(random.uniform(np.log(1.2), np.log(MOST))))


DRAW = {'Pen mark': artefacts.pen, 'Tissue fold': artefacts.fold, 'Air bubble': artefacts.bubble, 'Foreign body': artefacts.foreign}
ON_TOP = ('Air bubble', 'Foreign body', 'Pen mark')


def blurred(light, random, radius, kind):
    """(light, radius at each pixel) after defocus of the given kind; 'tilt' grows across the tile and has `radius` as its mean."""
    if kind == 'tilt' and radius > 0.3:
        low = radius * random.uniform(0.3, 0.8)
        return optics.tilted(light, low, 2 * radius - low, random.uniform(0, 2 * np.pi))
    out = optics.defocus(light, radius, 'disc' if kind == 'tilt' else kind, random.uniform(0, np.pi))
    return out, np.full(light.shape[:2], radius, np.float32)


def make(tile, random, wanted=(), empty=False, radius=None, kind=None, draw=None, camera=None, free=None, stain=True, real_glass=None, pair=False):
    """Builds one Scene. wanted: artefact labels to lay in. radius and kind: defocus (drawn where None). draw: other painters than training's.
    real_glass: linear light of real glass to use for an empty tile. pair: also give the tile without the artefacts."""
    draw = {**DRAW, **(draw or {})}
    size, zoom = tile.shape[0], 1.0
    if empty:
        light, white = artefacts.glass(size, random) if real_glass is None else (real_glass, optics.white_of(real_glass))
        radius, kind = np.nan, 'none'
    else:
        light, zoom = posed(tile, random, random.random() < 0.6 if free is None else free)
        white = optics.white_of(light)
        if stain:
            light, white = restained(light, white, random)
        radius = radius_plan(random) if radius is None else radius
        kind = str(random.choice(['disc', 'gaussian', 'motion', 'tilt'], p=[0.36, 0.36, 0.12, 0.16])) if kind is None else kind
    there = np.zeros((size, size), np.float32) if empty else tissue_map(light, white)
    masks, clean = dict.fromkeys(LABELS[ARTEFACTS]), light
    if 'Tissue fold' in wanted and not empty:
        light, masks['Tissue fold'] = draw['Tissue fold'](light, white, random)
    radius_at = np.full((size, size), np.nan, np.float32)
    if not empty:
        state = random.bit_generator.state
        light, radius_at = blurred(light, random, radius, kind) if isinstance(kind, str) else kind(light, random, radius)
        if pair:
            random.bit_generator.state = state
            clean = (blurred(clean, random, radius, kind) if isinstance(kind, str) else kind(clean, random, radius))[0]
    for label in ON_TOP:
        if label in wanted:
            light, masks[label] = draw[label](light, white, random)
    camera = camera_plan(random) if camera is None else camera
    cover = np.stack([cells(m) if m is not None else np.zeros((CELLS, CELLS)) for m in masks.values()])
    tissue = float(there.mean())
    hidden = np.max([m for m in masks.values() if m is not None] or [np.zeros((size, size))], axis=0)
    labels = labels_of(float(radius), tissue, empty, cover)
    if not empty and (there * (hidden < 0.3)).mean() < LITTLE:
        labels[FOCUS] = np.nan  # nothing but the artefact is to be seen
    cell_radius = np.where((cells(there) > 0.35) & (cells(hidden) < 0.3), cells(np.nan_to_num(radius_at)), np.nan)
    made = photographed(light, random, camera)
    return Scene(made, labels, float(radius), cell_radius.astype(np.float32), cover.astype(np.float32),
                 photographed(clean, random, camera) if pair else None, hidden if pair else None,
                 {'kind': kind if isinstance(kind, str) else getattr(kind, '__name__', 'other'), 'tissue': tissue, 'zoom': float(zoom), 'camera': camera})


def training(tile, random, glasses=()):
    """A scene of training's own mixture: 12 % empty, half of the tiles with one artefact, a sixth with two."""
    empty = random.random() < 0.12
    count = random.choice([0, 1, 2], p=[0.3, 0.52, 0.18] if not empty else [0.62, 0.34, 0.04])
    names = [n for n in LABELS[ARTEFACTS] if not (empty and n == 'Tissue fold')]
    wanted = tuple(random.choice(names, count, replace=False))
    real = glasses[random.integers(len(glasses))] if empty and len(glasses) and random.random() < 0.35 else None
    return make(tile, random, wanted, empty, real_glass=real)


def glass_patches(tiles, least=40):
    """Real glass: the emptiest windows of tiles, mirrored to a full tile, as linear light."""
    out = []
    for tile in tiles:
        light = optics.to_linear(tile)
        white = optics.white_of(light)
        if np.percentile(light.reshape(-1, 3), 90, axis=0).min() < 0.45:
            continue
        od = optics.density(light, white).max(2)
        worst = ndimage.maximum_filter(ndimage.uniform_filter(od, 5), least)
        half = least // 2
        inner = worst[half:-half, half:-half]
        at = np.unravel_index(np.argmin(inner), inner.shape)
        if inner[at] > 0.05:
            continue
        patch = light[at[0]:at[0] + least, at[1]:at[1] + least]
        repeat = int(np.ceil(tile.shape[0] / least))
        whole = np.pad(patch, ((0, (repeat - 1) * least), (0, (repeat - 1) * least), (0, 0)), mode='symmetric')
        out.append(whole[:tile.shape[0], :tile.shape[1]].astype(np.float32))
    return out
