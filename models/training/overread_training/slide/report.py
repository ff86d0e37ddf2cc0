"""Measure the trained network: report.json for the card, curves as SVG."""

import json

import numpy as np
import torch
from sklearn.isotonic import IsotonicRegression

from .. import calibration, curves
from . import baseline, figures, network, optics, predict, scene, testset

L = scene.LABELS


def trained(work, config):
    model = network.SlideNet(config['widths'], config['dropout'])
    model.load_state_dict(torch.load(work / 'runs' / 'slide' / 'final.pt', weights_only=True))
    return model.eval()


def knots_of(raw, true):
    """Monotone, piecewise linear map from raw output to radius: isotonic regression thinned to 13 knots, continued to 0 and the largest radius taught."""
    fitted = IsotonicRegression(increasing=True, out_of_bounds='clip').fit(raw, true)
    at = np.unique(np.quantile(raw, np.linspace(0.01, 0.99, 13)))
    smooth = np.array([fitted.predict(at + shift) for shift in np.linspace(-0.12, 0.12, 9)]).mean(0)
    return at.tolist(), np.maximum.accumulate(np.clip(smooth, 0, scene.MOST)).tolist()


def to_radius(raw, knots):
    return np.interp(raw, *knots)


def per_label(seen, thresholds, platt):
    out = {}
    for k, label in enumerate(L):
        found = figures.auc(seen.labels[:, k], seen.logits[:, k], seen.group)
        if found is None:
            continue
        score = seen.score(label)
        found['points'] = {p: figures.at_threshold(seen.labels[:, k], score, seen.group, t) for p, t in thresholds[label].items()}
        known = np.isfinite(seen.labels[:, k])
        probability = calibration.sigmoid(platt[label]['a'] * seen.logits[:, k] + platt[label]['b'])[known]
        found['ece'], found['bins'] = calibration.reliability(probability, seen.labels[known, k])
        found['ece before'], _ = calibration.reliability(score[known], seen.labels[known, k])
        out[label] = found
    return out


def calibrated(model, d, config):
    """Platt's a and b and operating points of each label, and the knots of the radius, all from the calibration tiles."""
    seen = predict.Seen(model, testset.mixture(d, 'calibration', config, config['calibration_rounds']), d['group'])
    platt, points = {}, {}
    for k, label in enumerate(L):
        known = np.isfinite(seen.labels[:, k])
        a, b = calibration.platt(seen.logits[known, k], seen.labels[known, k])
        platt[label] = {'a': a, 'b': b}
        points[label] = figures.operating_points(seen.labels[:, k], seen.score(label))
    grid = predict.Seen(model, testset.focus_grid(d, 'calibration', config), d['group'])
    here = np.isfinite(seen.labels[:, :4]).any(1) & (seen.labels[:, 8] == 0)
    raw = np.concatenate([seen.radius[here], grid.radius])
    true = np.concatenate([seen.true_radius[here], grid.true_radius])
    classical = [baseline.measure(t) for t in grid.tiles]
    fits = {name: IsotonicRegression(increasing=False, out_of_bounds='clip').fit([m[name] for m in classical], grid.true_radius) for name in baseline.MEASURES}
    return {'platt': platt, 'points': points, 'knots': knots_of(raw, true), 'scenes': len(seen.names)}, fits


def focus_figures(radius, sharpness, true, group):
    """radius: measured in pixels. sharpness: the larger, the sharper, for ranks and for telling sharp from blurred."""
    known = (true < scene.SHARP_BELOW) | (true >= scene.DEGREES[0])
    out = {'auc': figures.auc((true < scene.SHARP_BELOW)[known].astype(float), sharpness[known], group[known])['auc'],
           'spearman': figures.spearman(radius, true, group), 'mae': figures.mean(np.abs(radius - true), group), 'scenes': len(true)}
    out['by radius'] = {f'{r:g}': {'mae': figures.mean(np.abs(radius - true)[true == r], group[true == r], 300),
                                   'median': float(np.median(radius[true == r])), 'scenes': int((true == r).sum())} for r in np.unique(true)}
    return out


