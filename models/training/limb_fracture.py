"""limb-fracture: prepare, train, measure, test the map, export. See README.md for the commands."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from overread_training import detection, detector_training, limbs

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
    network = detection.CentreNet(**dict(config['network'], widths=tuple(config['network']['widths'])))
    if settings.get('start'):
        network.load_state_dict(torch.load(args.work / 'runs' / (settings['start'] + '-' + args.split) / 'final.pt'))
    detector_training.train(network, images, facts, chosen, settings, args.work / 'runs' / name, config['seed'])


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
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    config = json.loads(args.config.read_text(encoding='utf-8'))
    if args.does == 'prepare':
        limbs.prepare(args.data, args.work / 'cache')
    else:
        globals()[args.does](args, config)


if __name__ == '__main__':
    main()
