"""Golden cases: inputs drawn here, and what Python's onnxruntime gives for them through the reference preprocessing."""

import json

import numpy as np
import onnxruntime
from PIL import Image

from . import calibration, export, limbs, phantoms, preprocess


def places(size):
    """Rows and columns at which a map is written down: ten along each side."""
    along = range(size // 20, size, size // 10)
    return [(row, column) for row in along for column in along]


def write(folder, weights, size, outputs, label, logit):
    """Draw the golden inputs and write the answers beside them. Returns the manifest's list.

    outputs: names of the graph's outputs; those of one value are written whole, maps by their mean and values at `places`.
    label: of the score whose logit is the output `logit`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run, listed = export.session(weights), []
    for name in phantoms.draw(folder):
        x = preprocess.to_input(np.asarray(Image.open(folder / name)), rows=size, columns=size)[None, None]
        written = {}
        for key, values in zip(outputs, run.run(list(outputs), {'image': x})):
            written[key] = ([float(v) for v in values.ravel()] if values.size == 1 else
                            {'mean': float(values.mean(dtype=np.float64)), 'samples': [[r, c, float(values[0, 0, r, c])] for r, c in places(size)]})
        expected = {'scores': {label: float(calibration.sigmoid(written[logit][0]))}, 'outputs': written, 'onnxruntime': onnxruntime.__version__}
        answer = name.replace('.png', '.json')
        (folder / answer).write_text(json.dumps(expected) + '\n', encoding='utf-8')
        listed.append({'input': f'golden/{name}', 'expected': f'golden/{answer}'})
    return listed


def check(pack):
    """(cases, largest difference, whether the weights are those named) of a pack folder, run again: for `selfcheck.py`."""
    manifest = json.loads((pack / 'manifest.json').read_text(encoding='utf-8'))
    run, worst = export.session(pack / manifest['weights']['file']), 0.0
    window = next((step for step in manifest['preprocess'] if step['op'] == 'percentile-window'), None)
    rows, columns = manifest['input']['shape'][2:]
    for case in manifest['golden']:
        expected = json.loads((pack / case['expected']).read_text(encoding='utf-8'))['outputs']
        pixels = np.asarray(Image.open(pack / case['input']))
        if window is None:
            # A pack of colour reads its golden inputs as they are, of its own size.
            x = preprocess.rgb(pixels).astype(np.float32)[None]
        elif manifest['preprocess'][-1].get('aspect') == 'letterbox':
            x = limbs.to_input(pixels, size=rows)[None, None]
        else:
            x = preprocess.to_input(pixels, rows=rows, columns=columns, low=window['low'], high=window['high'])[None, None]
        for wanted, found in zip(expected.values(), run.run(list(expected), {manifest['input']['name']: x})):
            if isinstance(wanted, list):
                worst = max(worst, *(abs(float(a) - b) for a, b in zip(found.ravel(), wanted)))
            else:
                worst = max(worst, *(abs(float(found.reshape(-1, found.shape[-1])[r, c]) - v) for r, c, v in wanted['samples']))
    return len(manifest['golden']), worst, export.sha256(pack / manifest['weights']['file']) == manifest['weights']['sha256']
