"""Check the code of limb-fracture on made-up data, in about a minute: python selfcheck_limbs.py. Exit status 0 when all hold."""

import math
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from overread_training import compact, detection, detection_tests, detector_training, export, letterbox, limb_foreign, limb_pack, material  # noqa: E402
from overread_training import detection_evaluation as measures  # noqa: E402

SETTINGS = {'steps': 6, 'epoch': 2, 'stages': [[0, 64, 8], [0.5, 96, 4]], 'bfloat16': False, 'learning_rate': 1e-3, 'weight_decay': 0.01, 'average': 0.9, 'warm': 2,
            'decay': 0.5, 'rotation': 20, 'scale': 0.2, 'aspect': 0.1, 'upside_down': 0.3, 'grey': 0.0, 'rare': 2, 'hard': 0.5, 'place': 0.5, 'image': 0.5, 'helpers': 0.1, 'smoothing': 0.03}
SMALL = {'widths': (4, 8, 8, 8, 8), 'neck': 8}


def made_up(count=24, size=128, seed=0):
    """Dark images, every second one with a bright rectangle that its box tells."""
    random = np.random.default_rng(seed)
    images, boxes = np.zeros((count, size, size), np.uint8), np.zeros((count, 2, 4), np.float32)
    for index in range(0, count, 2):
        x, y = random.integers(20, size - 40, 2)
        wide, high = random.integers(8, 20, 2)
        images[index, y:y + high, x:x + wide] = 255
        boxes[index, 0] = x, y, x + wide, y + high
    label = (np.arange(count) % 2 == 0).astype(np.int64)
    return images, {'boxes': boxes, 'counts': label.copy(), 'label': label, 'region': np.zeros(count, np.int64), 'hardware': np.zeros(count, np.int64),
                    'block': np.array([f'b{i // 4}' for i in range(count)])}


def letterbox_there_and_back():
    random, worst = np.random.default_rng(1), 0.0
    for rows, columns, down, across in ((454, 373, 1, 1), (373, 454, 1, 1), (768, 614, 1, 1), (300, 300, 0.2, 0.1), (50, 2000, 1, 1)):
        boxes = random.random((9, 4)) * [columns, rows, columns, rows]
        there = letterbox.boxes_to_input(boxes, rows, columns, 448, down, across)
        worst = max(worst, float(np.abs(letterbox.boxes_to_image(there, rows, columns, 448, down, across) - boxes).max()))
    return worst < 1e-9, f'largest difference {worst:.1e} pixels'


def crops_carry_their_boxes():
    """The bright rectangle lies where the crop's box says, whatever the crop's scale, turn and mirroring; in a quarter turn the box's sides change places."""
    torch.manual_seed(3)
    images, facts = made_up()
    spots, worst, sides, seen = np.full((24, 2), np.nan, np.float32), 0.0, 0.0, 0
    across = torch.arange(96) + 0.5
    for quarter, turn in ((0, 20), (1, 20), (1, 0)):
        x, boxes, counts, _ = detector_training.batch_of(images, facts, np.arange(24), spots, 96, {**SETTINGS, 'grey': 0, 'quarter': quarter, 'rotation': turn})
        for crop, box, count in zip(x[:, 0], boxes[:, 0], counts):
            inside = count and float(box.min()) > 2 and float(box.max()) < 94
            if not inside:
                continue
            bright = crop * (crop > 0.3)
            middle = torch.stack([(bright.sum(0) * across).sum(), (bright.sum(1) * across).sum()]) / bright.sum()
            worst, seen = max(worst, float((middle - torch.stack([box[0] + box[2], box[1] + box[3]]) / 2).abs().max())), seen + 1
            if not turn:
                extent = torch.stack([(crop > 0.5).any(0).sum(), (crop > 0.5).any(1).sum()])
                sides = max(sides, float((extent - (box[2:] - box[:2])).abs().max()))
    return seen >= 12 and worst < 2 and sides < 2.5, f'{seen} crops, middle off by at most {worst:.2f} pixels, sides by {sides:.2f}'