def focus_report(model, d, config, knots, fits):
    seen = predict.Seen(model, testset.focus_grid(d, 'test', config), d['group'])
    out = {'network': focus_figures(to_radius(seen.radius, knots), seen.logits[:, 0], seen.true_radius, seen.group)}
    out['network']['auc of the measure'] = figures.auc((seen.true_radius < 1).astype(float), -seen.radius, seen.group)['auc']
    classical = [baseline.measure(t) for t in seen.tiles]
    for name, fit in fits.items():
        value = np.array([m[name] for m in classical])
        out[name] = focus_figures(fit.predict(value), value, seen.true_radius, seen.group)
    return out


def unseen_report(model, d, config, knots, points):
    out, sharp = {'focus': {}, 'artefacts': {}, 'files': {}}, predict.Seen(model, testset.sharp(d, 'test', config), d['group'])
    for kind in testset.UNSEEN_FOCUS:
        seen = predict.Seen(model, testset.unseen_focus(d, 'test', config, kind), d['group'])
        label = np.r_[np.ones(len(seen.names)), np.zeros(len(sharp.names))]
        logit, group = np.r_[seen.logits[:, 1], sharp.logits[:, 1]], np.r_[seen.group, sharp.group]
        known = np.r_[np.isfinite(seen.labels[:, 1]), np.isfinite(sharp.labels[:, 1])]
        radius = to_radius(seen.radius, knots)
        out['focus'][kind] = {**figures.auc(label[known], logit[known], group[known]), 'spearman': figures.spearman(radius, seen.true_radius, seen.group),
                              'mae': figures.mean(np.abs(radius - seen.true_radius), seen.group),
                              'found': figures.mean(seen.score('Out of focus') >= points['Out of focus']['balanced'], seen.group)}
    for kind, (label, _) in testset.UNSEEN_DRAW.items():
        seen, k = predict.Seen(model, testset.unseen_artefacts(d, 'test', config, kind), d['group']), L.index(label)
        there = seen.labels[:, k] == 1
        truth = np.r_[np.ones(there.sum()), np.zeros(len(sharp.names))]
        found = figures.auc(truth, np.r_[seen.logits[there, k], sharp.logits[:, k]], np.r_[seen.group[there], sharp.group])
        out['artefacts'][kind] = {**found, 'label': label, 'found': figures.mean(seen.score(label)[there] >= points[label]['balanced'], seen.group[there])}
    out['sharp tiles: points reached'] = {label: figures.mean(sharp.score(label) >= points[label]['balanced'], sharp.group) for label in L}
    glass = list(testset.real_glass(d, 'test', config))
    if glass:
        seen = predict.Seen(model, glass, d['group'])
        patch = np.array([n.split('#')[0] for n in seen.names])
        out['glass of the test tiles'] = {'patches': len(np.unique(patch)), 'scenes': len(seen.names),
                                          'Empty found': figures.mean(seen.score('Empty') >= points['Empty']['balanced'], patch)}
    grid = [(n, i, s) for n, i, s in testset.focus_grid(d, 'test', config, ('disc',)) if s.radius in (0.0, 2.0, 6.0)]
    true, group = np.array([s.radius for _, _, s in grid]), d['group'][[i for _, i, _ in grid]]
    for kind in ('as it was', 'JPEG quality 30', 'JPEG quality 15', 'JPEG 2000, 40 to 1', 'magnified by 1.6', 'reduced to 0.5'):
        tiles = [s.tile if kind == 'as it was' else testset.coarse_files(s.tile, kind) for _, _, s in grid]
        logits, raw, _, _ = predict.run(model, tiles)
        scale = 1.6 if '1.6' in kind else 0.5 if '0.5' in kind else 1
        radius = to_radius(raw, knots)
        out['files'][kind] = {'auc': figures.auc((true == 0).astype(float), logits[:, 0], group)['auc'], 'spearman': figures.spearman(radius, true, group),
                              'mae': figures.mean(np.abs(radius - np.minimum(true * scale, scene.MOST)), group),
                              'sharp tiles called out of focus': figures.mean(1 / (1 + np.exp(-logits[true == 0, 1])) >= points['Out of focus']['balanced'], group[true == 0])}
    return out


