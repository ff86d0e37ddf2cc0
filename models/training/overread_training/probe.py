"""Tuberculosis across sites without teaching a network again: a linear model on its features, and a network whose norms have seen the new site.

Neither looks at a label of the site that is measured. What looks at its images, all at once and without labels, is said so: a single
image that comes to the product has no such company.
"""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from . import networks, stages

STRENGTHS = tuple(10.0 ** power for power in (-5, -4.5, -4, -3.5, -3, -2.5, -2, -1))


def seen_of(images, masks, crop, equal=False, batch=32):
    """Batches of what the classifier sees of whole images, without augmentation: (seen, gate)."""
    for start in range(0, len(images), batch):
        x, m = stages.as_batch(images, masks, np.arange(start, min(start + batch, len(images))))
        both = networks.read_box(torch.cat([x, m], 1), networks.lung_box(m), crop)
        yield networks.look_inside(both[:, :1], both[:, 1:], equal)


def pooled(values, gate):
    """Mean, deviation and a soft maximum inside the gate of each channel: [b, c, r, r] -> [b, 3 c]."""
    weight = F.avg_pool2d(gate, gate.shape[2] // values.shape[2]) + 1e-4
    weight = weight / weight.sum((2, 3), keepdim=True)
    mean = (values * weight).sum((2, 3), keepdim=True)
    spread = ((values - mean) ** 2 * weight).sum((2, 3)).clamp(min=1e-8).sqrt()
    top = ((2 * values).clamp(max=40).exp() * weight).sum((2, 3)).log() / 2
    return torch.cat([mean.flatten(1), spread, top], 1)


def features(model, images, masks, crop, equal=False):
    """[n, f] of a TbNet: every block's channels pooled inside the lungs, of the crop and its mirror image averaged."""
    model.eval()
    out = []
    with torch.no_grad():
        for seen, gate in seen_of(images, masks, crop, equal):
            found = 0
            for x, g in ((seen, gate), (seen.flip(3), gate.flip(3))):
                parts, y = [], model.stem(x.contiguous(memory_format=torch.channels_last))
                for block in model.body:
                    y = block(networks.halved(y))
                    parts.append(pooled(y, g))
                found = found + torch.cat(parts, 1) / 2
            out.append(found.numpy())
    return np.concatenate(out)


def linear(values, label, train, seed):
    """Logits of all rows by a logistic model of the train rows, its penalty chosen by cross-validation among them: (logits, strength, its AUC there)."""
    best = None
    for strength in STRENGTHS:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=3000, class_weight='balanced'))
        area = cross_val_score(model, values[train], label[train], cv=RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=seed), scoring='roc_auc').mean()
        if best is None or area > best[0]:
            best = area, strength
    model = make_pipeline(StandardScaler(), LogisticRegression(C=best[1], max_iter=3000, class_weight='balanced')).fit(values[train], label[train])
    return model.decision_function(values), best[1], best[0]


def by_own_scale(values, site):
    """Features standardised within each site: the scale of a new site is taken from its unlabelled images."""
    out = np.empty_like(values)
    for place in np.unique(site):
        here = site == place
        out[here] = (values[here] - values[here].mean(0)) / (values[here].std(0) + 1e-4)
    return out


def adapted(model, images, masks, crop, equal=False):
    """The model with the means and deviations of its batch norms taken anew from these unlabelled images (after AdaBN, Li et al. 2016)."""
    norms = [part for part in model.modules() if isinstance(part, torch.nn.BatchNorm2d)]
    model.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        norm.train()
    with torch.no_grad():
        for seen, gate in seen_of(images, masks, crop, equal):
            for x, g in ((seen, gate), (seen.flip(3), gate.flip(3))):
                model(x.contiguous(memory_format=torch.channels_last), g)
    return model.eval()
