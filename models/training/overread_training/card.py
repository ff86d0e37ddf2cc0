"""The model card, written from the figures of report.json so that text and measurement cannot part."""

import math

from . import changes, ood, readings, reproduced

SPLITS = (('in shenzhen', 'Shenzhen, out of fold'), ('in montgomery', 'Montgomery, out of fold'), ('in both', 'both sites, out of fold'),
          ('shenzhen to montgomery', 'trained on Shenzhen, tested on Montgomery'),
          ('montgomery to shenzhen', 'trained on Montgomery, tested on Shenzhen'))


def down(value, digits=3):
    """A figure cut, never rounded up."""
    return f'{math.floor(value * 10**digits) / 10**digits:.{digits}f}'


def ranged(values):
    figure, low, high = values
    return f'{down(figure)} ({down(low)}–{down(high)})'


def percent(part, whole):
    return f'{down(100 * part / max(whole, 1), 1)} % ({part}/{whole})'


def lung_table(figures):
    rows = ['| tested on | images | mean Dice (95 % interval) | lowest image |', '| --- | --- | --- | --- |']
    for key, words in SPLITS:
        if key in figures:
            f = figures[key]
            rows.append(f'| {words} | {f["images"]} | {ranged(f["dice"])} | {down(f["low"]) if "low" in f else "–"} |')
    for place in ('shenzhen', 'montgomery'):
        for label in ('tb', 'normal'):
            key = f'in {place} {label}'
            if key in figures:
                rows.append(f'| {place.capitalize()}, {"tuberculosis" if label == "tb" else "normal"}, out of fold | {figures[key]["images"]} | {ranged(figures[key]["dice"])} | |')
    return '\n'.join(rows)


def tb_table(figures):
    rows = ['| tested on | images | AUC (95 % interval) |', '| --- | --- | --- |']
    splits = (*SPLITS[:3], ('in the other folds', 'both sites, out of fold, the folds on which nothing was chosen'), *SPLITS[3:])
    rows += [f'| {words} | {figures[key]["images"]} | {ranged(figures[key]["auc"])} |' for key, words in splits if key in figures]
    return '\n'.join(rows)


def points_table(figures):
    rows = ['| operating point | threshold on the score | tested on | sensitivity | specificity |', '| --- | --- | --- | --- | --- |']
    for point, found in figures.get('operatingFigures', {}).items():
        for words, f in found.items():
            if words != 'threshold':
                rows.append(f'| {point} | {found["threshold"]:.4f} | {words} | {percent(f["truePositives"], f["sick"])} | {percent(f["trueNegatives"], f["well"])} |')
    return '\n'.join(rows)


def tried_table(report, config):
    rows = ['| approach | Shenzhen → Montgomery | Montgomery → Shenzhen | out of fold, both sites | fold 0 alone |', '| --- | --- | --- | --- | --- |']
    for name in config['variants']:
        found = report.get('variants', {}).get(name, {})
        cells = [ranged(found[key]) if key in found else 'not run' for key in ('s2m', 'm2s', 'folds', 'fold0')]
        about = config['variants'][name].get('about', '')
        rows.append(f'| `{name}`{" (shipped)" if name == report.get("ship") else ""}: {about} | {" | ".join(cells)} |')
    for name, about in config.get('ways', {}).items():
        found = report.get('probe', {}).get(name, {})
        cells = [ranged(found[key]['auc']) if key in found else 'not run' for key in ('s2m', 'm2s')]
        rows.append(f'| `{name}`: {about} | {" | ".join(cells)} | – | – |')
    return '\n'.join(rows)


AIMS = (('Dice inside the sites', 0.95, 'lung', 'in both', 'dice'), ('Dice, Shenzhen to Montgomery', 0.94, 'lung', 'shenzhen to montgomery', 'dice'),
        ('Dice, Montgomery to Shenzhen', 0.94, 'lung', 'montgomery to shenzhen', 'dice'), ('AUC inside the sites', 0.90, 'tb', 'in both', 'auc'),
        ('AUC, Shenzhen to Montgomery', 0.78, 'tb', 'shenzhen to montgomery', 'auc'), ('AUC, Montgomery to Shenzhen', 0.78, 'tb', 'montgomery to shenzhen', 'auc'))


