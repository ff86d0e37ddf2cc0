"""Figures with bootstrap intervals. Every function works on plain numpy arrays."""

import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve


def dice(predicted, truth):
    """Dice of each image: boolean arrays [n, rows, columns] -> float [n]. Two empty masks give 1."""
    both = (predicted & truth).sum((1, 2))
    total = predicted.sum((1, 2)) + truth.sum((1, 2))
    return np.where(total == 0, 1.0, 2 * both / np.maximum(total, 1))


def interval(values, statistic=np.mean, rounds=2000, seed=1):
    """Figure and 95 % percentile bootstrap interval over images: (figure, low, high)."""
    random = np.random.default_rng(seed)
    values = np.asarray(values)
    draws = [statistic(values[random.integers(0, len(values), len(values))]) for _ in range(rounds)]
    return float(statistic(values)), float(np.percentile(draws, 2.5)), float(np.percentile(draws, 97.5))


def auc(label, score, rounds=2000, seed=1):
    """Area under the ROC curve with a 95 % bootstrap interval, resampled within each label."""
    random = np.random.default_rng(seed)
    label, score = np.asarray(label), np.asarray(score)
    sick, well = np.flatnonzero(label == 1), np.flatnonzero(label == 0)
    draws = []
    for _ in range(rounds):
        index = np.concatenate([random.choice(sick, len(sick)), random.choice(well, len(well))])
        draws.append(roc_auc_score(label[index], score[index]))
    return float(roc_auc_score(label, score)), float(np.percentile(draws, 2.5)), float(np.percentile(draws, 97.5))


def at_threshold(label, score, threshold):
    """Sensitivity and specificity of score >= threshold, with counts."""
    label, positive = np.asarray(label) == 1, np.asarray(score) >= threshold
    sick, well = int(label.sum()), int((~label).sum())
    hit, right = int((positive & label).sum()), int((~positive & ~label).sum())
    return {'sensitivity': hit / max(sick, 1), 'specificity': right / max(well, 1), 'sick': sick, 'well': well,
            'truePositives': hit, 'trueNegatives': right}


def operating_points(label, score, wanted=0.95):
    """balanced: largest sensitivity + specificity. high-sensitivity: largest threshold with sensitivity >= wanted."""
    false, true, thresholds = roc_curve(label, score, drop_intermediate=False)
    finite = np.isfinite(thresholds)
    false, true, thresholds = false[finite], true[finite], thresholds[finite]
    balanced = float(thresholds[np.argmax(true - false)])
    sensitive = float(thresholds[np.flatnonzero(true >= wanted)[0]])
    return {'balanced': balanced, 'high-sensitivity': sensitive}


def grouped(group, rounds=1000, seed=1):
    """Index arrays of bootstrap samples that draw whole groups (patients) with replacement: images of one patient are no independent draws."""
    random = np.random.default_rng(seed)
    names, place = np.unique(group, return_inverse=True)
    members = [np.flatnonzero(place == k) for k in range(len(names))]
    for _ in range(rounds):
        yield np.concatenate([members[k] for k in random.integers(0, len(names), len(names))])


def percentiles(statistic, samples, whole):
    """(figure, low, high) of statistic(index) over bootstrap samples; samples where it cannot be told are passed over."""
    draws = [value for value in (statistic(index) for index in samples) if value is not None and np.isfinite(value)]
    return float(statistic(whole)), float(np.percentile(draws, 2.5)), float(np.percentile(draws, 97.5))


def quick_auc(label, score):
    """Area under the ROC curve by ranks (ties count half); None where one label is missing."""
    order = np.argsort(score, kind='stable')
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.bincount(place, ranks) / count)[place]
    sick = int((label == 1).sum())
    well = len(label) - sick
    return None if not sick or not well else float((ranks[label == 1].sum() - sick * (sick + 1) / 2) / (sick * well))


def auc_by_patient(label, score, patient, rounds=1000):
    """Area under the ROC curve with a 95 % bootstrap interval over patients."""
    label, score = np.asarray(label), np.asarray(score)
    return percentiles(lambda index: quick_auc(label[index], score[index]), grouped(patient, rounds), np.arange(len(label)))


def share_by_patient(values, patient, rounds=1000):
    """Mean of values (a share) with a 95 % bootstrap interval over patients."""
    values = np.asarray(values, float)
    return percentiles(lambda index: float(values[index].mean()), grouped(patient, rounds), np.arange(len(values)))
