"""Figures with bootstrap intervals over source groups: tiles of one source image are drawn together or not at all."""

import numpy as np
from scipy import stats


def weighted_auc(label, score, weight):
    """Area under the ROC curve with a weight for each scene; ties count half."""
    order = np.argsort(score, kind='stable')
    s, y, w = score[order], label[order] == 1, weight[order]
    _, start = np.unique(s, return_index=True)
    well = np.add.reduceat(w * ~y, start)
    sick = np.add.reduceat(w * y, start)
    below = np.cumsum(well) - well
    total = sick.sum() * well.sum()
    return float(((below + well / 2) * sick).sum() / total) if total > 0 else float('nan')


def draws(group, rounds=1000, seed=1):
    """Weights [rounds, n]: how often each scene's group was drawn."""
    kinds, at = np.unique(group, return_inverse=True)
    random = np.random.default_rng(seed)
    for _ in range(rounds):
        yield np.bincount(random.integers(0, len(kinds), len(kinds)), minlength=len(kinds))[at].astype(float)


def triple(figure, values):
    values = np.asarray([v for v in values if np.isfinite(v)])
    return [float(figure), *(float(np.percentile(values, q)) for q in (2.5, 97.5))] if len(values) else [float(figure), float('nan'), float('nan')]


def auc(label, score, group, rounds=1000):
    """[figure, low, high] over scenes whose label is known, with counts."""
    known = np.isfinite(label)
    label, score, group = label[known], np.asarray(score, float)[known], np.asarray(group)[known]
    if len(np.unique(label)) < 2:
        return None
    figure = weighted_auc(label, score, np.ones(len(label)))
    return {'auc': triple(figure, [weighted_auc(label, score, w) for w in draws(group, rounds)]),
            'with': int((label == 1).sum()), 'without': int((label == 0).sum())}


def mean(values, group, rounds=1000):
    values, group = np.asarray(values, float), np.asarray(group)
    return triple(values.mean(), [np.average(values, weights=w) for w in draws(group, rounds) if w.sum()])


def spearman(a, b, group, rounds=300):
    """Rank correlation, its interval by resampling groups (scenes repeated as their group is drawn)."""
    a, b, group = np.asarray(a), np.asarray(b), np.asarray(group)
    found = [stats.spearmanr(np.repeat(a, w.astype(int)), np.repeat(b, w.astype(int))).statistic for w in draws(group, rounds)]
    return triple(stats.spearmanr(a, b).statistic, found)


def at_threshold(label, score, group, threshold):
    """Sensitivity and specificity of score >= threshold, with intervals over groups and counts."""
    known = np.isfinite(label)
    label, hit, group = label[known] == 1, np.asarray(score)[known] >= threshold, np.asarray(group)[known]
    out = {'threshold': float(threshold)}
    for word, mine, right in (('sensitivity', label, hit), ('specificity', ~label, ~hit)):
        if mine.any():
            out[word] = mean(right[mine], group[mine])
            out[f'{word} of'] = [int(right[mine].sum()), int(mine.sum())]
    return out


def operating_points(label, score, wanted=0.95):
    """As for the other packs; both on the score. A point that would let everything pass is held above 0."""
    known = np.isfinite(label)
    label, score = label[known] == 1, np.asarray(score)[known]
    edges = np.unique(score)
    sensitivity = np.array([(score[label] >= e).mean() for e in edges])
    specificity = np.array([(score[~label] < e).mean() for e in edges])
    best = edges[np.argmax(sensitivity + specificity)]
    # Between the scores that it parts, so that a score a hair away falls on the same side.
    below = edges[edges < best]
    balanced = float((best + below[-1]) / 2) if len(below) else float(best)
    sensitive = float(edges[np.flatnonzero(sensitivity >= wanted)[-1]])
    return {'balanced': balanced, 'high-sensitivity': min(sensitive, balanced)}
