"""Write the pack chest-child: weights, golden cases, manifest, card."""

import json
import math

import numpy as np

from . import child_card, child_report, export, goldens, pack, whole

FOREIGN = {
    'layout_distance': 'The layout of the image is unlike that of the upright frontal chest radiographs of children that the model was made with '
                       '(another body part or view, turned, or black and white exchanged?)',
    'texture_distance': 'The grey values or the fine structure of the image are unlike those of the chest radiographs that the model was made with '
                        '(another modality, a photograph, noise, or strong processing?)',
    'posture_distance': 'The image does not look upright, or black and white are exchanged',
}

DATA = ['Kermany D, Zhang K, Goldbaum M. Labeled optical coherence tomography and chest X-ray images for classification. Mendeley Data, doi 10.17632/rscbjbr9sj, CC BY 4.0.']


def limits(report, config):
    """The limits in words, those that rest on a measurement with its figure."""
    floor = lambda share: math.floor(100 * share)  # noqa: E731
    cells = config['size'] // 16
    virus, bacteria = (report['subgroups'][word]['balanced'][0] for word in ('virus', 'bacteria'))
    missed = 1 - report['opacities']['all']['box covers']['share'][0]
    alone = report['shortcuts']['the surroundings alone (box around the lungs masked out)']['auc'][0]
    return [
        'For research use, not for diagnosis.',
        'Frontal chest radiographs (PA or AP) of children of 1 to 5 completed years only; never infants, older children or adults, lateral views or other body parts.',
        'An age must be stated, in the file or by a person: on an adult or an infant the score means nothing, and the image alone does not tell.',
        'Looks for one thing: a pneumonia-type opacity. Nothing else is looked for; a low score is not a normal radiograph.',
        'Trained on one hospital\'s images. At another hospital the score is less reliable by an unknown amount, and its calibration and thresholds do not carry over: check them on local images.',
        'The calibrated probability assumes about three cases in four, as in the set; where pneumonia is rarer the true probability is much lower.',
        'The labels tell pneumonia from normal only: other diseases, foreign bodies, effusions without pneumonia were not in the set.',
        f'Viral pneumonia is missed more often than bacterial: at the balanced point {floor(virus)} % of the images labelled viral were found and {floor(bacteria)} % of the bacterial. The score does not tell the two apart.',
        f'The set is partly separable by what is not lung: with the chest masked out the score still reached AUC {math.floor(alone * 100) / 100:.2f} (see CARD.md). Part of the figures may be the hospital\'s habits and not disease; a tuned linear model of 16 × 16 grey values comes close to the network there.',
        'The training images had lost their aspect ratio and were 224 × 224 pixels: findings finer than that were never seen.',
        f'The attention map is coarse ({cells} × {cells} cells over the whole image), no outline, and {"did little better than chance in its deletion test" if child_card.points_at(report) else "failed its deletion test"}; '
        f'no box is drawn from it, because in a test {math.ceil(100 * missed)} % of the boxes did not cover the opacity laid in (see CARD.md).',
    ]


def manifest(weights, parameters, cases, report, config):
    size, cells, label = config['size'], config['size'] // 16, 'Pneumonia'
    return {
        'schema': 'overread.pack/1', 'id': 'chest-child', 'version': config['version'], 'name': 'Chest radiograph of a child',
        'intendedUse': 'Second opinion on frontal chest radiographs of children of 1 to 5 years, after a radiologist\'s own read: a score for pneumonia-type '
                       'opacity and a map of where it comes from. For research use, not for diagnosis.',
        'weights': {'file': weights.name, 'sha256': export.sha256(weights), 'bytes': weights.stat().st_size, 'opset': 17, 'parameters': parameters},
        'domain': {'modalities': ['CR', 'DX'], 'secondaryCapture': True, 'bodyParts': ['CHEST'], 'views': ['PA', 'AP'],
                   'minAgeYears': 1, 'maxAgeYears': 5, 'ageRequired': True, 'photometric': ['MONOCHROME1', 'MONOCHROME2', 'RGB'],
                   'minRows': size, 'minColumns': size},
        'input': {'name': 'image', 'dtype': 'float32', 'shape': [1, 1, size, size]},
        'preprocess': [{'op': 'modality-lut'}, {'op': 'grey'}, {'op': 'monochrome2'}, {'op': 'percentile-window', 'low': 1, 'high': 99},
                       {'op': 'resize', 'rows': size, 'columns': size, 'filter': 'triangle-antialias', 'aspect': 'squash'}],
        'outputs': [
            {'name': 'pneumonia_logit', 'kind': 'score', 'label': label, 'activation': 'sigmoid', 'displayWords': 'pneumonia-type opacity'},
            {'name': 'attention', 'kind': 'heatmap', 'id': 'attention', 'explains': label, 'nativeRows': cells, 'nativeColumns': cells,
             'boxThreshold': config['box_shown']}],
        'outOfDomain': [{'output': name, 'limit': round(report['limits'][name], 4), 'reason': words} for name, words in FOREIGN.items()],
        'floor': {label: 0.05}, 'operatingPoints': {label: report['points']}, 'limits': limits(report, config), 'golden': cases, 'data': DATA,
        'calibration': {label: {'method': 'platt', **report['platt']}}, 'operatingFigures': {label: report['operating']}}


def write(work, folder, config, d, index):
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / 'model.onnx'
    report = json.loads((work / 'report.json').read_text(encoding='utf-8'))
    made, _ = child_report.familiar(work, d, index, config)
    model = whole.WholeImage(child_report.trained(work, d, index, config), made).eval()
    parameters = export.to_onnx(model, weights, config['size'], outputs=child_report.OUTPUTS)
    some = np.random.default_rng(3).permutation(len(d['inputs']))[:40]
    worst, spent = export.parity(model, weights, d['inputs'][some].astype(np.float32), child_report.OUTPUTS)
    print('parity over', len(some), 'images:', worst, 'median ms on one thread:', round(spent, 1))
    if max(worst.values()) > 1e-4:
        raise SystemExit('the export differs from PyTorch by more than 1e-4')
    cases = goldens.write(folder / 'golden', weights, config['size'], child_report.OUTPUTS, 'Pneumonia', 'pneumonia_logit')
    made = manifest(weights, parameters, cases, report, config)
    (folder / 'manifest.json').write_text(pack.as_text(made), encoding='utf-8')
    run = json.loads((child_report.run(work, config.get('ship')) / 'run.json').read_text(encoding='utf-8'))
    facts = {'worst': worst, 'count': len(some), 'ms': spent, 'run': run, 'work': work}
    (folder / 'CARD.md').write_text(child_card.text(made, report, facts, config), encoding='utf-8')
    for name in ('roc.svg', 'reliability.svg'):
        (folder / name).write_bytes((work / name).read_bytes())
    print('pack', folder.name, weights.stat().st_size, 'bytes', parameters, 'parameters')
