"""A small detector without anchors: a heatmap of centres at stride 8, the box's size and place, and an image-level logit."""

import math

import torch
import torch.nn.functional as F
from torch import nn

STRIDE = 8
REGIONS = ('hand', 'leg', 'hip', 'shoulder')


def conv(inputs, outputs, size=3, stride=1, padding=None):
    """Convolution, batch norm, ReLU. Strided ones are 4 wide with padding 1, so that a cell sees the pixels around its own middle."""
    pad = size // 2 if padding is None else padding
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, pad, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """Two 3×3 convolutions beside a short way (1×1 where the width changes)."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.first = conv(inputs, outputs)
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.short = nn.Identity() if inputs == outputs else nn.Sequential(nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.second(self.first(x)) + self.short(x))


def with_local_contrast(x):
    """The image and beside it its local contrast: (x - mean) / (deviation + 0.03) / 3 over windows of 32 pixels, -1..1.

    A cast or a thick ankle in the picture leaves little of the grey scale to the hand beside it. [b, 1, s, s] -> [b, 2, s, s].
    """
    squares = torch.cat([x, x * x], 1)
    mean, square = F.interpolate(F.avg_pool2d(squares, 32, 8, 12, count_include_pad=False), scale_factor=8.0, mode='bilinear', align_corners=False).split(1, 1)
    deviation = (square - mean * mean).clamp(min=0).sqrt()
    return torch.cat([x, ((x - mean) / (deviation + 0.03) / 3).clamp(-1, 1)], 1)


class CentreNet(nn.Module):
    """Image [b, 1, s, s] in 0..1 -> (heat [b, 1, s/8, s/8] logits, place [b, 4, s/8, s/8], image [b, 6] logits).

    place: offset of the box's centre from the cell's middle (x, y, in cells) and log of its width and height in cells.
    image: fracture, hardware, and one a region of REGIONS (the last five only help to learn). s must be a multiple of 32.
    material: with a head for metal and casts, which only helps to learn too and is in `parts` alone.
    """

    def __init__(self, widths=(16, 40, 80, 144, 192), neck=80, dropout=0.3, material=False):
        super().__init__()
        a, b, c, d, e = widths
        self.stem = nn.Sequential(conv(2, a, 4, 2, 1), conv(a, b, 4, 2, 1), Residual(b, b))
        self.eighth = nn.Sequential(Residual(b, c), Residual(c, c))
        self.sixteenth = nn.Sequential(Residual(c, d), Residual(d, d))
        self.last = nn.Sequential(Residual(d, e), Residual(e, e))
        self.lateral = nn.ModuleList(nn.Conv2d(width, neck, 1) for width in (c, d, e))
        self.join = nn.Sequential(conv(neck, neck), conv(neck, neck))
        self.heat, self.place = nn.Conv2d(neck, 1, 1), nn.Conv2d(neck, 4, 1)
        self.material = nn.Conv2d(neck, 2, 1) if material else None
        self.dropout = nn.Dropout(dropout)
        self.image = nn.Linear(2 * e, 2 + len(REGIONS))
        nn.init.constant_(self.heat.bias, -4.0)
        nn.init.zeros_(self.place.weight)
        nn.init.constant_(self.place.bias, 0.0)
        with torch.no_grad():
            self.place.bias[2:] = math.log(3.0)

    def levels(self, x):
        """What is seen at strides 8, 16 and 32."""
        third = self.eighth(F.avg_pool2d(self.stem(with_local_contrast(x)), 2))
        fourth = self.sixteenth(F.avg_pool2d(third, 2))
        return third, fourth, self.last(F.avg_pool2d(fourth, 2))

    def forward(self, x):
        return self.parts(x)[:3]

    def parts(self, x):
        """(heat, place, image, logits of metal and casts [b, 2, s/8, s/8] or None)."""
        third, fourth, fifth = self.levels(x)
        up = self.lateral[2](fifth)
        for lateral, level in ((self.lateral[1], fourth), (self.lateral[0], third)):
            up = lateral(level) + F.interpolate(up, scale_factor=2.0, mode='nearest')
        found = self.join(F.relu(up))
        pooled = torch.cat([fifth.mean((2, 3)), fifth.amax((2, 3))], 1)
        return self.heat(found), self.place(found), self.image(self.dropout(pooled)), None if self.material is None else self.material(found)


def targets(boxes, counts, cells):
    """Heat [b, 1, cells, cells], place [b, 4, cells, cells] and its weight [b, 1, cells, cells] of boxes.

    boxes [b, n, 4] x0, y0, x1, y1 in input pixels (edges: pixel i covers i..i+1), counts [b]: how many of the n are real.
    The heat falls as a Gaussian from 1 at the cell that holds the centre; its width is a fifth of the box, not under 0.7 cells.
    """
    batch = len(boxes)
    heat, weight = torch.zeros(batch, 1, cells, cells), torch.zeros(batch, 1, cells, cells)
    place = torch.zeros(batch, 4, cells, cells)
    middle = torch.arange(cells, dtype=torch.float32)
    for index in range(batch):
        for box in boxes[index, :int(counts[index])] / STRIDE:
            x, y = (box[0] + box[2]) / 2 - 0.5, (box[1] + box[3]) / 2 - 0.5
            wide, high = (box[2] - box[0]).clamp(min=0.5), (box[3] - box[1]).clamp(min=0.5)
            across = torch.exp(-(middle - x.round()) ** 2 / (2 * (wide / 5).clamp(min=0.7) ** 2))
            down = torch.exp(-(middle - y.round()) ** 2 / (2 * (high / 5).clamp(min=0.7) ** 2))
            here = down[:, None] * across[None, :]
            nearer = here > heat[index, 0]
            heat[index, 0] = torch.where(nearer, here, heat[index, 0])
            values = torch.stack([(x - middle)[None, :].expand(cells, cells), (y - middle)[:, None].expand(cells, cells),
                                  wide.log().expand(cells, cells), high.log().expand(cells, cells)])
            place[index] = torch.where(nearer, values, place[index])
            weight[index, 0] = torch.where(nearer, torch.where(here > 0.4, here, torch.zeros(())), weight[index, 0])
    return heat, place, weight


def heat_loss(logits, heat):
    """Quality focal loss (Li et al. 2020): cross entropy to the soft target times the squared error, a sum over the batch's objects."""
    error = (torch.sigmoid(logits) - heat).abs() ** 2
    loss = F.binary_cross_entropy_with_logits(logits, heat, reduction='none') * error
    return loss.sum() / (heat > 0.99).sum().clamp(min=1)


