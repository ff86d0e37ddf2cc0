"""limb-fracture: prepare, train, measure, test the map, export. See README.md for the commands."""

import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np
import torch

from overread_training import compact, detection, detection_report, detection_tests, detector_training, evaluation, export, limb_foreign, limb_pack, limbs, material, ood

HERE = Path(__file__).parent


def split(facts, config, name):
    """(train, held out) index arrays: foldK holds fold K out, `final` nothing."""
    fold, everything = limbs.folds(facts, config['folds'], config['seed']), np.arange(len(facts['label']))
    if name == 'final':
        return everything, everything[:0]
    return everything[fold != int(name[4:])], everything[fold == int(name[4:])]


def train(args, config):
    images, facts = limbs.load(args.work / 'cache')
    chosen, held = split(facts, config, args.split)
    for name, part in (('train', chosen), ('held out', held)):
        print(name, len(part), 'images', int(facts['label'][part].sum()), 'with a fracture', len(np.unique(facts['block'][part])), 'blocks', flush=True)
    settings = dict(config['training'], **config.get('variants', {}).get(args.variant, {}))
    name = args.variant + '-' + args.split
    weak = material.read(HERE / 'configs' / settings['weak'], facts, images.shape[1]) if 'weak' in settings else None
    made = detection.CentreNet(**dict(config['network'], widths=tuple(config['network']['widths'])), material=weak is not None)
    if settings.get('start'):
        begun = torch.load(args.work / 'runs' / f'{settings["start"]}-{args.split}' / 'final.pt', weights_only=True)
        # A head for metal and casts begins anew, or is left behind; nothing else may be missing.
        own = {name: part for name, part in made.state_dict().items() if name.startswith('material.')}
        made.load_state_dict({**{name: part for name, part in begun.items() if not name.startswith('material.')}, **own})
    detector_training.train(made, images, facts, chosen, settings, args.work / 'runs' / name, config['seed'] + settings.get('seed', 0), weak=weak)


def network(config, state):
    """A trained network as it ships: without the head that helped to learn metal and casts."""
    made = detection.CentreNet(**dict(config['network'], widths=tuple(config['network']['widths'])))
    made.load_state_dict({name: part for name, part in state.items() if not name.startswith('material.')})
    return made.eval()


def shipped(work, config):
    """(the graph of the runs named under `ship`, what they did in words). A run that is not finished gives its averaged weights so far."""
    members, words = [], []
    for name in config['ship']:
        run = work / 'runs' / name
        kept = torch.load(run / 'checkpoint.pt', weights_only=False)
        made = network(config, kept['average'])
        members.append(compact.rounded(made) if config.get('half') else made)
        planned = detector_training.planned(run)
        words.append(f'`{name}`: {kept["step"]} steps' + ('' if kept['step'] >= planned else f' of {planned} planned'))
    return detection.FractureGraph(members, config['mirrored'], config['share'], config.get('turns', (0,))).eval(), 'Trained: ' + '; '.join(words) + '. ' + config['trained'] + ' No step was picked by a held-out figure.'


def report(args, config):
    _, facts = limbs.load(args.work / 'cache')
    trained, held = split(facts, config, config['ship_split'])
    model, words = shipped(args.work, config)
    weights = args.work / 'measured.onnx'
    export.to_onnx(model, weights, limbs.SIZE, outputs=limb_pack.OUTPUTS)
    maps, logit = detection_report.predict(weights, args.data, facts, held, args.work / 'answers.npz')
    found, marks, groups = detection_report.measure(maps, logit, facts, held, config)
    found['split'] = {'all': len(facts['label']), 'fractured': int(facts['label'].sum()), 'boxes': int(facts['counts'].sum()), 'held': len(held),
                      'held fractured': int(facts['label'][held].sum()), 'train': len(trained), 'train fractured': int(facts['label'][trained].sum())}
    found['trained'], found['tried'] = words, '\n'.join(f'- {line}' for line in config['tried'])
    detection_report.write(args.work, found, marks, groups)
    print(json.dumps({name: {'auc': part.get('auc'), 'at 0.5': part.get('sensitivity', {}).get('0.5'), 'at 1': part.get('sensitivity', {}).get('1')} for name, part in found['subsets'].items()}, indent=1))
    print('calibration error', found['calibration']['ece'], 'candidates', found['candidates']['ece'], 'points', found['operatingPoints'], 'floor', found['floor'])


