"""Networks: lung fields, the look inside them, and the two joined in one graph."""

import torch
import torch.nn.functional as F
from torch import nn


def conv(inputs, outputs, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class LungNet(nn.Module):
    """U-Net for the lung fields at half the pack's matrix. Input [b, 1, 128, 128] in 0..1, output logits of the same size.

    The image is centred by its own mean and deviation first. `lung_probability` wraps it for the full matrix.
    """

    def __init__(self, widths=(8, 32, 48, 80, 112)):
        super().__init__()
        a, b, c, d, e = widths
        self.down = nn.ModuleList([
            conv(1, a), nn.Sequential(conv(a, b, 2), conv(b, b)),
            nn.Sequential(conv(b, c, 2), conv(c, c)), nn.Sequential(conv(c, d, 2), conv(d, d)),
            nn.Sequential(conv(d, e, 2), conv(e, e))])
        self.narrow = nn.ModuleList([nn.Conv2d(e, d, 1), nn.Conv2d(d, c, 1), nn.Conv2d(c, b, 1), nn.Conv2d(b, a, 1)])
        self.up = nn.ModuleList([conv(2 * d, d), conv(2 * c, c), conv(2 * b, b), conv(2 * a, a)])
        self.head = nn.Conv2d(a, 1, 1)

    def forward(self, image):
        mean = mean_of(image)
        spread = mean_of((image - mean) ** 2).sqrt()
        x = (image - mean) / (spread + 1e-2)
        levels = []
        for block in self.down:
            x = block(x)
            levels.append(x)
        for step, (narrow, up) in enumerate(zip(self.narrow, self.up)):
            x = F.interpolate(narrow(x), scale_factor=2.0, mode='bilinear', align_corners=False)
            x = up(torch.cat([x, levels[3 - step]], 1))
        return self.head(x)


def lung_probability(net, image):
    """Soft mask [b, 1, r, c] of an image [b, 1, r, c]: halved by 2×2 means, logits brought back bilinearly."""
    logits = net(F.avg_pool2d(image, 2))
    return torch.sigmoid(F.interpolate(logits, scale_factor=2.0, mode='bilinear', align_corners=False))


def mean_of(x):
    """Mean over rows and columns, one axis after the other, [b, c, 1, 1]."""
    return x.mean(3, keepdim=True).mean(2, keepdim=True)


def spread_along(profile):
    """Centre and standard deviation [b, 1] in -1..1 of a profile [b, 1, n] of masses."""
    place = steps(profile.shape[2], profile.device).unsqueeze(1)
    mass = profile.mean(2, keepdim=True) + 1e-6
    centre = (profile * place).mean(2, keepdim=True) / mass
    deviation = ((profile * (place - centre) ** 2).mean(2, keepdim=True) / mass + 1e-6).sqrt()
    return centre.flatten(1), deviation.flatten(1)


def lung_box(mask, reach_x=1.85, reach_y=2.15, lower=0.2):
    """Box around a soft mask from its moments: centre and half size, [b, 4] as (cx, cy, hx, hy) in -1..1 coordinates.

    Centre ± reach × standard deviation of the mask's mass (the centre `lower` deviations down, where the thin
    costophrenic angles are), because that is a smooth function of the mask: a pixel that crosses a threshold
    cannot make the box jump. With less than 1 % of the image in the mask the box is the
    whole image, from 1 to 3 % it blends.
    """
    sharp = mask * mask
    # Profiles first: a sum of 65,536 floats in one go costs digits, and engines lose different ones.
    cx, sx = spread_along(sharp.mean(2))
    cy, sy = spread_along(sharp.mean(3))
    sure = ((mean_of(sharp).flatten(1) - 0.01) / 0.02).clamp(0, 1)
    box = torch.cat([cx * sure, (cy + sy * lower) * sure, 1 + (sx * reach_x - 1) * sure, 1 + (sy * reach_y - 1) * sure], 1)
    return box.reshape(-1, 4)


def hat(places, size):
    """Weights [b, n, size] of bilinear sampling at `places` [b, n] (pixel coordinates); 0 outside the image."""
    pixel = torch.arange(size, dtype=torch.float32, device=places.device).view(1, 1, -1)
    return F.relu(1 - (places.unsqueeze(2) - pixel).abs())


def steps(size, device):
    """Pixel centres of an axis in -1..1."""
    return ((torch.arange(size, dtype=torch.float32, device=device) + 0.5) * (2 / size) - 1).view(1, -1)


def read_box(images, box, size):
    """The box's content, bilinear, [b, c, size, size]. As two matrix products: an upright box needs no general sampler."""
    rows, columns = images.shape[2:]
    x = ((box[:, 0:1] + box[:, 2:3] * steps(size, box.device) + 1) * columns - 1) / 2
    y = ((box[:, 1:2] + box[:, 3:4] * steps(size, box.device) + 1) * rows - 1) / 2
    return hat(y, rows).unsqueeze(1) @ images @ hat(x, columns).transpose(1, 2).unsqueeze(1)


def lay_back(cells, box, size):
    """What lies in the box, laid into an image [b, c, size, size]; 0 outside the box."""
    rows, columns = cells.shape[2:]
    x = (((steps(size, box.device) - box[:, 0:1]) / box[:, 2:3] + 1) * columns - 1) / 2
    y = (((steps(size, box.device) - box[:, 1:2]) / box[:, 3:4] + 1) * rows - 1) / 2
    return hat(y, rows).unsqueeze(1) @ cells @ hat(x, columns).transpose(1, 2).unsqueeze(1)


def band(size, window, device=None):
    """Matrix [size, size] whose columns are the means over `window` neighbours, cut at the ends."""
    place = torch.arange(size, dtype=torch.float32, device=device)
    near = ((place.view(-1, 1) - place.view(1, -1)).abs() <= window // 2).float()
    return near / near.sum(0, keepdim=True)


def window_mean(x, size=25):
    """Mean in a size × size window, cut at the image's edge. Two matrix products: a pooling this wide is seven times as slow."""
    rows, columns = x.shape[2:]
    return band(rows, size, x.device).t() @ x @ band(columns, size, x.device)


def equalised(z, mask, bins=24, reach=2.5):
    """Grey values [b, 1, r, c] (standardised) by their rank among those of the lungs, -1..1: another exposure or look-up table hardly changes it.

    The distribution inside the mask is read at `bins` places with soft edges and applied as a curve of straight pieces.
    """
    width = 2 * reach / bins
    weight = mask + 1e-3
    total = mean_of(weight)
    out, below = torch.zeros_like(z), None
    for step in range(bins + 1):
        edge = -reach + step * width
        share = mean_of(torch.sigmoid((edge - z) / (width / 4)) * weight) / total
        if below is not None:
            out = out + (share - below) * ((z - edge + width) / width).clamp(0, 1)
        below = share
    return 2 * out - 1


def look_inside(crop, mask, equal=False):
    """What the classifier sees of a crop: [b, 3, s, s] and the gate [b, 1, s, s].

    Channel 0: grey values standardised by the mean and deviation inside the mask. Channel 1: the same, standardised
    once more in a local window, which takes away slow changes of exposure. Channel 2: the mask. Both grey channels
    fade to 0 away from the lungs. An empty mask weighs every pixel alike. equal: channel 0 by ranks (`equalised`) instead.
    """
    weight = mask + 1e-3
    total = mean_of(weight)
    mean = mean_of(crop * weight) / total
    spread = mean_of((crop - mean) ** 2 * weight) / total
    z = ((crop - mean) / (spread + 1e-4).sqrt()).clamp(-4, 4)
    local = window_mean(z)
    local_spread = (window_mean(z * z) - local * local).clamp(min=0)
    fine = ((z - local) / (local_spread + 0.04).sqrt()).clamp(-4, 4)
    if equal:
        z = 1.7 * equalised(z, mask)
    near = window_mean(mask)
    some = (mean_of(mask) / 0.05).clamp(0, 1)
    near = (near * 5).clamp(0, 1) * some + (1 - some)
    gate = mask * some + (1 - some)
    return torch.cat([z * near, fine * near, mask], 1), gate


class MixNorm(nn.Module):
    """Instance norm on the first half of the channels, batch norm on the rest (after IBN-Net, Pan et al. 2018)."""

    def __init__(self, channels):
        super().__init__()
        self.half = channels // 2
        self.instance = nn.InstanceNorm2d(self.half, affine=True)
        self.batch = nn.BatchNorm2d(channels - self.half)

    def forward(self, x):
        return torch.cat([self.instance(x[:, :self.half]), self.batch(x[:, self.half:])], 1)


class Block(nn.Module):
    """Residual block on 2×2 means of what lies before it: two convolutions, a 1×1 one on the short way.

    The means come before the convolutions because a strided 3×3 convolution with padding 1 is centred on pixel 2i of
    its input, half a pixel off the middle of the cell it makes (2i + 0.5). Four of those in a row put the cell's
    view 7.5 pixels, almost half a cell, up and left of where the map draws it.
    """

    def __init__(self, inputs, outputs, mix=False, reach=3):
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.norm = MixNorm(outputs) if mix else nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, reach, 1, reach // 2, bias=False)
        self.last = nn.BatchNorm2d(outputs)
        self.short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        """x already halved by 2×2 means: `halved` of what lies before."""
        y = self.last(self.second(F.relu(self.norm(self.first(x)))))
        return F.relu(y + self.short(x))


def halved(x):
    return F.avg_pool2d(x, 2)


def at_cells(gate):
    """The gate [b, 1, s, s] at s/16; never quite 0, it is divided by."""
    return F.avg_pool2d(gate, 16) + 1e-4


class TbNet(nn.Module):
    """Small residual classifier with one evidence value a cell.

    Input [b, 3, s, s] and the gate [b, 1, s, s]; gives the logit [b, 1] and evidence and gate at s/16. The logit is a
    gated log-mean-exp of the evidence: between an average and a maximum, because disease may be small.
    """

    def __init__(self, widths=(24, 40, 80, 192), dropout=0.3, mix=True, channels=3, pooling='exp'):
        super().__init__()
        a, b, c, d = widths
        self.stem = nn.Sequential(nn.Conv2d(channels, a, 4, 2, 1, bias=False), nn.BatchNorm2d(a), nn.ReLU(inplace=True))
        # The last convolution looks at its own cell only: a cell's view is 98 pixels wide as it is.
        self.body = nn.Sequential(Block(a, b, mix), Block(b, c, mix), Block(c, d, reach=1))
        self.dropout, self.pooling = dropout, pooling
        self.evidence = nn.Conv2d(d, 1, 1)

    def early(self, x):
        """What the first layers make of [b, 3, s, s], at s/8 and ready for the second block: half of all the work, and common to every task."""
        return halved(self.body[0](halved(self.stem(x))))

    def late(self, f, g):
        """(logit, evidence) of `early` features and the gate at s/16."""
        f = self.body[2](halved(self.body[1](f)))
        f = F.dropout2d(f, self.dropout, self.training)
        e = self.evidence(f)
        if e.dtype != torch.float32:  # under autocast: the exponentials below need every digit
            e = e.float()
        top = e.amax((2, 3), keepdim=True)
        pooled = ((e - top).exp() * g).sum((2, 3), keepdim=True) / g.sum((2, 3), keepdim=True)
        logit = pooled.log() + top
        if self.pooling == 'both':
            logit = (logit + (e * g).sum((2, 3), keepdim=True) / g.sum((2, 3), keepdim=True)) / 2
        return logit.flatten(1), e

    def forward(self, x, gate):
        g = at_cells(gate)
        return (*self.late(self.early(x), g), g)


def both_ways(tb, seen, gate):
    """The classifier on the crop and on its mirror image, averaged: (logit, evidence, cells) as TbNet gives them."""
    straight, evidence, cells = tb(seen, gate)
    turned, mirrored, _ = tb(seen.flip(3), gate.flip(3))
    return (straight + turned) / 2, (evidence + mirrored.flip(3)) / 2, cells


def one_way(tb, seen, gate):
    """The classifier on the crop alone: what `both_ways` is measured against."""
    return tb(seen, gate)


class Together(nn.Module):
    """Several TbNets as one: their logits and their evidence averaged."""

    def __init__(self, members):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x, gate):
        found = [member(x, gate) for member in self.members]
        logit, evidence = (sum(f[part] for f in found) / len(found) for part in (0, 1))
        return logit, evidence, found[0][2]


class ChestAdult(nn.Module):
    """The shipped graph: image -> lung_field, tb_logit, attention (all in the input's matrix), then what `familiar` adds (distances of `ood.Familiar`)."""

    def __init__(self, lung, tb, crop, familiar=None, equal=False):
        super().__init__()
        self.lung, self.tb, self.crop, self.familiar, self.equal, self.mirrored = lung, tb, crop, familiar, equal, True

    def forward(self, image):
        mask = lung_probability(self.lung, image)
        box = lung_box(mask)
        both = read_box(torch.cat([image, mask], 1), box, self.crop)
        seen, gate = look_inside(both[:, :1], both[:, 1:], self.equal)
        logit, evidence, cells = (both_ways if self.mirrored else one_way)(self.tb, seen, gate)
        attention = torch.sigmoid(evidence) * (cells * 2).clamp(0, 1)
        attention = lay_back(attention, box, image.shape[2]).clamp(0, 1)
        return (mask, logit, attention) if self.familiar is None else (mask, logit, attention, *self.familiar(image))
