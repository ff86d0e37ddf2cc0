"""What each pack's domain check lets through: every pack beside every kind of image, by the packed weights and limits, as one table.

    python domain.py --data DATA --scratch FOLDER [--packs ID…] [--most 100]

DATA holds the sets by the names of its README (xray-fracture, chest-xray-adult, chest-xray-paediatric, histology-tiles, dicom); FOLDER is that of `reproduce.py`: its
truth.csv names the held-out images. Foreign images are of the half that set no limit (`foreign.files`, part `measuring`). A pack that is done is kept in
FOLDER/domain.json for its weights and limits: cut it whenever you like. Exit status 1 where more than 5 % of held-out images abstain, or less than 90 % of a foreign kind.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import compare  # noqa: E402
import product  # noqa: E402
from overread_training import export, foreign, ood, preprocess  # noqa: E402
from overread_training.slide import strangers  # noqa: E402

PACKS = ('chest-adult', 'chest-child', 'limb-fracture', 'slide-focus')
SETS = {'limbs': 'xray-fracture/images', 'chests of adults': 'chest-xray-adult/images', 'chests of children': 'chest-xray-paediatric/images', 'H&E tiles': 'histology-tiles'}
# What is no foreign kind for a pack: its own set, and another age, which the stated age decides.
OWN = {'chest-adult': ('chests of adults', 'chests of children'), 'chest-child': ('chests of adults', 'chests of children'), 'limb-fracture': ('limbs',), 'slide-focus': ('H&E tiles',)}
OWN_SET = {'chest-adult': 'chests of adults', 'chest-child': 'chests of children', 'limb-fracture': 'limbs'}
# These are read in every quarter turn.
TURNS = ('limb-fracture', 'slide-focus')
PASS = ('held-out images', 'held-out images, mildly changed')


def pixels(path):
    """Grey values or RGB of a plain image; grey values of a DICOM frame; None where it cannot be read."""
    if path.suffix.lower() in foreign.PLAIN:
        picture = Image.open(path)
        return np.asarray(picture if picture.mode in ('L', 'RGB') else picture.convert('RGB'))
    return foreign.dicom_frame(path)


def is_slice(path):
    import pydicom

    try:
        return pydicom.dcmread(path, stop_before_pixels=True, specific_tags=['Modality']).Modality in ('CT', 'MR')
    except Exception:  # broken files are among the material
        return False


def some(files, most, seed=3):
    """At most `most` readable images of the files, at least 32 pixels wide and high, drawn at random."""
    out = []
    for index in np.random.default_rng(seed).permutation(len(files)):
        found = pixels(files[index]) if len(out) < most else None
        if found is not None and min(found.shape[:2]) >= 32:
            out.append(found)
    return out


def strangers_of(data, most):
    """kind -> images, of the measuring half."""
    kinds = {name: some(foreign.files(data / place, 'measuring'), most) for name, place in SETS.items()}
    kinds['head CT'] = some(foreign.files(data / 'dicom' / 'ct-head', 'measuring'), most)
    kinds['other CT and MR'] = some([file for name in ('pydicom', 'cornerstone') for file in foreign.files(data / 'dicom' / name, 'measuring') if is_slice(file)], most)
    names = foreign.PICTURES['measuring']
    shown, random = [found for found in map(foreign.picture, names) if found is not None], np.random.default_rng(5)
    cuts = []
    for index in range(most):
        seen = shown[index % len(shown)]
        side = int(random.uniform(0.5, 1) * min(seen.shape[:2]))
        top, left = (int(random.integers(0, length - side + 1)) for length in seen.shape[:2])
        cuts.append(seen[top:top + side, left:left + side])
    return {**kinds, 'photographs': cuts}


def spoiled(own, turns):
    """kind -> images made of a pack's own."""
    random = np.random.default_rng(4)
    out = {'inverted without a tag': [255 - image for image in own]}
    if turns:
        out |= {f'turned by {90 * k}°': [np.rot90(image, k) for image in own] for k in (1, 2, 3)}
    out['white noise'] = [random.integers(0, 256, image.shape).astype(np.uint8) for image in own]
    smooth = lambda image: preprocess.percentile_window(preprocess.resize(random.normal(size=[max(4, length // 8) for length in image.shape[:2]]), *image.shape[:2]))  # noqa: E731
    out['smooth noise'] = [np.round(255 * smooth(image)).astype(np.uint8) for image in own]
    return out


def measured(pack, arguments):
    """kind -> [share that abstains, images] for one pack."""
    manifest = json.loads((pack / 'manifest.json').read_text(encoding='utf-8'))
    run, rules = export.session(pack / manifest['weights']['file']), manifest['outOfDomain']
    random = np.random.default_rng(6)
    colour = manifest['input']['shape'][1] == 3
    here = arguments.scratch / pack.name
    place = here / 'tiles' if colour else arguments.data / SETS[OWN_SET[pack.name]]
    names = [row['file'] for row in product.rows(here / 'truth.csv')]
    own = [pixels(place / names[i]) for i in np.sort(np.random.default_rng(1).permutation(len(names))[:3 * arguments.most])]

    def ready(values):
        if colour:
            tile = values if values.shape[:2] == (224, 224) and values.dtype == np.uint8 else strangers.as_tile(values if values.dtype == np.uint8 else preprocess.percentile_window(values), random)
            return compare.prepare(manifest, tile if tile.ndim == 3 else np.repeat(tile[..., None], 3, 2), 'RGB', 1.0, 0.0)
        return compare.prepare(manifest, values, 'RGB' if values.ndim == 3 else 'MONOCHROME2', 1.0, 0.0)

    def abstains(inputs):
        found = [[float(value.reshape(-1)[0]) for value in run.run([rule['output'] for rule in rules], {manifest['input']['name']: x})] for x in inputs]
        return [float((np.array(found) > [rule['limit'] for rule in rules]).any(1).mean()), len(found)]

    mine = [ready(image) for image in own]
    out = {PASS[0]: abstains(mine)}
    if colour:
        from overread_training.slide import report
        changes = list(report.CHANGES.values())
        out[PASS[1]] = abstains([ready(changes[i % len(changes)](image, random)) for i, image in enumerate(own)])
    else:
        out[PASS[1]] = abstains([x[None, None].astype(np.float32) for x in ood.varied(np.concatenate(mine)[:, 0], 1, 7)])
    for name, images in strangers_of(arguments.data, arguments.most).items():
        if name not in OWN[pack.name]:
            out[name] = abstains([ready(image) for image in images])
    for name, images in spoiled(own[:arguments.most], pack.name not in TURNS).items():
        out[name] = abstains([ready(image) for image in images])
    return out


def table(found):
    kinds = list(dict.fromkeys(name for one in found.values() for name in one['kinds']))
    rows = ['| abstains | ' + ' | '.join(f'{name} {one["version"]}' for name, one in found.items()) + ' |', '| --- ' * (1 + len(found)) + '|']
    cell = lambda f: '–' if f is None else f'{math.floor(1000 * f[0] + 1e-9) / 10:.1f} % of {f[1]}'  # noqa: E731
    return '\n'.join(rows + [f'| {name}{" (should pass)" if name in PASS else ""} | ' + ' | '.join(cell(one['kinds'].get(name)) for one in found.values()) + ' |' for name in kinds])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--scratch', type=Path, required=True)
    parser.add_argument('--packs', nargs='+', choices=PACKS, default=PACKS)
    parser.add_argument('--most', type=int, default=100, help='images of a kind; of held-out ones three times as many')
    arguments = parser.parse_args()
    at = arguments.scratch / 'domain.json'
    kept, found, failed = json.loads(at.read_text(encoding='utf-8')) if at.exists() else {}, {}, []
    for name in arguments.packs:
        pack = HERE.parent / name
        key = [export.sha256(pack / 'manifest.json'), arguments.most]
        if kept.get(name, {}).get('key') != key:
            kept[name] = {'key': key, 'version': json.loads((pack / 'manifest.json').read_text(encoding='utf-8'))['version'], 'kinds': measured(pack, arguments)}
            at.write_text(json.dumps(kept, indent=1) + '\n', encoding='utf-8')
        found[name] = kept[name]
        for kind, (share, _) in found[name]['kinds'].items():
            if share > 0.05 if kind in PASS else share < 0.9:
                failed.append(f'{name}: {100 * share:.1f} % of {kind} abstain')
    print(table(found))
    print('\n'.join(failed) or 'At most 5 % of held-out images abstain, and at least 90 % of every foreign kind.')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
