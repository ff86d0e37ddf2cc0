"""Measure every finished run: report.json for the card, report.md and curves for people."""

import json

import numpy as np
from sklearn.metrics import roc_auc_score

from . import calibration, curves, data, evaluation

SITES = ('shenzhen', 'montgomery')


def lung_figures(work, d, split, test):
    """Dice of a split's masks on its test images, at 256×256, by site."""
    masks = np.load(work / 'runs' / f'lung-{split}' / 'masks.npy')
    test = test[d['has_mask'][test]]
    return test, evaluation.dice(masks[test] >= 128, d['masks'][test] >= 128)


def triple(values):
    return [float(v) for v in values]


def pooled(work, d, config, stage, name=None):
    """Out-of-fold values of every image of the finished folds: (indices, values, fold of each), None without one."""
    indices, values, folds = [], [], []
    for fold in range(config['folds']):
        split = f'fold{fold}'
        _, test = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
        if stage == 'lung':
            if not (work / 'runs' / f'lung-{split}' / 'masks.npy').exists():
                continue
            test, found = lung_figures(work, d, split, test)
        else:
            at = work / 'runs' / f'tb-{name}-{split}' / 'logits.npy'
            if not at.exists():
                continue
            found = np.load(at)[test]
        indices.append(test)
        values.append(found)
        folds.append(np.full(len(test), fold))
    if not indices:
        return None
    return np.concatenate(indices), np.concatenate(values), np.concatenate(folds)


def lung_report(work, d, config):
    out = {}
    found = pooled(work, d, config, 'lung')
    if found:
        index, values, _ = found
        for place in SITES:
            here = d['site'][index] == place
            out[f'in {place}'] = {'dice': triple(evaluation.interval(values[here])), 'images': int(here.sum()), 'low': float(values[here].min())}
            for word, label in (('tb', 1), ('normal', 0)):
                these = here & (d['label'][index] == label)
                out[f'in {place} {word}'] = {'dice': triple(evaluation.interval(values[these])), 'images': int(these.sum())}
        out['in both'] = {'dice': triple(evaluation.interval(values)), 'images': len(values)}
        order = np.argsort(values)[:10]
        out['worst'] = [[str(d['names'][index[i]]), float(values[i])] for i in order]
    for split, word in (('s2m', 'shenzhen to montgomery'), ('m2s', 'montgomery to shenzhen')):
        if (work / 'runs' / f'lung-{split}' / 'masks.npy').exists():
            _, test = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
            test, values = lung_figures(work, d, split, test)
            out[word] = {'dice': triple(evaluation.interval(values)), 'images': len(test), 'low': float(values.min())}
    return out


def tb_report(work, d, config, name):
    out = {}
    for split, word in (('s2m', 'shenzhen to montgomery'), ('m2s', 'montgomery to shenzhen')):
        at = work / 'runs' / f'tb-{name}-{split}' / 'logits.npy'
        if at.exists():
            _, test = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
            logit = np.load(at)[test]
            out[word] = {'auc': triple(evaluation.auc(d['label'][test], logit)), 'images': len(test)}
    found = pooled(work, d, config, 'tb', name)
    if not found:
        return out
    index, logit, fold = found
    label, score = d['label'][index], calibration.sigmoid(logit)
    for place in SITES:
        here = d['site'][index] == place
        out[f'in {place}'] = {'auc': triple(evaluation.auc(label[here], logit[here])), 'images': int(here.sum())}
    out['in both'] = {'auc': triple(evaluation.auc(label, logit)), 'images': len(label)}
    out['by fold'] = {str(k): float(roc_auc_score(label[fold == k], logit[fold == k])) for k in np.unique(fold)}
    tuned = config.get('chosen_on', [])
    rest = ~np.isin(fold, tuned)
    if len(tuned) and rest.any():
        out['in the other folds'] = {'auc': triple(evaluation.auc(label[rest], logit[rest])), 'images': int(rest.sum())}
    points = evaluation.operating_points(label, score)
    out['operatingPoints'] = points
    out['operatingFigures'] = {}
    for point, threshold in points.items():
        out['operatingFigures'][point] = {'threshold': threshold, 'out of fold, both sites': evaluation.at_threshold(label, score, threshold)}
        for place in SITES:
            here = d['site'][index] == place
            out['operatingFigures'][point][f'out of fold, {place}'] = evaluation.at_threshold(label[here], score[here], threshold)
        for split, word in (('s2m', 'shenzhen to montgomery'), ('m2s', 'montgomery to shenzhen')):
            at = work / 'runs' / f'tb-{name}-{split}' / 'logits.npy'
            if at.exists():
                _, test = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
                out['operatingFigures'][point][word] = evaluation.at_threshold(d['label'][test], calibration.sigmoid(np.load(at)[test]), threshold)
    a, b = calibration.platt(logit, label)
    out['platt'] = {'a': a, 'b': b}
    probability = calibration.cross_fitted(logit, label, fold)
    error, rows = calibration.reliability(probability, label)
    raw, _ = calibration.reliability(score, label)
    out['calibration'] = {'ece': float(error), 'ece before': float(raw), 'bins': rows}
    order = np.argsort(-np.abs(probability - label))[:12]
    out['worst'] = [[str(d['names'][index[i]]), 'tb' if label[i] else 'normal', float(probability[i])] for i in order]
    curves.roc(work / 'roc.svg', label, logit)
    curves.reliability(work / 'reliability.svg', rows)
    return out