def reader(weights):
    """input [s, s] -> (logit of the image, candidates [5, c, c]) by onnxruntime."""
    run = export.session(weights)

    def read(image):
        logit, candidates = run.run(['fracture_logit', 'candidates'], {'image': image[None, None]})
        return float(logit[0, 0]), candidates[0]

    return read


def tests(args, config):
    """Robustness and deletion on held-out images, by the graph that `report` measured -> tests.json. A part that is there for these weights is kept."""
    images, facts = limbs.load(args.work / 'cache')
    _, held = split(facts, config, config['ship_split'])
    read, at, key = reader(args.work / 'measured.onnx'), args.work / 'tests.json', export.sha256(args.work / 'measured.onnx')
    done = json.loads(at.read_text(encoding='utf-8')) if at.exists() else {}
    done = done if done.get('weights') == key else {'weights': key}

    random = np.random.default_rng(config['seed'])
    sick, sound = (random.permutation(held[facts['label'][held] == value])[:most] for value, most in ((1, config['tests']['fractured']), (0, config['tests']['sound'])))

    def deletion():
        falls = detection_tests.deletion(read, args.data, facts, sick)
        hit = falls[:, 2] > 0
        return {'images': len(falls), 'fall': evaluation.interval(falls[:, 0]), 'elsewhere': evaluation.interval(falls[:, 1]),
                'further': evaluation.interval((falls[:, 0] > falls[:, 1]).astype(float)), 'hits': int(hit.sum()), 'fall of hits': float(falls[hit, 0].mean())}

    parts = {'deletion': deletion, 'moved': lambda: detection_tests.moved(read, args.data, facts, np.concatenate([sick, sound])),
             'quarters': lambda: detection_tests.in_quarters(shipped(args.work, config)[0], images, facts, held, config['rounds']),
             **{name: lambda name=name: reading(args, config, images, facts, held, name) for name in READINGS}}
    for name, part in parts.items():
        if name not in done:
            done[name] = part()
            at.write_text(json.dumps(done, indent=1), encoding='utf-8')
            print(name, json.dumps(done[name]), flush=True)


READINGS = {'one pass': (False, (0,)), 'with the mirror image': (True, (0,)), 'in all four turns': (False, (0, 1, 2, 3))}


def chosen_reading(config):
    """The name in READINGS of what the shipped graph does."""
    return next(name for name, (mirrored, turns) in READINGS.items() if mirrored == config['mirrored'] and tuple(config.get('turns', (0,))) == turns)


def reading(args, config, images, facts, held, name):
    """Figures and time of one way of reading an image, shipped or not: what the variants of testing are worth."""
    mirrored, turns = READINGS[name]
    model, spent = shipped(args.work, {**config, 'mirrored': mirrored, 'turns': turns})[0], []
    export.to_onnx(model, args.work / 'reading.onnx', limbs.SIZE, outputs=limb_pack.OUTPUTS)
    read = reader(args.work / 'reading.onnx')
    for index in held[:12]:
        began = time.perf_counter()
        read(images[index].astype(np.float32) / 255)
        spent.append(1000 * (time.perf_counter() - began))
    return {'ms': float(np.median(spent)), **detection_tests.in_quarters(model, images, facts, held, config['rounds'], (0,))['0']}


def clock(args, config):
    """The time of each way of reading an image and of the packed graph, taken anew into tests.json: for when nothing else runs."""
    images, _ = limbs.load(args.work / 'cache')
    at, graphs = args.work / 'tests.json', {'packed': args.pack / 'model.onnx'}
    done = json.loads(at.read_text(encoding='utf-8'))
    for place, name in enumerate(READINGS):
        if name in done:
            graphs[name] = args.work / f'clock-{place}.onnx'
            if not graphs[name].exists():
                export.to_onnx(shipped(args.work, {**config, 'mirrored': READINGS[name][0], 'turns': READINGS[name][1]})[0], graphs[name], limbs.SIZE, outputs=limb_pack.OUTPUTS)
    for name, weights in graphs.items():
        run, spent = export.session(weights), []
        for image in images[:30]:
            began = time.perf_counter()
            run.run(None, {'image': image.astype(np.float32)[None, None] / 255})
            spent.append(1000 * (time.perf_counter() - began))
        done.setdefault(name, {})['ms'] = float(np.median(spent[5:]))
    at.write_text(json.dumps(done, indent=1), encoding='utf-8')
    print({name: round(done[name]['ms'], 1) for name in graphs})


