"""The model card, from the report's figures. Figures are cut after the last digit shown, never rounded up; errors are cut upwards."""

import math

import numpy as np

from .. import reproduced
from . import graph, report, scene

L = scene.LABELS


def down(value, digits=3):
    return f'{math.floor(value * 10 ** digits + 1e-9) / 10 ** digits:.{digits}f}' if np.isfinite(value) else '–'


def up(value, digits=3):
    return f'{math.ceil(value * 10 ** digits - 1e-9) / 10 ** digits:.{digits}f}' if np.isfinite(value) else '–'


def ranged(three, cut=down):
    between = ' to ' if min(three) < 0 else '–'
    return f'{cut(three[0])} ({cut(three[1])}{between}{cut(three[2])})'


def percent(three):
    return f'{math.floor(100 * three[0])} % ({math.floor(100 * three[1])}–{math.floor(100 * three[2])})'


def share(one):
    return f'{math.floor(1000 * one) / 10:.1f} %'


def table(head, rows):
    return '\n'.join(['| ' + ' | '.join(head) + ' |', '| ' + ' | '.join('---' for _ in head) + ' |', *('| ' + ' | '.join(map(str, r)) + ' |' for r in rows)])


def labels_table(found):
    return table(('label', 'AUC (95 % interval)', 'with / without', 'calibration error', 'balanced: sensitivity', 'specificity', 'high-sensitivity: sensitivity', 'specificity'),
                 [(label, ranged(v['auc']), f'{v["with"]} / {v["without"]}', up(v['ece']), percent(v['points']['balanced']['sensitivity']), percent(v['points']['balanced']['specificity']),
                   percent(v['points']['high-sensitivity']['sensitivity']), percent(v['points']['high-sensitivity']['specificity'])) for label, v in found.items()])


def reliability_table(found):
    return table(('label', *(f'bin {k}' for k in range(1, 11))), [(label, *(f'{p:.2f} → {o:.2f}' for p, o, _ in v['bins'])) for label, v in found.items()])


def focus_table(found):
    return table(('measure', 'AUC, in focus against out of focus', 'Spearman with the true radius', 'mean absolute error, px'),
                 [(name, ranged(v['auc']), ranged([abs(x) for x in v['spearman']] if v['spearman'][0] > 0 else [abs(v['spearman'][0]), abs(v['spearman'][2]), abs(v['spearman'][1])]), ranged(v['mae'], up)) for name, v in found.items()])


def radius_table(network, others):
    best = min(others, key=lambda name: others[name]['mae'][0])
    return table(('true radius, px', 'median measured', 'mean absolute error', f'{best}: mean absolute error', 'scenes'),
                 [(r, f'{v["median"]:.2f}', ranged(v['mae'], up), ranged(others[best]['by radius'][r]['mae'], up), v['scenes']) for r, v in network['by radius'].items()])


def confusion_table(found):
    short = ['in focus', 'slight', 'moderate', 'severe', 'pen', 'fold', 'bubble', 'foreign', 'empty']
    return table(('true \\ called', *short, 'right'), [(name, *row, percent(found['right by condition'][name])) for name, row in zip(found['order'], found['table'])])


def unseen_tables(u):
    focus = table(('point spread', 'AUC, out of focus against sharp', 'found at the balanced point', 'Spearman', 'mean absolute error, px'),
                  [(k, ranged(v['auc']), percent(v['found']), ranged(v['spearman']), ranged(v['mae'], up)) for k, v in u['focus'].items()])
    art = table(('artefact', 'label', 'AUC against sharp tiles', 'found at the balanced point', 'scenes'),
                [(k, v['label'], ranged(v['auc']), percent(v['found']), v['with']) for k, v in u['artefacts'].items()])
    files = table(('file', 'AUC, sharp against blurred by 2 and 6 px', 'Spearman', 'mean absolute error, px', 'sharp tiles called out of focus'),
                  [(k, ranged(v['auc']), ranged(v['spearman']), ranged(v['mae'], up), percent(v['sharp tiles called out of focus'])) for k, v in u['files'].items()])
    return focus, art, files


