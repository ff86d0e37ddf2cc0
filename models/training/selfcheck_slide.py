"""Checks of the slide part on made-up tiles: optics, labels, the search for one source, the network, the way from PyTorch to ONNX. About half a minute.

    python selfcheck_slide.py
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from overread_training.slide import artefacts, familiar, figures, graph, network, optics, phantoms, scene, sources, teach, unseen  # noqa: E402


def close(a, b, within, what):
    if not abs(a - b) <= within:
        raise AssertionError(f'{what}: {a} is not {b} (within {within})')


def tile_of(seed):
    return optics.as_bytes(optics.to_srgb(phantoms.tissue(seed)[0]))


def optics_hold():
    for radius in (1.5, 3.0, 8.0):
        # The pixel's own width adds 1/12 to the variance of a disc laid over pixels.
        close(optics.spread_radius(optics.disc(radius)), radius, 0.2, 'radius of a disc')
        close(optics.spread_radius(optics.smear(radius * np.sqrt(6), 0.4)), radius, 0.3, 'radius of a smear')  # laid over pixels bilinearly: up to 1/6 more variance
    light = np.random.default_rng(0).random((64, 64, 3)).astype(np.float32) + 0.2
    spot = np.zeros((65, 65, 3), np.float32)
    spot[32, 32] = 1
    close(optics.spread_radius(optics.defocus(spot, 4.0, 'gaussian')[..., 0]), 4.0, 0.1, 'radius of a Gaussian')
    for kind in ('disc', 'gaussian', 'motion'):
        close(float(optics.defocus(np.ones((40, 40, 3), np.float32), 3.0, kind, 0.5).std()), 0, 1e-5, f'{kind} keeps even light')
    twice = optics.absorbed(optics.absorbed(light, 0.3), 0.4)
    close(float(np.abs(twice - optics.absorbed(light, 0.7)).max()), 0, 1e-6, 'densities add')
    white = np.ones(3, np.float32)
    close(float(np.abs(optics.stained(light.clip(0.01, 1), white, (1, 1, 1)) - light.clip(0.01, 1)).max()), 0, 1e-5, 'the same stain changes nothing')
    bytes_ = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    close(int(np.abs(optics.as_bytes(optics.to_srgb(optics.to_linear(bytes_))).astype(int) - bytes_).max()), 0, 0, 'sRGB there and back')
    # Wave optics has long faint tails, so not its second moment but where most of the light falls is compared with geometry.
    y, x = np.mgrid[:95, :95] - 47
    for radius in (4.0, 8.0):
        kernel, distance = unseen.wave_kernel(radius)[1:, 1:], np.hypot(y, x)
        assert kernel[distance <= radius + 1.5].sum() > 0.85 > 0.75 > kernel[distance <= 0.75 * radius].sum(), (radius, kernel[distance <= radius + 1.5].sum())


def scenes_hold():
    tile, random = tile_of(1), np.random.default_rng(2)
    sharp = scene.make(tile, random, radius=0.0)
    assert sharp.labels[0] == 1 and sharp.labels[1] == 0 and sharp.labels[8] == 0, sharp.labels
    assert np.isnan(scene.make(tile, random, radius=1.2, kind='disc').labels[:2]).all()
    severe = scene.make(tile, random, radius=8.0, kind='disc')
    assert severe.labels[:4].tolist() == [0, 1, 1, 1], severe.labels
    empty = scene.make(tile, random, empty=True)
    assert empty.labels.tolist() == [0] * 8 + [1] and np.isnan(empty.radius)
    for label in scene.LABELS[scene.ARTEFACTS]:
        made = scene.make(tile, np.random.default_rng(4), (label,), radius=0.0, pair=True)
        k = scene.LABELS.index(label)
        there = np.abs(made.tile.astype(int) - made.without).mean(2)
        assert made.labels[k] in (0, 1) or np.isnan(made.labels[k])
        assert there[made.mask > 0.5].mean() > 4 * there[made.mask < 0.01].mean(), f'{label} is not where its mask says'


def sources_hold():
    tiles = [tile_of(seed) for seed in range(3)]
    turned = np.asarray(scene.Image.fromarray(tiles[0][:, ::-1]).rotate(17, scene.Image.Resampling.BICUBIC))
    found = sources.similarity([*tiles, turned])
    assert found[0, 3] > 0.75 > 0.6 > found[1, 2], found
    assert sources.groups_of(found >= 0.6).tolist() == [0, 1, 2, 0]
    names = [f'a{k}.png' for k in range(40)]
    group = np.repeat(np.arange(20), 2)
    split = sources.split_of(names, group, {'test': 0.25, 'calibration': 0.2}, 1)
    assert all(len(set(split[group == g])) == 1 for g in range(20)), 'a group lies on two sides'
    assert (split == 'test').sum() == 10


def figures_hold():
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(0)
    label, score = random.integers(0, 2, 300), np.round(random.normal(size=300), 1)
    close(figures.weighted_auc(label, score, np.ones(300)), roc_auc_score(label, score), 1e-12, 'AUC')
    weight = random.integers(0, 4, 300).astype(float)
    close(figures.weighted_auc(label, score, weight), roc_auc_score(label, score, sample_weight=weight), 1e-12, 'weighted AUC')


def network_holds():
    torch.manual_seed(0)
    net = network.SlideNet((4, 8, 8, 16, 16))
    random = np.random.default_rng(1)
    batch = [scene.training(tile_of(k), random) for k in range(2)]
    loss = teach.loss_of(net, batch, {'smoothing': 0.01, 'cells': 0.5, 'rare': 8, 'radius': 1.0})
    loss.backward()
    store = teach.batch_loss([tile_of(1), tile_of(2)], (), {'smoothing': 0.01, 'cells': 0.5, 'rare': 8, 'radius': 1.0, 'fresh': 0.5, 'store': 8, 'cuts': 1.0})
    assert all(np.isfinite(store(net, [0, 1, 0, 1]).item()) for _ in range(3))
    whole = scene.make(tile_of(1), random, ('Air bubble',), radius=2.0, kind='disc')
    there = teach.turned(whole, random)
    assert there.cover.sum() == whole.cover.sum() and sorted(there.tile.ravel()) == sorted(whole.tile.ravel())
    part = teach.cut(whole, random, 10)
    assert part.tile.shape == (160, 160, 3) and part.cover.shape == (4, 10, 10) and part.labels[1] == 1
    assert np.isfinite(loss.item()) and all(p.grad is None or torch.isfinite(p.grad).all() for p in net.parameters())
    known = familiar.fit([s.tile for s in (scene.training(tile_of(k % 4), random) for k in range(40))], 3)
    knots = [[0.0, 0.5, 1.0, 2.0], [0.0, 0.4, 2.0, 9.0]]
    model = graph.SlideFocus(net, known, knots).eval()
    raw = torch.tensor([[-1.0], [0.25], [0.9], [1.7], [5.0]])
    found = model.least + (torch.minimum(torch.relu(raw - model.at), model.width) * model.slope).sum(1, keepdim=True)
    close(float(np.abs(found[:, 0].numpy() - np.interp(raw[:, 0], *knots)).max()), 0, 1e-5, 'the radius in the graph')
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'model.onnx'
        graph.to_onnx(model, path)
        most, _ = graph.parity(model, path, [tile_of(1), np.zeros((224, 224, 3), np.uint8), batch[0].tile])
    assert max(most.values()) <= 1e-4, most


def glass_holds():
    light, _ = artefacts.glass(224, np.random.default_rng(3))
    assert light.std() < 0.2 and light.min() > 0.2


if __name__ == '__main__':
    import warnings

    warnings.filterwarnings('ignore')
    torch.set_num_threads(1)
    for check in (optics_hold, scenes_hold, sources_hold, figures_hold, glass_holds, network_holds):
        check()
        print(check.__name__.replace('_', ' '), flush=True)