def called(logits, radius, points, platt):
    """One word for a tile: the likeliest artefact if its probability is at least a half, else empty, else the degree of blur by the measured radius."""
    out = []
    for row, r in zip(logits, radius):
        likely = {label: platt[label]['a'] * row[L.index(label)] + platt[label]['b'] for label in L[scene.ARTEFACTS]}
        best = max(likely, key=likely.get)
        if likely[best] >= 0:
            out.append(best)
        elif 1 / (1 + np.exp(-row[scene.EMPTY])) >= points['Empty']['balanced']:
            out.append('Empty')
        elif r < (scene.SHARP_BELOW + scene.DEGREES[0]) / 2:
            out.append('In focus')
        else:
            out.append(('Slightly', 'Moderately', 'Severely')[int(r >= scene.DEGREES[1]) + int(r >= scene.DEGREES[2])] + ' out of focus')
    return out


def confusion_and_maps(model, d, config, made):
    seen = predict.Seen(model, testset.single(d, 'test', config), d['group'], keep=True)
    true, words = seen.names, called(seen.logits, to_radius(seen.radius, made['knots']), made['points'], made['platt'])
    order = ['In focus', 'Slightly out of focus', 'Moderately out of focus', 'Severely out of focus', *L[scene.ARTEFACTS], 'Empty']
    there = [t not in L[scene.ARTEFACTS] or s.labels[L.index(t)] == 1 for t, s in zip(true, seen.scenes)]
    table = [[int(sum(t == a and w == b and ok for t, w, ok in zip(true, words, there))) for b in order] for a in order]
    right = np.array([t == w for t, w in zip(true, words)])[there]
    out = {'order': order, 'table': table, 'right': figures.mean(right, seen.group[there]),
           'right by condition': {a: figures.mean(right[np.array(true)[there] == a], seen.group[there][np.array(true)[there] == a]) for a in order}}
    return out, pointing(model, seen)


def pointing(model, seen):
    """Whether the maps show the artefact: peak inside it, overlap of cells, and deletion with the tile's own clean content."""
    out, random = {}, np.random.default_rng(5)
    for label in L[scene.ARTEFACTS]:
        k, rows = L.index(label), []
        for n, (name, s) in enumerate(zip(seen.names, seen.scenes)):
            if name != label or s.labels[k] != 1:
                continue
            cover, shown = s.cover[k - 4], seen.maps[n, k]
            peak = np.unravel_index(np.argmax(shown), shown.shape)
            truth, drawn = cover >= 0.25, shown >= 0.5
            union = (truth | drawn).sum()
            count = max(1, int((cover > 0.05).sum()))
            top = np.argsort(-shown.ravel(), kind='stable')[:count]
            chance = random.permutation(shown.size)[:count]
            deleted = []
            for chosen in (top, chance):
                mask = np.zeros(shown.size, bool)
                mask[chosen] = True
                wide = np.kron(mask.reshape(shown.shape), np.ones((16, 16), bool))[..., None]
                deleted.append(np.where(wide, s.without, s.tile))
            rows.append((cover[peak] > 0.02, (truth & drawn).sum() / union if union else np.nan, seen.logits[n, k], deleted, seen.group[n], cover.mean() , (cover > 0.02).mean()))
        logits = predict.run(model, [t for r in rows for t in r[3]])[0][:, k].reshape(-1, 2)
        before, group = np.array([r[2] for r in rows]), np.array([r[4] for r in rows])
        overlap = np.array([r[1] for r in rows])
        out[label] = {'scenes': len(rows), 'peak inside': figures.mean([r[0] for r in rows], group), 'by chance': float(np.mean([r[6] for r in rows])),
                      'overlap': figures.mean(overlap[np.isfinite(overlap)], group[np.isfinite(overlap)]),
                      'fall of the logit, cells of the map': figures.mean(before - logits[:, 0], group),
                      'fall of the logit, cells at random': figures.mean(before - logits[:, 1], group),
                      'map beats chance': figures.mean((logits[:, 0] < logits[:, 1]), group)}
    return out


