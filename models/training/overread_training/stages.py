"""What is learned from a batch: lung fields, tuberculosis inside them, pneumonia as a first school."""

import numpy as np
import torch
import torch.nn.functional as F

from . import augment, networks


def fast(on=True):
    """Convolutions in bfloat16 (a factor of two on processors with avx512_bf16); sums, losses and weights stay float32. Training only."""
    return torch.autocast('cpu', dtype=torch.bfloat16, enabled=on)


def lung_loss(images, masks):
    """Loss of a batch for LungNet: cross entropy plus soft Dice on augmented images. Arrays as `data.prepare` writes them."""

    def loss(model, chosen):
        x = torch.from_numpy(images[chosen].astype(np.float32)).unsqueeze(1)
        y = torch.from_numpy(masks[chosen].astype(np.float32) / 255).unsqueeze(1)
        theta = augment.affine(len(chosen), rotation=12, scale=0.22, aspect=0.3, shift=0.12)
        both = augment.sample(F.avg_pool2d(torch.cat([x, y], 1), 2), theta, x.shape[2] // 2, x.shape[3] // 2)
        x, y = both[:, :1], both[:, 1:]
        x, y = augment.opacities(x, y)
        x = augment.intensities(x)
        x, y = augment.borders(x, y)
        with fast():
            logits = model(x.contiguous(memory_format=torch.channels_last))
        logits = logits.float()
        p = torch.sigmoid(logits)
        dice = 1 - (2 * (p * y).sum((1, 2, 3)) + 1) / ((p + y).sum((1, 2, 3)) + 1)
        return F.binary_cross_entropy_with_logits(logits, y) + dice.mean()

    return loss


def predict_masks(model, images, batch=16):
    """Soft masks uint8 [n, 256, 256] of a trained LungNet."""
    model.eval()
    out = np.zeros(images.shape, np.uint8)
    with torch.no_grad():
        for start in range(0, len(images), batch):
            x = torch.from_numpy(images[start:start + batch].astype(np.float32)).unsqueeze(1)
            out[start:start + batch] = np.round(networks.lung_probability(model, x)[:, 0].numpy() * 255)
    return out


def as_batch(images, masks, chosen):
    x = images[chosen]
    x = torch.from_numpy(x.astype(np.float32) / (255 if images.dtype == np.uint8 else 1)).unsqueeze(1)
    return x, torch.from_numpy(masks[chosen].astype(np.float32) / 255).unsqueeze(1)


MARGIN = 1.4


def lung_crops(images, masks, crop, whole=False, batch=64):
    """Image and mask around every lung box, MARGIN times as wide, float16 [n, 2, crop × MARGIN, crop × MARGIN], cut once before training.

    whole=True takes the whole image instead of the lungs.
    """
    size, out = int(crop * MARGIN), []
    for start in range(0, len(images), batch):
        x, m = as_batch(images, masks, np.arange(start, min(start + batch, len(images))))
        box = networks.lung_box(m) if not whole else torch.tensor([0.0, 0.0, 1.0, 1.0]).expand(len(x), 4)
        out.append(networks.read_box(torch.cat([x, m], 1), box * torch.tensor([1.0, 1.0, MARGIN, MARGIN]), size).half())
    return torch.cat(out)


def jittered(crops, crop, strength=1.0):
    """Augmented image and mask [b, 1, crop, crop] of lung crops with margin; strength: of the grey-value changes."""
    theta = augment.affine(len(crops), rotation=10, scale=0.15, aspect=0.2, shift=0.08) / MARGIN
    both = augment.sample(crops, theta, crop, crop)
    x, m = both[:, :1], augment.mask_errors(both[:, 1:])
    return augment.borders(augment.intensities(x, strength), m, 0.1)


def patched(seen, gate, y):
    """A rectangle of each crop replaced by another crop's, labels mixed by the share of lung it brings (after CutMix, Yun et al. 2019).

    Evidence must then lie where the disease is: what is seen elsewhere in the chest no longer goes with the label.
    """
    cells, other = gate.shape[2], torch.randperm(len(seen))
    high, wide = (int(cells * v) for v in torch.empty(2).uniform_(0.3, 0.8))
    top, left = int(torch.randint(cells - high + 1, (1,))), int(torch.randint(cells - wide + 1, (1,)))
    window = torch.zeros(1, 1, cells, cells)
    window[:, :, top:top + high, left:left + wide] = 1
    mixed = torch.where(window > 0, gate[other], gate)
    share = ((mixed * window).sum((1, 2, 3)) / mixed.sum((1, 2, 3)).clamp(min=1e-3)).unsqueeze(1)
    inside = F.interpolate(window, seen.shape[2:], mode='nearest') > 0
    return torch.where(inside, seen[other], seen), mixed, y * (1 - share) + y[other] * share


def class_loss(images, masks, labels, crop, smoothing, mixup, whole=False, strength=1.0, patches=0.0, equal=False):
    """Loss of a batch for TbNet on jittered lung crops with label smoothing and mixup; patches: how often crops are patched instead."""
    crops = lung_crops(images, masks, crop, whole)

    def loss(model, chosen):
        x, m = jittered(crops[torch.from_numpy(chosen)].float(), crop, strength)
        if whole:
            m = torch.zeros_like(m)
        seen, gate = networks.look_inside(x, m, equal)
        y = torch.from_numpy(labels[chosen].astype(np.float32)).unsqueeze(1) * (1 - 2 * smoothing) + smoothing
        if patches and float(torch.rand(1)) < patches:
            seen, gate, y = patched(seen, gate, y)
        elif mixup and float(torch.rand(1)) < 0.5:
            share = float(np.random.beta(mixup, mixup))
            other = torch.randperm(len(x))
            seen, gate, y = (share * a + (1 - share) * a[other] for a in (seen, gate, y))
        with fast():
            logit, _, _ = model(seen.contiguous(memory_format=torch.channels_last), gate)
        return F.binary_cross_entropy_with_logits(logit, y)

    return loss


def settle(model, crops, crop, strength, rounds=20, batch=32):
    """Batch norm of the early layers set to the means and deviations of these images: the first school's were another clinic's and age's."""
    norms = [part for block in (model.stem, model.body[0]) for part in block.modules() if isinstance(part, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # plain average over the rounds
    model.train()
    with torch.no_grad():
        for _ in range(rounds):
            x, m = jittered(crops[torch.randint(len(crops), (batch,))].float(), crop, strength)
            model.early(networks.look_inside(x, m)[0])
    for norm in norms:
        norm.momentum = 0.1


def late_loss(model, images, masks, labels, crop, smoothing, mixup, strength, patches, copies, indices, batch=64):
    """Loss of a batch where the early layers stay as they are and only the late ones learn.

    What the early layers make of `copies` differently augmented versions of each image is computed once (bfloat16, 32 kB
    a version at 160 pixels), so that a step costs a quarter. Mixup and patches then work on those features.
    """
    at, crops = np.zeros(len(images), np.int64), lung_crops(images[indices], masks[indices], crop)
    at[indices] = np.arange(len(indices))
    settle(model, crops, crop, strength)
    model.eval()
    features, gates = [], []
    with torch.no_grad():
        for start in range(0, copies * len(crops), batch):
            these = torch.arange(start, min(start + batch, copies * len(crops))) % len(crops)
            seen, gate = networks.look_inside(*jittered(crops[these].float(), crop, strength))
            with fast():
                features.append(model.early(seen.contiguous(memory_format=torch.channels_last)).bfloat16())
            gates.append(networks.at_cells(gate))
    features, gates = torch.cat(features), torch.cat(gates)

    def loss(model, chosen):
        these = torch.from_numpy(at[chosen]) + len(crops) * torch.randint(copies, (len(chosen),))
        f, g = features[these].float(), gates[these]
        y = torch.from_numpy(labels[chosen].astype(np.float32)).unsqueeze(1) * (1 - 2 * smoothing) + smoothing
        if patches and float(torch.rand(1)) < patches:
            f, g, y = patched(f, g, y)
        elif mixup and float(torch.rand(1)) < 0.5:
            share, other = float(np.random.beta(mixup, mixup)), torch.randperm(len(f))
            f, g, y = (share * a + (1 - share) * a[other] for a in (f, g, y))
        with fast():
            logit, _ = model.late(f.contiguous(memory_format=torch.channels_last), g)
        return F.binary_cross_entropy_with_logits(logit, y)

    return loss


def predict_logits(model, images, masks, crop, batch=32, whole=False, equal=False):
    """Logits float [n] of a trained TbNet, no augmentation: the same way as the shipped graph."""
    model.eval()
    out = []
    with torch.no_grad():
        for start in range(0, len(images), batch):
            x, m = as_batch(images, masks, np.arange(start, min(start + batch, len(images))))
            box = networks.lung_box(m)
            if whole:
                box = torch.tensor([0.0, 0.0, 1.0, 1.0]).expand(len(x), 4)
            both = networks.read_box(torch.cat([x, m], 1), box, crop)
            seen, gate = networks.look_inside(both[:, :1], both[:, 1:] * (0 if whole else 1), equal)
            out.append(networks.both_ways(model, seen.contiguous(memory_format=torch.channels_last), gate)[0].numpy()[:, 0])
    return np.concatenate(out) if out else np.zeros(0, np.float32)