def place_loss(place, wanted, weight):
    return ((place - wanted).abs() * weight).sum() / weight.sum().clamp(min=1)


def quarters(x, count):
    """torch.rot90(x, count, (2, 3)) for 0..3, of operators that ONNX has."""
    return (x, x.transpose(2, 3).flip(2), x.flip(2, 3), x.transpose(2, 3).flip(3))[count]


def turned_back(cells, size):
    """Candidates [b, 5, c, c] of an image that was turned a quarter to the left, as they lie in the image of `size` pixels."""
    logit, left, top, right, bottom = quarters(cells, 3).split(1, 1)
    return torch.cat([logit, size - bottom, left, size - top, right], 1)


class FractureGraph(nn.Module):
    """The shipped graph: image [b, 1, s, s] -> (fracture_logit [b, 1], candidates [b, 5, s/8, s/8], heat [b, 1, s/8, s/8]).

    candidates: logit of each cell and its box as x0, y0, x1, y1 in edges of input pixels. A cell's logit is the mean of its own heat
    logit and the image's logit, so that what is marked depends on the whole picture too; fracture_logit is the highest of them. With `members`
    more than one, their logits and boxes are averaged. mirrored: each also reads the mirror image. turns: the quarter turns to the left
    in which each reads the image.
    """

    def __init__(self, members, mirrored=False, share=0.5, turns=(0,)):
        super().__init__()
        self.members, self.mirrored, self.share, self.turns = nn.ModuleList(members), mirrored, share, tuple(turns)

    def one(self, member, x):
        heat, place, image = member(x)
        cells = torch.arange(heat.shape[3], dtype=heat.dtype)
        x, y = place[:, 0:1] + cells.view(1, 1, 1, -1), place[:, 1:2] + cells.view(1, 1, -1, 1)
        wide, high = torch.exp(place[:, 2:3].clamp(-2, 4)) / 2, torch.exp(place[:, 3:4].clamp(-2, 4)) / 2
        logit = (1 - self.share) * heat + self.share * image[:, 0].view(-1, 1, 1, 1)
        return torch.cat([logit, (torch.cat([x - wide, y - high, x + wide, y + high], 1) + 0.5) * STRIDE], 1)

    def both(self, member, x):
        """What a member finds in an image, and in its mirror image laid back."""
        found = [self.one(member, x)]
        if self.mirrored:
            turned = self.one(member, x.flip(3)).flip(3)
            left, right = x.shape[3] - turned[:, 3:4], x.shape[3] - turned[:, 1:2]
            found.append(torch.cat([turned[:, 0:1], left, turned[:, 2:3], right, turned[:, 4:5]], 1))
        return found

    def forward(self, x):
        found = []
        for member in self.members:
            for quarter in self.turns:
                these = self.both(member, quarters(x, quarter))
                for _ in range(quarter):
                    these = [turned_back(cells, x.shape[3]) for cells in these]
                found += these
        candidates = sum(found) / len(found)
        return candidates[:, 0:1].amax((2, 3)), candidates, torch.sigmoid(candidates[:, 0:1])
