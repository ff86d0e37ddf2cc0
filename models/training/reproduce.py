"""Whether the product gives a report's figures: held-out images wrapped as DICOM, read by `overread analyze`, its AUC beside report.json's.

    python reproduce.py chest-adult --work WORK --images DATA/images --scratch FOLDER        (likewise chest-child, limb-fracture)
    python reproduce.py slide-focus --work WORK --scratch FOLDER                             (its test scenes are made anew)

WORK is the training's folder (its caches and report.json), FOLDER an empty one. Cut it whenever you like: the same command goes on; a file that is
wrapped or has its line is not done again. The product abstains for images that its domain check takes for foreign, and a report does not: those are
read once more by the same pack without its domain check (a copy, installed in FOLDER's data folder), so that the AUC over all held-out images comes from the product
too. Both AUCs are printed and kept in WORK/reproduced.json, from which `pack` puts them into the card.

Exit status 1 where the AUC over all images is more than 0.01 from the report's, a file was refused or has no score, or weights differ.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path


HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import product  # noqa: E402
from overread_training import export, reproduced  # noqa: E402

ROOT = HERE.parent.parent
CHEST = {'modality': 'DX', 'body_part': 'CHEST'}
# What is stated of the images of each pack, and its training script.
PACKS = {
    'chest-adult': ('chest_adult.py', {**CHEST, 'view': 'PA', 'age': '040Y'}),
    'chest-child': ('chest_child.py', {**CHEST, 'view': 'AP', 'age': '004Y'}),
    'limb-fracture': ('limb_fracture.py', {'modality': 'DX', 'body_part': 'HAND', 'view': None, 'age': None}),
    'slide-focus': ('slide_focus.py', {'modality': 'SM', 'body_part': None, 'view': None, 'age': None}),
}
# A version that no build has: the same pack without its domain check.
WITHOUT = '999.0.0'


def expected(pack, report):
    """label -> AUC, as the training's report has it for the held-out images."""
    match pack:
        case 'chest-adult':
            return {'Tuberculosis': report['tb']['in both']['auc'][0]}
        case 'chest-child':
            return {'Pneumonia': report['auc'][0]}
        case 'limb-fracture':
            return {'Fracture': report['subsets']['all']['auc'][0]}
    return {label: found['auc'][0] for label, found in report['mixture']['labels'].items()}


def truth(arguments, script, here):
    """(truth.csv, folder of images) of the held-out images."""
    at = here / 'truth.csv'
    if not at.exists():
        step = ['tiles', '--out', here] if arguments.pack == 'slide-focus' else ['heldout', '--out', at]
        subprocess.run([sys.executable, HERE / script, *(['--work', arguments.work, *step] if script.startswith('limb') else [step[0], '--work', arguments.work, *step[1:]])], check=True)
    return at, here / 'tiles' if arguments.pack == 'slide-focus' else arguments.images


def wrap(names, images, out, facts):
    """Each image as DICOM, where it is not there yet."""
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        at = out / f'{name}.dcm'
        if not at.exists():
            part = at.with_suffix('.part')
            product.wrapped(images / name, argparse.Namespace(**facts)).save_as(part, enforce_file_format=True)
            part.replace(at)


