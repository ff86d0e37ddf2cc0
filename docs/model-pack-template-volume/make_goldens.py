"""Golden cases for a model pack that reads volumes, and the facts of its weights: python3 make_goldens.py FOLDER [VOLUME.nii.gz ...]

FOLDER holds manifest.json and the weights. Each volume (NIfTI-1, little endian, with an sform; small, for it goes wherever the pack goes) is copied to
FOLDER/golden, goes through the manifest's steps in numpy and through the model in Python's onnxruntime, and what comes out is written beside it. Overread must
come to the same values, or it refuses the pack. Without volumes, two are drawn: one axial, one sagittal with other spacings. Use no patient's volume.

Needs numpy, onnx and onnxruntime. The arithmetic is that of electron/shared/pack-volume.ts. The whole volume is held: large ones are for the product.
"""

import gzip
import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

LETTERS = {'L': (0, 1), 'R': (0, -1), 'P': (1, 1), 'A': (1, -1), 'H': (2, 1), 'F': (2, -1)}
TYPES = {2: np.uint8, 4: np.int16, 8: np.int32, 16: np.float32, 512: np.uint16}
SAMPLES = 400


def read_nifti(path):
    """Values [slice, row, column], spacing and LPS directions of the three, slope and intercept."""
    data = path.read_bytes()
    data = gzip.decompress(data) if data[:2] == b'\x1f\x8b' else data
    columns, rows, slices = struct.unpack_from('<3h', data, 42)
    kind, = struct.unpack_from('<h', data, 70)
    offset, slope, intercept = struct.unpack_from('<3f', data, 108)
    affine = np.frombuffer(data, '<f4', 12, 280).reshape(3, 4).astype(np.float64)[:, :3] * np.array([-1, -1, 1])[:, None]
    values = np.frombuffer(data, np.dtype(TYPES[kind]).newbyteorder('<'), columns * rows * slices, int(offset)).reshape(slices, rows, columns)
    spacing = np.linalg.norm(affine, axis=0)
    return values, spacing[::-1], (affine / spacing).T[::-1], (slope, intercept) if slope else (1.0, 0.0)


def write_nifti(path, values, spacing, directions, intercept):
    """int16 [slice, row, column]; LPS directions."""
    header = bytearray(352)
    struct.pack_into('<i', header, 0, 348)
    struct.pack_into('<8h', header, 40, 3, *values.shape[::-1], 1, 1, 1, 1)
    struct.pack_into('<2h', header, 70, 4, 16)
    struct.pack_into('<8f', header, 76, 1, *spacing[::-1], 0, 0, 0, 0)
    struct.pack_into('<3f', header, 108, 352, 1, intercept)
    struct.pack_into('<2h', header, 252, 0, 1)
    affine = np.zeros((3, 4), '<f4')
    affine[:, :3] = (np.array(directions) * np.array(spacing)[:, None]).T[:, ::-1] * np.array([-1, -1, 1])[:, None]
    header[280:328] = affine.tobytes()
    header[344:348] = b'n+1\0'
    path.write_bytes(gzip.compress(bytes(header) + values.astype('<i2').tobytes(), mtime=0))


def draw(folder):
    """A bright body with a hole, in noise; axial, and sagittal with other spacings."""
    for name, shape, spacing, directions in [
        ('axial.nii.gz', (16, 40, 44), (3.0, 1.5, 1.5), [(0, 0, 1), (0, 1, 0), (1, 0, 0)]),
        ('sagittal.nii.gz', (30, 26, 34), (2.0, 2.5, 1.2), [(1, 0, 0), (0, 0, -1), (0, 1, 0)]),
    ]:
        k, r, c = np.meshgrid(*[(np.arange(n) - n / 2) * mm for n, mm in zip(shape, spacing)], indexing='ij')
        body = (k / 18) ** 2 + (r / 22) ** 2 + (c / 20) ** 2
        noise = np.random.default_rng(3).normal(0, 20, shape)
        hounsfield = np.where(body < 1, 600 - 500 * body, -700) - 900 * (np.hypot(r - 6, c + 4) < 6) + noise
        write_nifti(folder / name, np.clip(hounsfield + 1024, 0, 4095).round(), spacing, directions, -1024)
    return ['axial.nii.gz', 'sagittal.nii.gz']


def linear(samples, length, step):
    """Weights [length, samples]: output j at input j * step, the last value beyond."""
    at = np.minimum(np.arange(length) * step, samples - 1)
    low = np.floor(at).astype(int)
    weights = np.zeros((length, samples))
    weights[np.arange(length), low] = 1 - (at - low)
    weights[np.arange(length), np.minimum(low + 1, samples - 1)] += at - low
    return weights


def along_axes(values, weights):
    for axis, matrix in enumerate(weights):
        values = np.moveaxis(np.tensordot(matrix, values, (1, axis)), 0, axis)
    return values


def order_of(directions, axes):
    """The axis of the array along each axis of the input, and whether it is turned over: the permutation with the largest cosines."""
    best = max([(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)], key=lambda p: sum(abs(directions[p[i]][i]) for i in range(3)))
    return [(best[LETTERS[a][0]], directions[best[LETTERS[a][0]]][LETTERS[a][0]] * LETTERS[a][1] < 0) for a in axes]


def starts(length, size, overlap):
    every, found = max(1, int(np.floor(size * (1 - overlap)))), [0]
    while found[-1] + size < length:
        found.append(min(len(found) * every, length - size))
    return found


