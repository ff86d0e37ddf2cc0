"""Make the pack slide-focus: find the sources, train on degraded tiles, measure, export.

    python slide_focus.py prepare --data FOLDER --work FOLDER
    python slide_focus.py train   --work FOLDER
    python slide_focus.py report  --work FOLDER
    python slide_focus.py domain  --work FOLDER --foreign FOLDER…
    python slide_focus.py pack    --work FOLDER --pack FOLDER
    python slide_focus.py tiles   --work FOLDER --out FOLDER     held-out degraded tiles as PNG, with their truth

FOLDER of tiles: H&E, in focus, 224 × 224 pixels, PNG or JPEG; the letters of a name are its class (only used to share
classes evenly between the parts). The training can be cut at any epoch and started again with the same command.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from overread_training import loop  # noqa: E402
from overread_training.slide import network, scene, sources, teach  # noqa: E402

HERE = Path(__file__).resolve().parent


def kept(work):
    with np.load(work / 'tiles.npz') as file:
        return {key: file[key] for key in file.files}


def prepare(arguments, config):
    if arguments.data is None:
        raise SystemExit('prepare needs --data FOLDER, a folder of H&E tiles')
    arguments.work.mkdir(parents=True, exist_ok=True)
    sources.prepare(arguments.data, arguments.work, config)


def train(arguments, config):
    d = kept(arguments.work)
    mine = np.flatnonzero(d['split'] == 'train')
    glasses = scene.glass_patches(d['tiles'][mine])
    loop.seed_everything(config['seed'])
    model = network.SlideNet(config['widths'], config['dropout'])
    loop.train(model, teach.batch_loss(d['tiles'], glasses, config['weights']), mine, config, arguments.work / 'runs' / 'slide', config['seed'], arguments.stop_after)


def report(arguments, config):
    from overread_training.slide import report as measured
    measured.write(arguments.work, config, kept(arguments.work))


def pack(arguments, config):
    from overread_training.slide import pack as packing
    packing.write(arguments.work, arguments.pack, config, kept(arguments.work), arguments.foreign)


def domain(arguments, config):
    from overread_training.slide import pack as packing
    print(json.dumps(packing.domain(arguments.work, config, kept(arguments.work), arguments.foreign)[1]))


def tiles(arguments, config):
    from overread_training.slide import testset
    testset.write_pngs(arguments.work, arguments.out, config, kept(arguments.work))


STEPS = {'prepare': prepare, 'train': train, 'report': report, 'domain': domain, 'pack': pack, 'tiles': tiles}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('step', choices=STEPS)
    parser.add_argument('--data', type=Path, help='folder of H&E tiles, 224 × 224 pixels, in focus')
    parser.add_argument('--work', type=Path, required=True, help='folder for caches, checkpoints and reports, outside the repository')
    parser.add_argument('--pack', type=Path, help='folder of the pack to write')
    parser.add_argument('--foreign', type=Path, nargs='*', default=[], help='folders of other images (radiographs, CT, MR) to measure the domain check on')
    parser.add_argument('--out', type=Path, help='folder for the degraded tiles')
    parser.add_argument('--config', type=Path, default=HERE / 'configs' / 'slide_focus.json')
    parser.add_argument('--stop-after', type=int, help='stop after so many epochs; run again to go on; 0 finishes with the averaged weights as they are')
    parser.add_argument('--threads', type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    STEPS[arguments.step](arguments, json.loads(arguments.config.read_text(encoding='utf-8')))


if __name__ == '__main__':
    main()
