"""Whether the product gives the report's figures: held-out images wrapped as DICOM, read by `overread analyze`, scored against their truth.

    python limb_fracture.py --work WORK heldout --out truth.csv     (likewise chest_adult.py, chest_child.py; slide_focus.py tiles writes one)
    python product.py wrap --truth truth.csv --images FOLDER --out WRAPPED --modality DX --body-part HAND
    npm run -s overread -- analyze WRAPPED --model ID --json > answers.json
    python compare.py --data WRAPPED --pack PACK --json > reference.json
    python product.py auc --truth truth.csv --answers answers.json [--reference reference.json] [--expect LABEL=0.862 …]

The truth has a column `file` and one a label of the manifest: 1, 0 or nothing (not known). The product abstains for some images and the report
does not: the reference, which never abstains, gives the AUC of the very images that the product read, and that of all. Exit status 1 where the
product is more than 0.01 from the reference on the same images, or what is measured on all images (the reference, else the product) from an expected AUC.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from overread_training import detection_evaluation as measures  # noqa: E402

SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7'
NEAR = 0.01


def rows(path):
    with open(path, newline='', encoding='utf-8') as handle:
        return list(csv.DictReader(handle))


def uid(name, role):
    """A UID that follows from the file's name, so that an answer finds its truth again."""
    from pydicom.uid import generate_uid

    return generate_uid(entropy_srcs=[name, role])


def wrapped(source, stated):
    """A plain 8-bit image as a Secondary Capture object, pixels as decoded, nothing compressed."""
    from PIL import Image
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    picture = Image.open(source)
    pixels = np.asarray(picture if picture.mode in ('L', 'RGB') else picture.convert('RGB'))
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = SECONDARY_CAPTURE, uid(source.name, 'instance')
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    file.SOPClassUID, file.SOPInstanceUID = SECONDARY_CAPTURE, meta.MediaStorageSOPInstanceUID
    file.StudyInstanceUID, file.SeriesInstanceUID = uid(source.name, 'study'), uid(source.name, 'series')
    file.PatientName = file.PatientID = source.stem[:64]
    file.PatientBirthDate = file.PatientSex = file.StudyDate = file.StudyTime = file.AccessionNumber = file.StudyID = file.ReferringPhysicianName = ''
    file.Modality, file.ConversionType, file.SeriesNumber, file.InstanceNumber = stated.modality, 'WSD', 1, 1
    for keyword, value in (('BodyPartExamined', stated.body_part), ('ViewPosition', stated.view), ('PatientAge', stated.age)):
        if value:
            setattr(file, keyword, value)
    file.SamplesPerPixel = 1 if pixels.ndim == 2 else 3
    file.PhotometricInterpretation = 'MONOCHROME2' if pixels.ndim == 2 else 'RGB'
    if pixels.ndim == 3:
        file.PlanarConfiguration = 0
    file.Rows, file.Columns = pixels.shape[:2]
    file.BitsAllocated = file.BitsStored = 8
    file.HighBit, file.PixelRepresentation = 7, 0
    file.PixelData = pixels.tobytes() + b'\0' * (pixels.size % 2)
    return file


def wrap(arguments):
    arguments.out.mkdir(parents=True, exist_ok=True)
    names = [row['file'] for row in rows(arguments.truth)]
    for name in names:
        wrapped(arguments.images / name, arguments).save_as(arguments.out / f'{name}.dcm', enforce_file_format=True)
    print(len(names), 'files in', arguments.out)


def area(truth, found, label):
    """(AUC, images) of scores by UID where the truth is known."""
    known = [(int(truth[key][label]), score) for key, score in found.items() if truth.get(key, {}).get(label)]
    return (measures.weighted_auc(*map(np.array, zip(*known))), len(known)) if known else (float('nan'), 0)


def auc(arguments):
    truth, given, states = {uid(row['file'], 'instance'): row for row in rows(arguments.truth)}, {}, {}
    for study in json.loads(arguments.answers.read_text(encoding='utf-8')):
        for result in study['results']:
            states[result['status']] = states.get(result['status'], 0) + 1
            for score in result['scores']:
                given.setdefault(score['label'], {})[score['sopInstanceUID']] = score['score']
    print(len(truth), 'images; results:', ', '.join(f'{count} {state}' for state, count in sorted(states.items())))
    reference = {}
    if arguments.reference:
        reference = {row['sopInstanceUID']: row['scores'] for row in json.loads(arguments.reference.read_text(encoding='utf-8'))['results'] if 'scores' in row}
    expected, failed = {name: float(value) for name, value in (pair.rsplit('=', 1) for pair in arguments.expect or [])}, 0
    for label, found in given.items():
        here, count = area(truth, found, label)
        if not count:
            continue
        words, whole = f'{label}: product AUC {here:.4f} on {count} images', here
        if reference:
            same, _ = area(truth, {key: reference[key][label] for key in found}, label)
            whole, every = area(truth, {key: scores[label] for key, scores in reference.items()}, label)
            largest = max(abs(reference[key][label] - score) for key, score in found.items())
            words += f'; reference {same:.4f} on the same, {whole:.4f} on all {every}; largest difference of a score {largest:.1e}'
            failed += not abs(here - same) <= NEAR
        if label in expected:
            off = abs(whole - expected.pop(label))
            failed += not off <= NEAR
            words += f'; {off:.4f} from the report' + (f', more than {NEAR}' if off > NEAR else '')
        print(words)
    if expected:
        raise SystemExit(f'no scores for {", ".join(expected)}')
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    does = parser.add_subparsers(dest='does', required=True)
    one, two = does.add_parser('wrap'), does.add_parser('auc')
    for part in (one, two):
        part.add_argument('--truth', type=Path, required=True, help='CSV with the columns file and one a label')
    one.add_argument('--images', type=Path, required=True)
    one.add_argument('--out', type=Path, required=True)
    one.add_argument('--modality', required=True)
    one.add_argument('--body-part')
    one.add_argument('--view')
    one.add_argument('--age', help='as DICOM writes it: 004Y')
    two.add_argument('--answers', type=Path, required=True, help='what `overread analyze … --json` printed')
    two.add_argument('--reference', type=Path, help='what `compare.py --json` printed for the same files')
    two.add_argument('--expect', nargs='+', help="LABEL=AUC, the report's figures")
    arguments = parser.parse_args()
    return {'wrap': wrap, 'auc': auc}[arguments.does](arguments)


if __name__ == '__main__':
    sys.exit(main())
