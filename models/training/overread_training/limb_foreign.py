"""Which images limb-fracture takes for foreign: `ood`'s distances at half the input's resolution, and two of what the detector itself sees: from limbs in every quarter turn, and of limbs against other kinds."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import evaluation, foreign, limbs, ood

HALF = limbs.SIZE // 2
# Standardised signs of the linear model are cut there: nothing far outside may outweigh the rest.
CLIP = 8
RULES = (('layout_distance', 'The image is laid out unlike the radiographs of limbs that the model was made with: another body part, or no radiograph'),
         ('texture_distance', 'The image is textured unlike the radiographs of limbs that the model was made with: another kind of image, inverted, or noise'),
         ('feature_distance', 'What the model sees in the image is unlike the radiographs of limbs that it was made with: another body part or kind of image'),
         ('kind_distance', 'What the model sees in the image is more like another kind of image (another body part, a slice of CT or MR, a photograph, black and white exchanged) than like a radiograph of a limb'))


def small(images):
    """Inputs [n, 448, 448] (uint8 or 0..1) -> float16 [n, 224, 224] in 0..1, means of 2 × 2 pixels."""
    scale = 255 if images.dtype == np.uint8 else 1
    return np.stack([(image.reshape(HALF, 2, HALF, 2).mean((1, 3)) / scale).astype(np.float16) for image in images])


def turned(inputs, seed=2):
    """Each image in a random quarter turn: limbs are laid down in every one."""
    quarter = np.random.default_rng(seed).integers(0, 4, len(inputs))
    return np.stack([np.rot90(image, k) for image, k in zip(inputs, quarter)])


class Features(nn.Module):
    """From the detector's own features of an image [b, 1, s, s], two values [b, 1]: how far they lie from those of limbs (about 1 for what it was fitted on),
    and how sure a linear model of them is that it is no limb (0 and more, in nats).

    Means of every channel at three strides and deviations at one, as logs, against a Gaussian (after Lee et al. 2018, without classes); the linear model was
    taught with other kinds of images (after Hendrycks et al. 2019).
    """

    def __init__(self, member):
        super().__init__()
        self.member = member
        count = sum(member.lateral[place].in_channels for place in (0, 1, 1, 2))
        for name, shape in (('middle', (count,)), ('map', (count, count)), ('centre', (count,)), ('kind', (count, 1)), ('bias', (1,))):
            self.register_buffer(name, torch.zeros(*shape))
        self.register_buffer('scale', torch.ones(count))

    def signs(self, image):
        third, fourth, fifth = self.member.levels(image)
        means = [level.float().mean((2, 3)) for level in (third, fourth, fifth)]
        spread = ((fourth.float() - means[1][:, :, None, None]) ** 2).mean((2, 3)).sqrt()
        return (torch.cat([*means, spread], 1) + 0.05).log()

    def forward(self, image):
        signs = self.signs(image)
        apart = (((signs - self.middle) @ self.map) ** 2).mean(1, keepdim=True).sqrt()
        return apart, nn.functional.softplus(((signs - self.centre) / self.scale).clamp(-CLIP, CLIP) @ self.kind + self.bias)

    def seen(self, inputs, batch=8):
        """`signs` of inputs [n, s, s] (uint8 or 0..1), float64."""
        out = []
        with torch.no_grad():
            for start in range(0, len(inputs), batch):
                x = inputs[start:start + batch]
                out.append(self.signs(torch.from_numpy(np.ascontiguousarray(x, np.float32) / (255 if x.dtype == np.uint8 else 1)).unsqueeze(1)))
        return torch.cat(out).numpy().astype(np.float64)

    def fit(self, inputs, shrinkage=0.05):
        """Set middle and map from inputs that must pass."""
        values = self.seen(inputs)
        mean, deviation = values.mean(0), values.std(0) + 1e-3
        covariance = (1 - shrinkage) * np.cov(((values - mean) / deviation).T) + shrinkage * np.eye(len(mean))
        spread, directions = np.linalg.eigh(covariance)
        self.middle.copy_(torch.from_numpy(mean.astype(np.float32)))
        self.map.copy_(torch.from_numpy((directions / np.sqrt(spread) / deviation[:, None]).astype(np.float32)))

    def teach(self, own, others, strength=0.1):
        """Fit the linear model of signs [n, k]: own images against other kinds (name -> signs), each kind counting alike, all kinds as much as the own."""
        from sklearn.linear_model import LogisticRegression

        self.centre.copy_(torch.from_numpy(own.mean(0).astype(np.float32)))
        self.scale.copy_(torch.from_numpy((own.std(0) + 1e-6).astype(np.float32)))
        weights = np.concatenate([np.ones(len(own)), *(np.full(len(some), len(own) / len(others) / len(some)) for some in others.values())])
        label = np.repeat([0, 1], [len(own), sum(map(len, others.values()))])
        fitted = LogisticRegression(C=strength, max_iter=2000).fit(self.clipped(np.concatenate([own, *others.values()])), label, sample_weight=weights)
        self.kind.copy_(torch.from_numpy(fitted.coef_.T.astype(np.float32)))
        self.bias.copy_(torch.from_numpy(fitted.intercept_.astype(np.float32)))

    def clipped(self, signs):
        return np.clip((signs - self.centre.numpy()) / self.scale.numpy(), -CLIP, CLIP)

    def of_signs(self, signs):
        """[n, 2] of signs [n, k]."""
        apart = np.sqrt((((signs - self.middle.numpy()) @ self.map.numpy().astype(np.float64)) ** 2).mean(1))
        return np.stack([apart, np.logaddexp(0, self.clipped(signs) @ self.kind.numpy()[:, 0] + self.bias.numpy()[0])], 1)

    def distances(self, inputs):
        """[n, 2] of inputs [n, s, s]."""
        return self.of_signs(self.seen(inputs))


class WithDistances(nn.Module):
    """The detector's graph and, beside its outputs, the distances of its input."""

    def __init__(self, model, familiar, features):
        super().__init__()
        self.model, self.familiar, self.features = model, familiar, features

    def forward(self, image):
        return (*self.model(image), *self.familiar(nn.functional.avg_pool2d(image, 2)), *self.features(image))


