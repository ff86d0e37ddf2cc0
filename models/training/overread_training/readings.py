"""What reading an image together with its mirror image is worth: time and AUC of one pass and of what ships, by the exported graph on one thread."""

import json
import time

import numpy as np

from . import export

WAYS = {'one pass': False, 'with the mirror image (shipped)': True}


def measured(work, model, size, outputs, logit, inputs, auc):
    """WORK/readings.json: way -> {ms, auc}. The AUC is kept for the graph's weights; the time is taken anew at every call, so that it can be repeated when nothing else runs.

    model: the shipped graph, which has a switch `mirrored`; logit: the name of its score's output; inputs [n, s, s] held out; auc(logits [n]) -> figures.
    """
    at = work / 'readings.json'
    found = json.loads(at.read_text(encoding='utf-8')) if at.exists() else {}
    key = float(sum(value.detach().double().abs().sum() for value in model.state_dict().values()))
    for name, mirrored in WAYS.items():
        graph = work / f'reading-{int(mirrored)}.onnx'
        if found.get(name, {}).get('key') != key or not graph.exists():
            model.mirrored = mirrored
            export.to_onnx(model, graph, size, outputs=outputs)
            run = export.session(graph)
            logits = np.array([float(run.run([logit], {'image': x})[0][0, 0]) for x in each(inputs)])
            found[name] = {'key': key, 'auc': list(auc(logits))}
    model.mirrored = True
    spent = {name: [] for name in WAYS}
    runs = {name: export.session(work / f'reading-{int(mirrored)}.onnx') for name, mirrored in WAYS.items()}
    for x in each(inputs[:60]):
        for name, run in runs.items():
            began = time.perf_counter()
            run.run(list(outputs), {'image': x})
            spent[name].append(1000 * (time.perf_counter() - began))
    for name, times in spent.items():
        found[name]['ms'] = float(np.median(times[5:]))
    at.write_text(json.dumps(found, indent=1) + '\n', encoding='utf-8')
    print(json.dumps(found))
    return found


def each(inputs):
    for image in inputs:
        yield np.asarray(image, np.float32)[None, None]


def shipped_ms(work, otherwise):
    """(ms of the shipped reading, words on what else ran): from readings.json, else what the export's check took."""
    at = work / 'readings.json'
    if not at.exists():
        return otherwise, 'with other work running'
    return json.loads(at.read_text(encoding='utf-8'))['with the mirror image (shipped)']['ms'], 'other work paused'


def section(work, ranged):
    """The card's table of the ways; ranged(figures) -> words."""
    at = work / 'readings.json'
    if not at.exists():
        return 'One pass without the mirror image was not measured.'
    found = json.loads(at.read_text(encoding='utf-8'))
    rows = ['Ways of reading a held-out image with these weights (exported graph with its distances, one thread of onnxruntime, other work paused, preprocessing apart):', '',
            '| way | time an image | AUC (95 % interval) |', '| --- | --- | --- |']
    return '\n'.join(rows + [f'| {name} | {found[name]["ms"]:.0f} ms | {ranged(found[name]["auc"])} |' for name in WAYS])