def metal_and_casts_are_asked_for_where_they_lie(folder):
    """Logits that are right where the bright rectangle lies in a turned crop cost nothing, those that are wrong cost much; a sound image is not asked for casts."""
    torch.manual_seed(5)
    images, facts = made_up()
    facts.update(names=np.array([f'{index}.png' for index in range(24)]), shapes=np.full((24, 2), 128))
    lines = ['image,material,xmin,ymin,xmax,ymax']
    for index in range(0, 24, 2):
        x0, y0, x1, y1 = facts['boxes'][index, 0]
        lines += [f'{index}.png,metal,{x0 - 12},{y0 - 12},{x1 + 12},{y1 + 12}', f'{index}.png,cast,{x0},{y0},{x1},{y1}']
    (folder / 'weak.csv').write_text('\n'.join(lines), encoding='utf-8')
    weak, chosen = material.read(folder / 'weak.csv', facts, 128), np.arange(24)
    x, _, _, theta = detector_training.batch_of(images, facts, chosen, np.full((24, 2), np.nan, np.float32), 96, {**SETTINGS, 'grey': 0, 'quarter': 0.5})
    bright = (torch.nn.functional.avg_pool2d(x, detection.STRIDE) > 0.25).float()
    right = (bright * 2 - 1).repeat(1, 2, 1, 1) * 20
    cost = [float(material.loss(logits, images, facts, chosen, weak, theta, 96)) for logits in (right, -right)]
    _, weight = material.maps(images, facts, chosen, weak)
    asked = bool((weight[1::2, 1] == 0).all()) and bool((weight[::2, 1] == 1).all())
    return cost[0] < 0.3 and cost[1] > 10 and asked, f'cost {cost[0]:.3f} where right, {cost[1]:.1f} where wrong'


def targets_decode():
    """Perfect answers give back the boxes."""
    boxes = torch.tensor([[[10.0, 20, 40, 44], [70, 60, 90, 110]], [[30.0, 30, 50, 42], [0, 0, 0, 0]]])
    counts = torch.tensor([2, 1])
    heat, place, _ = detection.targets(boxes, counts, 16)

    class Perfect(torch.nn.Module):
        def forward(self, x):
            return torch.logit(heat.clamp(1e-4, 1 - 1e-4)), place, torch.zeros(len(x), 6)

    found = detection.FractureGraph([Perfect()], share=0.0)(torch.zeros(2, 1, 128, 128))[1]
    worst = 0.0
    for n in range(2):
        _, where = measures.decode(found[n].numpy(), 0.0)
        truth = boxes[n, :counts[n]].numpy().astype(float)
        hits = measures.judged(where, truth)
        if sorted(hits) != list(range(len(truth))):
            return False, f'hits {hits} of {len(truth)}'
        worst = max(worst, float(np.abs(where - truth[hits]).max()))
    return worst < 1e-3, f'largest difference {worst:.1e} pixels'


def froc_by_hand():
    """Two images with one box each, one without: a hit at 3, a false one at 2, a hit at 1, a second mark on the first box at 0."""
    facts = {'boxes': np.array([[[0, 0, 20, 20]], [[40, 40, 60, 60]], [[0, 0, 0, 0]]], np.float32), 'counts': np.array([1, 1, 0])}
    maps = np.full((3, 5, 1, 9), -99, np.float32)
    for n, cell, logit, box in ((0, 0, 3, (0, 0, 20, 20)), (0, 4, 0, (9, 9, 31, 31)), (1, 0, 1, (42, 42, 58, 58)), (2, 0, 2, (5, 5, 9, 9))):
        maps[n, :, 0, cell] = (logit, *box)
    marks = measures.Marks(maps, facts, np.arange(3))
    got = [marks.sensitivity(a) for a in (0, 0.34, 1)], marks.at(2.0), marks.at(-1.0)
    wanted = [0.5, 1.0, 1.0], (0.5, 1 / 3), (1.0, 2 / 3)
    return got == wanted, f'{got}'


def boxes_turn_with_images():
    """A bright rectangle is where `boxes_turned` says after np.rot90."""
    image, box = np.zeros((64, 64)), np.array([[10.0, 20, 40, 28]])
    image[20:28, 10:40] = 1
    for quarter in range(4):
        x0, y0, x1, y1 = detection_tests.boxes_turned(box, 64, quarter)[0].astype(int)
        turned = np.rot90(image, quarter)
        if turned[y0:y1, x0:x1].sum() != 240 or (x1 - x0) * (y1 - y0) != 240:
            return False, f'{quarter} quarter turns: {x0, y0, x1, y1}'
    return True, 'four turns'


def mirrored_alike():
    torch.manual_seed(5)
    graph = detection.FractureGraph([detection.CentreNet(**SMALL).eval()], mirrored=True)
    x = torch.rand(1, 1, 128, 128)
    with torch.no_grad():
        straight, turned = graph(x), graph(x.flip(3))
    off = float((straight[2] - turned[2].flip(3)).abs().max()), float((straight[1][:, 1] - (128 - turned[1].flip(3)[:, 3])).abs().max())
    # Read in all four turns, an image and its quarter turn find the same, boxes turned with it.
    four = detection.FractureGraph(graph.members, mirrored=True, turns=(0, 1, 2, 3))
    with torch.no_grad():
        upright, quarter = four(x)[1], detection.turned_back(four(torch.rot90(x, 1, (2, 3)))[1], 128)
    off = *off, float((upright - quarter).abs().max())
    return max(off) < 1e-3, f'heat {off[0]:.1e}, edges {off[1]:.1e}, in a quarter turn {off[2]:.1e}'


