"""From logits to probabilities (Platt 1999) and how well they hold."""

import numpy as np
from sklearn.linear_model import LogisticRegression


def sigmoid(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=np.float64)))


def platt(logit, label):
    """(a, b) of probability = sigmoid(a * logit + b), almost unregularised logistic regression."""
    fitted = LogisticRegression(C=1e6).fit(np.asarray(logit).reshape(-1, 1), label)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def cross_fitted(logit, label, fold):
    """Probability of each image from a and b fitted on the other folds only (with one fold: on the other four random fifths)."""
    if len(np.unique(fold)) == 1:
        fold = np.random.default_rng(0).permutation(len(logit)) % 5
    out = np.zeros(len(logit))
    for value in np.unique(fold):
        a, b = platt(logit[fold != value], label[fold != value])
        out[fold == value] = sigmoid(a * logit[fold == value] + b)
    return out


def reliability(probability, label, bins=10):
    """Expected calibration error over bins of equal count, and the bins as (mean probability, observed rate, count)."""
    order = np.argsort(probability, kind='stable')
    parts = [part for part in np.array_split(order, bins) if len(part)]
    rows = [(float(probability[p].mean()), float(label[p].mean()), len(p)) for p in parts]
    return sum(abs(p - o) * n for p, o, n in rows) / len(label), rows
