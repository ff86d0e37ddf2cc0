"""Measure chest-child's run on its held-out patients: report.json for the card and curves for people."""

import json

import numpy as np
import torch

from . import calibration, changes, children, curves, deletion, evaluation, foreign, ood, shortcuts, whole

OUTPUTS = ('pneumonia_logit', 'attention', 'layout_distance', 'texture_distance', 'posture_distance')


def plan(config, variant=None):
    """The training's numbers, a variant's laid over them."""
    return {**config['train'], **(config['variants'][variant] if variant and variant != 'chest-child' else {})}


def run(work, variant=None):
    """The folder of a run: the first network's, or a variant's."""
    return work / 'runs' / ('chest-child' if variant in (None, 'chest-child') else f'chest-child-{variant}')


def moved_by(d, index, logit):
    """What is added to every cell's evidence, and so to the logit: it puts the balanced point of the tuning part at a score of 0.5.

    The network learned from half sick and half well, smoothed and averaged; its own zero means nothing, and the map's boxes begin at zero.
    """
    tune = index['tune']
    threshold = evaluation.operating_points(d['label'][tune], np.round(logit[tune], 6))['balanced']
    return round(-threshold, 3)


def loaded(work, config, variant):
    """A run's classifier as it was trained."""
    model = whole.network(config['train'])
    model.load_state_dict(torch.load(run(work, variant) / 'final.pt', weights_only=True))
    return model.eval()


MATCHED = 'pairs matched for brightness (mean, deviation, mean of the middle)'
LUNGS, AROUND = 'the lung fields alone (grown by 3 % of the image)', 'the surroundings alone (box around the lungs masked out)'


def masked(d, these, masks, model):
    """AUC (with its interval over patients) of a network that is shown the lungs alone and the surroundings alone: name -> three figures."""
    return {name: list(evaluation.auc_by_patient(d['label'][these], whole.predict_logits(model, inputs), d['patient'][these]))
            for name, inputs in shortcuts.tests(d['inputs'][these], masks[these]).items() if name in (LUNGS, AROUND)}


def chosen(compared):
    """Which network ships, by the configuration's `rule`: on the tuning part, of those no worse than `first` with the lungs alone and with the surroundings alone, the best on matched pairs."""
    first = compared['first']['masked']
    fit = [name for name, f in compared.items() if 'masked' in f and f['masked'][LUNGS][0] >= first[LUNGS][0] and f['masked'][AROUND][0] <= first[AROUND][0]]
    return max(fit, key=lambda name: compared[name]['tune'][MATCHED]['network'][0])


def trained(work, d, index, config):
    """The classifier with its evidence moved."""
    model = loaded(work, config, config.get('ship'))
    with torch.no_grad():
        model.evidence.bias += moved_by(d, index, raw_logits(work, config))
    return model.eval()


def raw_logits(work, config):
    return np.load(run(work, config.get('ship')) / 'logits.npy')


def familiar(work, d, index, config):
    """The distances, fitted on training images and tuned on the tuning part: (module, limits). Limits are those of WORK/limits.json where that is."""
    train = np.random.default_rng(config['seed']).permutation(index['train'])[:config['familiar']['images']]
    made, edges = ood.prepared(work / 'familiar.pt', d['inputs'][train], d['inputs'][index['tune']], config['familiar'])
    at = work / 'limits.json'
    return made, json.loads(at.read_text(encoding='utf-8'))['limits'] if at.exists() else edges


def predictor(model):
    """predict(inputs) -> (logits [n], maps [n, s, s]) of the graph without its distances."""
    graph = whole.WholeImage(model).eval()

    def predict(inputs):
        logits, maps = [], []
        with torch.no_grad():
            for start in range(0, len(inputs), 32):
                logit, attention = graph(torch.from_numpy(np.asarray(inputs[start:start + 32], np.float32)).unsqueeze(1))
                logits.append(logit[:, 0].numpy())
                maps.append(attention[:, 0].numpy())
        return np.concatenate(logits), np.concatenate(maps)

    return predict


