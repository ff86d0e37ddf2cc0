"""Check the training code on made-up data, in about a minute: python selfcheck.py

Preprocessing against Pillow, sampling and windows against PyTorch's own, the map's geometry, export against PyTorch (oddities too), resume against an
uncut run, and the pack's golden cases where the pack lies beside this folder. Exit status 0 when all hold.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent))
from overread_training import calibration, evaluation, export, goldens, loop, networks, ood, phantoms, pointing, preprocess, stages, whole  # noqa: E402

HERE = Path(__file__).resolve().parent


def resize_like_pillow():
    random = np.random.default_rng(0)
    worst = 0.0
    for rows, columns in ((512, 512), (300, 401), (97, 1024), (256, 256), (120, 90)):
        values = random.random((rows, columns))
        ours = preprocess.resize(values, 256, 256)
        theirs = np.asarray(Image.fromarray(values.astype(np.float32), mode='F').resize((256, 256), Image.Resampling.BILINEAR))
        worst = max(worst, float(np.abs(ours - theirs).max()))
    return worst < 1e-6, f'largest difference {worst:.1e}'


def window_by_hand():
    values = np.arange(1000, dtype=np.float64)[::-1].reshape(20, 50)
    ordered = np.sort(values, axis=None)
    low, high = ordered[int(np.floor(0.01 * 999))], ordered[int(np.ceil(0.99 * 999))]
    expected = (np.clip(values, low, high) - low) / (high - low)
    same = np.array_equal(preprocess.percentile_window(values), expected)
    flat = not preprocess.percentile_window(np.full((8, 8), 7.0)).any()
    turned = np.array_equal(preprocess.monochrome2(values, 'MONOCHROME1'), 999 - values)
    return same and flat and turned, f'window {same}, flat image {flat}, MONOCHROME1 {turned}'


def sampling_like_torch():
    torch.manual_seed(0)
    image, box = torch.rand(2, 2, 256, 256), torch.tensor([[0.1, -0.1, 0.7, 0.9], [0.0, 0.0, 1.0, 1.0]])
    theta = torch.zeros(2, 2, 3)
    theta[:, 0, 0], theta[:, 0, 2], theta[:, 1, 1], theta[:, 1, 2] = box[:, 2], box[:, 0], box[:, 3], box[:, 1]
    wanted = F.grid_sample(image, F.affine_grid(theta, [2, 1, 192, 192], align_corners=False), align_corners=False)
    worst = float((wanted - networks.read_box(image, box, 192)).abs().max())
    return worst < 1e-4, f'largest difference {worst:.1e}'


def cells_look_where_they_are_drawn():
    """The part of the crop that a cell's evidence depends on is centred on the cell, and a mark in the crop comes back to its place."""
    torch.manual_seed(4)
    net = networks.TbNet(mix=False).eval()  # instance norm would make a cell depend on the whole crop
    x = torch.randn(1, 3, 160, 160, requires_grad=True)
    net(x, torch.ones(1, 1, 160, 160))[1][0, 0, 4, 5].backward()
    where = x.grad.abs().sum((0, 1)).nonzero()
    middle = ((where.min(0).values + where.max(0).values) / 2).tolist()
    box, place = torch.tensor([[0.05, -0.1, 0.75, 0.85]]), (100, 140)
    mark = torch.from_numpy(pointing.blob(*place, 14.0, 256))[None, None]
    back = networks.lay_back(F.avg_pool2d(networks.read_box(mark, box, 160), 16), box, 256)[0, 0].numpy()
    found = [float((back.sum(1 - axis) * np.arange(256)).sum() / back.sum()) for axis in (0, 1)]
    right = middle == [4 * 16 + 7.5, 5 * 16 + 7.5] and max(abs(a - b) for a, b in zip(found, place)) < 0.5
    return right, f'cell (4, 5) looks around {middle}, a mark at {place} comes back at {found[0]:.2f}, {found[1]:.2f}'


def windows_like_pooling():
    torch.manual_seed(5)
    x = torch.randn(2, 1, 160, 160)
    wanted = F.avg_pool2d(x, 25, 1, 12, count_include_pad=False)
    worst = float((wanted - networks.window_mean(x)).abs().max())
    return worst < 1e-5, f'largest difference {worst:.1e}'


def export_parity(folder):
    torch.manual_seed(1)
    model = networks.ChestAdult(networks.LungNet(), networks.Together([networks.TbNet(), networks.TbNet(pooling='both')]), 192)
    export.to_onnx(model, folder / 'model.onnx')
    random = np.random.default_rng(2)
    images = [np.zeros((256, 256)), np.ones((256, 256)), random.random((256, 256)), phantoms.chest(256, 256, 1)]
    worst, _ = export.parity(model, folder / 'model.onnx', images)
    return max(worst.values()) <= 1e-4, ', '.join(f'{k} {v:.1e}' for k, v in worst.items())


def whole_export_parity(folder):
    torch.manual_seed(6)
    plan = {'widths': [8, 12, 16, 24], 'dropout': 0.1, 'mix_norm': True, 'pooling': 'exp'}
    random = np.random.default_rng(2)
    some = random.random((40, 192, 192))
    model = whole.WholeImage(whole.network(plan), ood.fit(some, 20)).eval()
    outputs = ('logit', 'attention', 'layout_distance', 'texture_distance')
    export.to_onnx(model, folder / 'whole.onnx', 192, outputs=outputs)
    worst, _ = export.parity(model, folder / 'whole.onnx', [np.zeros((192, 192)), some[0], phantoms.chest(192, 192, 1)], outputs)
    # Distances of foreign images are large: what counts is their relative error.
    return max(worst['logit'], worst['attention']) <= 1e-4 and max(worst.values()) <= 1e-3, ', '.join(f'{k} {v:.1e}' for k, v in worst.items())


