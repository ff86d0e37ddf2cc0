"""The network: one small residual trunk, an evidence map for each label, one blur radius.

Every map has 14 × 14 cells; the trunk halves four times by 2 × 2 means, so that a cell looks at what lies under it, and no evenly
strided convolution shifts it. Focus labels weigh the cells by an attention that the network learns (glass tells nothing of focus), artefacts take
the strongest cells, 'Empty' the weakest: a tile is empty when no cell speaks against it.
"""

import torch
import torch.nn.functional as F
from torch import nn

from . import scene

N = len(scene.LABELS)


def conv(inputs, outputs, kernel=3):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Two convolutions beside a straight way."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.first = conv(inputs, outputs)
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.straight = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return F.relu(self.second(self.first(x)) + self.straight(x))


def softest(evidence, sharpness):
    """Log-mean-exp over the cells, axis by axis: near the mean for a small sharpness, near the largest for a large one."""
    flat = evidence.flatten(2) * sharpness.unsqueeze(1)
    most = flat.max(2, keepdim=True).values
    return ((flat - most).exp().mean(2).log() + most[..., 0]) / sharpness


class SlideNet(nn.Module):
    """Input [b, 3, n, n], sRGB 0..1. Output: logits [b, 9], blur radius in pixels [b, 1], evidence [b, 9, n/16, n/16], cell radii [b, 1, n/16, n/16]."""

    def __init__(self, widths=(12, 24, 48, 88, 144), dropout=0.1):
        super().__init__()
        a, b, c, d, e = widths
        self.stem = conv(9, a)
        self.blocks = nn.ModuleList([conv(a, b), Block(b, c), Block(c, d), Block(d, e)])
        self.wide = Block(e, e)
        self.dropout = nn.Dropout2d(dropout)
        self.evidence = nn.Conv2d(e, N, 1)
        self.attention = nn.Conv2d(e, 1, 1)
        self.radius = nn.Conv2d(e, 1, 1)
        self.sharpness = nn.Parameter(torch.zeros(5))  # one cell among 196 must be able to speak
        self.scale, self.shift = nn.Parameter(torch.ones(N)), nn.Parameter(torch.zeros(N))

    def seen(self, image):
        """The image, its optical density, and what differs from the neighbours' mean: the detail that focus lives on."""
        od = -torch.log(image.clamp(1 / 255, 1)) * 0.4343
        fine = image - F.avg_pool2d(F.pad(image, (1, 1, 1, 1), mode='replicate'), 3, 1)
        return torch.cat([image - 0.7, od - 0.3, 8 * fine], 1)

    def forward(self, image):
        x = self.stem(self.seen(image))
        for block in self.blocks:
            x = block(F.avg_pool2d(x, 2))
        x = self.dropout(self.wide(x))
        evidence = self.evidence(x)
        weight = torch.softmax(self.attention(x).flatten(2), 2)
        focus = (evidence[:, :4].flatten(2) * weight).sum(2)
        sharp = F.softplus(self.sharpness + 3.0)
        artefacts = softest(evidence[:, 4:8], sharp[:4])
        empty = -softest(-evidence[:, 8:], sharp[4:])
        logits = torch.cat([focus, artefacts, empty], 1) * self.scale + self.shift
        cells = self.radius(x)
        radius = (cells.flatten(2) * weight).sum(2)
        return logits, radius, evidence, cells