def fitted_features(work, member, images, trained, plan):
    """(Features, limit) of a detector, fitted on training images as they are, turned and mildly changed; tuned on others. Kept in WORK/features.pt for these weights."""
    made, at = Features(member).eval(), work / 'features.pt'
    key = float(sum(value.detach().double().abs().sum() for value in member.parameters()))
    state = torch.load(at, weights_only=True) if at.exists() else {}
    if state.get('key') != key:
        order = np.random.default_rng(4).permutation(trained)[:plan['feature images'] + plan['tune']]
        fit_on, tune_on = (images[np.sort(part)] for part in (order[:plan['feature images']], order[plan['feature images']:]))
        made.fit(np.concatenate([fit_on, turned(fit_on), np.round(255 * ood.varied(turned(fit_on, 3) / np.float32(255), 1)).astype(np.uint8)]))
        limit = float(np.quantile(np.concatenate([made.distances(tune_on), made.distances(turned(tune_on))])[:, 0], plan['passing features']))
        state = {'key': key, 'middle': made.middle, 'map': made.map, 'limit': limit}
        torch.save(state, at)
    made.middle.copy_(state['middle'])
    made.map.copy_(state['map'])
    return made, state['limit']


def fitted(work, images, trained, plan):
    """(Familiar, limits) fitted on part of the training images and tuned on another part; kept in WORK/familiar.pt."""
    order = np.sort(np.random.default_rng(4).permutation(trained)[:plan['images'] + plan['tune']])
    order = np.random.default_rng(5).permutation(order)
    fit_on, tune_on = (small(images[np.sort(part)]) for part in (order[:plan['images']], order[plan['images']:]))
    at = work / 'familiar.pt'
    if not at.exists():
        both = np.concatenate([fit_on, turned(fit_on), ood.varied(turned(fit_on, 3), plan['copies'])])
        made = ood.fit(both, plan['kept'])
        tune = np.concatenate([tune_on, turned(tune_on)])
        edges = [max(pair) for pair in zip(ood.limits(made, tune, plan['passing']), ood.limits(made, ood.varied(tune, 1), plan['passing varied']))]
        torch.save({'weights': made.state_dict(), 'limits': edges}, at)
    state = torch.load(at, weights_only=True)
    made = ood.Familiar(HALF, plan['kept'])
    made.load_state_dict(state['weights'])
    return made.eval(), state['limits']


def bytes_of(inputs):
    return np.round(255 * np.asarray(inputs, np.float32)).astype(np.uint8)


def changed(images, seed):
    """Mild changes of images [n, 448, 448] uint8, in random quarter turns."""
    return bytes_of(ood.varied(turned(images, seed) / np.float32(255), 1, seed))


def strangers(places, most, part, own):
    """name -> inputs uint8 of one half of foreign images (folders by name, photographs), and of own images spoiled."""
    out = {'photographs': foreign.photographs(lambda grey: limbs.to_input(grey), most, part=part), **{name: letterboxed(folder, most, part) for name, folder in places.items()},
           **{name: inputs for name, inputs in foreign.spoiled(own[:most] / np.float32(255)).items() if not name.startswith('turned')}}
    return {name: bytes_of(inputs) for name, inputs in out.items()}


NOISE = ('white noise', 'smooth noise')


