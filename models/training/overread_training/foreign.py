"""Images that a pack was not made for: what a domain check is measured against. Read from folders that the caller names, or drawn from the pack's own images."""

import re
from pathlib import Path

import numpy as np
from PIL import Image

from . import preprocess

PLAIN = {'.png', '.jpg', '.jpeg', '.tif', '.tiff'}
DICOM = {'.dcm', ''}


def plain_image(path):
    """Grey values of a plain image, colour as luma; None where it cannot be read."""
    try:
        picture = Image.open(path)
        return preprocess.grey(np.asarray(picture if picture.mode in ('L', 'RGB', 'I;16') else picture.convert('RGB')))
    except OSError:
        return None


def dicom_frame(path):
    """The middle frame of a DICOM image in modality units (grey) or as luma (colour), MONOCHROME1 turned round; None where there is none to read."""
    import pydicom

    try:
        file = pydicom.dcmread(path)
        values = file.pixel_array
        if int(getattr(file, 'NumberOfFrames', 1) or 1) > 1:
            values = values[len(values) // 2]
        if values.ndim == 2 and file.PhotometricInterpretation.startswith('MONOCHROME'):
            grey = preprocess.grey(values, float(getattr(file, 'RescaleSlope', 1) or 1), float(getattr(file, 'RescaleIntercept', 0) or 0))
            return preprocess.monochrome2(grey, file.PhotometricInterpretation)
        return preprocess.grey(values[..., :3]) if values.ndim == 3 and values.shape[2] >= 3 else None
    except Exception:  # broken files, reports and sheets are among the tests' material
        return None


def families(path):
    """The images of a folder and those below it, by family: a plain image is one by itself, DICOM files whose names begin alike (one image in several forms) are one."""
    found = {}
    for file in sorted(p for p in Path(path).rglob('*') if p.is_file() and p.suffix.lower() in PLAIN | DICOM and 'mask' not in p.parent.name):
        name = file.name if file.suffix.lower() in PLAIN else re.split(r'[_.-]', file.name)[0].lower()
        found.setdefault(name, []).append(file)
    return found


def files(path, part=None):
    """Files of a folder, or of one half of it: `choosing` (limits may be set by it) or `measuring` (figures are of it alone).

    No family lies in both. Neighbouring slices of a series are alike, so DICOM is cut in the middle; of plain images every second one is taken.
    """
    found = families(path)
    names, middle = sorted(found), -(-len(found) // 2)
    if any(file.suffix.lower() in PLAIN for some in found.values() for file in some):
        parts = {'choosing': names[::2], 'measuring': names[1::2]}
    else:
        parts = {'choosing': names[:middle], 'measuring': names[middle:]}
    return [file for name in parts.get(part, names) for file in found[name]]


def folder(path, size, most, seed=3, part=None):
    """(inputs float16 [n, size, size], names) of at most `most` images drawn from a folder and those below it, or from one half of it."""
    found = files(path, part)
    found = [found[i] for i in np.random.default_rng(seed).permutation(len(found))]
    inputs, names = [], []
    for file in found:
        if len(inputs) >= most:
            break
        grey = plain_image(file) if file.suffix.lower() in PLAIN else dicom_frame(file)
        if grey is not None and min(grey.shape) >= 32:
            inputs.append(preprocess.resize(preprocess.percentile_window(grey), size, size).astype(np.float16))
            names.append(file.name)
    return np.array(inputs).reshape(-1, size, size), names


def spoiled(inputs, seed=4):
    """The pack's own images [n, r, c] turned into foreign ones: name -> inputs. Inverted without a tag that says so, turned, mirrored up-down, noise, scrambled."""
    random = np.random.default_rng(seed)
    x = np.asarray(inputs, np.float32)
    rows, columns = x.shape[1:]
    blocks = x.reshape(len(x), 4, rows // 4, 4, columns // 4).transpose(0, 1, 3, 2, 4).reshape(len(x), 16, rows // 4, columns // 4)
    order = random.permuted(np.tile(np.arange(16), (len(x), 1)), axis=1)
    mixed = np.take_along_axis(blocks, order[:, :, None, None], 1).reshape(len(x), 4, 4, rows // 4, columns // 4).transpose(0, 1, 3, 2, 4).reshape(x.shape)
    smooth = np.array([preprocess.resize(random.normal(size=(rows // 8, columns // 8)), rows, columns) for _ in range(len(x))])
    return {
        'inverted without a tag': 1 - x,
        'turned by 90°': np.rot90(x, 1, (1, 2)).copy(),
        'turned by 180°': np.rot90(x, 2, (1, 2)).copy(),
        'turned by 270°': np.rot90(x, 3, (1, 2)).copy(),
        'white noise': random.random(x.shape).astype(np.float32),
        'smooth noise': np.array([preprocess.percentile_window(s) for s in smooth]).astype(np.float32),
        'scrambled in 16 blocks': mixed,
    }


# Which of the photographs may set limits, and of which figures are.
PICTURES = {'choosing': ('astronaut', 'coffee', 'camera', 'brick', 'page', 'text'), 'measuring': ('chelsea', 'rocket', 'grass', 'gravel', 'coins', 'clock', 'china.jpg', 'flower.jpg')}


def picture(name):
    """A photograph that scikit-image or scikit-learn (its name then ends in .jpg) carries; None where it is not on this machine."""
    try:
        if name.endswith('.jpg'):
            from sklearn.datasets import load_sample_image
            return np.asarray(load_sample_image(name))
        from skimage import data
        return np.asarray(getattr(data, name)())
    except Exception:  # some are fetched over the network on first use
        return None


def photographs(prepare, most=60, seed=5, part=None):
    """Cuts of photographs, in grey, as the pack's inputs: prepare(grey values [r, c]) -> input. part: of one half of the pictures."""
    random, out = np.random.default_rng(seed), []
    names = PICTURES.get(part) or PICTURES['choosing'] + PICTURES['measuring']
    pictures = [preprocess.grey(found) for found in map(picture, names) if found is not None]
    while len(out) < most:
        seen = pictures[len(out) % len(pictures)]
        side = int(random.uniform(0.5, 1) * min(seen.shape))
        top, left = random.integers(0, seen.shape[0] - side + 1), random.integers(0, seen.shape[1] - side + 1)
        out.append(prepare(seen[top:top + side, left:left + side]))
    return np.stack(out)


def groups(places, size, most, part=None):
    """name -> inputs of folders of foreign images; a folder called images or masks is named after the one above it."""
    return {(place.parent if place.name == 'images' else place).name: folder(place, size, most, part=part)[0] for place in places or []}


def every(places, size, most, part):
    """name -> inputs of one half of all that can be foreign to a chest pack: photographs and the folders given."""
    small = lambda grey: preprocess.resize(preprocess.percentile_window(grey), size, size).astype(np.float16)  # noqa: E731
    return {'photographs': photographs(small, most, part=part), **groups(places, size, most, part)}