def training_fit(work, d, config, name):
    """AUC of each split's network on the images it was trained on, without augmentation: whether it fits them at all."""
    out = {}
    for split in ('s2m', 'm2s', *(f'fold{k}' for k in range(config['folds']))):
        at = work / 'runs' / f'tb-{name}-{split}' / 'logits.npy'
        if at.exists():
            train, _ = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
            out[split] = float(roc_auc_score(d['label'][train], np.load(at)[train]))
    return out


def runs(work):
    """What every finished run did, from its own record: epochs done and planned, steps, batch, seconds."""
    return {at.parent.name: {k: v for k, v in json.loads(at.read_text(encoding='utf-8')).items() if k != 'settings'}
            for at in sorted((work / 'runs').glob('*/run.json'))}


def variants(work, d, config):
    """AUC of every variant on every split that was run, for the list of what was tried."""
    out = {}
    for name in config['variants']:
        for split in ('s2m', 'm2s'):
            at = work / 'runs' / f'tb-{name}-{split}' / 'logits.npy'
            if at.exists():
                _, test = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
                out.setdefault(name, {})[split] = triple(evaluation.auc(d['label'][test], np.load(at)[test]))
        found = pooled(work, d, config, 'tb', name)
        if found:
            index, logit, fold = found
            out.setdefault(name, {})['folds'] = triple(evaluation.auc(d['label'][index], logit))
            if (fold == 0).any():
                out[name]['fold0'] = triple(evaluation.auc(d['label'][index[fold == 0]], logit[fold == 0]))
    return out


def read_if_there(path):
    return json.loads(path.read_text(encoding='utf-8')) if path.exists() else {}


def write(work, config, d):
    done = {stage: sum((work / 'runs' / f'{start}-fold{fold}' / 'final.pt').exists() for fold in range(config['folds']))
            for stage, start in (('lung', 'lung'), ('tb', f'tb-{config["ship"]}'))}
    report = {'folds': done, 'lung': lung_report(work, d, config), 'tb': tb_report(work, d, config, config['ship']),
              'variants': variants(work, d, config), 'ship': config['ship'],
              'withoutShenzhenMasks': read_if_there(work / 'without-shenzhen-masks.json'),
              'pointing': read_if_there(work / 'pointing.json'), 'foreign': read_if_there(work / 'foreign.json'),
              'probe': read_if_there(work / 'probe.json'), 'robustness': read_if_there(work / 'robustness.json'), 'fit': training_fit(work, d, config, config['ship']), 'runs': runs(work)}
    (work / 'report.json').write_text(json.dumps(report, indent=1) + '\n', encoding='utf-8')
    print(json.dumps({k: v for k, v in report.items()}, indent=1))