def distances_tell():
    """About 1 for what was fitted on, and more for the same images turned."""
    random = np.random.default_rng(7)
    some = np.array([phantoms.chest(96, 96, seed, 0.2 * random.random()) for seed in range(60)])
    made = ood.fit(some[:40], 20)
    own, turned = ood.in_batches(made, some[40:]), ood.in_batches(made, np.rot90(some[40:], 1, (1, 2)).copy())
    return float(turned[0].min()) > 1.5 * float(own[0].max()), f'layout up to {float(own[0].max()):.2f} upright, from {float(turned[0].min()):.2f} turned'


def limits_together():
    """98 of 100 own images pass both limits together, and a share that lets a foreign kind pass is not taken."""
    random = np.random.default_rng(8)
    own = [np.abs(random.normal(size=(100, 2))) for _ in range(2)]
    edges = ood.within(own, 0.98)
    passes = [float((some <= edges).all(1).mean()) for some in own]
    near = np.tile([ood.within(own, 0.97)[0] * 1.0001, 0], (20, 1))
    _, share, abstains = ood.jointly(own, {'far': np.full((20, 2), 99.0), 'near': near}, [0.95, 0.96, 0.97, 0.98])
    return min(passes) >= 0.98 and share == 0.97 and abstains == {'far': 1.0, 'near': 1.0}, f'{passes} pass; share {share}'


def surroundings_change_sides():
    """Surroundings come from the other label as often as told, the middle stays; with lungs alone the rest is the lungs' mean."""
    torch.manual_seed(9)
    label = torch.arange(400) % 2
    images = label.float().view(-1, 1, 1, 1).expand(-1, 1, 8, 8).contiguous()
    theta = torch.eye(2, 3).repeat(400, 1, 1)
    boxes = torch.tensor([[0.0, 0.0, 0.3, 0.3]]).repeat(400, 1)
    out = whole.surroundings(images, boxes, theta, 1.0, label, 0.625)
    exchanged = float((out[:, 0, 0, 0] != label).float().mean())
    masks = torch.zeros(2, 64, 64)
    masks[:, 20:40, 20:40] = 1
    pictures = torch.rand(2, 1, 64, 64)
    alone = whole.lungs_alone(pictures, masks, theta[:2], 1.0)
    inside = pictures[:, 0, 18:42, 18:42]
    right = torch.equal(alone[:, 0, 18:42, 18:42], inside) and torch.allclose(alone[:, 0, 0, 0], inside.mean((1, 2)), atol=1e-5)
    return torch.equal(out[:, 0, 3:5, 3:5], images[:, 0, 3:5, 3:5]) and 0.55 < exchanged < 0.7 and right, f'exchanged against the label in {exchanged:.2f}'


def resume_like_uncut(folder):
    random = np.random.default_rng(3)
    images = random.random((12, 256, 256)).astype(np.float16)
    masks = (random.random((12, 256, 256)) > 0.5).astype(np.uint8) * 255
    settings = {'epochs': 2, 'steps': 2, 'batch': 4, 'learning_rate': 1e-3, 'weight_decay': 0.01, 'average': 0.9}

    def run(name, *cuts):
        for cut in cuts:
            loop.seed_everything(5)
            model = networks.LungNet()
            average = loop.train(model, stages.lung_loss(images, masks), np.arange(12), settings, folder / name, 5, cut)
        return average.state_dict()

    whole, cut = run('whole', None), run('cut', 1, None)
    worst = max(float((whole[k].float() - cut[k].float()).abs().max()) for k in whole)
    return worst < 1e-6, f'largest difference of a weight {worst:.1e}'


def figures():
    label = np.array([0, 0, 1, 1])
    area, low, high = evaluation.auc(label, np.array([0.1, 0.2, 0.3, 0.4]), rounds=50)
    points = evaluation.operating_points(label, np.array([0.1, 0.35, 0.3, 0.4]))
    right = area == 1 and low <= area <= high and points == {'balanced': 0.4, 'high-sensitivity': 0.3}
    a, b = calibration.platt(np.linspace(-3, 3, 200), (np.linspace(-3, 3, 200) > 0.2).astype(int))
    return right and a > 0 > b, f'AUC {area}, points {points}'


def golden_cases():
    packs = [path.parent for path in sorted(HERE.parent.glob('*/manifest.json'))]
    if not packs:
        return True, 'no pack here: not checked'
    found = {pack.name: goldens.check(pack) for pack in packs}
    return (all(same and worst <= 1e-4 for _, worst, same in found.values()),
            '; '.join(f'{name} {count} cases, largest difference {worst:.1e}, SHA-256 {"right" if same else "WRONG"}' for name, (count, worst, same) in found.items()))


def main():
    torch.set_num_threads(2)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        checks = {'resize as Pillow': resize_like_pillow, 'percentile window': window_by_hand, 'box sampling': sampling_like_torch, 'window means': windows_like_pooling,
                  'map geometry': cells_look_where_they_are_drawn,
                  'export parity': lambda: export_parity(folder), 'export parity, whole image': lambda: whole_export_parity(folder),
                  'distances': distances_tell, 'limits together': limits_together, 'surroundings': surroundings_change_sides, 'resume': lambda: resume_like_uncut(folder),
                  'figures': figures, 'golden cases': golden_cases}
        for name, check in checks.items():
            held, words = check()
            failed += not held
            print('ok  ' if held else 'FAIL', f'{name}: {words}', flush=True)
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
