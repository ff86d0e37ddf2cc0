"""Score images or DICOM files with a pack, by Python's onnxruntime: the reference to check another engine against.

    python compare.py --data FILE|FOLDER… --pack FOLDER [--json] [--threads N] [--limit N]

Plain on purpose: decode (pydicom or Pillow), preprocess (numpy), run, postprocess, one file after another.
Prints one JSON document with --json, else one line a file. Times are in milliseconds.
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

sys.path.insert(0, str(Path(__file__).resolve().parent))
from overread_training import candidates, letterbox, preprocess  # noqa: E402

PLAIN = {'.png', '.jpg', '.jpeg', '.tif', '.tiff'}


def decode(path):
    """(stored pixels, photometric interpretation, slope, intercept, SOP Instance UID or None, row and column spacing) of the first frame."""
    if path.suffix.lower() in PLAIN:
        from PIL import Image

        picture = Image.open(path)
        if picture.mode in ('1', 'P', 'RGBA', 'LA', 'CMYK', 'YCbCr'):
            picture = picture.convert('RGB')
        values = np.asarray(picture)
        return values, 'RGB' if values.ndim == 3 else 'MONOCHROME2', 1.0, 0.0, None, (1.0, 1.0)
    import pydicom
    from pydicom.pixels import apply_color_lut

    file = pydicom.dcmread(path)
    values = file.pixel_array
    if int(getattr(file, 'NumberOfFrames', 1) or 1) > 1:
        values = values[0]
    photometric = file.PhotometricInterpretation
    if photometric == 'PALETTE COLOR':
        values = apply_color_lut(values, file)
    return (values, photometric, float(getattr(file, 'RescaleSlope', 1) or 1), float(getattr(file, 'RescaleIntercept', 0) or 0),
            str(file.SOPInstanceUID), spacing(file))


def spacing(file):
    """Millimetres between rows and columns of a projection image, in the patient or at the detector; (1, 1) where the file does not say."""
    for name in ('PixelSpacing', 'ImagerPixelSpacing', 'NominalScannedPixelSpacing'):
        if getattr(file, name, None):
            return tuple(float(v) for v in getattr(file, name))
    return 1.0, 1.0


def prepare(manifest, values, photometric, slope, intercept, distances=(1.0, 1.0)):
    """The manifest's preprocessing steps, in order -> float32 [1, 1, rows, columns], or [1, 3, rows, columns] for a model of colour."""
    image = values
    for step in manifest['preprocess']:
        match step['op']:
            case 'modality-lut':
                if values.ndim == 2:
                    image = preprocess.grey(values, slope, intercept)
            case 'rgb':
                image = preprocess.rgb(image)
            case 'grey':
                image = preprocess.grey(image)
            case 'monochrome2':
                image = preprocess.monochrome2(image, photometric)
            case 'percentile-window':
                image = preprocess.percentile_window(image, step['low'], step['high'])
            case 'resize':
                if step['aspect'] == 'letterbox':
                    image = letterbox.laid(image, step['rows'], *distances)
                else:
                    planes = [preprocess.resize(p, step['rows'], step['columns']) for p in (image if image.ndim == 3 else image[None])]
                    image = np.stack(planes) if image.ndim == 3 else planes[0]
            case other:
                raise ValueError(f'unknown preprocessing step {other}')
    return image.astype(np.float32)[None] if image.ndim == 3 else image.astype(np.float32)[None, None]


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def read_out(manifest, found, shape, distances=(1.0, 1.0)):
    """Scores, probabilities, findings and means of the maps from the graph's outputs (name -> array) for an image of rows × columns."""
    result = {'scores': {}, 'probabilities': {}, 'findings': [], 'maps': {}, 'measures': {}}
    for output in manifest['outputs']:
        values = found[output['name']]
        if output['kind'] == 'score':
            logit = float(values.reshape(-1)[0])
            result['scores'][output['label']] = sigmoid(logit) if output['activation'] == 'sigmoid' else logit
            fitted = manifest.get('calibration', {}).get(output['label'])
            if fitted:
                result['probabilities'][output['label']] = sigmoid(fitted['a'] * logit + fitted['b'])
        elif output['kind'] == 'detection':
            result['findings'] += findings(manifest, output, values[0], shape, distances)
        elif output['kind'] == 'measure':
            result['measures'][output['label']] = float(values.reshape(-1)[0])
        else:
            summary = {'mean': float(values.mean(dtype=np.float64))}
            if output['kind'] == 'mask':
                summary['fraction'] = float((values >= output['threshold']).mean())
            result['maps'][output['id']] = summary
    return result