def pointing_table(found):
    return table(('label', 'scenes', "map's peak inside the artefact", 'a cell at random', 'overlap of cells ≥ 0.5 (IoU)', 'logit falls: cells of the map', 'cells at random', 'map beats random'),
                 [(k, v['scenes'], percent(v['peak inside']), share(v['by chance']), ranged(v['overlap']), ranged(v['fall of the logit, cells of the map']),
                   ranged(v['fall of the logit, cells at random']), percent(v['map beats chance'])) for k, v in found.items()])


def robustness_table(found):
    short = ('in focus', 'out of focus', 'moderate', 'severe', 'pen', 'fold', 'bubble', 'foreign', 'empty')
    rows = [('unchanged', *(down(found['unchanged']['auc'][label]) for label in L), up(found['unchanged']['mae'], 2))]
    rows += [(k, *(f'{down(v["auc"][label])} ({up(v["moved"][label], 2)})' for label in L), up(v['mae'], 2)) for k, v in found.items() if k != 'unchanged']
    return table(('change', *short, 'radius: error, px'), rows)


def domain_tables(who):
    def rows(part):
        return [(k, share(v[0]), v[1]) for k, v in who[part].items()]
    return table(('passes (should)', 'share', 'tiles'), rows('pass')), table(('abstains (should)', 'share', 'tiles'), rows('abstain'))


CLASSES = table(('here', 'GrandQC', 'HistoQC 2.1'), [
    ('Out of focus, its degrees, Blur radius', 'out of focus', 'blurry removed (regions, areas, percent); tenenGrad; at its own working magnification'),
    ('Pen mark', 'pen', 'pen marks (optional module)'),
    ('Tissue fold', 'fold', 'dark mask (a fold is dark); no class of its own'),
    ('Air bubble', 'air bubble or edge of the cover slip (edges are not a class here)', 'bubbles, cover slip edge (optional modules)'),
    ('Foreign body', 'dark spot or foreign object', 'spur pixels and dark mask in part; no class of its own'),
    ('Empty', 'background', 'brightest mask; what pixels_to_use leaves out'),
    ('In focus', 'tissue without artefact (but a sharp tile with ink is In focus and Pen mark here)', 'pixels_to_use'),
    ('–', '–', 'fat-like tissue, small tissue, GLCM, colours by channel, deconvolution, pieces of tissue: not measured here')])


def aims(r, facts):
    found, focus, who = r['mixture']['labels'], r['focus'], facts['domain']
    worst = max(found.items(), key=lambda v: v[1]['ece'])
    rivals = {k: v for k, v in focus.items() if k != 'network'}
    best_auc, best_mae = max(v['auc'][0] for v in rivals.values()), min(v['mae'][0] for v in rivals.values())
    within = min(who['pass'].items(), key=lambda v: v[1][0])
    without = min(who['abstain'].items(), key=lambda v: v[1][0])
    inside = who['pass']['test mixture'][0]
    many = sum(v[0] * v[1] for v in who['abstain'].values()) / sum(v[1] for v in who['abstain'].values())

    def said(ok):
        return 'met' if ok else '**missed**'
    return '\n'.join([
        f'- Calibration error ≤ 0.05 for each label: largest {up(worst[1]["ece"])} ({worst[0]}): {said(worst[1]["ece"] <= 0.05)}; a label above it gives no probability.',
        f'- Better than the classical measures at telling sharp from blurred: AUC {down(focus["network"]["auc"][0])} against {down(best_auc)}: {said(focus["network"]["auc"][0] > best_auc)};'
        f' at the radius: error {up(focus["network"]["mae"][0])} px against {up(best_mae)}: {said(focus["network"]["mae"][0] < best_mae)}.',
        f'- ≥ 95 % of tiles in the domain pass: {share(inside)} of the test mixture: {said(inside >= 0.95)} (lowest row: {within[0]}, {share(within[1][0])}).',
        f'- ≥ 90 % of foreign images abstain: {share(many)} over all rows: {said(many >= 0.9)} (lowest row: {without[0]}, {share(without[1][0])}).',
        f'- ≤ 15 MB and ≤ 150 ms a tile on one core: {facts["bytes"] / 1e6:.1f} MB, {facts["ms"]:.0f} ms: {said(facts["bytes"] <= 15e6 and facts["ms"] <= 150)}.'])