CHANGES = {
    'stain 30 % paler (OD × 0.7)': lambda t, r: optics.as_bytes(optics.to_srgb(optics.stained(optics.to_linear(t), optics.white_of(optics.to_linear(t)), (0.7, 0.7, 0.7)))),
    'stain 40 % darker (OD × 1.4)': lambda t, r: optics.as_bytes(optics.to_srgb(optics.stained(optics.to_linear(t), optics.white_of(optics.to_linear(t)), (1.4, 1.4, 1.4)))),
    'bluer stain (OD × 1.25, 1.0, 0.8)': lambda t, r: optics.as_bytes(optics.to_srgb(optics.stained(optics.to_linear(t), optics.white_of(optics.to_linear(t)), (1.25, 1.0, 0.8)))),
    'redder stain (OD × 0.8, 1.1, 1.2)': lambda t, r: optics.as_bytes(optics.to_srgb(optics.stained(optics.to_linear(t), optics.white_of(optics.to_linear(t)), (0.8, 1.1, 1.2)))),
    'light down by 25 %': lambda t, r: optics.as_bytes(optics.to_srgb(optics.to_linear(t) * 0.75)),
    'light up by 15 %': lambda t, r: optics.as_bytes(optics.to_srgb(optics.to_linear(t) * 1.15)),
    'shot noise (full well 250)': lambda t, r: optics.as_bytes(optics.to_srgb(optics.noisy(optics.to_linear(t), r, 250))),
    'JPEG quality 50': lambda t, r: optics.jpeg(t, 50),
    'JPEG quality 25': lambda t, r: optics.jpeg(t, 25),
    'turned by 90°': lambda t, r: np.ascontiguousarray(np.rot90(t)),
    'mirrored': lambda t, r: np.ascontiguousarray(t[:, ::-1]),
}


def robustness(model, d, config, made):
    scenes = [s for s in testset.mixture(d, 'test', config, 2)]
    base = predict.Seen(model, scenes, d['group'])

    def probability(logits):
        return np.stack([calibration.sigmoid(made['platt'][label]['a'] * logits[:, k] + made['platt'][label]['b']) for k, label in enumerate(L)], 1)

    def aucs(logits):
        return {label: figures.weighted_auc(base.labels[ok, k], logits[ok, k].astype(float), np.ones(ok.sum())) for k, label in enumerate(L) for ok in [np.isfinite(base.labels[:, k])]}

    focus = np.isfinite(base.labels[:, :4]).any(1) & (base.labels[:, 8] == 0)
    out = {'unchanged': {'auc': aucs(base.logits), 'mae': float(np.abs(to_radius(base.radius, made['knots']) - base.true_radius)[focus].mean()), 'scenes': len(scenes)}}
    for name, change in CHANGES.items():
        logits, raw, _, _ = predict.run(model, [change(t, testset.random_for(1, name, n)) for n, t in zip(base.names, base.tiles)])
        moved = np.abs(probability(logits) - probability(base.logits))
        out[name] = {'auc': aucs(logits), 'moved': dict(zip(L, moved.mean(0).tolist())),
                     'mae': float(np.abs(to_radius(raw, made['knots']) - base.true_radius)[focus].mean())}
    return out