def half_weights_answer_alike(folder):
    """What is stored as float16 answers to the last bit as the rounded weights do, from a smaller file."""
    torch.manual_seed(7)
    graph = detection.FractureGraph([compact.rounded(detection.CentreNet(**{**SMALL, 'widths': (4, 8, 16, 16, 32)}).eval())]).eval()
    x, whole, half = np.random.default_rng(2).random((1, 1, 128, 128), np.float32), folder / 'whole.onnx', folder / 'half.onnx'
    export.to_onnx(graph, whole, 128, outputs=limb_pack.OUTPUTS)
    half.write_bytes(whole.read_bytes())
    compact.stored_as_half(half)
    before, after = (export.session(path).run(list(limb_pack.OUTPUTS), {'image': x}) for path in (whole, half))
    same = all(np.array_equal(a, b) for a, b in zip(before, after))
    return same and half.stat().st_size < 0.8 * whole.stat().st_size, f'{whole.stat().st_size} bytes, then {half.stat().st_size}, answers alike: {same}'


def features_tell_noise():
    """Images like those that the distance of features was fitted on lie near, noise lies far; so too by the linear model of kinds, and the graph gives both."""
    torch.manual_seed(8)
    images, _ = made_up(64)
    made = limb_foreign.Features(detection.CentreNet(**SMALL).eval())
    made.fit(images[:40])
    noise = np.random.default_rng(3).random((16, 128, 128))
    made.teach(made.seen(images[:40]), {'noise': made.seen(noise[:8])})
    (near, own), (far, other) = made.distances(images[40:]).T, made.distances(noise[8:]).T
    with torch.no_grad():
        graph = [float(part[0, 0]) for part in made(torch.from_numpy(images[40:41] / np.float32(255)).unsqueeze(1))]
    same = abs(graph[0] - near[0]) < 1e-3 and abs(graph[1] - own[0]) < 1e-3
    return same and far.min() > 2 * near.max() and other.min() > own.max(), f'like them {near.max():.2f} and {own.max():.2f}, noise from {far.min():.2f} and {other.min():.2f}'


def resume_like_uncut(folder):
    images, facts = made_up()
    states = []
    for name, cuts in (('whole', (6,)), ('cut', (2, 6))):
        for steps in cuts:
            torch.manual_seed(1)
            # A cut run: the loop is ended by fewer steps on the same schedule.
            trained = detector_training.train(detection.CentreNet(**SMALL), images, facts, np.arange(24), SETTINGS, folder / name, 1, stop_at=steps)
        states.append(trained.state_dict())
    worst = max(float((a.float() - b.float()).abs().max()) for a, b in zip(*(state.values() for state in states)))
    return worst == 0, f'largest difference {worst:.1e}'


def export_parity(folder):
    torch.manual_seed(2)
    graph = detection.FractureGraph([detection.CentreNet(**SMALL)], mirrored=True, turns=(0, 1, 2, 3)).eval()
    export.to_onnx(graph, folder / 'm.onnx', 128, outputs=limb_pack.OUTPUTS)
    worst, _ = export.parity(graph, folder / 'm.onnx', np.random.default_rng(1).random((3, 128, 128)), limb_pack.OUTPUTS)
    return max(worst.values()) < 1e-4 and not math.isnan(sum(worst.values())), f'{worst}'


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        checks = {'letterbox there and back': letterbox_there_and_back, 'crops carry their boxes': crops_carry_their_boxes, 'perfect answers decode': targets_decode,
                  'metal and casts are asked for where they lie': lambda: metal_and_casts_are_asked_for_where_they_lie(folder),
                  'FROC by hand': froc_by_hand, 'boxes turn with images': boxes_turn_with_images, 'mirrored and turned alike': mirrored_alike,
                  'features tell noise': features_tell_noise, 'half weights answer alike': lambda: half_weights_answer_alike(folder),
                  'resume like an uncut run': lambda: resume_like_uncut(folder), 'export': lambda: export_parity(folder)}
        for name, check in checks.items():
            fine, words = check()
            failed += not fine
            print('ok  ' if fine else 'FAIL', name, '-', words)
    return 1 if failed else 0


if __name__ == '__main__':
    raise SystemExit(main())
