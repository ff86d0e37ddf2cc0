"""Write the pack: weights, golden cases, manifest, card."""

import json
import math
import re

import numpy as np
import torch

from . import card, data, export, goldens, networks, ood

OUTPUTS = (*export.OUTPUTS, 'layout_distance', 'texture_distance', 'posture_distance')

FOREIGN = {
    'layout_distance': 'The layout of the image is unlike that of the upright frontal chest radiographs that the model was made with '
                       '(another body part or view, turned, or black and white exchanged?)',
    'texture_distance': 'The grey values or the fine structure of the image are unlike those of the chest radiographs that the model was made with '
                        '(another modality, a photograph, noise, or strong processing?)',
    'posture_distance': 'The image does not look upright, or black and white are exchanged',
}

LIMITS = [
    'For research use, not for diagnosis.',
    'Frontal chest radiographs (PA or AP) of people of 15 years or more only; never lateral views, children, or other body parts.',
    'Looks for one thing: a tuberculosis-type abnormality. Nothing else is looked for; a low score is not a normal radiograph.',
    'The calibrated probability assumes about one case in two, as in the training sets; where tuberculosis is rarer the true probability is lower.',
    'Other diseases that resemble tuberculosis (pneumonia, cancer, scars) may raise the score; active and healed disease are not told apart.',
    'Lung fields stop at dense disease, effusion and lung behind the heart and diaphragm, as the training masks do; do not measure volumes with them.',
    'What the lung field leaves out is hardly looked at: an opacity as dense as the chest wall can lower the score (seen on drawn phantoms; not measured on patients).',
    'The training images had lost their aspect ratio; the model squashes every image to a square.',
]

DATA = [
    'Jaeger S, Candemir S, Antani S, Wáng YX, Lu PX, Thoma G. Two public chest X-ray datasets for computer-aided screening of pulmonary diseases. Quant Imaging Med Surg 2014;4(6):475-477. Montgomery County and Shenzhen sets, U.S. National Library of Medicine: free with citation.',
    'Lung masks of the Shenzhen set: Stirenko S et al. Chest X-ray analysis of tuberculosis by deep learning with segmentation and augmentation. IEEE ELNANO 2018. Terms of use were not found.',
]
CHILDREN = 'Pretraining of the classifier: Kermany D, Zhang K, Goldbaum M. Labeled optical coherence tomography and chest X-ray images for classification. Mendeley Data, doi 10.17632/rscbjbr9sj, CC BY 4.0.'


# Percentiles 1 and 99 of the fields that the shipped lung net draws in the 437 images that it was trained on; beyond them the product warns of technical quality.
QUALITY = {'leastRatio': 0.58, 'tilt': [-8, 5.4], 'mostAtEdge': 1.2}


def familiar(work, d, config):
    """The distances, fitted on images that the shipped split trained on and tuned on others of them: (module, limits). Limits are those of WORK/limits.json where that is."""
    train, _ = data.split_indices(d['site'], d['label'], config['ship_split'], config['folds'], config['seed'])
    mixed, tune = np.random.default_rng(config['seed']).permutation(train), config['familiar']['tune']
    made, edges = ood.prepared(work / 'familiar.pt', d['images'][mixed[tune:]], d['images'][mixed[:tune]], config['familiar'])
    at = work / 'limits.json'
    return made, json.loads(at.read_text(encoding='utf-8'))['limits'] if at.exists() else edges


def tuning(d, config):
    """Images that set the limits: some that the shipped split trained on and that the distances were not fitted on."""
    train, _ = data.split_indices(d['site'], d['label'], config['ship_split'], config['folds'], config['seed'])
    return d['images'][np.random.default_rng(config['seed']).permutation(train)[:config['familiar']['tune']]]


def classifier(work, variant, name, split):
    """The trained TbNet of a split."""
    tb = networks.TbNet(variant['widths'], variant['dropout'], variant['mix_norm'], pooling=variant['pooling'])
    tb.load_state_dict(torch.load(work / 'runs' / f'tb-{name}-{split}' / 'final.pt', weights_only=True))
    return tb


def joined(work, config, split, name):
    """ChestAdult with the trained weights of a split; for `final` with the classifiers that the configuration names as members."""
    variant = config['tb']
    lung = networks.LungNet(config['lung']['widths'])
    lung.load_state_dict(torch.load(work / 'runs' / f'lung-{split}' / 'final.pt', weights_only=True))
    members = variant.get('members', ['final']) if split == 'final' else [split]
    tbs = [classifier(work, variant, name, member) for member in members]
    return networks.ChestAdult(lung, tbs[0] if len(tbs) == 1 else networks.Together(tbs), variant.get('crop', config['crop']), equal=variant.get('equal', False)).eval()


def limits(figures, config, trained):
    """The limits in words, those that rest on a measurement with its figure. trained: number of images that the shipped networks learned from."""
    out = [*LIMITS, f'Trained on {trained} images of two sites. At a site it has not seen the score is less reliable (see CARD.md), and its calibration does not carry over.']
    for key, unseen in (('shenzhen to montgomery', 'Montgomery'), ('montgomery to shenzhen', 'Shenzhen')):
        found = figures.get('tb', {}).get('operatingFigures', {}).get('balanced', {}).get(key)
        if found:
            out.append(f'At the balanced point a network that had never seen {unseen} found {math.floor(100 * found["sensitivity"])} % of its tuberculosis '
                       f'and cleared {math.floor(100 * found["specificity"])} % of its normal images: check thresholds on local images before use.')
    pointed = figures.get('pointing', {}).get('insertion', {}).get('all')
    where = (f'of soft opacities laid into normal images its box, where there was one, covered {math.floor(100 * pointed["box covers"]["share"][0])} % (see CARD.md), so it is no outline of a lesion and may point elsewhere.'
             if pointed else 'it is no outline of a lesion.')
    cells = config['tb'].get('crop', config['crop']) // 16
    out.append(f'The attention map is coarse ({cells} × {cells} cells over the box around the lungs); {where}')
    return out


