"""Tiles and which of them come from one source image.

LC25000 (Borkowski et al. 2019) was itself made larger by rotating (up to 25° either way, cut to the largest inscribed
square about the centre and enlarged again) and mirroring its source images, so two tiles with different names may show the same
field. Such tiles are found by correlation under mirroring, rotation and change of size about the centre, and are kept in one group; a
group lies on one side of every split.
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

SIZE = 224
ENDINGS = {'.jpeg', '.jpg', '.png', '.tif', '.tiff'}


def tile_files(folder):
    """Every image of a folder, sorted by name."""
    found = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in ENDINGS)
    if not found:
        raise SystemExit(f'{folder} holds no image; give a folder of H&E tiles of {SIZE} × {SIZE} pixels')
    return found


def read_tiles(folder):
    """(names, uint8 [n, 224, 224, 3]). Tiles of another size are refused: their scale would not be that of the rest."""
    files = tile_files(folder)
    tiles = [np.asarray(Image.open(p).convert('RGB')) for p in files]
    wrong = [p.name for p, t in zip(files, tiles) if t.shape != (SIZE, SIZE, 3)]
    if wrong:
        raise SystemExit(f'{len(wrong)} images are not {SIZE} × {SIZE} pixels, first {wrong[0]}; cut them, do not resize them')
    return [p.name for p in files], np.stack(tiles)


def tissue_class(name):
    """The class in an LC25000 file name: its letters."""
    return ''.join(c for c in Path(name).stem if c.isalpha()) or 'tile'


def polar_frame(rows=40, radius=0.62):
    """Sampling places of a disc about the centre, in units of half a tile: (y, x) of shape [points]."""
    at = np.linspace(-radius, radius, rows)
    y, x = np.meshgrid(at, at, indexing='ij')
    inside = y * y + x * x <= radius * radius
    return y[inside], x[inside]


def standardised(values):
    values = values - values.mean(-1, keepdims=True)
    return values / np.maximum(np.linalg.norm(values, axis=-1, keepdims=True), 1e-9)


def grey_small(tile, side=112):
    """Grey, slightly smoothed and with its large shadings removed: what remains is the pattern, not the stain."""
    grey = np.asarray(Image.fromarray(tile).convert('L').resize((side, side), Image.Resampling.BOX), np.float32)
    return ndimage.gaussian_filter(grey, 1.0) - ndimage.gaussian_filter(grey, 12.0)


def sample(image, y, x, angle, scale, mirror):
    half = (image.shape[0] - 1) / 2
    c, s = np.cos(angle) * scale, np.sin(angle) * scale
    x = -x if mirror else x
    return ndimage.map_coordinates(image, [half + half * (c * y - s * x), half + half * (s * y + c * x)], order=1, mode='reflect')


def similarity(tiles, step=3.0, scales=(0.74, 0.82, 0.9, 1.0, 1.1, 1.22, 1.35)):
    """[n, n] largest correlation of the discs of two tiles over mirroring, rotation by `step` degrees and change of size.

    The disc of one tile stays; the other is turned. Scales are relative: each tile's own enlargement is unknown.
    """
    small = [grey_small(t) for t in tiles]
    y, x = polar_frame()
    still = standardised(np.stack([sample(g, y, x, 0, 1, False) for g in small]))
    best = np.full((len(tiles), len(tiles)), -1.0, np.float32)
    for mirror in (False, True):
        for scale in scales:
            for angle in np.arange(0, 360, step):
                turned = standardised(np.stack([sample(g, y, x, np.deg2rad(angle), scale, mirror) for g in small]))
                best = np.maximum(best, still @ turned.T)
    best = np.maximum(best, best.T)
    np.fill_diagonal(best, 1)
    return best


def groups_of(close):
    """Connected groups of a boolean matrix: the group number of each tile, 0 upwards."""
    group = -np.ones(len(close), int)
    for start in range(len(close)):
        if group[start] >= 0:
            continue
        number, open_ = group.max() + 1, [start]
        while open_:
            at = open_.pop()
            if group[at] < 0:
                group[at] = number
                open_.extend(np.flatnonzero(close[at] & (group < 0)))
    return group


def split_of(names, group, shares, seed):
    """'train', 'calibration' or 'test' for each tile: whole groups are dealt out, inside each tissue class by the shares."""
    names, out = np.asarray(names), np.full(len(names), 'train', dtype='<U11')
    kind = np.asarray([tissue_class(n) for n in names])
    first = {g: kind[np.flatnonzero(group == g)[0]] for g in np.unique(group)}
    random = np.random.default_rng(seed)
    for word in sorted(set(first.values())):
        mine = random.permutation([g for g in first if first[g] == word])
        total = sum((group == g).sum() for g in mine)
        dealt, wanted = 0, {'test': shares['test'] * total, 'calibration': (shares['test'] + shares['calibration']) * total}
        for g in mine:
            part = 'test' if dealt < wanted['test'] else 'calibration' if dealt < wanted['calibration'] else 'train'
            out[group == g] = part
            dealt += int((group == g).sum())
    return out


def prepare(folder, work, config):
    """Reads the tiles, finds those of one source, deals out the groups; writes tiles.npz and sources.json."""
    names, tiles = read_tiles(folder)
    close = similarity(list(tiles))
    group = groups_of(close >= config['same_source'])
    split = split_of(names, group, config['shares'], config['seed'])
    np.savez_compressed(work / 'tiles.npz', names=np.asarray(names), tiles=tiles, group=group, split=split)
    np.save(work / 'similarity.npy', close)
    pairs = [(names[i], names[j], round(float(close[i, j]), 3)) for i in range(len(names)) for j in range(i)
             if close[i, j] >= config['same_source'] - 0.15]
    record = {'tiles': len(names), 'groups': int(group.max() + 1), 'threshold': config['same_source'],
              'split': {s: [int((split == s).sum()), len(np.unique(group[split == s]))] for s in ('train', 'calibration', 'test')},
              'pairs': sorted(pairs, key=lambda p: -p[2])}
    (work / 'sources.json').write_text(json.dumps(record, indent=1) + '\n', encoding='utf-8')
    print(json.dumps({k: v for k, v in record.items() if k != 'pairs'}), len(pairs), 'pairs near or above the threshold')