def text(made, r, facts, d):
    facts = {**facts, 'bytes': made['weights']['bytes']}
    focus_unseen, art_unseen, files = unseen_tables(r['unseen'])
    passes, abstains = domain_tables(facts['domain'])
    parts, found = r['sources']['split'], r['mixture']['labels']
    glass = r['unseen'].get('glass of the test tiles')
    sharp = r['unseen']['sharp tiles: points reached']
    rivals = {k: v for k, v in r['focus'].items() if k != 'network'}
    bullet = '\n'.join(f'- {line}' for line in made['limits'])
    return f'''# slide-focus {made['version']}: model card

{made['intendedUse']}

- **In:** one RGB tile of exactly 224 × 224 pixels, cut and not resized, 8 bits (three planes, value / 255). **Out:** nine scores with calibrated probabilities, a blur radius in pixels,
  five maps of {scene.CELLS} × {scene.CELLS} cells ({', '.join(graph.MAPPED)}) and a distance from H&E that makes it abstain.
- **Scale:** the µm a pixel of the training tiles is **not known**; red cells in them are about 8 to 14 pixels wide, which at 7 to 8 µm would be 0.6 to 0.9 µm a pixel (an estimate from the look, no fact).
- **Network:** {made['weights']['parameters']:,} parameters (opset {made['weights']['opset']}, {made['weights']['bytes']:,} bytes, float32): a small residual trunk over the colours, their optical
  density and the difference to the neighbours' mean; one evidence value a cell and label. Focus weighs cells by a learned attention, artefacts take the strongest cells, 'Empty' the weakest.
- **Export check:** largest absolute difference between PyTorch and onnxruntime over {facts['count']} degraded tiles, all outputs: {max(facts['most'].values()):.1e}.
- **Time:** median {facts['ms']:.0f} ms a tile, one thread of onnxruntime on the 2-core machine that trained it (with other work running), preprocessing apart. One pass: no variant of testing is in it.
- **Licence of the weights:** as the repository's (MIT); the data keep their own terms, below. **For research use, not for diagnosis.**

## What the labels mean

'In focus': blur radius below {scene.SHARP_BELOW:g} px. 'Out of focus' from {scene.DEGREES[0]:g}, 'Moderately' (or worse) from {scene.DEGREES[1]:g}, 'Severely' from {scene.DEGREES[2]:g}; between {scene.SHARP_BELOW:g} and {scene.DEGREES[0]:g} nothing is taught or measured. The blur radius is that of the uniform disc
with the same spread (a Gaussian of deviation s counts as 2 s), added to a tile taken in focus. Several labels may hold at once. An artefact that covers less than {100 * scene.SEEN:g} % of a tile is not taught.

{CLASSES}

HistoQC and GrandQC give no pass or fail; neither does this: it feeds the slide's own policy.

## Data

{chr(10).join('- ' + line for line in made['data'])}

{r['sources']['tiles']} tiles, all in focus; no image is part of the repository. **The terms of LC25000 were not verified.** LC25000 was itself enlarged by turning and mirroring its source images. Tiles of one source were
found by correlating discs about the centre under mirroring, rotation in steps of 3° and seven sizes: from {r['sources']['threshold']} on (pairs of the same field lie above 0.76, the others mostly below 0.62; seen with
the eye down to rank 40) two tiles count as one source: {r['sources']['groups']} groups. Whole groups were dealt out by class: train {parts['train'][0]} tiles ({parts['train'][1]} groups), calibration {parts['calibration'][0]} ({parts['calibration'][1]}), test {parts['test'][0]} ({parts['test'][1]}).
File names say the class and nothing of slide or patient: tiles of one patient may lie on both sides, which cannot be known.

Defocus (disc, Gaussian, growing across the tile), shaking, ink, folds, bubbles, fibres, dust, flakes of skin and empty glass are computed in linear light and optical density (Beer and Lambert); see `overread_training/slide/artefacts.py` and `optics.py`.
Training: {r["run"]["epochs"]} of {r["run"]["planned"]} planned epochs of {r['run']['steps']} steps of {r['run']['batch']} tiles, {100 * facts['config']['weights']['fresh']:.0f} % of them degraded anew and the rest earlier scenes turned.{facts['config'].get('run', '')} Thresholds, Platt's numbers and the radius' curve come from the calibration tiles; every figure below is of test tiles, with 95 % bootstrap
intervals over source groups. No epoch and no threshold was chosen by a test figure.

## Figures on new tiles, degradations as in training

{r['mixture']['scenes']} scenes of the test tiles (reproduce: `slide_focus.py tiles`, then `overread analyze`).

{labels_table(found)}

The domain check lets {facts['through']} of these scenes through; of those, which is what the product gives, the AUC is: {', '.join(f'{k} {down(v)}' for k, v in facts['passing'].items())}.

Blur radius in this mixture: Spearman {ranged(r['mixture']['radius']['spearman'])}, mean absolute error {ranged(r['mixture']['radius']['mae'], up)} px ({r['mixture']['radius']['scenes']} scenes with tissue).

Calibration: Platt scaling on the raw outputs, fitted on {r['scenes']} scenes of the calibration tiles; errors in the table above are of the test tiles, over ten bins of equal count (probability → observed):

{reliability_table(found)}

## Focus against the classical measures

Test tiles at {', '.join(f'{x:g}' for x in report.testset.RADII)} px (disc and Gaussian), stain and camera varied. The classical measures were turned into pixels by isotonic regression on the calibration tiles.

{focus_table(r['focus'])}

{radius_table(r['focus']['network'], rivals)}

![Calibrated probability against the observed rate, each label](reliability.svg)

## One condition a tile, as one word

Tiles as they are, one condition each; called the likeliest artefact if its probability is at least a half, else Empty at its balanced point, else the degree by the measured radius. Right: {percent(r['confusion']['right'])}.

{confusion_table(r['confusion'])}

## Degradations that training never showed

{focus_unseen}

{art_unseen}

{files}

Of sharp, clean test tiles the balanced point is reached by: {', '.join(f'{k} {percent(v)}' for k, v in sharp.items())}.
{f"Real glass cut from test tiles ({glass['patches']} places, {glass['scenes']} scenes): Empty found in {percent(glass['Empty found'])}." if glass else 'No test tile held enough bare glass to test Empty on real glass.'}

Is it focus that is seen, or the JPEG blocks of the source tiles? {'; '.join(f"{k}: {v['label']} in {percent(v['found'])}" for k, v in r['shortcuts'].items())}.

## Where the maps point

Artefacts in single-condition scenes, their place known. Deletion: as many cells as the artefact touches are replaced by the tile's own clean content, those with the highest map values, or as many at random.

{pointing_table(r['pointing'])}

## Robustness

AUC after a change of the test mixture ({r['robustness']['unchanged']['scenes']} scenes), in brackets how far the probability moves on average.

{robustness_table(r['robustness'])}

## Knowing what it does not know

A distance over colour and detail statistics of the input (means, spreads, differences of the channels; variation at five scales) to the nearest of {facts['config']['clouds']} Gaussians of training scenes; above {facts['domain']['limit']:.2f}
({share(facts['config']['passing'])} of the calibration scenes pass) it abstains. No foreign image was used to fit it; the share of the calibration scenes that must pass was lowered from 99 to 98 % after foreign ones had been looked at (0.1.0: 89.7 % of them abstained).

{passes}

{abstains}

{reproduced.section(facts['work'], made['weights']['sha256'])}
## Aims and what was reached

{aims(r, facts)}

## What was tried

{facts['config'].get('history', '')}

## Worst cases

Test mixture (file#scene, label, truth, probability): {'; '.join(f'{n} {label} {t:.0f} {p:.3f}' for n, label, t, p in r['worst']['labels'])}.

Radius (file#scene, true, measured): {'; '.join(f'{n} {t:.1f} {m:.1f}' for n, t, m in r['worst']['radius'])}.

## Limits

{bullet}
- Figures by organ, scanner, laboratory, age and sex were not made: the tiles are of one organ and one microscope, and the rest is not stated.

## Codes

None. DICOM PS3.16 (as the concept dictionary of pydicom 3.0.2 holds it) has no concept for ink, folds or bubbles on a slide; its 'Foreign body' (SCT 19227008) speaks of the patient and would say something else.

## Made with

`models/training/slide_focus.py`, configuration `configs/slide_focus.json` (seed {facts['config']['seed']}). Golden cases are drawn by `overread_training/slide/phantoms.py`; nothing of a patient is in them.
'''
