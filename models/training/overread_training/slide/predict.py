"""What the network says of tiles."""

import numpy as np
import torch

from . import scene


def run(model, tiles, batch=16):
    """Raw outputs over uint8 tiles [n, 224, 224, 3]: logits [n, 9], radius (raw) [n], maps 0..1 [n, 9, 14, 14], cell radii (raw) [n, 14, 14]."""
    model.eval()
    parts = []
    with torch.no_grad():
        for start in range(0, len(tiles), batch):
            x = torch.from_numpy(np.stack(tiles[start:start + batch])).permute(0, 3, 1, 2).float() / 255
            logits, radius, evidence, cells = model(x)
            parts.append([logits.numpy(), radius[:, 0].numpy(), torch.sigmoid(evidence).numpy(), cells[:, 0].numpy()])
    return tuple(np.concatenate([p[k] for p in parts]) for k in range(4))


class Seen:
    """A set of scenes and what the network said of them."""

    def __init__(self, model, scenes, groups, keep=False):
        names, index, made = zip(*scenes)
        self.names, self.group = list(names), np.asarray([groups[i] for i in index])
        self.labels = np.stack([s.labels for s in made])
        self.true_radius = np.array([s.radius for s in made])
        self.tissue = np.array([s.told['tissue'] for s in made])
        self.logits, self.radius, self.maps, self.cells = run(model, [s.tile for s in made])
        self.tiles = [s.tile for s in made]
        self.scenes = list(made) if keep else None

    def score(self, label):
        return 1 / (1 + np.exp(-self.logits[:, scene.LABELS.index(label)].astype(float)))
