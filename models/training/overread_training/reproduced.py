"""What `reproduce.py` found, as the card's section: the product's AUC beside the report's."""

import json
import math

HEAD = '## The product gives the same'


def table(found):
    """Rows by label: AUC of report.json, of the product over all held-out images, and over those that it reads; cut after the fourth digit."""
    cut = lambda value: f'{math.floor(value * 10000 + 1e-6) / 10000:.4f}'  # noqa: E731
    rows = ['| label | report | the product, all held-out images | difference | the product, without those it abstains for | difference |', '| --- ' * 6 + '|']
    for label, row in found['labels'].items():
        rows.append(f'| {label} | {cut(row["report"])} | {cut(row["all"])} ({row["all images"]}) | {row["all"] - row["report"]:+.4f} | {cut(row["read"])} ({row["read images"]}) | {row["read"] - row["report"]:+.4f} |')
    return '\n'.join(rows)


def section(work, weights):
    """The card's section from WORK/reproduced.json, where that was measured with these weights; else a sentence that it was not.

    weights: SHA-256 of the packed weights.
    """
    at = work / 'reproduced.json'
    found = json.loads(at.read_text(encoding='utf-8')) if at.exists() else {}
    if found.get('weights') != weights:
        return f'{HEAD}\n\nNot measured with these weights yet (`models/training/reproduce.py`).\n'
    far = [label for label, row in found['labels'].items() if abs(row['read'] - row['report']) > 0.01]
    more = f' Over the images that it reads {" and ".join(far)} lies further than 0.01 from the figure over all: other images, not other scores.' if far else ''
    return f'''{HEAD}

The {found["images"]} held-out images wrapped as DICOM and read by `overread analyze` (`models/training/reproduce.py {found["pack"]}`); AUC, in brackets on how many images. The product abstains for {found["abstained"]} of them;
their scores, for the figure over all, come from the product with the same pack without its domain check.{more}

{table(found)}
''' + (f'\nFor {found["warned"]} of them the product warned of technical quality.\n' if found.get('warned') else '')