def findings(manifest, output, cells, shape, distances):
    """Candidates down to the floor, best first: score, probability where there is one, box in pixels with the origin at the centre of the top left one."""
    floor = manifest['floor'][output['label']]
    found = []
    for logit, box in zip(*candidates.decode(cells, math.log(floor / (1 - floor)), output['most'], output['overlap'])):
        box = letterbox.boxes_to_image(box, *shape, manifest['input']['shape'][2], *distances)
        middle = (box[:2] + box[2:]) / 2
        if (middle < 0).any() or (middle > [shape[1], shape[0]]).any():
            continue
        entry = {'label': output['label'], 'score': sigmoid(logit)}
        if 'calibration' in output:
            entry['probability'] = sigmoid(output['calibration']['a'] * logit + output['calibration']['b'])
        edges = [max(box[0], 0), max(box[1], 0), min(box[2], shape[1]), min(box[3], shape[0])]
        found.append({**entry, 'box': [float(v) - 0.5 for v in edges]})
    return found


def files_under(places):
    for place in places:
        if place.is_dir():
            yield from sorted(p for p in place.rglob('*') if p.is_file() and not p.name.startswith('.'))
        else:
            yield place


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, nargs='+', required=True)
    parser.add_argument('--pack', type=Path, required=True)
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--limit', type=int)
    arguments = parser.parse_args()
    began = time.perf_counter()
    manifest = json.loads((arguments.pack / 'manifest.json').read_text(encoding='utf-8'))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    options.inter_op_num_threads = 1
    run = onnxruntime.InferenceSession(str(arguments.pack / manifest['weights']['file']), options, providers=['CPUExecutionProvider'])
    names = [output['name'] for output in manifest['outputs']]
    loaded = time.perf_counter()
    results, totals = [], dict.fromkeys(('decode', 'preprocess', 'run', 'postprocess'), 0.0)
    for path in list(files_under(arguments.data))[:arguments.limit]:
        entry = {'path': str(path)}
        try:
            at = [time.perf_counter()]
            values, photometric, slope, intercept, uid, distances = decode(path)
            at.append(time.perf_counter())
            x = prepare(manifest, values, photometric, slope, intercept, distances)
            at.append(time.perf_counter())
            found = dict(zip(names, run.run(names, {manifest['input']['name']: x})))
            at.append(time.perf_counter())
            entry |= {'sopInstanceUID': uid, **read_out(manifest, found, values.shape[:2], distances)}
            at.append(time.perf_counter())
            entry['timings_ms'] = {name: (b - a) * 1000 for name, a, b in zip(totals, at, at[1:])}
            for name, spent in entry['timings_ms'].items():
                totals[name] += spent
        except Exception as error:  # a file that cannot be read is listed, not fatal
            entry['error'] = f'{type(error).__name__}: {error}'
        results.append(entry)
        if not arguments.json:
            print(entry['path'], entry.get('error') or {k: round(v, 6) for k, v in entry['scores'].items()})
    summary = {'pack': manifest['id'], 'version': manifest['version'], 'sha256': manifest['weights']['sha256'],
               'onnxruntime': onnxruntime.__version__, 'files': len(results), 'load_ms': (loaded - began) * 1000,
               'total_ms': (time.perf_counter() - began) * 1000, 'timings_ms': totals}
    if arguments.json:
        print(json.dumps({**summary, 'results': results}))
    else:
        print(json.dumps(summary))


if __name__ == '__main__':
    main()
