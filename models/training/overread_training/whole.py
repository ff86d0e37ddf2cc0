"""A classifier of the whole image: what it sees, what it learns from a batch, the shipped graph."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from . import augment, networks, stages


def middle(rows, columns, device=None):
    """Weights [1, 1, rows, columns] of a Gaussian over the image's middle: borders and collimation hardly count for the grey scale."""
    y, x = networks.steps(rows, device).view(1, 1, -1, 1), networks.steps(columns, device).view(1, 1, 1, -1)
    weight = torch.exp(-(y**2 + x**2) / (2 * 0.55**2))
    return weight / weight.mean()


def standardised(image):
    """What the network sees, [b, 2, r, c]: grey values by mean and deviation of the image's middle, and the same once more in a local window."""
    weight = middle(*image.shape[2:], image.device)
    mean = networks.mean_of(image * weight)
    spread = networks.mean_of((image - mean) ** 2 * weight)
    z = ((image - mean) / (spread + 1e-4).sqrt()).clamp(-4, 4)
    local = networks.window_mean(z)
    around = (networks.window_mean(z * z) - local * local).clamp(min=0)
    return torch.cat([z, ((z - local) / (around + 0.04).sqrt()).clamp(-4, 4)], 1)


def network(plan):
    """The classifier of the configuration's widths and dropout, on two grey channels."""
    return networks.TbNet(plan['widths'], plan['dropout'], plan['mix_norm'], channels=2, pooling=plan['pooling'])


def everywhere(x):
    """The gate of a network that looks at the whole image."""
    return torch.ones_like(x[:, :1])


def donors(labels, opposite):
    """For each image of a batch the index of another whose surroundings it may get: by chance, or (opposite: a share) of the other label that often."""
    count = len(labels)
    if opposite is None:
        return torch.randperm(count)
    out = torch.empty(count, dtype=torch.long)
    other = torch.rand(count) < opposite
    for value in (0, 1):
        of = torch.nonzero(labels == value).flatten()
        asking = torch.nonzero((labels == value) != other).flatten()
        if len(asking):
            out[asking] = of[torch.randint(len(of), (len(asking),))] if len(of) else asking
    return out


def surroundings(images, boxes, theta, chance, labels=None, opposite=None):
    """What lies outside the chest exchanged for another image's, grey or nothing: it must not go with the label.

    boxes: lung boxes [b, 4] in the untransformed image, as `networks.lung_box` gives them; theta: the transform that was applied.
    opposite: how often the other image is one of the other label (labels [b]), with nothing but exchanges; None: any other image in a third of the exchanges.
    """
    count, _, rows, columns = images.shape
    chosen = torch.rand(count) < chance
    if not chosen.any():
        return images
    place = augment.grid(theta, rows, columns)
    grow = augment.uniform(count, 1.0, 1.25).view(-1, 1, 1)
    inside = (((place[..., 0] - boxes[:, 0].view(-1, 1, 1)).abs() < boxes[:, 2].view(-1, 1, 1) * grow)
              & ((place[..., 1] - boxes[:, 1].view(-1, 1, 1)).abs() < boxes[:, 3].view(-1, 1, 1) * grow)).unsqueeze(1)
    filled = images[donors(labels, opposite)]
    if opposite is None:
        flat = augment.uniform(count, 0, 1).view(-1, 1, 1, 1)
        kind = torch.randint(3, (count, 1, 1, 1))
        filled = torch.where(kind == 0, filled, torch.where(kind == 1, flat, torch.zeros(1)))
    return torch.where(inside | ~chosen.view(-1, 1, 1, 1), images, filled)


def lungs_alone(images, masks, theta, chance):
    """In a part of the images all but the lung fields (soft masks [b, 64, 64] in 0..1, grown a little) set to the mean of what is left."""
    rows, columns = images.shape[2:]

    def alone(index):
        fields = F.max_pool2d(masks[index].unsqueeze(1), 5, 1, 2)
        inside = augment.sample(fields, theta[index], rows, columns) >= 0.5
        x = images[index]
        left = inside.flatten(1).sum(1).clamp(min=1).view(-1, 1, 1, 1)
        mean = (x * inside).flatten(1).sum(1).view(-1, 1, 1, 1) / left
        return torch.where(inside, x, mean)

    chosen = torch.nonzero(torch.rand(len(images)) < chance).flatten()
    return images.index_copy(0, chosen, alone(chosen)) if len(chosen) else images