def manifest(weights, parameters, cases, figures, config, trained, edges):
    size, cells = config['size'], config['tb'].get('crop', config['crop']) // 16
    found = figures.get('tb', {})
    made = {
        'schema': 'overread.pack/1', 'id': 'chest-adult', 'version': config['version'], 'name': 'Adult chest radiograph',
        'intendedUse': 'Second opinion on frontal chest radiographs of adults, after a radiologist\'s own read: lung fields, a score for '
                       'tuberculosis-type abnormality and a map of where it comes from. For research use, not for diagnosis.',
        'weights': {'file': weights.name, 'sha256': export.sha256(weights), 'bytes': weights.stat().st_size, 'opset': 17, 'parameters': parameters},
        'domain': {'modalities': ['CR', 'DX'], 'secondaryCapture': True, 'bodyParts': ['CHEST'], 'views': ['PA', 'AP'],
                   'minAgeYears': 15, 'maxAgeYears': None, 'photometric': ['MONOCHROME1', 'MONOCHROME2', 'RGB'],
                   'minRows': 256, 'minColumns': 256},
        'input': {'name': 'image', 'dtype': 'float32', 'shape': [1, 1, size, size]},
        'preprocess': [{'op': 'modality-lut'}, {'op': 'grey'}, {'op': 'monochrome2'},
                       {'op': 'percentile-window', 'low': 1, 'high': 99},
                       {'op': 'resize', 'rows': size, 'columns': size, 'filter': 'triangle-antialias', 'aspect': 'squash'}],
        'outputs': [
            {'name': 'lung_field', 'kind': 'mask', 'id': 'lung-field', 'label': 'Lung field', 'structure': True, 'threshold': 0.5,
             'code': {'scheme': 'SCT', 'value': '39607008', 'meaning': 'Lung'}, 'quality': QUALITY},
            {'name': 'tb_logit', 'kind': 'score', 'label': 'Tuberculosis', 'activation': 'sigmoid',
             'displayWords': 'tuberculosis-type abnormality'},
            {'name': 'attention', 'kind': 'heatmap', 'id': 'attention', 'explains': 'Tuberculosis',
             'nativeRows': cells, 'nativeColumns': cells, 'boxThreshold': config['box_threshold']}],
        'outOfDomain': [{'output': name, 'limit': round(edge, 4), 'reason': words} for (name, words), edge in zip(FOREIGN.items(), edges)],
        'floor': {'Tuberculosis': 0.05},
        'operatingPoints': {'Tuberculosis': found.get('operatingPoints', {'balanced': 0.5, 'high-sensitivity': 0.2})},
        'limits': limits(figures, config, trained), 'golden': cases,
        'data': DATA + ([CHILDREN] if config['tb'].get('start') else [])}
    if 'platt' in found:
        made['calibration'] = {'Tuberculosis': {'method': 'platt', **found['platt']}}
        made['operatingFigures'] = {'Tuberculosis': found['operatingFigures']}
    return made


def as_text(made, width=110):
    """JSON with short lists on one line, as the repository's formatter wants it."""

    def short(found):
        items = [line.strip() for line in found.group(2).strip().splitlines()]
        line = f'{found.group(1)}[{" ".join(items)}]'
        return line if len(line) < width else found.group(0)

    return re.sub(r'^( *(?:"[^"]*": )?)\[\n([^][{}]*?)\n *\]', short, json.dumps(made, indent=2, ensure_ascii=False), flags=re.M) + '\n'


def write(work, folder, config, d):
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / 'model.onnx'
    name = config['ship']
    model = joined(work, config, config.get('ship_split', 'final'), name)
    model.familiar, edges = familiar(work, d, config)
    parameters = export.to_onnx(model, weights, config['size'], outputs=OUTPUTS)
    some = np.random.default_rng(3).permutation(len(d['images']))[:40]
    worst, spent = export.parity(model, weights, d['images'][some].astype(np.float32), OUTPUTS)
    print('parity over', len(some), 'images:', worst, 'median ms on one thread:', round(spent, 1))
    if max(worst.values()) > 1e-4:
        raise SystemExit('the export differs from PyTorch by more than 1e-4')
    at = work / 'report.json'
    figures = json.loads(at.read_text(encoding='utf-8')) if at.exists() else {}
    cases = goldens.write(folder / 'golden', weights, config['size'], OUTPUTS, 'Tuberculosis', 'tb_logit')
    train, _ = data.split_indices(d['site'], d['label'], config.get('ship_split', 'final'), config['folds'], config['seed'])
    made = manifest(weights, parameters, cases, figures, config, len(train), edges)
    (folder / 'manifest.json').write_text(as_text(made), encoding='utf-8')
    facts = {'worst': worst, 'count': len(some), 'ms': spent, 'work': work}
    (folder / 'CARD.md').write_text(card.text(made, figures, facts, config), encoding='utf-8')
    for name in ('roc.svg', 'reliability.svg'):
        if (work / name).exists():
            (folder / name).write_bytes((work / name).read_bytes())
    print('pack', folder.name, weights.stat().st_size, 'bytes', parameters, 'parameters')