def aims_text(report):
    """Each aim beside its figure, met or missed; "not measured" where the figure is not there. Then how well the training images are fitted."""
    rows = []
    for words, aim, part, key, kind in AIMS:
        figures = report.get(part, {}).get(key)
        if figures is None:
            rows.append(f'- {words}: aim {aim:.2f}, **not measured**.')
            continue
        figure, low, high = figures[kind]
        sure = 'the interval lies above it' if low >= aim else 'the interval reaches below it' if figure >= aim else 'the interval reaches it' if high >= aim else 'the interval lies below it'
        rows.append(f'- {words}: aim {aim:.2f}, reached {down(figure)}: {"met" if figure >= aim else "**missed**"} ({sure}).')
    fit = report.get('fit', {})
    if fit:
        rows.append('- AUC on the images a network was trained on, without augmentation: ' + ', '.join(f'{split} {down(value)}' for split, value in fit.items()) + '.')
    return '\n'.join(rows)


def runs_text(report, config):
    """Epochs and time of the runs that made the figures, from their own records; a run cut before its schedule's end is named."""
    found, name, rows = report.get('runs', {}), config['ship'], []
    for start, words in (('lung-', 'lung nets'), (config['tb'].get('start') or '-', 'first school'), (f'tb-{name}-', 'classifiers')):
        these = {run: f for run, f in found.items() if run.startswith(start)}
        if these:
            each = ', '.join(f'{run.removeprefix(f"tb-{name}-").removeprefix("lung-")} {f["epochs"] * f["steps"]:,}' for run, f in these.items())
            rows.append(f'{words} (steps of {"/".join(sorted({str(f["batch"]) for f in these.values()}))} images): {each}')
    cut = [f'`{run}` at epoch {f["epochs"]} of {f["planned"]}' for run, f in found.items() if f['epochs'] < f['planned'] and (run.startswith(('lung-', 'pretrain-', f'tb-{name}-')))]
    return '; '.join(rows) + '. ' + (f'Cut before the schedule\'s end: {", ".join(cut)}. ' if cut else 'Each run reached the end of its own schedule. ')


def shared(found):
    """A share with its interval and on how many."""
    return 'none' if found['share'] is None else f'{100 * found["share"][0]:.0f} % ({100 * found["share"][1]:.0f}–{100 * found["share"][2]:.0f})'


def signed(values):
    figure, low, high = values
    return f'{figure:+.2f} ({low:+.2f} to {high:+.2f})'


def pointing_text(found):
    """What the two tests of the map say."""
    if not found:
        return 'The map was not tested.'
    rows = ['| opacity (FWHM) | n | score rises | map rises most within a cell of it | map\'s peak within a cell | box drawn | that box covers it | by chance | rise beside it, cells: right | down |',
            '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |']
    for word, f in found['insertion'].items():
        wide = f' ({found["fwhm"][word]:.0f} px)' if word in found['fwhm'] else ''
        rows.append(f'| {word}{wide} | {f["opacities"]} | {shared(f["score rises"])} | {shared(f["change within a cell"])} | {shared(f["peak within a cell"])} | {shared(f["box there"])} '
                    f'| {shared(f["box covers"])} | {shared(f["box covers by chance"])} | {signed(f["change mean dx"])} | {signed(f["change mean dy"])} |')
    out = found['exchange']
    every = found['insertion']['all']
    return f'''Insertion: a round, soft opacity at a random place in the lungs of normal images (at most {found["most"]} a fold), once for each size, added to the image in memory; read by the networks
of the fold that had not seen the image ({found["folds"]} of the folds). Widths are in pixels of the 256 × 256 input. The box is drawn as the product does: the connected part with the highest peak
at threshold {found["threshold"]}. "By chance" puts the same boxes against the place of another opacity. Real disease is no round blob: this tests the map's geometry and whether it follows the score, not clinical localisation.

{chr(10).join(rows)}

Median distance of the place where the map rises most: {signed(every["change dx"])} cells right, {signed(every["change dy"])} cells down. The median box covers {100 * (every["median box share"] or 0):.0f} % of the lung box.

Exchange: in sick images with a box ({out["images"]}), what the box shows was replaced by the mirror image of the other side, or else the other side by the box's. The logit fell by {signed(out["fall"])} on average
for the box and by {signed(out["fall on the other side"])} for the other side (minus: it rose); replacing the box lowered it further in {shared(out["box falls further"])}.'''