def operating(label, score, patient, points):
    """Sensitivity and specificity at each point with intervals over patients."""
    out = {}
    for point, threshold in points.items():
        found = evaluation.at_threshold(label, score, threshold)
        for word, value in (('sensitivity', 1), ('specificity', 0)):
            these = label == value
            right = (score[these] >= threshold) == (value == 1)
            found[f'{word} interval'] = list(evaluation.share_by_patient(right, patient[these]))
        out[point] = {'threshold': threshold, **found}
    return out


def linear_comparison(d, index, logit, part='test'):
    """The network beside a linear model of raw 16×16 thumbnails: on all images of a part and on pairs matched for brightness."""
    label, test = d['label'], index[part]
    score = shortcuts.linear(d['thumbnails'][index['train']], label[index['train']], d['thumbnails'][index['tune']], label[index['tune']])(d['thumbnails'][test])
    faint = shortcuts.faint(d['thumbnails'][index['train']], label[index['train']])(d['thumbnails'][test])
    patient, mine, truth = d['patient'][test], logit[test], label[test]
    thumbnails = d['thumbnails'][test]
    traits = np.stack([thumbnails.mean((1, 2)), thumbnails.std((1, 2)), thumbnails[:, 4:12, 4:12].mean((1, 2))], 1)
    sets = {'all held-out images': np.arange(len(test)),
            'pairs matched for mean brightness alone': shortcuts.matched(truth, traits[:, :1], 0.05).ravel(),
            'pairs matched for brightness (mean, deviation, mean of the middle)': shortcuts.matched(truth, traits, 0.25).ravel(),
            'pairs matched for the linear model\'s own score': shortcuts.matched(truth, score[:, None], 0.02).ravel()}
    out = {}
    for name, these in sets.items():
        if len(these) < 20:
            continue
        def gain(other, these=these):
            both = lambda i: evaluation.quick_auc(truth[these][i], mine[these][i]) - evaluation.quick_auc(truth[these][i], other[these][i])  # noqa: E731
            return list(evaluation.percentiles(both, evaluation.grouped(patient[these]), np.arange(len(these))))

        out[name] = {'images': len(these), 'network': list(evaluation.auc_by_patient(truth[these], mine[these], patient[these])),
                     'linear': list(evaluation.auc_by_patient(truth[these], score[these], patient[these])),
                     'difference': gain(score), 'faint': list(evaluation.auc_by_patient(truth[these], faint[these], patient[these])), 'difference faint': gain(faint)}
    return out


def robustness(d, index, model, made, limits, config, points):
    """How far scores move when images are changed before the pack's preprocessing."""
    these = np.random.default_rng(11).permutation(index['test'])[:config['robustness_images']]
    return changes.measured(d['images'][these].astype(np.float32) / 255, d['label'][these], config['size'],
                            lambda inputs: calibration.sigmoid(whole.predict_logits(model, inputs)), points['balanced'],
                            lambda inputs: ood.over(made, limits, inputs).any(0))


def kept(path, make, quick=False):
    """The JSON at path, or what `make` gives, written there: a report that is cut goes on where it was. quick: None where it is not there yet."""
    if not path.exists():
        if quick:
            return None
        path.write_text(json.dumps(make()), encoding='utf-8')
    return json.loads(path.read_text(encoding='utf-8'))


def figures(d, index, logit):
    """Everything that rests on the held-out logits alone."""
    label, patient, test, tune = d['label'], d['patient'], index['test'], index['tune']
    truth, mine, who = label[test], logit[test], patient[test]
    score = calibration.sigmoid(mine)
    points = evaluation.operating_points(label[tune], calibration.sigmoid(logit[tune]), wanted=0.975)
    a, b = calibration.platt(logit[tune], label[tune])
    probability = calibration.sigmoid(a * mine + b)
    error, rows = calibration.reliability(probability, truth)
    raw, _ = calibration.reliability(score, truth)
    out = {'auc': list(evaluation.auc_by_patient(truth, mine, who)), 'points': points, 'operating': operating(truth, score, who, points),
           'platt': {'a': a, 'b': b}, 'calibration': {'ece': float(error), 'ece before': float(raw), 'bins': rows}, 'subgroups': {}}
    for word in ('bacteria', 'virus'):
        these = np.isin(d['subtype'][test], ('normal', word))
        sick = d['subtype'][test] == word
        out['subgroups'][word] = {'images': int(sick.sum()), 'auc': list(evaluation.auc_by_patient(truth[these], mine[these], who[these])),
                                  **{point: list(evaluation.share_by_patient(score[sick] >= threshold, who[sick])) for point, threshold in points.items()}}
    first = np.unique(who, return_index=True)[1]
    out['one image a patient'] = {'images': len(first), 'auc': list(evaluation.auc_by_patient(truth[first], mine[first], who[first]))}
    order = np.argsort(-np.abs(probability - truth))[:16]
    out['worst'] = [[str(d['names'][test[i]]), str(d['subtype'][test[i]]), float(probability[i])] for i in order]
    return out, probability, rows