def marks(images, chance):
    """Bright letters' stand-ins: small bars and boxes near the edge, on sick and well alike."""
    out = images.clone()
    rows, columns = images.shape[2:]
    for index in torch.nonzero(torch.rand(len(images)) < chance).flatten().tolist():
        high, wide = (int(torch.randint(3, 14, (1,))) for _ in range(2))
        top, left = int(torch.randint(rows // 4, (1,))), int(torch.randint(columns // 4, (1,)))
        top, left = (rows - high - top if torch.rand(1) < 0.5 else top), (columns - wide - left if torch.rand(1) < 0.5 else left)
        out[index, 0, top:top + high, left:left + wide] = 0.7 + 0.3 * float(torch.rand(1)) if torch.rand(1) < 0.8 else 0.0
    return out


def jittered(images, boxes, size, plan, labels=None, masks=None):
    """Augmented [b, 1, size, size] of uint8 images [b, wide, wide] and their lung boxes; labels and soft masks uint8 [b, 64, 64] where the plan asks for them."""
    x = torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)
    theta = augment.affine(len(x), rotation=plan['rotation'], scale=plan['scale'], aspect=plan['aspect'], shift=plan['shift'])
    known = torch.zeros(len(x)) if labels is None else torch.from_numpy(labels)
    x = surroundings(augment.sample(x, theta, size, size), torch.from_numpy(boxes), theta, plan['surroundings'], known, plan.get('opposite'))
    x = augment.intensities(marks(x, plan['marks']), plan['strength'])
    x = augment.borders(x, x, plan['borders'])[0]
    if plan.get('alone'):
        x = lungs_alone(x, torch.from_numpy(masks.astype(np.float32) / 255), theta, plan['alone'])
    return x


def class_loss(images, boxes, labels, size, plan, masks=None):
    """Loss of a batch: cross entropy on jittered whole images with label smoothing and mixup. masks: only for plans that show lungs alone."""

    def loss(model, chosen):
        seen = standardised(jittered(images[chosen], boxes[chosen], size, plan, labels[chosen], None if masks is None else masks[chosen]))
        y = torch.from_numpy(labels[chosen].astype(np.float32)).unsqueeze(1) * (1 - 2 * plan['smoothing']) + plan['smoothing']
        if plan['mixup'] and float(torch.rand(1)) < 0.5:
            share, other = float(np.random.beta(plan['mixup'], plan['mixup'])), torch.randperm(len(seen))
            seen, y = (share * a + (1 - share) * a[other] for a in (seen, y))
        with stages.fast():
            logit, _, _ = model(seen.contiguous(memory_format=torch.channels_last), everywhere(seen))
        return F.binary_cross_entropy_with_logits(logit.float(), y)

    return loss


def predict_logits(model, inputs, batch=32):
    """Logits float [n] of inputs [n, r, c] in 0..1, as the shipped graph gives them."""
    model.eval()
    out = []
    with torch.no_grad():
        for start in range(0, len(inputs), batch):
            seen = standardised(torch.from_numpy(np.asarray(inputs[start:start + batch], np.float32)).unsqueeze(1))
            out.append(networks.both_ways(model, seen.contiguous(memory_format=torch.channels_last), everywhere(seen))[0].numpy()[:, 0])
    return np.concatenate(out) if out else np.zeros(0, np.float32)


class WholeImage(nn.Module):
    """The shipped graph: image -> logit, attention in the input's matrix, then what `familiar` adds (distances of `ood.Familiar`)."""

    def __init__(self, classifier, familiar=None):
        super().__init__()
        self.classifier, self.familiar, self.mirrored = classifier, familiar, True

    def forward(self, image):
        seen = standardised(image)
        logit, evidence, _ = (networks.both_ways if self.mirrored else networks.one_way)(self.classifier, seen, everywhere(seen))
        whole = torch.tensor([[0.0, 0.0, 1.0, 1.0]])
        attention = networks.lay_back(torch.sigmoid(evidence), whole, image.shape[2]).clamp(0, 1)
        return (logit, attention) if self.familiar is None else (logit, attention, *self.familiar(image))