def limits(work, model, config, images, trained, places):
    """Teach the linear model of kinds and set all limits together, by training images that no distance was fitted on and the choosing half of other kinds -> kind.pt, limits.json.

    The share of own images that may pass is the largest at which a kind that was left out of the teaching abstains too (`unseen`, of its choosing half): photographs and folders; own images spoiled only teach.
    """
    plan = config['foreign']
    familiar, _ = fitted(work, images, trained, plan)
    features, _ = fitted_features(work, model.members[0], images, trained, plan)
    free = np.random.default_rng(4).permutation(trained)[plan['images'] + plan['tune']:]
    teach_on, tune_on = (np.asarray(images[np.sort(part)]) for part in (free[:plan['kind images']], free[plan['kind images']:2 * plan['kind images']]))
    both = lambda x: (features.seen(x), np.concatenate(ood.in_batches(familiar, small(x)), 1))  # noqa: E731
    taught = np.concatenate([features.seen(x) for x in (teach_on, turned(teach_on), changed(teach_on, 3))])
    own = [both(np.concatenate([tune_on, turned(tune_on)])), both(changed(tune_on, 5))]
    halves = {name: both(x) for name, x in strangers(places, plan['most'], 'choosing', tune_on).items() if name not in NOISE}

    def within(kinds, shares):
        features.teach(taught, {name: halves[name][0] for name in kinds})
        every = lambda pair: np.concatenate([pair[1], features.of_signs(pair[0])], 1)  # noqa: E731
        return {share: ood.within([every(part) for part in own], share) for share in shares}, every

    unseen = {share: {} for share in sorted(plan['shares'], reverse=True)}
    for name in ('photographs', *places):
        found, every = within([other for other in halves if other != name], unseen)
        for share, edges in found.items():
            unseen[share][name] = float((every(halves[name]) > edges).any(1).mean())
    share = next((share for share, found in unseen.items() if min(found.values()) >= 0.95), min(unseen))
    found, every = within(halves, [share])
    edges = found[share]
    abstains = {name: float((every(pair) > edges).any(1).mean()) for name, pair in halves.items()}
    torch.save({name: getattr(features, name) for name in ('centre', 'scale', 'kind', 'bias')}, work / 'kind.pt')
    (work / 'limits.json').write_text(json.dumps({'limits': edges, 'share': share, 'choosing half abstains': abstains, 'unseen': unseen[share], 'all unseen': unseen}, indent=1) + '\n', encoding='utf-8')
    return edges, share, abstains, unseen


def joined(work, model, config, images, trained):
    """(graph with distances, the manifest's `outOfDomain`). Needs `limits` first."""
    work = Path(work)
    familiar, _ = fitted(work, images, trained, config['foreign'])
    features, _ = fitted_features(work, model.members[0], images, trained, config['foreign'])
    for name, values in torch.load(work / 'kind.pt', weights_only=True).items():
        getattr(features, name).copy_(values)
    edges = json.loads((work / 'limits.json').read_text(encoding='utf-8'))['limits']
    rules = [{'output': name, 'limit': float(edge), 'reason': reason} for (name, reason), edge in zip(RULES, edges)]
    return WithDistances(model, familiar, features), rules


def letterboxed(folder, most, part=None, seed=3):
    """At most `most` images of a folder (plain or DICOM), or of one half of it, drawn at random, as the model's input."""
    found, out = foreign.files(folder, part), []
    for index in np.random.default_rng(seed).permutation(len(found)):
        if len(out) == most:
            break
        file = found[index]
        grey = foreign.plain_image(file) if file.suffix.lower() in foreign.PLAIN else foreign.dicom_frame(file)
        if grey is not None and min(grey.shape) >= 32:
            out.append(limbs.to_input(grey))
    return np.stack(out)


def measured(distances, edges, images, held, places, most, seed=1):
    """Which share of each group abstains: held-out limbs as they are, turned and mildly changed, spoiled ones, and the measuring half of photographs and foreign folders (name -> folder).

    distances(inputs) -> [n, 4].
    """
    own = np.asarray(images[np.sort(np.random.default_rng(seed).permutation(held)[:3 * most])])
    groups = {'held-out limbs': own, 'held-out limbs in a random quarter turn': turned(own, 7), 'held-out limbs, mildly changed': changed(own, 9), **strangers(places, most, 'measuring', own)}
    out = {}
    for name, inputs in groups.items():
        over = distances(inputs) > np.asarray(edges)
        out[name] = {'images': len(inputs), 'abstain': float(over.any(1).mean()), 'interval': list(evaluation.interval(over.any(1).astype(float))),
                     'rules': {word.split('_')[0]: float(over[:, place].mean()) for place, (word, _) in enumerate(RULES)}}
    return out