def overread(*words):
    """Run the product's command; 0 and 1 (something abstained or was refused) are answers."""
    ran = subprocess.run(['npm', 'run', '-s', 'overread', '--', *map(str, words)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if ran.returncode > 1:
        raise SystemExit(f'overread {words[0]} ended with {ran.returncode}')
    return ran.stdout


def analyze(files, model, weights, lines, data):
    """The product's answers by line, those not there yet made now: SOP Instance UID -> result."""
    overread('analyze', files, '--model', model, '--lines', lines, '--data', data, '--json')
    out = {}
    for line in lines.read_text(encoding='utf-8').splitlines():
        row = json.loads(line)
        if 'records' not in row:
            raise SystemExit(f'{row["path"]} was refused: {row.get("reason")}')
        [record] = row['records']
        if record['model']['sha256'] != weights:
            raise SystemExit(f'{row["path"]} was read with other weights: {record["model"]["sha256"]}')
        out[row['sopInstanceUID']] = {**record['result'], 'warned': any(note.startswith('Technical quality') for note in record.get('notes', []))}
    return out


def without_check(pack, folder):
    """A copy of the pack that never takes an image for foreign: its distances are neither asked for nor checked."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(pack, folder)
    made = json.loads((folder / 'manifest.json').read_text(encoding='utf-8'))
    names = {rule['output'] for rule in made.pop('outOfDomain', [])}
    made['version'] = WITHOUT
    (folder / 'manifest.json').write_text(json.dumps(made), encoding='utf-8')
    for case in made['golden']:
        at = folder / case['expected']
        found = json.loads(at.read_text(encoding='utf-8'))
        found['outputs'] = {name: value for name, value in found['outputs'].items() if name not in names}
        at.write_text(json.dumps(found), encoding='utf-8')


def scores(results):
    """label -> UID -> score."""
    out = {}
    for result in results.values():
        for score in result['scores']:
            out.setdefault(score['label'], {})[score['sopInstanceUID']] = score['score']
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('pack', choices=PACKS)
    parser.add_argument('--work', type=Path, required=True, help="the training's folder")
    parser.add_argument('--images', type=Path, help='the folder that held the images (not for slide-focus)')
    parser.add_argument('--scratch', type=Path, required=True, help='a folder for wrapped images, lines and the data of the product')
    arguments = parser.parse_args()
    arguments.work, arguments.scratch = arguments.work.resolve(), arguments.scratch.resolve()
    if arguments.images is None and arguments.pack != 'slide-focus':
        parser.error('--images FOLDER is needed')
    script, facts = PACKS[arguments.pack]
    pack, here = ROOT / 'models' / arguments.pack, arguments.scratch / arguments.pack
    here.mkdir(parents=True, exist_ok=True)
    manifest = json.loads((pack / 'manifest.json').read_text(encoding='utf-8'))
    weights = export.sha256(pack / manifest['weights']['file'])
    at, images = truth(arguments, script, here)
    known = product.rows(at)
    wrap([row['file'] for row in known], images, here / 'wrapped', facts)
    # Lines of other weights or another domain check are not gone on with.
    lines = here / f'{weights[:12]}-{export.sha256(pack / "manifest.json")[:12]}'
    lines.mkdir(exist_ok=True)
    first = analyze(here / 'wrapped', f'{arguments.pack}@{manifest["version"]}', weights, lines / 'answers.ndjson', here / 'data')
    abstained = {key for key, result in first.items() if result['status'] == 'abstained'}
    every = dict(first)
    if abstained:
        again = lines / 'abstained'
        again.mkdir(exist_ok=True)
        for row in known:
            if product.uid(row['file'], 'instance') in abstained:
                shutil.copyfile(here / 'wrapped' / f'{row["file"]}.dcm', again / f'{row["file"]}.dcm')
        without_check(pack, lines / 'pack')
        shutil.rmtree(lines / 'data', ignore_errors=True)
        overread('models', 'install', lines / 'pack', '--data', lines / 'data', '--json')
        every |= analyze(again, f'{arguments.pack}@{WITHOUT}', weights, lines / 'abstained.ndjson', lines / 'data')
    of = {product.uid(row['file'], 'instance'): row for row in known}
    report = json.loads((arguments.work / 'report.json').read_text(encoding='utf-8'))
    wanted, read, whole, failed = expected(arguments.pack, report), scores(first), scores(every), []
    found = {'pack': arguments.pack, 'version': manifest['version'], 'weights': weights, 'images': len(known), 'abstained': len(abstained),
             'warned': sum(result['warned'] for result in first.values()), 'labels': {}}
    for label, figure in wanted.items():
        row = found['labels'][label] = {'report': figure}
        for name, given in (('read', read), ('all', whole)):
            row[name], row[f'{name} images'] = product.area(of, given.get(label, {}), label)
        if not abs(row['all'] - figure) <= product.NEAR:
            failed.append(f'{label}: {row["all"]:.4f} is more than {product.NEAR} from the report\'s {figure:.4f}')
        missing = sum(1 for key, value in of.items() if value[label] and key not in whole.get(label, {}))
        if missing:
            failed.append(f'{label}: {missing} images without a score')
    (arguments.work / 'reproduced.json').write_text(json.dumps(found, indent=1) + '\n', encoding='utf-8')
    print(reproduced.table(found))
    print('\n'.join(failed) or f'All within {product.NEAR} of report.json.')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
