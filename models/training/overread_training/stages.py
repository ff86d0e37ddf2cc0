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


def jittered(x, m, crop, whole, strength=1.0):
    """Augmented crop and mask of a batch; whole=True looks at the whole image instead of the lungs; strength: of the grey-value changes."""
    box = networks.lung_box(m)
    if whole:
        box = torch.tensor([0.0, 0.0, 1.0, 1.0]).expand(len(x), 4)
    theta = augment.affine(len(x), rotation=10, scale=0.15, aspect=0.2, shift=0.08)
    grid = F.affine_grid(theta, [len(x), 1, crop, crop], align_corners=False)
    grid = torch.stack([box[:, 0].view(-1, 1, 1) + box[:, 2].view(-1, 1, 1) * grid[..., 0],
                        box[:, 1].view(-1, 1, 1) + box[:, 3].view(-1, 1, 1) * grid[..., 1]], 3)
    both = F.grid_sample(torch.cat([x, m], 1), grid, mode='bilinear', padding_mode='zeros', align_corners=False)
    x, m = both[:, :1], augment.mask_errors(both[:, 1:])
    return augment.borders(augment.intensities(x, strength), m, 0.1)


def patched(seen, gate, y):
    """A rectangle of each crop replaced by another crop's, labels mixed by the share of lung it brings (after CutMix, Yun et al. 2019).

    Evidence must then lie where the disease is: what is seen elsewhere in the chest no longer goes with the label.
    """
    size, other = seen.shape[2], torch.randperm(len(seen))
    high, wide = (int(size * v) for v in torch.empty(2).uniform_(0.3, 0.8))
    top, left = int(torch.randint(size - high + 1, (1,))), int(torch.randint(size - wide + 1, (1,)))
    window = torch.zeros(1, 1, size, size)
    window[:, :, top:top + high, left:left + wide] = 1
    seen, mixed = torch.where(window > 0, seen[other], seen), torch.where(window > 0, gate[other], gate)
    share = ((mixed * window).sum((1, 2, 3)) / mixed.sum((1, 2, 3)).clamp(min=1)).unsqueeze(1)
    return seen, mixed, y * (1 - share) + y[other] * share


def class_loss(images, masks, labels, crop, smoothing, mixup, whole=False, strength=1.0, patches=0.0):
    """Loss of a batch for TbNet on jittered lung crops with label smoothing and mixup; patches: how often crops are patched instead."""

    def loss(model, chosen):
        x, m = jittered(*as_batch(images, masks, chosen), crop, whole, strength)
        if whole:
            m = torch.zeros_like(m)
        seen, gate = networks.look_inside(x, m)
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


def predict_logits(model, images, masks, crop, batch=32, whole=False):
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
            seen, gate = networks.look_inside(both[:, :1], both[:, 1:] * (0 if whole else 1))
            out.append(networks.both_ways(model, seen.contiguous(memory_format=torch.channels_last), gate)[0].numpy()[:, 0])
    return np.concatenate(out) if out else np.zeros(0, np.float32)