def calibration_text(figures, split):
    if 'calibration' not in figures:
        return 'Not calibrated yet.'
    c, p = figures['calibration'], figures['platt']
    return (f'Platt scaling fitted on the out-of-fold logits of both sites: probability = sigmoid({p["a"]:.4f} · logit + {p["b"]:.4f}). '
            f'Expected calibration error over ten bins of equal count, with a and b fitted on other parts of these images each time: {math.ceil(c["ece"] * 1000) / 1000:.3f} '
            f'(uncalibrated score: {math.ceil(c["ece before"] * 1000) / 1000:.3f}; both rounded up), on {sum(n for _, _, n in c["bins"])} images. Bins this small give about 0.07 to a perfectly calibrated model too, '
            'so an error below 0.05 is neither shown nor ruled out. '
            + ('It was fitted on the shipped network\'s own logits of images it had not seen. ' if split != 'final' else
               'The folds\' networks saw two thirds of the data, the shipped one all of it: its own calibration is assumed to be alike and could not be measured. ')
            + 'It holds for a mixture of about half sick, half well, from these two sites.')


def domain_text(manifest, report, config, facts):
    """What the domain check lets through, and how far changes move the score; empty where neither was measured."""
    parts, rules = [], '; '.join(f'{rule["output"]} ≤ {rule["limit"]}' for rule in manifest.get('outOfDomain', []))
    if report.get('robustness'):
        parts.append(f'''## Robustness

{next(iter(report["robustness"].values()))["images"]} images of `{config["ship_split"]}`'s test part, changed before window and resize (at 256 × 256; the product changes nothing of this by itself). Scores are uncalibrated, sensitivity and specificity at the balanced point.

{changes.table(report["robustness"])}

{readings.section(facts["work"], ranged)}

A MONOCHROME1 image is turned round by the product before the model sees it; the same image without the tag is foreign, and the domain check is there to refuse it.
''')
    if report.get('foreign'):
        parts.append(f'''## Knowing what it does not know

Which measures the check keeps was decided after looking at foreign images and at turned images of the test part, so its figures flatter somewhat. Three distances are computed inside the graph from the input alone (layout: thumbnail against principal directions of the training thumbnails; texture: strengths of the scales and spread of the grey values; posture: a linear model of the thumbnail that tells upright images from the same ones turned, upside down or inverted), fitted on
images that the shipped networks were trained on, with {config["familiar"]["copies"]} mild changes of each. {ood.limits_words(facts["work"], f'{config["familiar"]["tune"]} others of them')}
Limits: {rules}. Above any the engine abstains and names the reason.

{ood.table(report["foreign"])}

The last rows are the honest warning: fitted on one site, the check refuses many images of a site that it has not seen. A clinic whose images look unlike both sites will see abstentions, with their reason. In 0.3.0, whose limits were set one by one and by own images alone, 1.3 % of the test part abstained, 7.6 % of mild changes of it, and 51.0 % and 59.0 % in these last rows.
''')
    return '\n'.join(parts)


