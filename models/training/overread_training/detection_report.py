"""Measure the detector on held-out blocks: report.json for the card, curves as SVG."""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.metrics import roc_curve

from . import calibration, curves, detection, export, limbs
from . import detection_evaluation as measures

ALLOWED = (0.25, 0.5, 1, 2)
SHOWN = {'all': '#111', 'hand': '#1560a8', 'leg': '#b3541e', 'without hardware': '#777'}


def read(folder, name):
    """The graph's input of one image, as the product makes it: float32 [s, s]."""
    return limbs.to_input(np.asarray(Image.open(Path(folder) / 'images' / name)))


def predict(weights, folder, facts, indices, kept):
    """(candidates [n, 5, c, c], image logit [n]) by onnxruntime of the exported graph on the images themselves, not on the rounded cache.

    kept: file in which the answers of these weights are kept every 100 images, so that a run that was cut goes on.
    """
    run, key, maps, logits = export.session(weights), export.sha256(weights), [], []
    if kept.exists():
        with np.load(kept) as old:
            if str(old.get('key')) == key:
                maps, logits = list(old['maps']), list(old['logits'])
    for place in range(len(maps), len(indices)):
        logit, candidates = run.run(['fracture_logit', 'candidates'], {'image': read(folder, facts['names'][indices[place]])[None, None]})
        maps.append(candidates[0])
        logits.append(logit[0, 0])
        if (place + 1) % 100 == 0 or place + 1 == len(indices):
            np.savez(kept, key=key, maps=np.stack(maps), logits=np.array(logits))
    return np.stack(maps), np.array(logits)


def subsets(facts, indices):
    """name -> 0/1 weights of the images: each region, with and without hardware."""
    out = {'all': np.ones(len(indices))}
    for number, region in enumerate(detection.REGIONS):
        out[region] = (facts['region'][indices] == number).astype(float)
    out['without hardware'] = (facts['hardware'][indices] == 0).astype(float)
    out['with hardware'] = (facts['hardware'][indices] == 1).astype(float)
    for number, region in enumerate(detection.REGIONS[:2]):
        out[f'{region} without hardware'] = out[region] * out['without hardware']
    return out


def halves(blocks, seed=9):
    """0 or 1 for every image: whole blocks, half of them each."""
    names, place = np.unique(blocks, return_inverse=True)
    return (np.random.default_rng(seed).permutation(len(names)) % 2)[place]


def points(label, logit, wanted):
    """Logits: balanced has the largest sensitivity + specificity, high-sensitivity is the largest with at least the wanted sensitivity."""
    false, true, thresholds = roc_curve(label, logit, drop_intermediate=False)
    finite = np.isfinite(thresholds)
    false, true, thresholds = false[finite], true[finite], thresholds[finite]
    sensitive = float(thresholds[np.flatnonzero(true >= wanted)[0]])
    return {'balanced': max(float(thresholds[np.argmax(true - false)]), sensitive), 'high-sensitivity': sensitive}


def at_point(label, logit, marks, threshold, weights):
    """What a threshold gives on images with weight 1: image sensitivity and specificity, box sensitivity, false marks an image."""
    here = weights > 0
    sick, well, called = here & (label == 1), here & (label == 0), logit >= threshold
    boxes, false = marks.at(threshold, weights)
    return {'images': int(here.sum()), 'fractured': int(sick.sum()), 'found': int((sick & called).sum()), 'sound': int(well.sum()),
            'cleared': int((well & ~called).sum()), 'boxes': int((weights * marks.lesions).sum()), 'box sensitivity': boxes, 'false marks an image': false}


def calibrated(value, label, half):
    """Probability of each value by Platt's fit on the other half."""
    out = np.zeros(len(value))
    for part in (0, 1):
        a, b = calibration.platt(value[half != part], label[half != part])
        out[half == part] = calibration.sigmoid(a * value[half == part] + b)
    return out


