"""chest-child's model card, written from the figures of report.json so that text and measurement cannot part."""

import math

from . import changes, ood, readings, reproduced
from .card import down, percent, ranged


def up(value, digits=3):
    """An error, never rounded down."""
    return f'{math.ceil(value * 10**digits) / 10**digits:.{digits}f}'


def shares(values):
    """A share with its interval, in percent, cut."""
    return f'{down(100 * values[0], 1)} % ({down(100 * values[1], 1)}–{down(100 * values[2], 1)})'


def table(head, rows):
    return '\n'.join(['| ' + ' | '.join(head) + ' |', '|' + ' --- |' * len(head), *('| ' + ' | '.join(str(cell) for cell in row) + ' |' for row in rows)])


def points(report):
    return table(['operating point', 'threshold on the score', 'sensitivity (95 %)', 'specificity (95 %)', 'of viral images', 'of bacterial images'],
                 [[name, f'{f["threshold"]:.4f}', f'{percent(f["truePositives"], f["sick"])}, {shares(f["sensitivity interval"])}',
                   f'{percent(f["trueNegatives"], f["well"])}, {shares(f["specificity interval"])}', shares(report['subgroups']['virus'][name]),
                   shares(report['subgroups']['bacteria'][name])] for name, f in report['operating'].items()])


def linear(report):
    return table(['tested on', 'images', 'this network', 'linear, strongly penalised', 'difference', 'linear, best penalty', 'difference'],
                 [[name, f['images'], ranged(f['network']), ranged(f['faint']), ranged(f['difference faint']), ranged(f['linear']), ranged(f['difference'])]
                  for name, f in report['linear'].items()])


def tried(report, config):
    """Every network that was taught, on the part that chose and on the held-out one."""
    matched, rows = 'pairs matched for brightness (mean, deviation, mean of the middle)', []
    names = {None: 'first', **{name: name for name in config['variants']}}
    for variant, name in names.items():
        found = report['compared'].get(name)
        if found:
            shipped = ' (shipped)' if (variant or 'chest-child') == config['ship'] else ''
            about = config['first about'] if variant is None else config['variants'][variant]['about']
            cells = [f'{ranged(found[part][row][key])}' for part in ('tune', 'test') for row, key in (('all held-out images', 'network'), (matched, 'network'), (matched, 'difference'))]
            rows.append([f'`{name}`{shipped}: {about}', *cells])
    return table(['network', 'tuning part: AUC', 'matched pairs', 'less the linear model', 'held-out part: AUC', 'matched pairs', 'less the linear model'], rows)


def taught(facts, config):
    """How the shipped network came about: its own run and the runs it began from."""
    plan, run = {**config['train'], **config['variants'].get(config['ship'], {})}, facts['run']
    words = (f'{run["epochs"]} epochs of {run["steps"]} steps of {run["batch"]} images, half of them normal, patients with many images drawn less often for each; AdamW, averaged weights.')
    if 'start' in plan:
        words += f' It began with the weights of `{"first" if plan["start"] == "chest-child" else plan["start"]}` (see What was tried).'
    if plan.get('emphasis') is not None:
        words += f' Images were drawn by {plan["emphasis"]} plus the error that a linear model of the thumbnail makes on them (fitted on other patients\' images), so that what brightness and layout already tell counts for less.'
    return words, plan


def shortcut(report):
    return table(['what the network was shown', 'AUC (95 % interval)', 'score moves by, on average'],
                 [[name, ranged(f['auc']), up(f['moved'])] for name, f in report['shortcuts'].items()])


def deletion(report):
    found, rows = report['deletion'], []
    if found is None:
        return 'Not measured yet.'
    for word in ('deletion', 'insertion'):
        f = found[word]
        for name, curve in f['curves'].items():
            rows.append([word, name, *(f'{v:.3f}' for v in curve), f'{f["areas"][name][0]:.3f}'])
    head = ['test', 'order of the cells', *(f'{100 * s:.0f} %' for s in found['deletion']['shares']), 'area']
    return table(head, rows)


def faster(report):
    """How often and by how much the map's order beats the others."""
    d = report['deletion']
    if d is None:
        return ''
    return (f'In {shares(d["deletion"]["map better than random"])} of the images the score fell faster in the map\'s order than in a random one (difference of the areas {ranged(d["deletion"]["gain over random"])}; '
            f'against an order from the middle outwards {ranged(d["deletion"]["gain over the middle"])}); when cells were given back it rose faster in {shares(d["insertion"]["map better than random"])} '
            f'(difference {ranged(d["insertion"]["gain over random"])}; against the middle {ranged(d["insertion"]["gain over the middle"])}).')


