"""The limb pack's card, written from the report's figures: nothing in it is typed by hand but the words."""

import math

from . import reproduced


def three(value):
    """Cut after the third digit, never rounded up."""
    return f'{math.floor(1000 * value) / 1000:.3f}'


def share(value):
    return f'{math.floor(1000 * value) / 10:.1f} %'


def ranged(triple):
    return f'{three(triple[0])} ({three(triple[1])}–{three(triple[2])})'


def aims(found):
    """The issue's aims beside what was reached, in words."""
    auc, sensitivity, error = found['subsets']['all']['auc'][0], found['subsets']['all']['sensitivity']['0.5'][0], found['calibration']['ece']
    rows = [('image AUC', '≥ 0.85', three(auc), auc >= 0.85), ('sensitivity for boxes at 0.5 false positives an image', '≥ 0.60', three(sensitivity), sensitivity >= 0.6),
            ('expected calibration error', '≤ 0.05', f'{math.ceil(1000 * error) / 1000:.3f}', error <= 0.05)]
    return '\n'.join(['| aim | wanted | reached | |', '| --- | --- | --- | --- |'] + [f'| {a} | {b} | {c} | {"met" if d else "**missed**"} |' for a, b, c, d in rows])


def main_table(found):
    rows = ['| images | n | fractured | boxes | blocks | AUC (95 %) | sensitivity at 0.25 | at 0.5 (95 %) | at 1 | at 2 false positives an image |', '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |']
    for name, part in found['subsets'].items():
        auc = ranged(part['auc']) if 'auc' in part else 'too few'
        hits = part.get('sensitivity')
        columns = [three(hits['0.25'][0]), ranged(hits['0.5']), three(hits['1'][0]), three(hits['2'][0])] if hits else ['too few'] * 4
        rows.append(f'| {name} | {part["images"]} | {part["fractured"]} | {part["boxes"]} | {part["blocks"]} | {auc} | {" | ".join(columns)} |')
    return '\n'.join(rows)


def point_table(found):
    rows = ['| point | threshold | on | fractured images called | sound images cleared | boxes marked | false marks an image |', '| --- | --- | --- | --- | --- | --- | --- |']
    for name, groups in found['operatingFigures'].items():
        for group, f in groups.items():
            if group != 'threshold':
                rows.append(f'| {name} | {three(groups["threshold"]) if group != "chosen on the other half" else "–"} | {group} | {share(f["found"] / max(f["fractured"], 1))} ({f["found"]}/{f["fractured"]}) '
                            f'| {share(f["cleared"] / max(f["sound"], 1))} ({f["cleared"]}/{f["sound"]}) | {share(f["box sensitivity"])} of {f["boxes"]} | {f["false marks an image"]:.2f} |')
    return '\n'.join(rows)


def changes(found):
    rows = ['| change | score moves, median | 95th percentile | AUC before | after |', '| --- | --- | --- | --- | --- |']
    return '\n'.join(rows + [f'| {name} | {f["median"]:.3f} | {f["most"]:.3f} | {three(f["auc"][0])} | {three(f["auc"][1])} |' for name, f in found['changes'].items()])


def listed(rows):
    return ', '.join(f'{name} ({region}, {"no candidate hits" if score is None else f"{score:.2f}"})' for name, region, score in rows)


def quarters(tests):
    """All held-out images in every quarter turn, and each way of reading an image."""
    if not tests.get('quarters'):
        return ''
    rows = ['All held-out images in a quarter turn, boxes turned with them (convolutions in bfloat16 here, which may change the last digits):', '',
            '| turned to the left by | AUC (95 %) | sensitivity for boxes at 0.5 false positives an image (95 %) |', '| --- | --- | --- |']
    rows += [f'| {turn}° | {ranged(part["auc"])} | {ranged(part["sensitivity"])} |' for turn, part in tests['quarters'].items()]
    rows += ['', 'Ways of reading an image with these weights, measured likewise:', '',
             '| way | time an image, one thread | AUC (95 %) | sensitivity for boxes at 0.5 false positives an image (95 %) |', '| --- | --- | --- | --- |']
    rows += [f'| {name}{" (shipped)" if name == tests["reading"] else ""}{", all in float32 as in the table of figures" if part.get("of the report") else ""} | {part["ms"]:.0f} ms | {ranged(part["auc"])} | {ranged(part["sensitivity"])} |' for name, part in tests['readings'].items()]
    return '\n'.join(rows) + '\n\n'