def froc_curve(path, marks, groups):
    """Sensitivity against false positives an image, 0 to 2, of each group in SHOWN."""
    lines = []
    for row, (name, colour) in enumerate(SHOWN.items()):
        false, true, _ = marks.curve(groups[name])
        keep = false <= 2
        spots = [(0.0, 0.0), *zip(false[keep] / 2, true[keep])]
        line = 'M' + 'L'.join(curves.place(x, y) for x, y in spots[::max(1, len(spots) // 400)])
        lines.append(f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="1.6"/><text x="225" y="{225 + 18 * row}" fill="{colour}">{name}</text>')
    head = curves.HEAD.split('<path d="M40 300L320 20"')[0]
    ticks = ''.join(f'<text x="{40 + 140 * f}" y="313" text-anchor="middle">{f}</text>' for f in (0, 1, 2))
    ticks += ''.join(f'<text x="36" y="{304 - 280 * f}" text-anchor="end">{f}</text>' for f in (0.5, 1))
    path.write_text(head + ticks + ''.join(lines) + curves.labels('false positives an image', 'sensitivity for boxes'), encoding='utf-8')


def worst(facts, indices, label, logit, marks, count=10):
    """By id: sound images with the highest score, fractures whose best hit is lowest (None: no candidate hits)."""
    sound = np.flatnonzero(label == 0)
    high = sound[np.argsort(-logit[sound])][:count]
    best = np.full(len(indices), -np.inf)
    np.maximum.at(best, marks.image[marks.hit], marks.logit[marks.hit])
    sick = np.flatnonzero(label == 1)
    low = sick[np.argsort(best[sick], kind='stable')][:count]
    name = lambda n: [str(facts['names'][indices[n]]), detection.REGIONS[facts['region'][indices[n]]]]  # noqa: E731
    return {'false': [[*name(n), float(calibration.sigmoid(logit[n]))] for n in high],
            'missed': [[*name(n), float(calibration.sigmoid(best[n])) if np.isfinite(best[n]) else None] for n in low]}


def measure(maps, logit, facts, indices, config):
    """All figures of the held-out images from the graph's answers."""
    label, blocks, groups = facts['label'][indices], facts['block'][indices], subsets(facts, indices)
    marks, rounds, out = measures.Marks(maps, facts, indices), config['rounds'], {}
    for name, weights in groups.items():
        here = weights > 0
        out[name] = {'images': int(here.sum()), 'fractured': int(label[here].sum()), 'boxes': int(marks.lesions[here].sum()), 'blocks': len(np.unique(blocks[here]))}
        if min(label[here].sum(), (1 - label[here]).sum()) >= 5:
            out[name]['auc'] = measures.by_block(blocks, lambda w: measures.weighted_auc(label, logit, w * weights), rounds)
        if marks.lesions[here].sum() >= 5:
            out[name]['sensitivity'] = {str(a): measures.by_block(blocks, lambda w: marks.sensitivity(a, w * weights), rounds if a == 0.5 else rounds // 4) for a in ALLOWED}
    half = halves(blocks)
    found = {'subsets': out}
    thresholds = points(label, logit, config['high_sensitivity'])
    found['operatingPoints'] = {name: float(calibration.sigmoid(value)) for name, value in thresholds.items()}
    found['operatingFigures'] = {}
    for name in thresholds:
        rows = {group: at_point(label, logit, marks, thresholds[name], groups[group]) for group in ('all', 'hand', 'leg', 'without hardware')}
        # Chosen on one half of the blocks, measured on the other.
        parts = [at_point(label, logit, marks, points(label[half != part], logit[half != part], config['high_sensitivity'])[name], (half == part).astype(float)) for part in (0, 1)]
        rows['chosen on the other half'] = {key: sum(p[key] for p in parts) for key in ('images', 'fractured', 'found', 'sound', 'cleared', 'boxes')}
        for key, of in (('box sensitivity', 'boxes'), ('false marks an image', 'images')):
            rows['chosen on the other half'][key] = sum(p[key] * p[of] for p in parts) / sum(p[of] for p in parts)
        found['operatingFigures'][name] = {'threshold': found['operatingPoints'][name], **rows}
    false, _, where = marks.curve()
    found['floor'] = float(calibration.sigmoid(where[np.flatnonzero(false <= config['floor_false'])[-1]]))
    a, b = calibration.platt(logit, label)
    error, rows = calibration.reliability(calibrated(logit, label, half), label)
    found['platt'], found['calibration'] = {'a': a, 'b': b}, {'ece': float(error), 'ece before': float(calibration.reliability(calibration.sigmoid(logit), label)[0]), 'bins': rows}
    by_region = {}
    probability = calibrated(logit, label, half)
    for number, region in enumerate(detection.REGIONS[:2]):
        here = facts['region'][indices] == number
        by_region[region] = {'mean probability': float(probability[here].mean()), 'rate': float(label[here].mean())}
    found['calibration']['by region'] = by_region
    listed = marks.logit >= np.log(found['floor'] / (1 - found['floor']))
    value, hit, side = marks.logit[listed], marks.hit[listed].astype(int), half[marks.image[listed]]
    a, b = calibration.platt(value, hit)
    error, rows = calibration.reliability(calibrated(value, hit, side), hit)
    found['candidates'] = {'platt': {'a': a, 'b': b}, 'ece': float(error), 'bins': rows, 'count': int(listed.sum()), 'hits': int(hit.sum())}
    found['worst'] = worst(facts, indices, label, logit, marks)
    first = np.unique(marks.image, return_index=True)[1]
    sick = facts['counts'][indices][marks.image[first]] > 0
    found['best candidate hits'] = measures.by_block(blocks[marks.image[first]][sick], lambda w: float((w * marks.hit[first][sick]).sum() / w.sum()), rounds)
    return found, marks, groups


def write(work, found, marks, groups):
    froc_curve(work / 'froc.svg', marks, groups)
    curves.reliability(work / 'reliability.svg', found['calibration']['bins'])
    (work / 'report.json').write_text(json.dumps(found, indent=1), encoding='utf-8')
