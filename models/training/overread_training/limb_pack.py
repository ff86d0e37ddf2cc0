"""Write the limb pack: weights, golden cases, manifest; the card is `limb_card`'s."""

import json
import math

import numpy as np
import onnxruntime
from PIL import Image

from . import bones, calibration, candidates, compact, detection, export, letterbox, limb_card, limbs, pack

LABEL = 'Fracture'
OUTPUTS = ('fracture_logit', 'candidates', 'heat')
DISTANCES = ('layout_distance', 'texture_distance', 'feature_distance', 'kind_distance')
PLACES = [(channel * 56 + row, column) for channel in range(5) for row in range(4, 56, 12) for column in range(4, 56, 12)]
BODY_PARTS = ['HAND', 'FINGER', 'THUMB', 'WRIST', 'FOREARM', 'ELBOW', 'UPPERARM', 'HUMERUS', 'ARM', 'SHOULDER',
              'FOOT', 'TOE', 'CALCANEUS', 'ANKLE', 'LEG', 'LOWERLEG', 'KNEE', 'PATELLA', 'FEMUR', 'THIGH', 'HIP', 'EXTREMITY']

DATA = ['Abedeen I, Rahman MA, Prottyasha FZ, Ahmed T, Chowdhury TM, Shatabda S. FracAtlas: a dataset for fracture classification, localization '
        'and segmentation of musculoskeletal radiographs. Scientific Data 2023. doi 10.6084/m9.figshare.22363012, CC BY 4.0.']


def cut(value, digits=0):
    """A share in per cent, cut after the last digit, never rounded up."""
    return f'{math.floor(value * 100 * 10**digits) / 10**digits:.{digits}f} %'


def golden(folder, weights, floor, outputs):
    """Draw the golden inputs and write what onnxruntime and the reference decoder give for them. Returns the manifest's list."""
    folder.mkdir(parents=True, exist_ok=True)
    run, listed = export.session(weights), []
    for name in bones.draw(folder):
        pixels = np.asarray(Image.open(folder / name))
        found = dict(zip(outputs, run.run(list(outputs), {'image': limbs.to_input(pixels)[None, None]})))
        logit, cells, heat = (found[key] for key in OUTPUTS)
        flat, warm = cells[0].reshape(-1, cells.shape[3]), heat[0, 0]
        logits, boxes = candidates.decode(cells[0], math.log(floor / (1 - floor)))
        boxes = letterbox.boxes_to_image(boxes, *pixels.shape, limbs.SIZE) - 0.5
        low, high = np.array([-0.5, -0.5] * 2), np.array([pixels.shape[1] - 0.5, pixels.shape[0] - 0.5] * 2)
        expected = {
            'scores': {LABEL: float(calibration.sigmoid(logit[0, 0]))},
            'outputs': {'fracture_logit': [float(logit[0, 0])],
                        'candidates': {'mean': float(cells.mean(dtype=np.float64)), 'samples': [[r, c, float(flat[r, c])] for r, c in PLACES]},
                        'heat': {'mean': float(warm.mean(dtype=np.float64)), 'samples': [[r, c, float(warm[r, c])] for r in range(4, 56, 12) for c in range(4, 56, 12)]},
                        **{key: [float(found[key][0, 0])] for key in outputs if key in DISTANCES}},
            'findings': [{'label': LABEL, 'score': float(calibration.sigmoid(value)), 'box': [float(v) for v in np.clip(box, low, high)]}
                         for value, box in zip(logits, boxes)],
            'onnxruntime': onnxruntime.__version__}
        answer = name.replace('.png', '.json')
        (folder / answer).write_text(json.dumps(expected) + '\n', encoding='utf-8')
        listed.append({'input': f'golden/{name}', 'expected': f'golden/{answer}'})
    return listed


def limits(found, trained):
    """The limits in words, those that rest on a measurement with its figure."""
    parts, point = found['subsets'], found['operatingFigures']['balanced']['all']
    at = lambda name: parts[name]['sensitivity']['0.5'][0]  # noqa: E731
    quarters = found.get('tests', {}).get('quarters')
    apart = found['operatingFigures']['high-sensitivity']['chosen on the other half']
    return [
        'For research use, not for diagnosis.',
        'Radiographs of limbs only: hand to shoulder and foot to hip. Looks for one thing, fractures; nothing else is looked for, and no mark is not a sound bone.',
        f'It misses many fractures: at half a false mark an image it marked {cut(at("all"))} of the held-out boxes, {cut(at("hand"))} on upper limbs and {cut(at("leg"))} on lower limbs. '
        f'At the balanced point it called {point["found"]} of {point["fractured"]} fractured images, with {point["false marks an image"]:.2f} false marks an image.',
        'Each image is read by itself: a fracture that only another view shows is not found. How it does on undisplaced, old or growing bone was not measured apart.',
        f'Hips and shoulders: the data has 9 and 3 fractured images there ({parts["hip"]["fractured"]} and {parts["shoulder"]["fractured"]} held out), too few to measure. What the model says there is not backed by a figure.',
        'In the data nearly every image with metal was fractured (62 of 64): metal, plaster and a splint may raise the score by themselves.',
        f'The high-sensitivity point holds for the images that chose it; chosen on one half of them it found {apart["found"]} of {apart["fractured"]} fractured images of the other.',
        *([turned_limit(quarters, parts['all'])] if quarters else []),
        'Ages are not known for the data. Growth plates and bones of children, old fractures and joints with arthrosis may be marked.',
        'The probability is that of the data, where about one image in seven is fractured; where fractures are rarer the true one is lower.',
        f'Trained on {trained} images of one collection, 8-bit JPEG of at most 768 pixels; calibration and thresholds do not carry over to another hospital: check them on local images before use.',
        'The input is 448 pixels long: details finer than 1/448 of the image’s long side are not seen. A box shows where to look; it is no outline.',
    ]