def shortcuts(model, d, config, made):
    """The source tiles carry JPEG blocks that blurring removes: is it focus that is seen, or the blocks?"""
    mine, out = testset.part(d, 'test'), {}
    tiles, group = d['tiles'][mine], d['group'][mine]
    small = [testset.unseen.magnified(t, 0.8) for t in tiles]
    blurred = [scene.make(t, testset.random_for(1, 'short', i), radius=3.0, kind='disc', free=False, stain=False, camera={'electrons': 3e4, 'quality': 75, 'sampling': 2}).tile for i, t in zip(mine, tiles)]
    noisy = [optics.as_bytes(optics.to_srgb(optics.noisy(optics.to_linear(t), testset.random_for(2, i), 400))) for i, t in zip(mine, blurred)]
    for name, made_tiles, label in (('sharp tiles as they are', list(tiles), 'In focus'), ('sharp, reduced to 0.8: their JPEG blocks are gone', small, 'In focus'),
                                    ('blurred by 3 px, then JPEG of quality 75: blocks are back', blurred, 'Out of focus'),
                                    ('blurred by 3 px, blocks and noise: fine detail of the camera', noisy, 'Out of focus')):
        logits = predict.run(model, made_tiles)[0][:, L.index(label)]
        out[name] = {'label': label, 'found': figures.mean(1 / (1 + np.exp(-logits)) >= made['points'][label]['balanced'], group)}
    return out


def worst(seen, platt, knots, count=14):
    """The scenes where the calibrated probability is furthest from the truth, and the largest errors of the radius."""
    rows = []
    for k, label in enumerate(L):
        p = calibration.sigmoid(platt[label]['a'] * seen.logits[:, k] + platt[label]['b'])
        rows += [(abs(p[n] - seen.labels[n, k]), seen.names[n], label, float(seen.labels[n, k]), float(p[n])) for n in np.flatnonzero(np.isfinite(seen.labels[:, k]))]
    wrong = np.where(np.isfinite(seen.labels[:, :4]).any(1) & (seen.labels[:, 8] == 0), np.abs(to_radius(seen.radius, knots) - seen.true_radius), 0)
    return {'labels': [list(r[1:]) for r in sorted(rows, key=lambda r: -r[0])[:count]],
            'radius': [[seen.names[n], float(seen.true_radius[n]), float(to_radius(seen.radius[n], knots))] for n in np.argsort(-wrong)[:8]]}


def write(work, config, d):
    model = trained(work, config)
    made, fits = calibrated(model, d, config)
    print('calibrated', flush=True)
    seen = predict.Seen(model, testset.mixture(d, 'test', config, config['test_rounds']), d['group'])
    report = {**made, 'sources': {k: v for k, v in json.loads((work / 'sources.json').read_text()).items() if k != 'pairs'},
              'run': {k: v for k, v in json.loads((work / 'runs' / 'slide' / 'run.json').read_text()).items() if k != 'settings'}}
    report['mixture'] = {'scenes': len(seen.names), 'labels': per_label(seen, made['points'], made['platt'])}
    here = np.isfinite(seen.labels[:, :4]).any(1) & (seen.labels[:, 8] == 0)
    radius = to_radius(seen.radius[here], made['knots'])
    report['mixture']['radius'] = {'spearman': figures.spearman(radius, seen.true_radius[here], seen.group[here]),
                                   'mae': figures.mean(np.abs(radius - seen.true_radius[here]), seen.group[here]), 'scenes': int(here.sum())}
    report['worst'] = worst(seen, made['platt'], made['knots'])
    rows = [r for f in report['mixture']['labels'].values() for r in f['bins']]
    curves.reliability(work / 'reliability.svg', rows)
    print(json.dumps({k: [round(v['auc'][0], 4), round(v['ece'], 4)] for k, v in report['mixture']['labels'].items()}), report['mixture']['radius'], flush=True)
    report['focus'] = focus_report(model, d, config, made['knots'], fits)
    print(json.dumps({k: [v['auc'], v['spearman'], v['mae']] for k, v in report['focus'].items()}), flush=True)
    report['unseen'] = unseen_report(model, d, config, made['knots'], made['points'])
    print(json.dumps(report['unseen']), flush=True)
    report['confusion'], report['pointing'] = confusion_and_maps(model, d, config, made)
    print(json.dumps(report['confusion']), json.dumps(report['pointing']), flush=True)
    report['robustness'] = robustness(model, d, config, made)
    report['shortcuts'] = shortcuts(model, d, config, made)
    (work / 'report.json').write_text(json.dumps(report, indent=1) + '\n', encoding='utf-8')
    print('written', work / 'report.json', flush=True)
