"""The scenes that are measured, each from its own seed: the same numbers on every run and in every program that reads the PNGs."""

import csv
import zlib

import numpy as np
from PIL import Image

from . import optics, scene, unseen

RADII = (0.0, 0.5, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
AS_IS = {'electrons': 3e4, 'quality': None, 'sampling': 0}


def random_for(seed, *words):
    return np.random.default_rng([seed, zlib.crc32('/'.join(map(str, words)).encode())])


def part(d, name):
    return np.flatnonzero(d['split'] == name)


def mixture(d, name, config, rounds):
    """Training's own mixture on the tiles of another part: (name, tile index, scene). Glass comes from that part too."""
    mine = part(d, name)
    glasses = scene.glass_patches(d['tiles'][mine])
    for i in mine:
        for k in range(rounds):
            yield f'{d["names"][i]}#{k}', i, scene.training(d['tiles'][i], random_for(config['seed'], name, d['names'][i], k), glasses)


def focus_grid(d, name, config, kinds=('disc', 'gaussian')):
    """Each tile at each radius of RADII, stain and camera varied."""
    for i in part(d, name):
        for kind in kinds:
            for radius in RADII:
                random = random_for(config['seed'], 'grid', d['names'][i], kind, radius)
                yield f'{d["names"][i]}#{kind}{radius}', i, scene.make(d['tiles'][i], random, radius=radius, kind=kind, free=False)


def single(d, name, config):
    """One condition a tile, on the tile as it is: for the table of confusions. (condition, tile index, scene)."""
    mine = part(d, name)
    for i in mine:
        def made(word, *args, **more):
            return scene.make(d['tiles'][i], random_for(config['seed'], 'single', d['names'][i], word), *args, free=False, stain=False, **more)
        yield 'In focus', i, made('sharp', radius=0.0)
        for word, radius in (('Slightly out of focus', 2.0), ('Moderately out of focus', 4.0), ('Severely out of focus', 8.0)):
            yield word, i, made(word, radius=radius, kind='disc')
        for label in scene.LABELS[scene.ARTEFACTS]:
            yield label, i, made(label, (label,), radius=0.0, pair=True)
        yield 'Empty', i, made('Empty', empty=True)


UNSEEN_FOCUS = {'wave-optics defocus': unseen.wave, 'astigmatic blur': unseen.astigmatic, 'ring-shaped blur': unseen.ring}
UNSEEN_DRAW = {
    'inks of other colours': ('Pen mark', unseen.other_pen), 'circles drawn with known inks': ('Pen mark', unseen.ring_pen),
    'pleats': ('Tissue fold', unseen.pleat), 'squeezed bubbles': ('Air bubble', unseen.long_bubble), 'froth': ('Air bubble', unseen.froth),
    'hair, pollen, crystals': ('Foreign body', unseen.other_foreign)}


def unseen_focus(d, name, config, kind):
    for i in part(d, name):
        for radius in (1.5, 2.0, 4.0, 8.0):
            random = random_for(config['seed'], 'unseen', kind, d['names'][i], radius)
            yield f'{d["names"][i]}#{kind}{radius}', i, scene.make(d['tiles'][i], random, radius=radius, kind=UNSEEN_FOCUS[kind], free=False)


def unseen_artefacts(d, name, config, kind, rounds=2):
    label, draw = UNSEEN_DRAW[kind]
    for i in part(d, name):
        for k in range(rounds):
            random = random_for(config['seed'], 'unseen', kind, d['names'][i], k)
            yield f'{d["names"][i]}#{kind}{k}', i, scene.make(d['tiles'][i], random, (label,), radius=0.0, draw={label: draw}, free=False)


def sharp(d, name, config, rounds=2):
    """The tiles in focus and without artefacts, stain and camera varied: what unseen artefacts are told from."""
    for i in part(d, name):
        for k in range(rounds):
            yield f'{d["names"][i]}#sharp{k}', i, scene.make(d['tiles'][i], random_for(config['seed'], 'sharp', d['names'][i], k), radius=0.0, free=False)


def real_glass(d, name, config, rounds=12):
    """Glass found in tiles of this part, as cameras saw it."""
    mine = part(d, name)
    for n, glass in enumerate(scene.glass_patches(d['tiles'][mine])):
        for k in range(rounds):
            random = random_for(config['seed'], 'glass', n, k)
            turned = np.ascontiguousarray(np.rot90(glass, k % 4)) * random.uniform(0.85, 1.05)
            yield f'glass{n}#{k}', mine[0], scene.make(d['tiles'][mine[0]], random, empty=True, real_glass=np.clip(turned, 0, 1.05))


def coarse_files(tile, kind):
    """The same tile through other files: poor JPEG, JPEG 2000, another magnification."""
    match kind:
        case 'JPEG quality 30':
            return optics.jpeg(tile, 30)
        case 'JPEG quality 15':
            return optics.jpeg(tile, 15)
        case 'JPEG 2000, 40 to 1':
            return unseen.jpeg2000(tile, 40)
        case 'magnified by 1.6':
            return unseen.magnified(tile, 1.6)
        case 'reduced to 0.5':
            return unseen.magnified(tile, 0.5)
    raise ValueError(kind)


def write_pngs(work, folder, config, d):
    """The test mixture as PNG files in `tiles` and, beside it, truth.csv (empty: not known): what the report's AUC per label is measured on."""
    (folder / 'tiles').mkdir(parents=True, exist_ok=True)
    with open(folder / 'truth.csv', 'w', newline='', encoding='utf-8') as file:
        out = csv.writer(file)
        out.writerow(['file', 'source', 'group', 'radius', *scene.LABELS])
        for name, i, made in mixture(d, 'test', config, config['test_rounds']):
            plain = name.replace('#', '-').replace('.jpeg', '') + '.png'
            Image.fromarray(made.tile).save(folder / 'tiles' / plain)
            out.writerow([plain, d['names'][i], int(d['group'][i]), '' if np.isnan(made.radius) else made.radius,
                          *('' if np.isnan(v) else int(v) for v in made.labels)])
    print('written', folder)