def turned_limit(quarters, upright):
    """What a quarter turn costs, in words: a warning where the image's AUC falls by more than 0.05."""
    worst, boxes = min((quarters[turn] for turn in ('90', '270')), key=lambda part: part['auc'][0]), upright['sensitivity']['0.5']
    figures = (f'the image’s AUC was {limb_card.three(worst["auc"][0])} (upright {limb_card.three(upright["auc"][0])}) and the share of boxes marked at half a false mark '
               f'{cut(worst["sensitivity"][0])} (upright {cut(boxes[0])})')
    if upright['auc'][0] - worst['auc'][0] > 0.05:
        return f'Upright images (or upside down) only: in a quarter turn {figures}, and the domain check does not notice it.'
    return f'Any of the four turns is read; in the worse quarter turn {figures}. Turns between were trained up to 25° only.'


def manifest(weights, parameters, cases, found, config, trained, rules):
    size, cells = limbs.SIZE, limbs.SIZE // detection.STRIDE
    made = {
        'schema': 'overread.pack/1', 'id': 'limb-fracture', 'version': config['version'], 'name': 'Fractures on limb radiographs',
        'intendedUse': 'Second opinion on radiographs of limbs, after a radiologist’s own read: where there may be a fracture, as boxes, and a score for '
                       'the image. For research use, not for diagnosis.',
        'weights': {'file': weights.name, 'sha256': export.sha256(weights), 'bytes': weights.stat().st_size, 'opset': 17, 'parameters': parameters},
        'domain': {'modalities': ['CR', 'DX'], 'secondaryCapture': True, 'bodyParts': BODY_PARTS, 'views': 'any', 'minAgeYears': None,
                   'maxAgeYears': None, 'photometric': ['MONOCHROME1', 'MONOCHROME2', 'RGB'], 'minRows': 160, 'minColumns': 160},
        'input': {'name': 'image', 'dtype': 'float32', 'shape': [1, 1, size, size]},
        'preprocess': [{'op': 'modality-lut'}, {'op': 'grey'}, {'op': 'monochrome2'},
                       {'op': 'percentile-window', 'low': limbs.LOW, 'high': limbs.HIGH},
                       {'op': 'resize', 'rows': size, 'columns': size, 'filter': 'triangle-antialias', 'aspect': 'letterbox'}],
        'outputs': [
            {'name': 'fracture_logit', 'kind': 'score', 'label': LABEL, 'activation': 'sigmoid', 'displayWords': 'fracture'},
            {'name': 'candidates', 'kind': 'detection', 'id': 'candidates', 'label': LABEL, 'activation': 'sigmoid', 'overlap': candidates.OVERLAP,
             'most': candidates.MOST, 'calibration': {'method': 'platt', **found['candidates']['platt']}},
            {'name': 'heat', 'kind': 'heatmap', 'id': 'heat', 'explains': LABEL, 'nativeRows': cells, 'nativeColumns': cells,
             'boxThreshold': found['operatingPoints']['high-sensitivity']}],
        'floor': {LABEL: found['floor']},
        'operatingPoints': {LABEL: found['operatingPoints']},
        'limits': limits(found, trained), 'golden': cases, 'data': DATA,
        'calibration': {LABEL: {'method': 'platt', **found['platt']}},
        'operatingFigures': {LABEL: found['operatingFigures']}}
    if rules:
        made['outOfDomain'] = rules
    return made


def write(work, folder, config, model, found, inputs, trained, rules=(), facts=None):
    """The whole pack. inputs [n, 448, 448]: real images for the check of the export. rules: `outOfDomain` of the manifest, in the graph's order."""
    folder.mkdir(parents=True, exist_ok=True)
    weights, outputs = folder / 'model.onnx', (*OUTPUTS, *(rule['output'] for rule in rules))
    parameters = export.to_onnx(model, weights, limbs.SIZE, outputs=outputs)
    if config.get('half'):
        compact.stored_as_half(weights)
    worst, spent = export.parity(model, weights, inputs, outputs)
    print('parity over', len(inputs), 'images:', worst, 'median ms on one thread:', round(spent, 1))
    # Edges of boxes are in pixels of the 448 × 448 input, so they are held against a share of it.
    if max(value / (limbs.SIZE if name == 'candidates' else 1) for name, value in worst.items()) > 1e-4:
        raise SystemExit('the export differs from PyTorch by more than 1e-4')
    if weights.stat().st_size > 15e6:
        raise SystemExit('the weights are larger than 15 MB')
    cases = golden(folder / 'golden', weights, found['floor'], outputs)
    made = manifest(weights, parameters, cases, found, config, trained, list(rules))
    (folder / 'manifest.json').write_text(pack.as_text(made), encoding='utf-8')
    (folder / 'CARD.md').write_text(limb_card.text(made, found, {'worst': worst, 'count': len(inputs), 'ms': spent, 'work': work, **(facts or {})}, config), encoding='utf-8')
    print('pack', folder.name, weights.stat().st_size, 'bytes', parameters, 'parameters')