def opacities(report):
    if report['opacities'] is None:
        return 'Not measured yet.'
    word = {'small': 'small (12)', 'medium': 'medium (21)', 'large': 'large (33)', 'all': 'all'}
    cell = lambda f: '–' if f['share'] is None else shares(f['share'])  # noqa: E731
    return table(['opacity (FWHM, pixels of 256)', 'n', 'score rises', 'map rises most within 1.5 cells', 'box drawn', 'box covers it', 'by chance'],
                 [[word[name], f['opacities'], cell(f['score rises']), cell(f['map rises within a cell and a half']), cell(f['box there']), cell(f['box covers']),
                   cell(f['box covers by chance'])] for name, f in report['opacities'].items()])


def points_at(report):
    """Whether hiding what the map marks lowers the score faster, and giving it back raises it faster, than at random, whole intervals above zero."""
    return report['deletion'] is not None and all(report['deletion'][word]['gain over random'][1] > 0 for word in ('deletion', 'insertion'))


def boxes(report):
    """How often boxes covered opacities, in words; None where it was not measured."""
    found = report['opacities'] and report['opacities']['all']
    if not found:
        return None
    cover, chance = found['box covers']['share'], found['box covers by chance']['share']
    return (f'a box at the threshold was drawn in {shares(found["box there"]["share"])} of the images with an opacity laid in, and covered it in {shares(cover)} of those, by chance in {shares(chance)}')


def verdict(report):
    """What deletion, insertion and opacities together say of the map."""
    if report['deletion'] is None or report['opacities'] is None:
        return 'Not measured yet.'
    of_map = ('hiding what the map marks lowers the score faster than hiding at random, and giving it back raises it faster, though by little' if points_at(report) else
              'hiding what the map marks lowers the score no faster than hiding at random, or giving it back raises it no faster (a smooth patch looks like haze, so deletion is a hard test here)')
    return (f'the score answers to an opacity in the lungs, and the map *rises* where it lies; {of_map}. Its own peak and box often lie elsewhere: {boxes(report)}. '
            'The map is therefore weak evidence of a place.')


def aims(report):
    rows = [('AUC on held-out patients', 0.97, report['auc'])]
    out = [f'- {words}: aim {aim:.2f}, reached {ranged(value)}: {"met" if value[0] >= aim else "**missed**"}'
           f' ({"the interval lies above it" if value[1] >= aim else "the interval reaches below it" if value[0] >= aim else "missed"}).' for words, aim, value in rows]
    matched = next(f for name, f in report['linear'].items() if 'brightness (' in name)
    for words, key in (('the strongly penalised', 'difference faint'), ('the best', 'difference')):
        out.append(f'- Better than {words} linear model by a clear margin on images matched for brightness: difference in AUC {ranged(matched[key])}: {"met" if matched[key][1] > 0.02 else "**missed**"}.')
    ece = report['calibration']['ece']
    out.append(f'- Expected calibration error: aim 0.05, reached {up(ece)}: {"met" if ece <= 0.05 else "**missed**"}.')
    own = report['foreign']['held-out images of the set (should pass)']
    out.append(f'- Own images that pass the domain check: aim 95 %, reached {down(100 * (1 - own["abstain"][0]), 1)} %: {"met" if own["abstain"][0] <= 0.05 else "**missed**"}.')
    bad = [(name, f['abstain'][0]) for name, f in report['foreign'].items() if 'should pass' not in name and f['abstain'][0] < 0.9]
    out.append('- Foreign images that abstain: aim 90 % of each kind: ' + ('met for every kind below.' if not bad else '**missed** for ' + ', '.join(f'{n} ({down(100 * v, 1)} %)' for n, v in bad) + '; met for the rest.'))
    return '\n'.join(out)


