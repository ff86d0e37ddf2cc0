"""Whether a tile is H&E under a microscope at all, sharp or spoiled: a distance computed inside the graph, from the input alone.

Signs: means, spreads and differences of the colours, how much is dark or bright, how strongly luma and colour vary at each scale. Tiles,
glass, ink and blur lie in several clouds, so the distance is to the nearest of a few Gaussians that share one covariance
(k-means centres; covariance within them, shrunk towards its diagonal). No label and no foreign image is used to fit it.
"""

import numpy as np
import torch
from sklearn.cluster import KMeans
from torch import nn

LEVELS = 5
EDGES = (0.15, 0.35, 0.55, 0.75, 0.92)


def mean_of(x):
    return x.mean(3).mean(2)


def spread_of(x):
    off = x - x.mean(3, keepdim=True).mean(2, keepdim=True)
    return (mean_of(off * off) + 1e-5).sqrt()


class Signs(nn.Module):
    """Signs [b, n] of images [b, 3, r, c] in 0..1."""

    count = 3 + 3 + 2 + 2 + 4 + len(EDGES) + 2 * LEVELS

    def forward(self, image):
        red, green, blue = image[:, :1], image[:, 1:2], image[:, 2:]
        luma = 0.299 * red + 0.587 * green + 0.114 * blue
        between = torch.cat([red - green, blue - green], 1)
        signs = [mean_of(image), spread_of(image).log(), mean_of(between), (spread_of(between)).log(),
                 mean_of(torch.relu(between)), mean_of(torch.relu(-between))]
        signs += [mean_of(torch.sigmoid((luma - edge) * 25)) for edge in EDGES]
        for x in (luma, between.mean(1, keepdim=True)):
            for _ in range(LEVELS):
                down, across = x[:, :, 1:, :] - x[:, :, :-1, :], x[:, :, :, 1:] - x[:, :, :, :-1]
                signs.append(0.5 * (mean_of(down * down) + mean_of(across * across) + 1e-7).log())
                x = nn.functional.avg_pool2d(x, 2)
        return torch.cat(signs, 1)


class Familiar(nn.Module):
    """Distance [b, 1]: about 1 for what it was fitted on."""

    def __init__(self, clouds=10):
        super().__init__()
        self.signs = Signs()
        self.register_buffer('mean', torch.zeros(Signs.count))
        self.register_buffer('map', torch.zeros(Signs.count, Signs.count))
        self.register_buffer('centres', torch.zeros(clouds, Signs.count))

    def forward(self, image):
        at = (self.signs(image) - self.mean) @ self.map
        apart = at.unsqueeze(1) - self.centres.unsqueeze(0)
        return (apart * apart).mean(2).min(1, keepdim=True).values.sqrt()


def batches(module, tiles, batch=32):
    out = []
    with torch.no_grad():
        for start in range(0, len(tiles), batch):
            out.append(module(torch.from_numpy(np.stack(tiles[start:start + batch])).permute(0, 3, 1, 2).float() / 255).numpy())
    return np.concatenate(out)


def fit(tiles, clouds=10, shrinkage=0.05, seed=0):
    """Familiar, fitted on uint8 tiles: the training part's, spoiled as training spoils them."""
    made = Familiar(clouds)
    signs = batches(made.signs, tiles).astype(np.float64)
    mean, spread = signs.mean(0), signs.std(0)
    z = (signs - mean) / spread
    found = KMeans(clouds, n_init=4, random_state=seed).fit(z)
    inside = z - found.cluster_centers_[found.labels_]
    covariance = np.cov(inside.T)
    covariance = (1 - shrinkage) * covariance + shrinkage * np.diag(np.diag(covariance)) + 1e-3 * np.eye(len(mean))
    values, vectors = np.linalg.eigh(covariance)
    whiten = vectors / np.sqrt(values)
    for name, value in (('mean', mean), ('map', (whiten / spread[:, None])), ('centres', found.cluster_centers_ @ whiten)):
        getattr(made, name).copy_(torch.from_numpy(np.asarray(value, np.float32)))
    return made.eval()
