"""Make the pack chest-child: prepare the data, train, measure, export.

    python chest_child.py prepare --data FOLDER --work FOLDER
    python chest_child.py train   --work FOLDER [--variant NAME]
    python chest_child.py compare --work FOLDER
    python chest_child.py limits  --work FOLDER --foreign FOLDER…
    python chest_child.py report  --work FOLDER --foreign FOLDER…
    python chest_child.py readings --work FOLDER
    python chest_child.py pack    --work FOLDER --pack FOLDER
    python chest_child.py heldout --work FOLDER --out FILE

The training can be cut at any epoch and started again with the same command.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from overread_training import child_report, children, evaluation, export, foreign, loop, ood, preprocess, readings, shortcuts, whole  # noqa: E402

HERE = Path(__file__).resolve().parent


def cached(work):
    kept = np.load(work / 'children-small.npz')
    return {key: kept[key] for key in kept.files}


def parts(d, config):
    """Index arrays of train, tune and test."""
    part = children.split_patients(d['patient'], d['subtype'], config['shares'], config['seed'])
    return {name: np.flatnonzero(part == name) for name in children.PARTS}


def prepare(arguments, config):
    """Images, and soft lung masks by chest-adult's lung net: they only say where the surroundings begin, and mask the shortcut tests.

    The masks are made by the pack's graph, or taken from what `chest_adult.py pretrain` left (children-masks-*.npy).
    """
    work = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    if not (work / 'children-small.npz').exists():
        children.prepare(arguments.data, work / 'children-small.npz', config['size'], config['wide'])
    if not (work / 'lungs.npy').exists():
        if arguments.lungs.suffix == '.npy':
            masks = np.load(arguments.lungs, mmap_mode='r')
            small = [np.round(m.reshape(64, 4, 64, 4).mean((1, 3))) for m in masks]
        else:
            run = export.session(arguments.lungs / 'model.onnx')
            small = [np.round(255 * run.run(['lung_field'], {'image': preprocess.resize(image / 255, 256, 256).astype(np.float32)[None, None]})[0]
                              .reshape(64, 4, 64, 4).mean((1, 3))) for image in cached(work)['images']]
        np.save(work / 'lungs.npy', np.array(small).astype(np.uint8))


def train(arguments, config):
    """The network of the configuration, or of a variant: some begin with the weights of another run (`start`)."""
    work, d, plan = arguments.work, cached(arguments.work), child_report.plan(config, arguments.variant)
    index = parts(d, config)['train']
    run = child_report.run(work, arguments.variant)
    seed = config['seed'] + arguments.seed
    loop.seed_everything(seed)
    model = whole.network(plan)
    if 'start' in plan:
        model.load_state_dict(torch.load(child_report.run(work, plan['start']) / 'final.pt', weights_only=True))
    masks = np.load(work / 'lungs.npy')
    boxes, label = children.lung_boxes(masks), d['label']
    # Half of what is drawn is normal, and a patient with many images does not crowd out the others.
    _, place, count = np.unique(d['patient'][index], return_inverse=True, return_counts=True)
    weights = 1 / np.sqrt(count[place])
    for value in (0, 1):
        weights[label[index] == value] /= weights[label[index] == value].sum()
    if plan.get('emphasis') is not None:
        wrong = shortcuts.error_of_brightness(d['thumbnails'][index], label[index], d['patient'][index], config['seed'])
        for value in (0, 1):
            here = label[index] == value
            weights[here] *= plan['emphasis'] + wrong[here]
            weights[here] /= weights[here].sum()
    model = loop.train(model, whole.class_loss(d['images'], boxes, label, config['size'], plan, masks), index, plan, run, seed, arguments.stop_after, weights)
    if (run / 'final.pt').exists():
        np.save(run / 'logits.npy', whole.predict_logits(model, d['inputs']))


def compare(arguments, config):
    """Every finished run -> compared.json: beside the linear model on the tuning part, which chooses, and once on the held-out part; and, on the tuning part, with parts of the image masked out."""
    work, d = arguments.work, cached(arguments.work)
    index, at = parts(d, config), work / 'compared.json'
    found = json.loads(at.read_text(encoding='utf-8')) if at.exists() else {}
    for name in (None, *config['variants']):
        run, word = child_report.run(work, name), name or 'first'
        if not (run / 'logits.npy').exists():
            continue
        if word not in found:
            logits = np.load(run / 'logits.npy')
            found[word] = {part: child_report.linear_comparison(d, index, logits, part) for part in ('tune', 'test')}
        if 'masked' not in found[word]:
            found[word]['masked'] = child_report.masked(d, index['tune'], np.load(work / 'lungs.npy'), child_report.loaded(work, config, name))
        at.write_text(json.dumps(found, indent=1) + '\n', encoding='utf-8')
    for name, f in found.items():
        for part in ('tune', 'test'):
            for words, row in f[part].items():
                print(name, part, words, row['images'], *(f'{key} {row[key][0]:.3f} ({row[key][1]:.3f}-{row[key][2]:.3f})' for key in ('network', 'linear', 'difference')))
        print(name, 'tune', f.get('masked'))
    print('by the rule:', child_report.chosen(found))


def limits(arguments, config):
    """The limits of the domain check, by the tuning part and the choosing half of foreign images (--foreign) -> limits.json."""
    d, size = cached(arguments.work), config['size']
    index = parts(d, config)
    made, _ = child_report.familiar(arguments.work, d, index, config)
    some = d['inputs'][index['tune']]
    others = {**foreign.every(arguments.foreign, size, config['foreign_images'], 'choosing'), **foreign.spoiled(some[:200])}
    ood.tuned(made, some, others, config['familiar'], arguments.work / 'limits.json')


def report(arguments, config):
    """Figures on the held-out patients, curves, and what the measuring half of foreign images (--foreign) gets."""
    d, size = cached(arguments.work), config['size']
    others = foreign.every(arguments.foreign, size, config['foreign_images'], 'measuring')
    child_report.write(arguments.work, config, d, parts(d, config), others, arguments.quick)


def ways(arguments, config):
    """One pass beside the shipped reading with the mirror image: time and AUC on the held-out patients -> readings.json."""
    d = cached(arguments.work)
    index = parts(d, config)
    test = index['test']
    made, _ = child_report.familiar(arguments.work, d, index, config)
    model = whole.WholeImage(child_report.trained(arguments.work, d, index, config), made).eval()
    readings.measured(arguments.work, model, config['size'], child_report.OUTPUTS, 'pneumonia_logit', d['inputs'][test],
                      lambda logits: evaluation.auc_by_patient(d['label'][test], logits, d['patient'][test]))


def pack(arguments, config):
    from overread_training import child_pack

    d = cached(arguments.work)
    child_pack.write(arguments.work, arguments.pack, config, d, parts(d, config))


def heldout(arguments, config):
    """truth.csv of the held-out patients' images, for product.py."""
    d = cached(arguments.work)
    with open(arguments.out, 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows([('file', 'Pneumonia'), *((d['names'][index], d['label'][index]) for index in parts(d, config)['test'])])


STEPS = {'compare': compare, 'limits': limits, 'readings': ways, 'heldout': heldout, 'prepare': prepare, 'train': train, 'report': report, 'pack': pack}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('step', choices=[*STEPS])
    parser.add_argument('--data', type=Path, help='folder with labels.csv and images/')
    parser.add_argument('--lungs', type=Path, default=HERE.parent / 'chest-adult', help='the pack whose lung fields are used, or masks [n, 256, 256] in an .npy file (prepare only)')
    parser.add_argument('--foreign', type=Path, nargs='*', help='folders of other images that the model should abstain for (report only)')
    parser.add_argument('--work', type=Path, required=True, help='folder for caches, checkpoints and reports, outside the repository')
    parser.add_argument('--config', type=Path, default=HERE / 'configs' / 'chest_child.json')
    parser.add_argument('--variant', help='a name under "variants" in the configuration (train only)')
    parser.add_argument('--seed', type=int, default=0, help='added to the configuration\'s seed')
    parser.add_argument('--stop-after', type=int, help='stop after so many epochs; run again to go on; 0 finishes with the averaged weights as they are')
    parser.add_argument('--quick', action='store_true', help='report without the slow parts that are not there yet')
    parser.add_argument('--pack', type=Path)
    parser.add_argument('--out', type=Path, help='the CSV to write (heldout only)')
    parser.add_argument('--threads', type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    STEPS[arguments.step](arguments, json.loads(arguments.config.read_text(encoding='utf-8')))


if __name__ == '__main__':
    main()