def foreign_text(foreign):
    if not foreign:
        return 'This version has no detector of foreign images: the tags alone decide (see the manifest’s domain).'
    rows = ['| images | n | abstains | by |', '| --- | --- | --- | --- |']
    rows += [f'| {name} | {f["images"]} | {share(f["abstain"])} | {", ".join(f"{rule} {share(v)}" for rule, v in f["rules"].items())} |' for name, f in foreign['groups'].items()]
    if foreign.get('unseen'):
        rows += ['', 'What a kind that was never shown may expect: left out of the teaching, of its choosing half abstain ' + ', '.join(f'{name} {share(v)}' for name, v in foreign['unseen'].items()) + '.']
    return foreign['words'] + '\n\n' + '\n'.join(rows)


def text(made, found, facts, config):
    split, tests = found['split'], found.get('tests')
    off = ', '.join(f'{name} {value:.1e}' for name, value in facts['worst'].items())
    deletion = tests and tests['deletion']
    own = f'{1 - config["share"]:.1f} of its own and {config["share"]:.1f} of the whole image' if config['share'] else 'its own (the logit for the whole image only helped to learn)'
    turns = len(config.get('turns', (0,)))
    twice = ', averaged over the image and its mirror image' if config['mirrored'] else f', averaged over the image in {turns} quarter turns' if turns > 1 else ''
    passes = turns * (2 if config['mirrored'] else 1)
    return f'''# limb-fracture {made['version']}: model card

{made['intendedUse']}

- **In:** one radiograph of a limb, any view, its long side scaled to {made['input']['shape'][2]} pixels with the aspect kept (preprocessing in `manifest.json`). **Out:** a logit for the image, a map of candidates
  (logit and box of each of {made['outputs'][2]['nativeRows']} × {made['outputs'][2]['nativeColumns']} cells), and the same logits as a heatmap. The engine takes the peaks, drops overlapping ones and maps the boxes back to the image.
- **Network:** {made['weights']['parameters']:,} parameters, one ONNX graph (opset {made['weights']['opset']}, {made['weights']['bytes']:,} bytes, {'weights rounded to float16, sums in float32' if config.get('half') else 'float32'}). A small residual network without anchors (after CenterNet,
  Zhou et al. 2019): the image and its local contrast, strides 4 to 32, joined top-down at stride 8; heads for centre, place and size, and a logit for the whole image. A cell's logit is {own}{twice};
  the score of the image is that of its best candidate, and one threshold holds for both.
- **Export check:** largest absolute difference between PyTorch and onnxruntime over {facts['count']} real images: {off} (candidates: pixels of a 448-pixel input).
- **Time:** median {facts['ms']:.0f} ms an image, one thread of onnxruntime on the 2-core machine that trained it (other work paused), preprocessing apart; in that the network reads the image {passes} times. One pass, the variants of testing apart, is in the table under Robustness.
- **Licence of the weights:** as the repository's (MIT); the data keep their own terms, below. **For research use, not for diagnosis.**

{aims(found)}

## Data

- {made['data'][0]}

{split['all']} images ({split['fractured']} fractured, {split['boxes']} boxes), 8-bit JPEG, most 373 × 454 pixels. No image is part of the repository. There is no patient's id: neighbouring file numbers may be one patient, so whole blocks of
neighbours are kept together. `hand` in the data is the whole upper limb up to the shoulder, `leg` the whole lower limb with knee, ankle and foot; hip and shoulder have hardly any fracture. Ages, sexes and views are not stated in it.

## How it was measured

A quarter of the blocks, spread by their share of fractures and of hands, was held out: {split['held']} images, {split['held fractured']} fractured. The other {split['train']} images ({split['train fractured']} fractured) trained the shipped network; its figures are its own.
{found['trained']}
A hit is a candidate whose centre lies in the box or whose IoU with it is at least 0.3; a second candidate on a box that is hit counts as false. False positives are counted on all images of the row. Intervals: 95 % bootstrap percentiles, whole blocks drawn ({config['rounds']} rounds).
AUC and sensitivity at a number of false positives need no threshold. Operating points and calibration were chosen on the held-out images: the rows "chosen on the other half" and the calibration error choose on one half of the held-out blocks and measure on the other.
Figures are cut after the last digit, never rounded up.

## Figures

{main_table(found)}

![Sensitivity against false positives an image](froc.svg)

Fractures are twice as frequent on upper limbs as on lower ones, so the AUC over both flatters: read the rows of the regions. False positives of a row are counted on that row's images. Of fractured images the best candidate hits a box in {ranged(found['best candidate hits'])}.
Nearly every image with metal is fractured (62 of 64 in the whole set), so the rows without hardware tell what the model sees in bone.

## Operating points

{point_table(found)}

`balanced` has the largest sum of image sensitivity and specificity, `high-sensitivity` is the highest threshold with at least {config['high_sensitivity'] * 100:.0f} % image sensitivity. Candidates are listed down to the floor {three(made['floor']['Fracture'])} (about {config['floor_false']} false ones an image).

## Calibration

Platt's method on the logit. Expected calibration error, fitted on one half of the held-out blocks and measured on the other, in bins of equal count: image {found['calibration']['ece']:.3f} (uncalibrated {found['calibration']['ece before']:.3f}), candidates {found['candidates']['ece']:.3f}
({found['candidates']['hits']} of {found['candidates']['count']} listed candidates hit). Mean probability and rate by region: {'; '.join(f"{r} {f['mean probability']:.3f} and {f['rate']:.3f}" for r, f in found['calibration']['by region'].items())}.

![Calibrated probability against the observed rate](reliability.svg)

## Robustness

{f"""{tests['moved']['images']} held-out images ({tests['moved']['fractured']} fractured), each changed before preprocessing; the score (0 to 1) against the unchanged image.

{changes(tests['moved'])}

{quarters(tests)}MONOCHROME1 is turned over by the preprocessing when the file says so and then moves nothing; an inverted image that does not say so is another matter, above.""" if tests else 'Not measured in this version.'}

## Does the map point at what the score rests on?

The heatmap is {made['outputs'][2]['nativeRows']} × {made['outputs'][2]['nativeColumns']} cells of 8 input pixels (for an image of 454 pixels, 8.1 of its pixels a cell); it is drawn interpolated, and shows no more than that.
{f"""On {deletion['images']} held-out fractured images the best candidate's box was smoothed away (filled from its border), and, apart from it, a rectangle of the same size and brightness elsewhere: the logit fell by {deletion['fall'][0]:.2f} ({deletion['fall'][1]:.2f} to {deletion['fall'][2]:.2f}) and by {deletion['elsewhere'][0]:.2f} ({deletion['elsewhere'][1]:.2f} to {deletion['elsewhere'][2]:.2f}); the box fell further in {ranged(deletion['further'])} of them. Where the best candidate hits a true box ({deletion['hits']} images) the fall was {deletion['fall of hits']:.2f}.""" if deletion else 'The deletion test was not run in this version.'}

## What it was not made for

{foreign_text(found.get('foreign'))}

{reproduced.section(facts['work'], made['weights']['sha256'])}
## What was tried

{found['tried']}

## Failures, by id

Sound images with the highest scores: {listed(found['worst']['false'])}.
Fractured images whose fracture is marked lowest: {listed(found['worst']['missed'])}.

## Limits

''' + '\n'.join(f'- {line}' for line in made['limits']) + '\n'