def write(work, config, d, index, groups, quick=False):
    """report.json and the curves. groups: name -> foreign inputs [n, size, size]. quick: leave out the slow parts that are not there yet."""
    move = moved_by(d, index, raw_logits(work, config))
    logit, model = raw_logits(work, config) + move, trained(work, d, index, config)
    made, limits = familiar(work, d, index, config)
    test, label = index['test'], d['label']
    report, _, rows = figures(d, index, logit)
    curves.roc(work / 'roc.svg', label[test], logit[test])
    curves.reliability(work / 'reliability.svg', rows)
    prints = d['prints']
    report['images'] = {name: {'images': len(part), 'patients': len(set(d['patient'][part])), 'pneumonia': int(label[part].sum())} for name, part in index.items()}
    report['same pixels in train and test'] = len(set(prints[index['train']]) & set(prints[test]))
    report['fit'] = evaluation.quick_auc(label[index['train']], logit[index['train']])
    report['linear'] = kept(work / 'part-linear.json', lambda: linear_comparison(d, index, logit))
    compared = work / 'compared.json'
    report['compared'] = json.loads(compared.read_text(encoding='utf-8')) if compared.exists() else {}
    masks = np.load(work / 'lungs.npy')
    some = np.random.default_rng(10).permutation(test)[:config['shortcut_images']]

    def shortcut_rows():
        out = {'the whole image': {'auc': list(evaluation.auc_by_patient(label[some], logit[some], d['patient'][some])), 'moved': 0.0}}
        for name, inputs in shortcuts.tests(d['inputs'][some], masks[some]).items():
            found = whole.predict_logits(model, inputs)
            out[name] = {'auc': list(evaluation.auc_by_patient(label[some], found, d['patient'][some])),
                         'moved': float(np.abs(calibration.sigmoid(found) - calibration.sigmoid(logit[some])).mean())}
            print(name, out[name], flush=True)
        return out

    report['shortcuts'] = kept(work / 'part-shortcuts.json', shortcut_rows, quick)
    report['robustness'] = kept(work / 'part-robustness.json', lambda: robustness(d, index, model, made, limits, config, report['points']), quick)
    predict, cells, random = predictor(model), config['size'] // 16, np.random.default_rng(12)
    sick = random.permutation(test[label[test] == 1])[:config['pointing_images']]
    well = random.permutation(test[label[test] == 0])[:config['pointing_images']]
    report['deletion'] = kept(work / 'part-deletion.json', lambda: deletion.curves(predict, d['inputs'][sick], cells), quick)
    report['opacities'] = kept(work / 'part-opacities.json', lambda: deletion.opacities(predict, d['inputs'][well], masks[well], config['box_threshold'], cells), quick)
    own = {'held-out images of the set (should pass)': d['inputs'][test], 'the same, mildly changed (should pass)': ood.varied(d['inputs'][test], 1, 7)}
    report['foreign'] = ood.measured(made, limits, {**own, **groups, **foreign.spoiled(d['inputs'][test][:300])})
    report['moved by'] = move
    report['limits'] = dict(zip(OUTPUTS[2:], limits))
    (work / 'report.json').write_text(json.dumps(report, indent=1) + '\n', encoding='utf-8')
    print(json.dumps(report, indent=1))
