"""Training of the detector: crops around fractures and elsewhere, hard negatives, averaged weights, resume."""

import copy
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import augment, detection, loop, material, stages


def planned(run):
    """The steps that a run was last planned to have."""
    return json.loads((Path(run) / 'run.json').read_text(encoding='utf-8'))['steps']


def rate(step, total, warm, decay):
    """Relative learning rate: linear rise, level, then a straight line to a hundredth over the last `decay` of the steps."""
    return min((step + 1) / warm, 1.0, max(0.01, (total - step) / (decay * total)))


def structured_places(x):
    """A random place (normalised x, y) of each image [b, 1, s, s], those with structure (bone) more often than background and white borders."""
    few = x[:, :, ::4, ::4]
    mean, square = F.avg_pool2d(torch.cat([few, few * few], 1), 8).split(1, 1)
    weight = ((square - mean * mean).clamp(min=0).sqrt() * (mean < 0.85) + 0.01).flatten(1)
    cells = x.shape[2] // 32
    chosen = torch.multinomial(weight, 1).flatten()
    place = torch.stack([chosen % cells, chosen // cells], 1).float() + torch.rand(len(x), 2)
    return place * 2 / cells - 1


def windows(x, boxes, counts, spots, crop, settings):
    """Random matrices [b, 2, 3] from crop to image (normalised, as augment.affine): around a box or a hard spot, else around some structure.

    boxes [b, n, 4] in pixels of the images x [b, 1, s, s], spots [b, 2] normalised, nan where none is known yet. What the crop is
    drawn around keeps its middle inside the inner 80 % of it.
    """
    size = x.shape[2]
    batch = len(boxes)
    theta = augment.affine(batch, settings['rotation'], settings['scale'], settings['aspect'], 0)
    upright = torch.where(torch.rand(batch) < settings['upside_down'], -1.0, 1.0)
    theta[:, :, 1] *= upright.view(-1, 1)
    # With the mirroring above, a quarter turn to one side and to the other are as likely.
    quarter = torch.rand(batch) < settings.get('quarter', 0)
    theta[quarter, :, :2] = torch.stack([theta[quarter, :, 1], -theta[quarter, :, 0]], 2)
    theta[:, :, :2] *= crop / size
    reach = 1 - crop / size
    middle = structured_places(x).clamp(-reach - 0.05, reach + 0.05)
    for index in range(batch):
        hard = not counts[index] and not bool(spots[index].isnan().any())
        if float(torch.rand(1)) < (0.85 if counts[index] else settings['hard'] if hard else 0):
            box = boxes[index, int(torch.randint(max(1, int(counts[index])), (1,)))]
            wanted = spots[index] if hard else torch.stack([box[0] + box[2], box[1] + box[3]]) / size - 1
            inside = augment.uniform(2, -0.8, 0.8)
            middle[index] = wanted - theta[index, :, :2] @ inside
            # As near to the picture as the box allows: less empty border in the crop.
            middle[index] = torch.minimum(torch.maximum(middle[index].clamp(-reach - 0.05, reach + 0.05), wanted - 0.8 * crop / size), wanted + 0.8 * crop / size)
    theta[:, :, 2] = middle
    return theta


def boxes_in(boxes, counts, theta, size, crop):
    """The boxes seen in the crops, in crop pixels: middles go through the inverse matrix, sides as those of a turned ellipse."""
    batch, most = boxes.shape[:2]
    back = torch.linalg.inv(theta[:, :, :2])
    middle = torch.stack([boxes[..., 0] + boxes[..., 2], boxes[..., 1] + boxes[..., 3]], 2) / size - 1
    at = (middle - theta[:, None, :, 2]) @ back.transpose(1, 2)
    sides = torch.stack([boxes[..., 2] - boxes[..., 0], boxes[..., 3] - boxes[..., 1]], 2) / size
    half = torch.sqrt((sides ** 2) @ (back ** 2).transpose(1, 2))
    out, kept = torch.zeros(batch, most, 4), torch.zeros(batch, dtype=torch.int64)
    for index in range(batch):
        for n in range(int(counts[index])):
            if float(at[index, n].abs().max()) < 0.98:
                out[index, kept[index]] = torch.cat([at[index, n] + 1 - half[index, n], at[index, n] + 1 + half[index, n]]) * crop / 2
                kept[index] += 1
    return out, kept


def batch_of(images, facts, chosen, spots, crop, settings):
    """Augmented crops [b, 1, crop, crop] with their boxes in crop pixels and how many, and the matrices from crop to image."""
    size = images.shape[1]
    x = torch.from_numpy(images[chosen].astype(np.float32) / 255).unsqueeze(1)
    boxes, counts = torch.from_numpy(facts['boxes'][chosen]), torch.from_numpy(facts['counts'][chosen])
    theta = windows(x, boxes, counts, torch.from_numpy(spots[chosen]), crop, settings)
    seen = augment.sample(x, theta, crop, crop)
    return augment.intensities(seen, settings['grey']), *boxes_in(boxes, counts, theta, size, crop), theta


def chances(facts, train, hardness, settings):
    """Sampling weights of (positive, negative) train images.

    Positives alike but hips and shoulders, and those with metal where the settings say so, more often. Negatives halfway between the regions' own shares and those of the
    positives, so that a region is less of a hint; in each, harder ones (EMA of the highest heat seen there) more often.
    """
    positive, negative = train[facts['counts'][train] > 0], train[facts['counts'][train] == 0]
    rare = np.where(facts['region'][positive] > 1, settings['rare'], 1.0) * np.where(facts['hardware'][positive] == 1, settings.get('metal', 1.0), 1.0)
    up = rare / rare.sum()
    down = 0.15 + hardness[negative]
    for region in np.unique(facts['region'][negative]):
        here = facts['region'][negative] == region
        wanted = (here.mean() + up[facts['region'][positive] == region].sum()) / 2
        down[here] *= wanted / down[here].sum()
    return positive, up, negative, down / down.sum()


def hardest(found, theta):
    """(highest probability, its place in the image, normalised [b, 2]) of the heat logits of crops."""
    top, at = found.flatten(1).max(1)
    cells = found.shape[3]
    place = (torch.stack([at % cells, at // cells], 1).float() + 0.5) * 2 / cells - 1
    return torch.sigmoid(top), (theta[:, :, :2] @ place.unsqueeze(2)).squeeze(2) + theta[:, :, 2]


def losses(model, x, boxes, counts, facts, chosen, settings, materials=None):
    """(loss, heat logits) of a batch. materials: takes the logits of metal and casts, gives their loss."""
    cells = x.shape[2] // detection.STRIDE
    heat, place, weight = detection.targets(boxes, counts, cells)
    with stages.fast(settings['bfloat16']):
        found, placed, image, seen = model.parts(x.contiguous(memory_format=torch.channels_last))
    found, placed, image = found.float(), placed.float(), image.float()
    smooth = settings['smoothing']
    fractured = (counts > 0).float() * (1 - 2 * smooth) + smooth
    hardware = torch.from_numpy(facts['hardware'][chosen]).float()
    total = (detection.heat_loss(found, heat) + settings['place'] * detection.place_loss(placed, place, weight)
             + settings['image'] * F.binary_cross_entropy_with_logits(image[:, 0], fractured)
             + settings['helpers'] * (F.binary_cross_entropy_with_logits(image[:, 1], hardware)
                                      + F.cross_entropy(image[:, 2:], torch.from_numpy(facts['region'][chosen]))))
    if materials is not None:
        total = total + settings['material'] * materials(seen.float())
    return total, found.detach()


def train(model, images, facts, indices, settings, run, seed, stop_at=None, weak=None):
    """Train on `indices`; returns the averaged model. run: folder of checkpoint.pt, log.jsonl, final.pt; a checkpoint is continued.

    weak: boxes of metal and casts by image (material.read), for a model with that head.

    stop_at: the step to stop before, to be continued later; the schedule stays.
    """
    run = Path(run)
    run.mkdir(parents=True, exist_ok=True)
    (run / 'run.json').write_text(json.dumps(settings), encoding='utf-8')
    loop.seed_everything(seed)
    model = model.to(memory_format=torch.channels_last)
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings['learning_rate'], weight_decay=settings['weight_decay'])
    hardness, first, checkpoint = np.full(len(facts['label']), 0.5), 0, run / 'checkpoint.pt'
    spots = np.full((len(facts['label']), 2), np.nan, np.float32)
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(kept['model'])
        average.load_state_dict(kept['average'])
        optimiser.load_state_dict(kept['optimiser'])
        hardness, first = kept['hardness'], kept['step']
        spots = kept.get('spots', spots)
        torch.set_rng_state(kept['torch_random'])
        np.random.set_state(kept['numpy_random'])
    total, began, seen = settings['steps'], time.time(), []
    last = total if stop_at is None else min(total, stop_at)
    for step in range(first, last):
        if step % settings['epoch'] == 0 or step == first:
            positive, up, negative, down = chances(facts, indices, hardness, settings)
            model.train()
        crop, batch = [stage[1:] for stage in settings['stages'] if step >= stage[0] * total][-1]
        chosen = np.concatenate([np.random.choice(positive, batch // 2, p=up), np.random.choice(negative, batch - batch // 2, p=down)])
        x, boxes, counts, theta = batch_of(images, facts, chosen, spots, crop, settings)
        for group in optimiser.param_groups:
            group['lr'] = settings['learning_rate'] * rate(step, total, settings['warm'], settings['decay'])
        materials = None if weak is None else lambda seen: material.loss(seen, images, facts, chosen, weak, theta, crop)
        loss, found = losses(model, x, boxes, counts, facts, chosen, settings, materials)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        loop.averaged(average, model, min(settings['average'], (1 + step) / (10 + step)))
        highest, place = hardest(found, theta)
        hardness[chosen] = 0.7 * hardness[chosen] + 0.3 * highest.numpy()
        spots[chosen] = place.clamp(-1, 1).numpy()
        seen.append(float(loss.detach()))
        if (step + 1) % settings['epoch'] == 0 or step + 1 == last:
            line = {'step': step + 1, 'loss': round(float(np.mean(seen)), 5), 'seconds': round(time.time() - began, 1), 'process_seconds': round(time.process_time(), 1)}
            with open(run / 'log.jsonl', 'a', encoding='utf-8') as log:
                log.write(json.dumps(line) + '\n')
            print(run.name, json.dumps(line), flush=True)
            began, seen, part = time.time(), [], run / 'checkpoint.part'
            torch.save({'model': model.state_dict(), 'average': average.state_dict(), 'optimiser': optimiser.state_dict(), 'hardness': hardness, 'spots': spots,
                        'step': step + 1, 'torch_random': torch.get_rng_state(), 'numpy_random': np.random.get_state()}, part)
            part.replace(checkpoint)
    torch.save(average.state_dict(), run / 'final.pt')
    average.eval()
    return average
