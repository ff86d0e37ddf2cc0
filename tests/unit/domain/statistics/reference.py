"""The same statistics by scikit-learn and scipy, and by plain numpy where neither has them.

Reads cases as JSON on stdin, writes what they give as JSON: `python reference.py < cases.json`. The stored figures beside this file
(reference.json) were made so; its 'made' says with which versions.
"""

import json
import sys

import numpy as np
import scipy
import scipy.special
import scipy.stats
import sklearn
from sklearn.metrics import brier_score_loss, cohen_kappa_score, confusion_matrix, roc_auc_score, roc_curve


def kappa_se(first, second):
    """Fleiss, Cohen and Everitt 1969, from the covariance of the multinomial (delta method): another way than the closed formula."""
    k = int(max(first.max(), second.max())) + 1
    p = np.zeros((k, k))
    for a, b in zip(first, second):
        p[a, b] += 1
    n = p.sum()
    p /= n
    rows, columns = p.sum(1), p.sum(0)
    po, pe = np.trace(p), rows @ columns
    gradient = np.empty((k, k))
    for i in range(k):
        for j in range(k):
            d_po = float(i == j)
            d_pe = columns[i] + rows[j]
            gradient[i, j] = (d_po * (1 - pe) - (1 - po) * d_pe) / (1 - pe) ** 2
    flat, g = p.ravel(), gradient.ravel()
    return float(np.sqrt((g**2 @ flat - (g @ flat) ** 2) / n))


def psi(reference, now):
    cuts = np.unique(np.quantile(reference, np.arange(1, 10) / 10))
    bins = len(cuts) + 1
    e = np.bincount(np.searchsorted(cuts, reference, side='left'), minlength=bins)
    a = np.bincount(np.searchsorted(cuts, now, side='left'), minlength=bins)
    e = (e + 0.5) / (e.sum() + bins / 2)
    a = (a + 0.5) / (a.sum() + bins / 2)
    return float(np.sum((a - e) * np.log(a / e)))


def ece(y, p):
    bins = np.minimum(9, np.floor(p * 10).astype(int))
    return float(sum(np.mean(bins == b) * abs(p[bins == b].mean() - y[bins == b].mean()) for b in set(bins)))


def answer(case):
    y, score, second = (np.array(case[key]) for key in ('truth', 'score', 'second'))
    called = (score >= case['threshold']).astype(int)
    tn, fp, fn, tp = confusion_matrix(y, called, labels=[0, 1]).ravel().tolist()
    fpr, tpr, thresholds = roc_curve(y, score, drop_intermediate=False)
    wilson = lambda k, n: [*map(float, scipy.stats.binomtest(k, n).proportion_ci(0.95, 'wilson'))]
    now = np.array(case['now'])
    ks = scipy.stats.ks_2samp(score, now, method='asymp')
    n, m = len(score), len(now)
    return {
        'table': {'tp': tp, 'fp': fp, 'fn': fn, 'tn': tn},
        'sensitivity': [tp / (tp + fn), *wilson(tp, tp + fn)],
        'specificity': [tn / (tn + fp), *wilson(tn, tn + fp)],
        'kappa': float(cohen_kappa_score(y, called)),
        'kappaSe': kappa_se(y, called),
        'kappaMany': float(cohen_kappa_score(case['grades'], second)),
        'kappaManySe': kappa_se(np.array(case['grades']), second),
        'auc': float(roc_auc_score(y, score)),
        'roc': [[float(a), float(b), None if np.isinf(t) else float(t)] for a, b, t in zip(fpr, tpr, thresholds)],
        'brier': float(brier_score_loss(y, score)),
        'ece': ece(y, score),
        'psi': psi(score, now),
        'ks': float(ks.statistic),
        'ksP': float(scipy.special.kolmogorov(np.sqrt(n * m / (n + m)) * ks.statistic)),
    }


cases = json.load(sys.stdin)
made = f'scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}'
json.dump({'made': made, 'answers': [answer(case) for case in cases]}, sys.stdout, indent=1)