def slide(session, name, output, values, window, option):
    pads = [((m := max(0, w - n)) // 2, m - m // 2) for n, w in zip(values.shape, window)]
    padded = np.pad(values, pads, constant_values=option['pad']).astype(np.float32)
    bells = [np.exp(-0.5 * ((np.arange(n) - (n - 1) / 2) / (option['sigma'] * n)) ** 2) for n in window]
    bell = bells[0][:, None, None] * bells[1][:, None] * bells[2]
    total, count = 0, np.zeros(padded.shape)
    for corner in np.array(np.meshgrid(*[starts(n, w, option['overlap']) for n, w in zip(padded.shape, window)], indexing='ij')).reshape(3, -1).T:
        at = tuple(slice(int(c), int(c) + w) for c, w in zip(corner, window))
        found = session.run([output], {name: np.ascontiguousarray(padded[at])[None, None]})[0][0]
        if np.isscalar(total):
            total = np.zeros((found.shape[0], *padded.shape))
        total[(slice(None), *at)] += found * bell
        count[at] += bell
    return (total / count)[(slice(None), *[slice(b, b + n) for (b, _), n in zip(pads, values.shape)])]


def intensities(values, steps):
    for step in steps:
        if step['op'] == 'scale-range':
            (low, high), (to_low, to_high) = step['from'], step['to']
            values = (values - low) / (high - low) * (to_high - to_low) + to_low
            values = np.clip(values, min(to_low, to_high), max(to_low, to_high)) if step['clip'] else values
        elif step['op'] == 'standardise':
            chosen = values[values != 0] if step['nonZeroOnly'] else values
            changed = (values - chosen.mean()) / max(chosen.std(), 1e-8)
            values = np.where(values == 0, 0, changed) if step['nonZeroOnly'] else changed
    return values


def activated(raw, activation):
    if activation == 'softmax':
        raw = np.exp(raw - raw.max(axis=0))
        return raw / raw.sum(axis=0)
    return 1 / (1 + np.exp(-raw)) if activation == 'sigmoid' else raw


def answer(manifest, session, path):
    values, spacing, directions, (slope, intercept) = read_nifti(path)
    steps = {step['op']: step for step in manifest['volume']['steps']}
    if 'modality-lut' in steps:
        values = values * slope + intercept
    order = order_of(directions, steps['orient']['axes'])
    values = np.transpose(values, [axis for axis, _ in order]).astype(np.float64)
    values = values[tuple(slice(None, None, -1 if turned else 1) for _, turned in order)]
    own = np.array([spacing[axis] for axis, _ in order])
    wanted = np.array(steps['spacing']['mm']) if 'spacing' in steps else own
    wanted = np.where(np.abs(wanted / own - 1) < 1e-5, own, wanted)
    shape = [int(np.floor((n - 1) * a / b + 0.5)) + 1 for n, a, b in zip(values.shape, own, wanted)]
    grid = along_axes(values, [linear(n, m, b / a) for n, m, a, b in zip(values.shape, shape, own, wanted)])
    output = manifest['outputs'][0]
    raw = slide(session, manifest['input']['name'], output['name'], intensities(grid, manifest['volume']['steps']), manifest['input']['shape'][2:], manifest['volume']['window'])
    found = activated(raw, output['activation'])
    back = np.stack([along_axes(channel, [linear(m, n, a / b) for n, m, a, b in zip(values.shape, shape, own, wanted)]) for channel in found])
    voxels = {}
    for one in output['classes']:
        mask = back.argmax(axis=0) == one['channel'] if output['decide'] == 'argmax' else back[one['channel']] >= one['threshold']
        voxels[one['id']] = int(mask.sum())
    flat = np.moveaxis(found, 0, 1).ravel()
    places = np.random.default_rng(1).choice(flat.size, min(SAMPLES, flat.size), replace=False)
    return {'length': flat.size, 'mean': float(flat.mean()), 'samples': [[int(i), float(flat[i])] for i in sorted(places)], 'voxels': voxels}


def main(folder, volumes):
    manifest_path = folder / 'manifest.json'
    manifest = json.loads(manifest_path.read_text(encoding='utf-8'))
    weights = folder / manifest['weights']['file']
    data, model = weights.read_bytes(), onnx.load(weights)
    opset = next(entry.version for entry in model.opset_import if entry.domain in ('', 'ai.onnx'))
    parameters = sum(int(np.prod(tensor.dims)) for tensor in model.graph.initializer)
    manifest['weights'].update(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), opset=opset, parameters=max(1, parameters))
    golden = folder / 'golden'
    golden.mkdir(exist_ok=True)
    for volume in volumes:
        (golden / Path(volume).name).write_bytes(Path(volume).read_bytes())
    session = onnxruntime.InferenceSession(str(weights), providers=['CPUExecutionProvider'])
    manifest['golden'] = []
    for name in [Path(volume).name for volume in volumes] or draw(golden):
        found = answer(manifest, session, golden / name)
        expected = f"{name.split('.')[0]}.json"
        text = {'scores': {}, 'outputs': {}, 'volume': found, 'onnxruntime': onnxruntime.__version__}
        (golden / expected).write_text(json.dumps(text) + '\n', encoding='utf-8')
        manifest['golden'].append({'input': f'golden/{name}', 'expected': f'golden/{expected}'})
        print(name, found['voxels'])
    manifest_path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')


if __name__ == '__main__':
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
