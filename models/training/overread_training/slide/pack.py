"""Write the pack: weights, golden cases, manifest, card."""

import json
import math

import numpy as np
import onnxruntime
import torch
from PIL import Image

from .. import calibration, export
from ..pack import as_text
from . import card, familiar, graph, phantoms, predict, report, scene, strangers, testset
from . import figures as figures_of

LIMITS = [
    'For research use, not for diagnosis.',
    'H&E-stained sections in bright field only, in tiles of exactly 224 × 224 pixels, cut and not resized; one tile, not a whole slide.',
    'Says whether a tile can be read, never what it shows: tissue and disease are not judged.',
    'Trained and measured on lung tiles of one collection, taken in focus, with defocus and artefacts computed from them. No real pen mark, fold, bubble, foreign body or defocus has been shown to it: on real slides the figures are not known, and they will be lower.',
    'The µm a pixel of the training tiles is not known; the blur radius is in pixels of the tile as given, of what was added to a tile taken in focus, and reads up to 12.',
    'Inks of the colours of the stain (red, violet, orange) were not trained; see CARD.md for how many are found.',
    'Out-of-focus labels and the blur radius speak of tissue; on a tile of bare glass no radius is given, and the map says nothing over glass.',
    'The probabilities assume the mixture of training (about one tile in eight empty, half of the rest blurred, two in three with an artefact); where artefacts are rarer the true probability is lower.',
    'Maps have 14 × 14 cells of 16 × 16 pixels: attention, not an outline.',
]

DATA = [
    'Borkowski AA, Bui MM, Thomas LB, Wilson CP, DeLand LA, Mastorides SM. Lung and Colon Cancer Histopathological Image Dataset (LC25000). arXiv:1912.12142, 2019. 240 lung tiles, reduced to 224 × 224 pixels. Terms: free for AI research as recalled; not verified.',
    'Defocus, motion, pen marks, folds, bubbles, foreign bodies and empty glass are computed by overread_training/slide (our own).',
]

WORDS = {'In focus': 'in focus', 'Out of focus': 'out of focus', 'Moderately out of focus': 'moderately or severely out of focus', 'Severely out of focus': 'severely out of focus',
         'Pen mark': 'pen mark', 'Tissue fold': 'fold of the tissue', 'Air bubble': 'air bubble', 'Foreign body': 'foreign body', 'Empty': 'no tissue'}
FLOOR = 0.05
CALIBRATED = 0.05
WEAK = 0.8
STATES = ('In focus',)