def text(made, report, facts, config):
    weights, parts, (training, plan) = made['weights'], report['images'], taught(facts, config)
    counted = {name: f'{f["images"]:,} images of {f["patients"]:,} patients ({f["pneumonia"]:,} with pneumonia)' for name, f in parts.items()}
    label = 'Pneumonia'
    platt, cal = made['calibration'][label], report['calibration']
    worst = '; '.join(f'{name} ({subtype}, {probability:.3f})' for name, subtype, probability in report['worst'])
    rules = '; '.join(f'{rule["output"]} ≤ {rule["limit"]}' for rule in made['outOfDomain'])
    return f'''# chest-child {made["version"]}: model card

{made["intendedUse"]}

- **In:** one frontal chest radiograph, squashed to {config["size"]}×{config["size"]} (preprocessing in `manifest.json`). **Out:** a logit for pneumonia-type opacity, an attention
  map ({config["size"] // 16}×{config["size"] // 16} cells over the image, drawn in the input's matrix), three distances from the training images.
- **Network:** {weights["parameters"]:,} parameters in one ONNX graph (opset {weights["opset"]}, {weights["bytes"]:,} bytes, float32). Grey values are standardised by mean and deviation of the image's middle,
  a locally standardised copy is added, and a small residual network with instance norm in its early layers gives one evidence value a cell. The logit is a log-mean-exp of that
  evidence, averaged over the image and its mirror image; the map is the sigmoid of the same evidence: what the score is made of, not a second guess at it.
- **Export check:** largest absolute difference between PyTorch and onnxruntime over {facts["count"]} real images: {", ".join(f"{k} {v:.1e}" for k, v in facts["worst"].items())}.
- **Time:** median {"%.0f ms an image, one thread of onnxruntime on the 2-core machine that trained it (%s)" % readings.shipped_ms(facts["work"], facts["ms"])}, preprocessing apart; the mirror image is in it. One pass, and the variant of testing apart, is in the table under Robustness.
- **Licence of the weights:** as the repository's (MIT); the data keep their own terms, below. **For research use, not for diagnosis.**

## Data

- {made["data"][0]} One hospital (Guangzhou Women and Children's Medical Center), children of 1 to 5 years, frontal, reached us at 224×224 with the aspect ratio lost. No image is part of the repository.
- Whole patients were divided, stratified by what their images show, seed {config["seed"]}: train {counted["train"]}, tune {counted["tune"]}, held out {counted["test"]}.
  Files with the same pixels in train and held-out part: {report["same pixels in train and test"]}.
- The tuning part set the calibration, the operating points, the linear model's penalty and the limits of the domain check. No weight, threshold or calibration was chosen on the held-out part; of the domain check, which measures are kept and that there is a distance of posture was decided after looking at foreign images and at turned held-out ones (its limits come from the tuning part), so its figures flatter somewhat. The weights shipped are those measured here.
- Lung fields of chest-adult's lung net were used to exchange what lies outside the chest while training, and to mask the shortcut tests; the shipped graph does not use them.
- Training: {training} Augmentation: ±{plan["rotation"]}° rotation, size,
  aspect (columns against rows by up to ×{math.exp(plan["aspect"] / 2):.2f}), shift, tone curves, gamma, contrast, shading, blur, sharpening, noise, black borders, drawn markers, and in {100 * plan["surroundings"]:.0f} % of the images
  another image's surroundings (or none) around the chest.

## Figures on held-out patients

Intervals are 95 % bootstrap percentiles over patients. Figures are cut after the last digit, errors rounded up.

AUC {ranged(report["auc"])}; with one image a patient ({report["one image a patient"]["images"]}) {ranged(report["one image a patient"]["auc"])}; on the training images, without augmentation, {down(report["fit"])} (`roc.svg`).
Normal against bacterial ({report["subgroups"]["bacteria"]["images"]} images) {ranged(report["subgroups"]["bacteria"]["auc"])}, normal against viral ({report["subgroups"]["virus"]["images"]}) {ranged(report["subgroups"]["virus"]["auc"])}. The score does not tell bacteria from viruses and must not be used to. Age and sex are not in the labels: no figures by them.

{points(report)}

The evidence of every cell was moved by {report["moved by"]:+.3f} after training, so that the balanced point of the tuning part lies at a score of 0.5 and the map's boxes begin there; order and AUC are untouched.
`balanced` has the largest sum of sensitivity and specificity on the tuning part, `high-sensitivity` the largest threshold with 97.5 % sensitivity there.

### Calibration

Platt scaling fitted on the tuning part: probability = sigmoid({platt["a"]:.4f} · logit + {platt["b"]:.4f}). Expected calibration error on held-out patients over ten bins of equal count {up(cal["ece"])} (uncalibrated score {up(cal["ece before"])}; `reliability.svg`).
It holds for this hospital's mixture of about three sick to one well; elsewhere it must be fitted anew.

![Calibrated probability against the observed rate](reliability.svg)

![Sensitivity against false positives](roc.svg)

## Beyond brightness

The set is partly separable by brightness and layout. Two logistic regressions on raw 16×16 thumbnails, trained on the same patients, beside the network: one strongly penalised, which is about the baseline that the
set is known for (AUC 0.90), and one on standardised grey values with the penalty that the tuning part likes best:

{linear(report)}

Pairs are one normal and one sick image each, nearest first, each image once. Matching for the linear model's own score leaves that model nothing by construction; what the network then still tells apart it did not get from there.

**Read this before the headline figure:** with the right penalty 256 grey values and a straight line nearly do what the network does in this set. Sick and well children were imaged differently here (pose, collimation,
exposure, how the chest fills the image), and no figure inside this one hospital can show how much of the network's AUC is disease. What it adds is shown by the last row, by the lungs alone (below) and by the opacities laid in.

## Does it look at the chest?

The same weights, shown {config["shortcut_images"]} of the held-out images with parts masked out (set to the mean of what is left):

{shortcut(report)}

An AUC well above 0.5 for the surroundings alone says that sick and well differ outside the lungs too (posture, collimation, tubes, exposure at the edge, and lung that the box misses): part of the headline figure can rest on that.

{config["shortcuts beside before"]}

## Robustness

{config["robustness_images"]} held-out images, changed before window and resize. Scores are uncalibrated (sigmoid of the logit), sensitivity and specificity at the balanced point.

{changes.table(report["robustness"]) if report["robustness"] else "Not measured yet."}

{readings.section(facts["work"], ranged)}

{config["robustness beside before"]}

A MONOCHROME1 image is turned round by the product before the model sees it, so that its score is the same to the last digit; the same image without the tag is foreign, and the domain check is there to refuse it.

## Where the map points

**Deletion and insertion** (after Petsiuk et al. 2018): in {config["pointing_images"]} sick held-out images cells were exchanged for a strongly smoothed image, or given back to one; mean score after each share of cells:

{deletion(report)}

{faster(report)}

**Opacities laid in:** a round, soft opacity at a random place in the lungs of normal held-out images, once for each size. Boxes as the product would draw them at threshold {config["box_threshold"]}; "by chance" puts the same boxes against another opacity's place.
Real disease is no round blob: this tests geometry and whether the map follows the score.

{opacities(report)}

**What this says:** {verdict(report)} The manifest's box threshold is {config["box_shown"]}, which no cell reaches: the product draws no box for this model and says that it gives no place.

## Knowing what it does not know

Three distances are computed inside the graph from the input alone (layout: thumbnail against principal directions of the training thumbnails; texture: strengths of the scales and spread of the grey values; posture: a linear model of the thumbnail that tells upright images from the same ones turned, upside down or inverted), fitted on {config["familiar"]["images"]:,} training images and as many mild changes of them.
{ood.limits_words(facts["work"], "the tuning part")} Limits: {rules}. Above any the engine abstains and names the reason.

{ood.table(report["foreign"])}

It compares with one hospital: another hospital's habits may be refused too. It does not tell a child from an adult: that is what the stated age is for.

{reproduced.section(facts["work"], weights["sha256"])}
## Age

The file must state the age, or a person must; unknown ages are not read. For chest-adult an unknown age is only noted, because most patients are adults and a wrong "adult" is rare; here the
opposite holds: if unknown ages were read, every adult radiograph without an age would silently get a child's score. One to five completed years: 5 years and 11 months is read, 6 years and 11 months are not.

## Aims and what was reached

{aims(report)}

## What was tried

Each was measured once on the held-out part. Pairs are those matched for brightness (mean, deviation, mean of the middle); the linear model is the one with the best penalty.

{tried(report, config)}

The rule. {config['rule']}

{config['choice']}

## Worst cases, by file name (label, calibrated probability)

{worst}

## Limits

{chr(10).join(f"- {limit}" for limit in made["limits"])}

## Codes

No code for pneumonia was found in DICOM PS3.16 (as the concept dictionary of pydicom 3.0.2 holds it); the score carries none.

## Made with

`models/training/chest_child.py`, configuration `configs/chest_child.json`, seed {config["seed"]}. Golden cases are drawn by `overread_training/phantoms.py`; nothing of a patient is in them.
'''
