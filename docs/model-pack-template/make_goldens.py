"""Golden cases for a model pack, and the facts of its weights: python3 make_goldens.py FOLDER [IMAGE.png ...]

FOLDER holds manifest.json and the weights. Each image (PNG, grey or RGB, 8 or 16 bits) is copied to FOLDER/golden, goes through the
manifest's preprocessing in numpy and through the model in Python's onnxruntime, and what comes out is written beside it. Overread must
come to the same values, or it refuses the pack. Without images, three are drawn. Use no patient's image: a golden case goes wherever
the pack goes.

Needs numpy, Pillow, onnx and onnxruntime. The arithmetic is that of `preprocessStepSchema` in electron/shared/pack.ts; float64 throughout,
cast to float32 at the end.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from PIL import Image

# Outputs up to this many values are written whole, larger ones as their mean and values at places.
WHOLE = 64


def triangle_weights(size_in, size_out):
    """Weights [size_out, size_in] of the antialiased triangle filter along one axis."""
    scale = size_in / size_out
    support = max(scale, 1.0)
    centre = (np.arange(size_out)[:, None] + 0.5) * scale
    weights = np.maximum(0.0, 1.0 - np.abs((np.arange(size_in)[None, :] + 0.5 - centre) / support))
    return weights / weights.sum(axis=1, keepdims=True)


def resize(values, rows, columns, aspect):
    """Squashed to rows x columns, or with its aspect kept in their middle, 0 around it."""
    height, width = values.shape
    down, across = rows, columns
    if aspect == 'letterbox':
        if height * columns >= width * rows:
            across = max(1, int(np.floor(width * rows / height + 0.5)))
        else:
            down = max(1, int(np.floor(height * columns / width + 0.5)))
    small = triangle_weights(height, down) @ values @ triangle_weights(width, across).T
    out = np.zeros((rows, columns))
    top, left = (rows - down) // 2, (columns - across) // 2
    out[top:top + down, left:left + across] = small
    return out


def percentile_window(values, low, high):
    """low percentile -> 0, high percentile -> 1, clipped; no interpolation between neighbours."""
    ordered = np.sort(values, axis=None)
    last = ordered.size - 1
    lo, hi = ordered[int(np.floor(low / 100 * last))], ordered[int(np.ceil(high / 100 * last))]
    return (np.clip(values, lo, hi) - lo) / max(hi - lo, 1e-6)


def to_input(pixels, steps):
    """Stored pixels [rows, columns] or [rows, columns, 3] -> float32 [1, channels, rows, columns]."""
    planes = [pixels.astype(np.float64)] if pixels.ndim == 2 else [pixels[..., c].astype(np.float64) for c in range(3)]
    if len(planes) == 3 and not any(step['op'] == 'rgb' for step in steps):
        planes = [0.299 * planes[0] + 0.587 * planes[1] + 0.114 * planes[2]]
    for step in steps:
        op = step['op']
        if op == 'rgb':
            planes = [plane / 255 for plane in planes]
        elif op == 'percentile-window':
            planes = [percentile_window(plane, step['low'], step['high']) for plane in planes]
        elif op == 'resize':
            planes = [resize(plane, step['rows'], step['columns'], step['aspect']) for plane in planes]
        elif op not in ('modality-lut', 'grey', 'monochrome2', 'tiles'):
            # Those three change nothing in a PNG: it has no rescale, is grey by now, and counts as MONOCHROME2.
            raise SystemExit(f'preprocess: {op} is not known to this script')
    return np.stack(planes).astype(np.float32)[None]


def run(session, outputs, name, x, steps):
    """All outputs; where tiles are cut, tile by tile, put together as [1, channels, tiles down, tiles across]."""
    if steps[-1]['op'] != 'tiles':
        return dict(zip(outputs, session.run(outputs, {name: x})))
    rows, columns = steps[-1]['rows'], steps[-1]['columns']
    down, across = x.shape[2] // rows, x.shape[3] // columns
    found = [[session.run(outputs, {name: np.ascontiguousarray(x[:, :, r * rows:(r + 1) * rows, c * columns:(c + 1) * columns])})
              for c in range(across)] for r in range(down)]
    return {key: np.stack([np.stack([np.asarray(found[r][c][at]).reshape(-1) for c in range(across)], -1) for r in range(down)], -2)[None]
            for at, key in enumerate(outputs)}


def draw(folder, shape, cut):
    """8 bits of another size than the input, 16 bits (a ramp with a bright disc), and a blank one."""
    rows, columns = shape[2] * 2, shape[3] * 3
    random = np.random.default_rng(1)
    y, x = np.mgrid[:rows, :columns]
    disc = (y - rows / 3) ** 2 + (x - columns / 2) ** 2 < (rows / 5) ** 2
    images = {
        'noise-8bit.png': random.integers(0, 256, (rows, columns)).astype(np.uint8),
        'disc-16bit.png': (1000 + 20 * y + 5 * x + 20000 * disc).astype(np.uint16),
        'blank.png': np.full((shape[2], shape[3]), 100, np.uint8),
    }
    if shape[1] == 3 and not cut:
        images = {'noise-8bit.png': random.integers(0, 256, (shape[2], shape[3], 3)).astype(np.uint8)}
    if shape[1] == 3 and cut:
        images = {'noise-8bit.png': random.integers(0, 256, (rows, columns, 3)).astype(np.uint8)}
    for name, pixels in images.items():
        Image.fromarray(pixels).save(folder / name)
    return sorted(images)


def written(values):
    """An output as a golden case keeps it."""
    if values.size <= WHOLE:
        return [float(v) for v in values.ravel()]
    flat = values.reshape(-1, values.shape[-1])
    places = [(r, c) for r in range(0, flat.shape[0], max(1, flat.shape[0] // 10)) for c in range(0, flat.shape[1], max(1, flat.shape[1] // 10))]
    return {'mean': float(values.mean(dtype=np.float64)), 'samples': [[r, c, float(flat[r, c])] for r, c in places]}


def score(value, activation):
    return 1 / (1 + float(np.exp(-np.float64(value)))) if activation == 'sigmoid' else float(value)


def main(folder, images):
    manifest_path = folder / 'manifest.json'
    manifest = json.loads(manifest_path.read_text(encoding='utf-8'))
    weights = folder / manifest['weights']['file']
    data, model = weights.read_bytes(), onnx.load(weights)
    opset = next(entry.version for entry in model.opset_import if entry.domain in ('', 'ai.onnx'))
    parameters = sum(int(np.prod(tensor.dims)) for tensor in model.graph.initializer)
    manifest['weights'].update(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), opset=opset, parameters=max(1, parameters))

    golden = folder / 'golden'
    golden.mkdir(exist_ok=True)
    for image in images:
        (golden / Path(image).name).write_bytes(Path(image).read_bytes())
    cut = manifest['preprocess'][-1]['op'] == 'tiles'
    names = [Path(image).name for image in images] or draw(golden, manifest['input']['shape'], cut)
    session = onnxruntime.InferenceSession(str(weights), providers=['CPUExecutionProvider'])
    outputs = [output['name'] for output in manifest['outputs']] + [rule['output'] for rule in manifest.get('outOfDomain', [])]
    manifest['golden'] = []
    for name in names:
        x = to_input(np.asarray(Image.open(golden / name)), manifest['preprocess'])
        if not cut and list(x.shape) != manifest['input']['shape']:
            raise SystemExit(f"{name}: the preprocessing gives {list(x.shape)}, the input is {manifest['input']['shape']}")
        found = run(session, outputs, manifest['input']['name'], x, manifest['preprocess'])
        scores = {output['label']: score(found[output['name']].ravel()[0], output['activation'])
                  for output in manifest['outputs'] if output['kind'] == 'score'}
        expected = {'scores': scores, 'outputs': {key: written(value) for key, value in found.items()}, 'onnxruntime': onnxruntime.__version__}
        answer = Path(name).with_suffix('.json').name
        (golden / answer).write_text(json.dumps(expected) + '\n', encoding='utf-8')
        manifest['golden'].append({'input': f'golden/{name}', 'expected': f'golden/{answer}'})
        print(name, scores)
    manifest_path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')


if __name__ == '__main__':
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