def golden(folder, weights):
    """Draws the golden inputs and writes what onnxruntime gives for them; the manifest's list."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob('*'):
        old.unlink()
    run, listed = export.session(weights), []
    for name in phantoms.draw(folder):
        found = dict(zip(graph.OUTPUTS, run.run(list(graph.OUTPUTS), {'image': graph.as_input(np.asarray(Image.open(folder / name)))})))
        outputs = {}
        for key, values in found.items():
            outputs[key] = ([float(values[0, 0])] if values.ndim == 2 else
                            {'mean': float(values.mean(dtype=np.float64)), 'samples': [[r, c, float(values[0, 0, r, c])] for r in (0, 4, 7, 10, 13) for c in (0, 5, 8, 13)]})
        scores = {label: float(calibration.sigmoid(found[graph.output_name(label, 'logit')][0, 0])) for label in scene.LABELS}
        (folder / name.replace('.png', '.json')).write_text(json.dumps({'scores': scores, 'outputs': outputs, 'onnxruntime': onnxruntime.__version__}) + '\n', encoding='utf-8')
        listed.append({'input': f'golden/{name}', 'expected': f'golden/{name.replace(".png", ".json")}'})
    return listed


def measured_limits(figures):
    """What the figures say must be known, in words."""
    out, labels, unseen = [], figures['mixture']['labels'], figures['unseen']
    for label, found in labels.items():
        if found['auc'][0] < WEAK:
            out.append(f"'{label}' is weak: AUC {math.floor(1000 * found['auc'][0]) / 1000:.3f}; at its balanced point it fires on {math.ceil(100 * (1 - found['points']['balanced']['specificity'][0]))} % of tiles without. It gives a score and a map, never a finding.")
    for kind, found in unseen['artefacts'].items():
        if found['found'][0] < 0.7:
            out.append(f"Of {kind}, which training did not show, {math.floor(100 * found['found'][0])} % reach the balanced point of '{found['label']}'.")
    for kind, found in unseen['files'].items():
        if found['sharp tiles called out of focus'][0] > 0.2:
            out.append(f"Sharp tiles through another file or scale ({kind}) are called out of focus in {math.ceil(100 * found['sharp tiles called out of focus'][0])} %: use tiles of the training's scale and moderate compression.")
    for label in labels:
        if label not in calibrated(figures):
            out.append(f"'{label}' carries no probability: its calibration error, {math.ceil(1000 * labels[label]['ece']) / 1000:.3f}, is above {CALIBRATED}.")
    return out


def calibrated(figures):
    """The labels whose calibration holds on test tiles; only those give a probability."""
    return [label for label in scene.LABELS if figures['mixture']['labels'][label]['ece'] <= CALIBRATED]


def manifest(weights, parameters, cases, figures, config, limit):
    outputs = []
    for label in scene.LABELS:
        made = {'name': graph.output_name(label, 'logit'), 'kind': 'score', 'label': label, 'activation': 'sigmoid', 'displayWords': WORDS[label]}
        weak = figures['mixture']['labels'][label]['auc'][0] < WEAK
        outputs.append({**made, 'finding': False} if label in STATES or weak else made)
    outputs.append({'name': 'blur_radius', 'kind': 'measure', 'label': 'Blur radius', 'unit': 'px', 'unless': 'Empty'})
    outputs += [{'name': graph.output_name(label, 'map'), 'kind': 'heatmap', 'id': label.lower().replace(' ', '-'), 'explains': label,
                 'nativeRows': scene.CELLS, 'nativeColumns': scene.CELLS, 'boxThreshold': 0.5} for label in graph.MAPPED]
    points = {label: figures['mixture']['labels'][label]['points'] for label in scene.LABELS}
    return {
        'schema': 'overread.pack/1', 'id': 'slide-focus', 'version': config['version'], 'name': 'Slide focus and artefacts',
        'intendedUse': 'Technical quality of tiles of H&E-stained sections before they are read: whether a tile is in focus, how wide the blur is, and whether ink, a fold, a bubble '
                       'or a foreign body lies on it, or nothing at all. For research use, not for diagnosis.',
        'weights': {'file': weights.name, 'sha256': export.sha256(weights), 'bytes': weights.stat().st_size, 'opset': 17, 'parameters': parameters},
        'domain': {'modalities': ['SM'], 'secondaryCapture': True, 'bodyParts': [], 'views': [], 'minAgeYears': None, 'maxAgeYears': None,
                   'photometric': ['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_ICT', 'YBR_RCT'], 'minRows': 224, 'minColumns': 224, 'maxRows': 224, 'maxColumns': 224},
        'input': {'name': 'image', 'dtype': 'float32', 'shape': [1, 3, 224, 224]},
        'preprocess': [{'op': 'rgb'}, {'op': 'resize', 'rows': 224, 'columns': 224, 'filter': 'triangle-antialias', 'aspect': 'squash'}],
        'outputs': outputs,
        'outOfDomain': [{'output': 'appearance_distance', 'limit': limit,
                         'reason': 'Colours and detail are unlike a tile of an H&E-stained section in bright field: another stain or kind of image, inverted or without colour?'}],
        'floor': dict.fromkeys(scene.LABELS, FLOOR), 'operatingPoints': figures['points'],
        'calibration': {label: {'method': 'platt', **figures['platt'][label]} for label in calibrated(figures)},
        'operatingFigures': points, 'limits': [*LIMITS[:-1], *measured_limits(figures), LIMITS[-1]], 'golden': cases, 'data': DATA}


def domain(work, config, d, folders=()):
    """The distance, its limit (a share of the calibration tiles' scenes pass) and who passes and who does not; kept in WORK, since it does not
    depend on the network. folders: other images (radiographs, CT, MR), only to measure on."""
    kept = work / 'domain.pt'
    if kept.exists():
        held = torch.load(kept, weights_only=True)
        made = familiar.Familiar(config['clouds'])
        made.load_state_dict(held['state'])
        return made.eval(), json.loads(held['who'])
    training = [s.tile for _, _, s in testset.mixture(d, 'train', config, 10)] + list(d['tiles'][testset.part(d, 'train')])
    made = familiar.fit(training, config['clouds'])
    tune = [s.tile for _, _, s in testset.mixture(d, 'calibration', config, 10)] + list(d['tiles'][testset.part(d, 'calibration')])
    limit = float(np.quantile(familiar.batches(made, tune), config['passing']))
    mine, random = d['tiles'][testset.part(d, 'test')], np.random.default_rng(3)
    within = {'test tiles as they are': list(mine), 'test mixture': [s.tile for _, _, s in testset.mixture(d, 'test', config, 6)]}
    for name in report.CHANGES:
        within[f'test tiles, {name}'] = [report.CHANGES[name](t, random) for t in mine]
    for kind in testset.UNSEEN_DRAW:
        within[f'unseen: {kind}'] = [s.tile for _, _, s in testset.unseen_artefacts(d, 'test', config, kind, 1)]
    for kind in testset.UNSEEN_FOCUS:
        within[f'unseen: {kind}'] = [s.tile for _, _, s in testset.unseen_focus(d, 'test', config, kind)]
    without = {**strangers.photographs(random), **strangers.radiology(folders, random), **strangers.spoiled(list(mine), random)}
    who = {'limit': limit,
           'pass': {k: [float((familiar.batches(made, v) <= limit).mean()), len(v)] for k, v in within.items()},
           'abstain': {k: [float((familiar.batches(made, v) > limit).mean()), len(v)] for k, v in without.items()}}
    torch.save({'state': made.state_dict(), 'who': json.dumps(who)}, kept)
    return made, who


def write(work, folder, config, d, folders=()):
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / 'model.onnx'
    figures = json.loads((work / 'report.json').read_text(encoding='utf-8'))
    known, who = domain(work, config, d, folders)
    print(json.dumps(who), flush=True)
    model = graph.SlideFocus(report.trained(work, config), known, figures['knots']).eval()
    parameters = graph.to_onnx(model, weights)
    some = [s.tile for _, _, s in testset.mixture(d, 'test', config, 1)][:60]
    most, spent = graph.parity(model, weights, some)
    print('largest difference over', len(some), 'tiles:', max(most.values()), 'median ms on one thread:', round(spent, 1))
    if max(most.values()) > 1e-4:
        raise SystemExit('the export differs from PyTorch by more than 1e-4')
    cases = golden(folder / 'golden', weights)
    made = manifest(weights, parameters, cases, figures, config, who['limit'])
    (folder / 'manifest.json').write_text(as_text(made), encoding='utf-8')
    seen = predict.Seen(model.net, testset.mixture(d, 'test', config, config['test_rounds']), d['group'])
    through = familiar.batches(known, seen.tiles)[:, 0] <= who['limit']
    passing = {label: figures_of.weighted_auc(seen.labels[ok, k], seen.logits[ok, k].astype(float), np.ones(ok.sum()))
               for k, label in enumerate(scene.LABELS) for ok in [through & np.isfinite(seen.labels[:, k])]}
    facts = {'passing': passing, 'through': int(through.sum()), 'most': most, 'count': len(some), 'ms': spent, 'domain': who, 'config': config}
    (work / 'pack-facts.json').write_text(json.dumps(facts, indent=1), encoding='utf-8')
    (folder / 'CARD.md').write_text(card.text(made, figures, {**facts, 'work': work}, d), encoding='utf-8')
    (folder / 'reliability.svg').write_bytes((work / 'reliability.svg').read_bytes())
    print('pack', folder.name, weights.stat().st_size, 'bytes', parameters, 'parameters')
