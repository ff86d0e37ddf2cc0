"""Images that a pack was not made for: what a domain check is measured against. Read from folders that the caller names, or drawn from the pack's own images."""

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


def folder(path, size, most, seed=3):
    """(inputs float16 [n, size, size], names) of at most `most` images drawn from a folder and those below it."""
    files = sorted(p for p in Path(path).rglob('*') if p.is_file() and p.suffix.lower() in PLAIN | DICOM and 'mask' not in p.parent.name)
    files = [files[i] for i in np.random.default_rng(seed).permutation(len(files))]
    inputs, names = [], []
    for file in files:
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


def photographs(prepare, most=60, seed=5):
    """Cuts of the photographs that scikit-image carries, in grey, as the pack's inputs: prepare(grey values [r, c]) -> input. Those that are not on this machine are left out."""
    from skimage import data

    random, pictures, out = np.random.default_rng(seed), [], []
    for name in ('astronaut', 'chelsea', 'coffee', 'rocket', 'camera', 'brick', 'grass', 'gravel', 'coins', 'page', 'clock'):
        try:
            pictures.append(preprocess.grey(np.asarray(getattr(data, name)())))
        except Exception:  # some are fetched over the network on first use
            continue
    while len(out) < most:
        picture = pictures[len(out) % len(pictures)]
        side = int(random.uniform(0.5, 1) * min(picture.shape))
        top, left = random.integers(0, picture.shape[0] - side + 1), random.integers(0, picture.shape[1] - side + 1)
        out.append(prepare(picture[top:top + side, left:left + side]))
    return np.stack(out)


def groups(places, size, most):
    """name -> inputs of folders of foreign images; a folder called images or masks is named after the one above it."""
    return {(place.parent if place.name == 'images' else place).name: folder(place, size, most)[0] for place in places or []}