def foreign(args, config):
    """The distances of foreign images, fitted and tuned on the shipped graph's first network, then measured -> familiar.pt, features.pt, kind.pt, limits.json and foreign.json."""
    images, facts = limbs.load(args.work / 'cache')
    trained, held = split(facts, config, config['ship_split'])
    places = {(place.parent if place.name == 'images' else place).name: place for place in args.foreign or []}
    print(*limb_foreign.limits(args.work, shipped(args.work, config)[0], config, images, trained, places), flush=True)
    graph, rules = limb_foreign.joined(args.work, shipped(args.work, config)[0], config, images, trained)

    def distances(inputs):
        values = limb_foreign.small(inputs)
        return np.concatenate([np.concatenate(ood.in_batches(graph.familiar, values), 1), graph.features.distances(inputs)], 1)

    edges = [rule['limit'] for rule in rules]
    tuned = json.loads((args.work / 'limits.json').read_text(encoding='utf-8'))
    found = {'words': config['foreign']['words'], 'unseen': tuned['unseen'], 'share': tuned['share'], 'groups': limb_foreign.measured(distances, edges, images, held, places, config['foreign']['most'])}
    (args.work / 'foreign.json').write_text(json.dumps(found, indent=1), encoding='utf-8')
    print(edges, json.dumps(found['groups'], indent=0))


def heldout(args, config):
    """truth.csv of the held-out images, for product.py."""
    _, facts = limbs.load(args.work / 'cache')
    _, held = split(facts, config, config['ship_split'])
    with open(args.out, 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows([('file', limb_pack.LABEL), *((facts['names'][index], facts['label'][index]) for index in held)])


def pack(args, config):
    images, facts = limbs.load(args.work / 'cache')
    trained, held = split(facts, config, config['ship_split'])
    model, _ = shipped(args.work, config)
    found = json.loads((args.work / 'report.json').read_text(encoding='utf-8'))
    for name in ('tests', 'foreign'):
        at = args.work / f'{name}.json'
        if at.exists():
            found[name] = json.loads(at.read_text(encoding='utf-8'))
    if 'tests' in found:
        found['tests']['reading'] = chosen_reading(config)
        found['tests']['readings'] = {name: found['tests'][name] for name in READINGS if name in found['tests']}
    some = np.random.default_rng(3).permutation(held)[:24]
    inputs = np.stack([detection_report.read(args.data, facts['names'][index]) for index in some])
    rules = ()
    if config.get('foreign'):
        model, rules = limb_foreign.joined(args.work, model, config, images, trained)
    clocked = found.get('tests', {}).get('packed')
    limb_pack.write(args.work, args.pack, config, model, found, inputs, len(trained), rules, clocked and {'ms': clocked['ms']})
    for name in ('froc.svg', 'reliability.svg'):
        (args.pack / name).write_bytes((args.work / name).read_bytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--work', type=Path, required=True, help='an empty folder outside the repository')
    parser.add_argument('--config', type=Path, default=HERE / 'configs' / 'limb_fracture.json')
    parser.add_argument('--threads', type=int, default=1)
    does = parser.add_subparsers(dest='does', required=True)
    does.add_parser('prepare').add_argument('--data', type=Path, required=True)
    one = does.add_parser('train')
    one.add_argument('--split', default='fold0')
    one.add_argument('--variant', default='plain')
    does.add_parser('foreign').add_argument('--foreign', type=Path, nargs='+', help='folders of images that are no limbs, to measure with')
    does.add_parser('heldout').add_argument('--out', type=Path, required=True, help='the CSV to write')
    does.add_parser('clock').add_argument('--pack', type=Path, required=True)
    for name in ('report', 'tests', 'pack'):
        made = does.add_parser(name)
        made.add_argument('--data', type=Path, required=True, help='the folder with labels.csv, boxes.csv and images/')
        if name == 'pack':
            made.add_argument('--pack', type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    config = json.loads(args.config.read_text(encoding='utf-8'))
    if args.does == 'prepare':
        limbs.prepare(args.data, args.work / 'cache')
    else:
        globals()[args.does](args, config)


if __name__ == '__main__':
    main()