def text(manifest, report, facts, config):
    lung, tb, without = report.get('lung', {}), report.get('tb', {}), report.get('withoutShenzhenMasks', {})
    weights, worst = manifest['weights'], facts['worst']
    school = config['tb'].get('start')
    cells = config['tb'].get('crop', config['crop']) // 16
    split = config.get('ship_split', 'final')
    members = config['tb'].get('members', ['final']) if split == 'final' else [split]
    missing = [words for there, words in (
        ('montgomery to shenzhen' in lung and 'montgomery to shenzhen' in tb, 'The direction Montgomery to Shenzhen (trained on 92 images).'),
        (bool(without), 'What the model gives when the Shenzhen masks are left out of training: not shown yet; `without-masks` of the script makes that table.'),
        (report.get('folds', {}).get('tb') == config['folds'], 'The other folds, for narrower in-site intervals.'),
        (bool(report.get('pointing')), 'A test of the attention map: `pointing` of the script makes it.'),
        (False, 'Boxes by radiologists to test the map against: neither set has any. Inserted opacities stand in for them.')) if not there]
    missing = chr(10).join('- ' + words for words in missing)
    one = len(members) == 1
    shipped = (f'The shipped networks, lung fields and classifier, are those of `{split}`: the out-of-fold figures of that fold are of the shipped weights themselves, on images that they had not seen. '
               'A third of the images was therefore not used to train them.' if split != 'final' else
               'The shipped networks were trained on all images of both sites; no figure here is measured on them.' if one else
               f'The shipped classifier is the average of the logits (and of the evidence) of {len(members)} networks: {", ".join(f"`{m}`" for m in members)}. '
               '**Every figure here is of a single one of the folds\' networks on the images it had not seen; the average itself has no unseen image left and was not measured.** '
               'An average of networks is usually a little better than its members, but that is not shown here.')
    done = report.get('folds', {})
    folds = ''.join(f'; {words}: {done[key]} of {config["folds"]} folds were trained, the rest is not in the figures'
                    for key, words in (('lung', 'lung fields'), ('tb', 'tuberculosis')) if done and done[key] < config['folds'])
    code = next((o.get('code') for o in manifest['outputs'] if o['name'] == 'tb_logit'), None)
    unseen = '; '.join(f'{100 * f["sensitivity"]:.0f} % of the sick and cleared {100 * f["specificity"]:.0f} % of the well, {words}'
                       for words, f in tb.get('operatingFigures', {}).get('balanced', {}).items() if ' to ' in words)
    unseen = f'At a site the network had not seen, `balanced` found {unseen}: thresholds must be checked on local images before use.\n' if unseen else ''
    parts = [f'''# chest-adult {manifest["version"]}: model card

{manifest["intendedUse"]}

- **In:** one frontal chest radiograph, squashed to 256×256 (preprocessing in `manifest.json`). **Out:** lung-field probability, a logit for
  tuberculosis-type abnormality, an attention map ({cells}×{cells} cells over the lung box, drawn in the input's matrix, 0 outside it).
- **Network:** {weights["parameters"]:,} parameters in one ONNX graph (opset {weights["opset"]}, {weights["bytes"]:,} bytes, float32). A small U-Net finds the lung fields;
  the graph cuts out a box around them (centre ± a multiple of the mask's standard deviation), standardises grey values by mean and deviation inside the
  lungs, adds a locally standardised copy and the mask, and {"a small residual network" if one else f"{len(members)} small residual networks"} with one evidence value a cell {"scores" if one else "score"} it. The logit is
  {"a gated log-mean-exp of that evidence" if config["tb"]["pooling"] == "exp" else "halfway between a gated log-mean-exp and a gated mean of that evidence"}, averaged over the crop and its mirror image{"" if one else " and over the networks"}. With an empty lung mask the whole image is looked at.
- **Export check:** largest absolute difference between PyTorch and onnxruntime over {facts["count"]} real images: lung_field {worst["lung_field"]:.1e}, tb_logit {worst["tb_logit"]:.1e}, attention {worst["attention"]:.1e}.
- **Time:** median {"%.0f ms an image, one thread of onnxruntime on the 2-core machine that trained it (%s)" % readings.shipped_ms(facts["work"], facts["ms"])}, preprocessing apart; the mirror image is in it. One pass, and the variant of testing apart, is in the table under Robustness.
- **Licence of the weights:** as the repository's (MIT); the data keep their own terms, below. **For research use, not for diagnosis.**

## Data

{chr(10).join("- " + line for line in manifest["data"])}

658 images of 658 patients: Shenzhen 566 (287 tuberculosis), Montgomery 92 (37 tuberculosis), each with a lung mask. No image is part of the repository.
The sets' aspect ratio was lost before they reached us; training varies aspect, rotation, size, exposure curve, sharpness, noise and borders.
**The terms of the Shenzhen lung masks (Stirenko et al. 2018) were not found.** What the model gives without them is shown below.

## How it was measured

Images of both sites were split into {config["folds"]} folds, stratified by site and label; every in-site figure is out of fold{folds}. Across-site figures come from networks (lung fields and
classifier) that saw only the other site. {shipped}
{runs_text(report, config)}No epoch was picked by a test figure. {config.get("choice", "")}
The lung net that drew the boxes for the first school had seen Shenzhen's lung masks (never a tuberculosis label). Intervals are 95 % bootstrap
percentiles over images. Figures are cut after the last digit, never rounded up. Dice is at 256×256, threshold 0.5.

## Lung fields

{lung_table(lung)}
''']
    if without:
        parts.append(f'''
### Without the Shenzhen masks

A lung net trained on the 92 Montgomery masks alone, its fields then used by the classifiers of each fold as they are (not retrained):
Dice on Shenzhen {ranged(lung["montgomery to shenzhen"]["dice"])} against the Shenzhen masks, which are then used only to measure; tuberculosis AUC on Shenzhen, out of fold, {ranged(without["shenzhen"])},
with the fold's own lung net {ranged(tb["in shenzhen"]["auc"])}. The shipped lung net was trained with masks of both sites.
''')
    parts.append(f'''
### Derived measures

From the lung fields the product gives, beside the result and hidden with it until the reader has committed: their area and that of each side, their share of the image, the ratio of the smaller side to the larger, the tilt of the line between the
sides' centres, and the share of the image's edge that lies in them. It warns of technical quality (patient turned or tilted, lungs cut off) where the ratio is below {manifest["outputs"][0]["quality"]["leastRatio"]}, the tilt outside {manifest["outputs"][0]["quality"]["tilt"][0]}° to {manifest["outputs"][0]["quality"]["tilt"][1]}° or that share above {manifest["outputs"][0]["quality"]["mostAtEdge"]} %: percentiles 1 and 99 of
the training images. Disease may do the same (an effusion, a lung that has shrunk); nobody's judgement of these images' quality was at hand to measure the warnings against.

## Tuberculosis-type abnormality

{tb_table(tb)}

The across-site rows say what to expect at a hospital that the model has not seen. Montgomery is small: its intervals are wide.

{points_table(tb)}

Points are thresholds on the score (sigmoid of the logit), chosen from out-of-fold scores of both sites: `balanced` has the largest sum of sensitivity and specificity,
`high-sensitivity` is the largest threshold with at least 95 % sensitivity. Sensitivity and specificity at a point are measured on the scores that chose it, except in the across-site rows.

{unseen}
### Calibration

{calibration_text(tb, split)}

![Calibrated probability against the observed rate, out of fold](reliability.svg)

![Sensitivity against false positives, out of fold](roc.svg)

## Where the map points

{pointing_text(report.get("pointing"))}

{config.get("map", "")}

{domain_text(manifest, report, config, facts)}
{reproduced.section(facts['work'], weights['sha256'])}
## Aims and what was reached

{aims_text(report)}

## What was tried

{tried_table(report, config)}

{config.get("history", "")}
''')
    if 'worst' in tb:
        parts.append('\n## Worst cases, by file name\n\nTuberculosis, out of fold (label, calibrated probability): '
                     + '; '.join(f'{n} ({label}, {p:.3f})' for n, label, p in tb['worst'])
                     + '.\n\nLung fields, out of fold (Dice): ' + '; '.join(f'{n} ({down(v)})' for n, v in lung.get('worst', [])) + '.\n')
    parts.append(f'''
## Not done yet

{missing}

## Limits

{chr(10).join("- " + line for line in manifest["limits"])}
- Figures by age and sex were not made: the labels at hand do not carry them.
- The domain check compares with two sites: another clinic's habits may be refused too (see above).

## Codes

`39607008` (Lung, SCT) is in DICOM PS3.16.{f" `{code['value']}` ({code['meaning']}, SCT) is a SNOMED CT concept but was not found in PS3.16: verify before it is written into an object." if code else " No code for tuberculosis was found in DICOM PS3.16 (as the concept dictionary of pydicom 3.0.2 holds it); the score carries none."}

## Made with

`models/training/chest_adult.py`, configuration `configs/chest_adult.json` (approach `{config["ship"]}`{", classifier pretrained on the paediatric set" if school else ""}, seed {config["seed"]}). Golden cases are drawn by `overread_training/phantoms.py`; nothing of a patient is in them.
''')
    return ''.join(parts)
