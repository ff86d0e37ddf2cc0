"""Make the pack chest-adult: prepare the data, train, measure, export.

    python chest_adult.py prepare --data FOLDER --work FOLDER
    python chest_adult.py lung    --work FOLDER --split final|s2m|m2s|fold0…
    python chest_adult.py pretrain --work FOLDER --split s2m
    python chest_adult.py tb      --work FOLDER --split … [--variant NAME]
    python chest_adult.py without-masks --work FOLDER
    python chest_adult.py pointing --work FOLDER
    python chest_adult.py limits  --work FOLDER --foreign FOLDER…
    python chest_adult.py familiar --work FOLDER --foreign FOLDER…
    python chest_adult.py report  --work FOLDER
    python chest_adult.py probe   --work FOLDER
    python chest_adult.py readings --work FOLDER
    python chest_adult.py pack    --work FOLDER --pack FOLDER
    python chest_adult.py heldout --work FOLDER --out FILE

Every training can be cut at any epoch and started again with the same command.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from overread_training import data, loop, networks, stages  # noqa: E402

HERE = Path(__file__).resolve().parent


def settings(arguments):
    """The configuration file, with the overrides of the named variant laid over it."""
    config = json.loads((arguments.config or HERE / 'configs' / 'chest_adult.json').read_text(encoding='utf-8'))
    variant = config.get('variants', {}).get(arguments.variant or config.get('ship'), {})
    config['tb'] = {**config['tb'], **variant}
    return config


def cached(work):
    kept = np.load(work / 'chest-adult.npz')
    return {key: kept[key] for key in kept.files}


def sampling(site, indices, small_site):
    """Weights that lift the smaller site to the given share of what is drawn (None where only one site is in)."""
    here = site[indices]
    small = here == 'montgomery'
    if not small_site or small.all() or not small.any():
        return None
    return np.where(small, small_site / small.sum(), (1 - small_site) / (~small).sum())


def prepare(arguments, config):
    work = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    if arguments.children:
        data.prepare_children(arguments.children, work / 'children.npz')
    if arguments.data:
        data.prepare(arguments.data, work / 'chest-adult.npz')


def lung(arguments, config):
    work, split = arguments.work, arguments.split
    d = cached(work)
    train, _ = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
    train = train[d['has_mask'][train]]
    run = work / 'runs' / f'lung-{split}'
    plan = {**config['lung'], **config['lung'].get(split, {})}
    model = loop.train(networks.LungNet(plan['widths']), stages.lung_loss(d['images'], d['masks']), train, plan, run, config['seed'], arguments.stop_after, sampling(d['site'], train, 0.25))
    if (run / 'final.pt').exists():
        np.save(run / 'masks.npy', stages.predict_masks(model, d['images']))


def tb_model(config, variant):
    return networks.TbNet(variant['widths'], variant['dropout'], variant['mix_norm'], pooling=variant['pooling'])


def load_start(model, path):
    """Weights to start from: of another school (pretrain, chest-child) into all but the last layer, of the same task into every layer."""
    kept = torch.load(path, weights_only=True)
    other = not path.parent.name.startswith('tb-')
    stem = kept['stem.0.weight']
    missing = model.stem[0].weight.shape[1] - stem.shape[1]
    if missing:  # chest-child sees no mask: its weights for that channel begin at nothing
        kept['stem.0.weight'] = torch.cat([stem, torch.zeros(stem.shape[0], missing, *stem.shape[2:])], 1)
    model.load_state_dict({k: v for k, v in kept.items() if not (other and k.startswith('evidence'))}, strict=False)


def with_children(work, d, masks, train, count):
    """Images, masks, labels, indices and sampling weights with `count` children's radiographs (half with pneumonia) as half of what is drawn, labels balanced."""
    kept = np.load(work / 'children.npz')
    here = np.random.default_rng(1)
    picked = np.sort(np.concatenate([here.choice(np.flatnonzero(kept['label'] == k), count // 2, replace=False) for k in (0, 1)]))
    images = np.concatenate([d['images'], (kept['images'][picked] / 255).astype(d['images'].dtype)])
    fields = np.concatenate([masks, np.load(work / 'children-masks-s2m.npy')[picked]])
    label = np.concatenate([d['label'], kept['label'][picked]])
    ill = d['label'][train] == 1
    chances = np.concatenate([np.where(ill, 0.25 / ill.sum(), 0.25 / (~ill).sum()), np.full(count, 0.5 / count)])
    return images, fields, label, np.concatenate([train, len(d['label']) + np.arange(count)]), chances


def tb(arguments, config):
    work, split = arguments.work, arguments.split
    d, variant = cached(work), {**config['tb'], **config['tb'].get(split, {})}
    crop = variant.get('crop', config['crop'])
    train, test = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
    name = arguments.variant or config['ship']
    run = work / 'runs' / f'tb-{name}-{split}' if not arguments.seed else work / 'runs' / f'tb-{name}-{split}-seed{arguments.seed}'
    masks = np.load(work / 'runs' / f'lung-{split}' / 'masks.npy')
    images, fields, label, drawn, chances = d['images'], masks, d['label'], train, sampling(d['site'], train, variant.get('small_site'))
    if variant.get('children'):
        images, fields, label, drawn, chances = with_children(work, d, masks, train, variant['children'])
    seed = config['seed'] + arguments.seed
    loop.seed_everything(seed)
    model = tb_model(config, variant)
    if variant.get('start'):
        load_start(model, work / 'runs' / variant['start'] / 'final.pt')
    if variant.get('copies'):
        loss = stages.late_loss(model, images, fields, label, crop, variant['smoothing'], variant['mixup'], variant['strength'],
                                variant['patches'], variant['copies'], drawn)
    else:
        loss = stages.class_loss(images, fields, label, crop, variant['smoothing'], variant['mixup'], variant.get('whole', False),
                                 variant['strength'], variant['patches'], variant.get('equal', False))
    model = loop.train(model, loss, drawn, variant, run, seed, arguments.stop_after, chances)
    if (run / 'final.pt').exists():
        logits = stages.predict_logits(model, d['images'], masks, crop, whole=variant.get('whole', False), equal=variant.get('equal', False))
        np.save(run / 'logits.npy', logits)
        from sklearn.metrics import roc_auc_score
        for part, index in (('train', train), ('test', test)):
            for place in ('shenzhen', 'montgomery'):
                here = index[d['site'][index] == place]
                if len(here):
                    print(run.name, part, place, len(here), 'AUC', round(roc_auc_score(d['label'][here], logits[here]), 4), flush=True)


def pretrain(arguments, config):
    """First school: pneumonia in children, on lung crops drawn by a lung net that never saw the split's test site."""
    work = arguments.work
    kept = np.load(work / 'children.npz')
    images, label = kept['images'], kept['label']
    source = arguments.split or 's2m'
    masks_file = work / f'children-masks-{source}.npy'
    if not masks_file.exists():
        model = networks.LungNet(config['lung']['widths'])
        model.load_state_dict(torch.load(work / 'runs' / f'lung-{source}' / 'final.pt', weights_only=True))
        np.save(masks_file, np.concatenate([stages.predict_masks(model, images[i:i + 64].astype(np.float32) / 255) for i in range(0, len(images), 64)]))
    plan, run = config['pretrain'], work / 'runs' / f'pretrain-{source}'
    model = tb_model(config, config['tb'])
    weights = np.where(label == 1, 0.5 / label.sum(), 0.5 / (1 - label).sum())
    loss = stages.class_loss(images, np.load(masks_file), label, config['crop'], plan['smoothing'], plan['mixup'], strength=plan['strength'])
    loop.train(model, loss, np.arange(len(label)), plan, run, config['seed'], arguments.stop_after, weights)


def without_masks(arguments, config):
    """The fold classifiers on Shenzhen with the fields of a lung net that never saw a Shenzhen mask."""
    from overread_training import evaluation

    work, d, name = arguments.work, cached(arguments.work), config['ship']
    masks = np.load(work / 'runs' / 'lung-m2s' / 'masks.npy')
    logits = np.zeros(len(d['site']), np.float32)
    tested = np.zeros(len(d['site']), bool)
    for fold in range(config['folds']):
        trained = work / 'runs' / f'tb-{name}-fold{fold}' / 'final.pt'
        if not trained.exists():
            continue
        _, test = data.split_indices(d['site'], d['label'], f'fold{fold}', config['folds'], config['seed'])
        model = tb_model(config, config['tb'])
        model.load_state_dict(torch.load(trained, weights_only=True))
        logits[test] = stages.predict_logits(model, d['images'][test], masks[test], config['tb'].get('crop', config['crop']), equal=config['tb'].get('equal', False))
        tested[test] = True
    here = tested & (d['site'] == 'shenzhen')
    found = {'shenzhen': evaluation.auc(d['label'][here], logits[here])}
    (work / 'without-shenzhen-masks.json').write_text(json.dumps(found), encoding='utf-8')
    print(found)


def pointing(arguments, config):
    """Whether the map points at what the score is about: figures of the folds' networks on images they did not train on."""
    from overread_training import pack
    from overread_training import pointing as test

    work, d, variant = arguments.work, cached(arguments.work), config['tb']
    models = {fold: pack.joined(work, config, f'fold{fold}', config['ship']) for fold in range(config['folds'])
              if (work / 'runs' / f'tb-{config["ship"]}-fold{fold}' / 'final.pt').exists()}
    found = test.measure(models, d, config, config['box_threshold'], variant.get('crop', config['crop']) // 16)
    (work / 'pointing.json').write_text(json.dumps(found, indent=1) + '\n', encoding='utf-8')
    print(json.dumps(found, indent=1))


def limits(arguments, config):
    """The limits of the domain check, by tuning images and the choosing half of foreign ones (--foreign) -> limits.json."""
    from overread_training import foreign, ood, pack

    d = cached(arguments.work)
    made, _ = pack.familiar(arguments.work, d, config)
    some = pack.tuning(d, config)
    others = {**foreign.every(arguments.foreign, config['size'], config['foreign_images'], 'choosing'), **foreign.spoiled(some)}
    ood.tuned(made, some, others, config['familiar'], arguments.work / 'limits.json')


def familiar(arguments, config):
    """What the distances from the training images say of other images: of the shipped split's test part, and of the measuring half of foreign ones (--foreign).

    And how far scores move when images are changed. Needs the `report` of the classifiers first; run `report` again afterwards.

    Also fitted on one site and asked about the other: what a clinic must expect that no image was seen of.
    """
    from overread_training import calibration, changes, foreign, ood, pack

    work, d = arguments.work, cached(arguments.work)
    made, edges = pack.familiar(work, d, config)
    _, test = data.split_indices(d['site'], d['label'], config['ship_split'], config['folds'], config['seed'])
    own = {'test part of both sites (should pass)': d['images'][test], 'the same, mildly changed (should pass)': ood.varied(d['images'][test], 1, 7)}
    outside = foreign.every(arguments.foreign, config['size'], config['foreign_images'], 'measuring')
    found = ood.measured(made, edges, {**own, **outside, **foreign.spoiled(d['images'][test])})
    share = json.loads((work / 'limits.json').read_text(encoding='utf-8'))['share']
    for here, there in (('shenzhen', 'montgomery'), ('montgomery', 'shenzhen')):
        mine = np.random.default_rng(config['seed']).permutation(np.flatnonzero(d['site'] == here))
        count = len(mine) // 4
        some = d['images'][mine[:count]]
        other, _ = ood.prepared(work / f'familiar-{here}.pt', d['images'][mine[count:]], some, config['familiar'])
        limits = ood.within([np.concatenate(ood.in_batches(other, inputs), 1) for inputs in (some, ood.varied(some, 3, 31))], share)
        found[f'fitted on {here.capitalize()} alone, {there.capitalize()}\'s images (should pass)'] = ood.measured(other, limits, {'x': d['images'][d['site'] == there]})['x']
    model = pack.joined(work, config, config['ship_split'], config['ship'])
    part, limits_of = np.random.default_rng(11).permutation(test), json.loads((work / 'report.json').read_text(encoding='utf-8'))['tb']['operatingPoints']

    def score(inputs):
        with torch.no_grad():
            return calibration.sigmoid(np.concatenate([model(torch.from_numpy(inputs[i:i + 16]).unsqueeze(1))[1][:, 0].numpy() for i in range(0, len(inputs), 16)]))

    at = work / 'robustness.json'
    moved = changes.measured(d['images'][part].astype(np.float32), d['label'][part], config['size'], score, limits_of['balanced'],
                             lambda inputs: ood.over(made, edges, inputs).any(0), json.loads(at.read_text(encoding='utf-8')) if at.exists() else None)
    at.write_text(json.dumps(moved, indent=1) + '\n', encoding='utf-8')
    (work / 'foreign.json').write_text(json.dumps(found, indent=1) + '\n', encoding='utf-8')
    print(ood.table(found), edges)


def probe(arguments, config):
    """Across sites without teaching a network again -> probe.json: see `overread_training/probe.py`. Each way is measured once."""
    from overread_training import evaluation
    from overread_training import probe as ways

    work, d, variant, found = arguments.work, cached(arguments.work), config['tb'], {}
    crop = variant.get('crop', config['crop'])
    for split in ('s2m', 'm2s'):
        train, test = data.split_indices(d['site'], d['label'], split, config['folds'], config['seed'])
        masks = np.load(work / 'runs' / f'lung-{split}' / 'masks.npy')
        first = tb_model(config, variant)
        first.load_state_dict(torch.load(work / 'runs' / 'pretrain-s2m' / 'final.pt', weights_only=True))
        values = ways.features(first, d['images'], masks, crop)
        for name, scaled in (('linear', values), ('linear, own scale', ways.by_own_scale(values, d['site']))):
            logits, strength, inside = ways.linear(scaled, d['label'], train, config['seed'])
            found.setdefault(name, {})[split] = {'auc': list(evaluation.auc(d['label'][test], logits[test])), 'strength': strength, 'cross-validated in its own site': inside}
            if name == 'linear':
                alone = logits
        taught = tb_model(config, variant)
        taught.load_state_dict(torch.load(work / 'runs' / f'tb-{config["ship"]}-{split}' / 'final.pt', weights_only=True))
        taught = ways.adapted(taught, d['images'][test], masks[test], crop)
        logits = stages.predict_logits(taught, d['images'][test], masks[test], crop)
        found.setdefault('norms', {})[split] = {'auc': list(evaluation.auc(d['label'][test], logits))}
        # Each scaled by its own spread on the training site.
        members = [work / 'runs' / f'tb-{name}-{split}' / 'logits.npy' for name in config['together']]
        if all(at.exists() for at in members):
            mean = sum(values / values[train].std() for values in (alone, *map(np.load, members)))
            found.setdefault('together', {})[split] = {'auc': list(evaluation.auc(d['label'][test], mean[test]))}
        (work / 'probe.json').write_text(json.dumps(found, indent=1) + '\n', encoding='utf-8')
    print(json.dumps(found, indent=1))


def ways(arguments, config):
    """One pass beside the shipped reading with the mirror image: time and AUC on the shipped split's test part -> readings.json."""
    from overread_training import evaluation, pack, readings

    work, d = arguments.work, cached(arguments.work)
    _, test = data.split_indices(d['site'], d['label'], config['ship_split'], config['folds'], config['seed'])
    model = pack.joined(work, config, config['ship_split'], config['ship'])
    model.familiar, _ = pack.familiar(work, d, config)
    readings.measured(work, model, config['size'], pack.OUTPUTS, 'tb_logit', d['images'][test], lambda logits: evaluation.auc(d['label'][test], logits))


def heldout(arguments, config):
    """truth.csv of the shipped split's test part, for product.py."""
    d = cached(arguments.work)
    _, test = data.split_indices(d['site'], d['label'], config['ship_split'], config['folds'], config['seed'])
    with open(arguments.out, 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows([('file', 'Tuberculosis'), *((d['names'][index], d['label'][index]) for index in test)])


STEPS = {'limits': limits, 'readings': ways, 'probe': probe, 'heldout': heldout, 'familiar': familiar, 'prepare': prepare, 'lung': lung, 'tb': tb, 'pretrain': pretrain, 'without-masks': without_masks, 'pointing': pointing}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('step', choices=[*STEPS, 'report', 'pack'])
    parser.add_argument('--data', type=Path, help='folder with labels.csv, images/ and masks/')
    parser.add_argument('--children', type=Path, help='folder of the paediatric set (only for the pretrained variant)')
    parser.add_argument('--foreign', type=Path, nargs='*', help='folders of other images that the model should abstain for (limits and familiar)')
    parser.add_argument('--work', type=Path, required=True, help='folder for caches, checkpoints and reports, outside the repository')
    parser.add_argument('--split', help='final, s2m, m2s or foldN')
    parser.add_argument('--variant', help='a name under "variants" in the configuration')
    parser.add_argument('--config', type=Path)
    parser.add_argument('--seed', type=int, default=0, help='added to the configuration\'s seed')
    parser.add_argument('--stop-after', type=int, help='stop after so many epochs; run again to go on; 0 finishes with the averaged weights as they are')
    parser.add_argument('--pack', type=Path)
    parser.add_argument('--out', type=Path, help='the CSV to write (heldout only)')
    parser.add_argument('--threads', type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    config = settings(arguments)
    if arguments.step in STEPS:
        STEPS[arguments.step](arguments, config)
    elif arguments.step == 'report':
        from overread_training import report
        report.write(arguments.work, config, cached(arguments.work))
    else:
        from overread_training import pack
        pack.write(arguments.work, arguments.pack, config, cached(arguments.work))


if __name__ == '__main__':
    main()
