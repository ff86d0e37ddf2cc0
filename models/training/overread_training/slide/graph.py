"""The graph that ships: logits, blur radius in pixels, maps and the distance from H&E, in one ONNX file."""

import time

import numpy as np
import onnx
import torch
from torch import nn

from ..export import session
from . import scene

MAPPED = (scene.LABELS[1], *scene.LABELS[scene.ARTEFACTS])


def output_name(label, kind):
    return f'{label.lower().replace(" ", "_")}_{kind}'


OUTPUTS = (*(output_name(label, 'logit') for label in scene.LABELS), 'blur_radius', *(output_name(label, 'map') for label in MAPPED), 'appearance_distance')


class SlideFocus(nn.Module):
    """image [b, 3, 224, 224] in 0..1 -> OUTPUTS: nine logits and the radius [b, 1], five maps [b, 1, 14, 14] in 0..1, distance [b, 1]."""

    def __init__(self, net, familiar, knots):
        super().__init__()
        self.net, self.familiar = net, familiar
        at, value = (torch.tensor(k, dtype=torch.float32) for k in knots)
        self.register_buffer('at', at[:-1])
        self.register_buffer('width', at[1:] - at[:-1])
        self.register_buffer('slope', (value[1:] - value[:-1]) / (at[1:] - at[:-1]))
        self.register_buffer('least', value[:1])

    def forward(self, image):
        logits, raw, evidence, _ = self.net(image)
        # Piecewise linear between the knots, level beyond them.
        part = torch.minimum(torch.relu(raw - self.at), self.width)
        radius = self.least + (part * self.slope).sum(1, keepdim=True)
        places = [scene.LABELS.index(label) for label in MAPPED]
        maps = [torch.sigmoid(evidence[:, k:k + 1]) for k in places]
        return (*(logits[:, k:k + 1] for k in range(len(scene.LABELS))), radius, *maps, self.familiar(image))


def to_onnx(model, path, opset=17):
    model = model.eval().to(memory_format=torch.contiguous_format)
    example = torch.linspace(0, 1, 3 * 224 * 224).reshape(1, 3, 224, 224)
    with torch.no_grad():
        shapes = [tuple(part.shape) for part in model(example)]
    torch.onnx.export(model, (example,), str(path), input_names=['image'], output_names=list(OUTPUTS), opset_version=opset, dynamo=False, do_constant_folding=True)
    made = onnx.load(str(path))
    onnx.checker.check_model(made, full_check=True)
    made.ir_version = min(made.ir_version, 9)
    for output, shape in zip(made.graph.output, shapes):
        for place, value in zip(output.type.tensor_type.shape.dim, shape):
            place.Clear()
            place.dim_value = value
    made.producer_name, made.graph.doc_string = 'overread-training', ''
    onnx.save(made, str(path))
    return sum(p.numel() for p in model.parameters())


def as_input(tile):
    """uint8 [r, c, 3] -> float32 [1, 3, r, c], as the manifest's step `rgb`."""
    return (np.moveaxis(tile.astype(np.float64), 2, 0) / 255).astype(np.float32)[None]


def parity(model, path, tiles):
    """Largest absolute difference of PyTorch and onnxruntime for each output over tiles, and the median ms a tile on one thread."""
    run, most, spent = session(path), dict.fromkeys(OUTPUTS, 0.0), []
    model = model.eval()
    for tile in tiles:
        x = as_input(tile)
        began = time.perf_counter()
        found = run.run(list(OUTPUTS), {'image': x})
        spent.append((time.perf_counter() - began) * 1000)
        with torch.no_grad():
            wanted = model(torch.from_numpy(x))
        for name, a, b in zip(OUTPUTS, found, wanted):
            if not np.isfinite(a).all():
                raise ValueError(f'{name} is not finite')
            most[name] = max(most[name], float(np.abs(a - b.numpy()).max()))
    return most, float(np.median(spent))
