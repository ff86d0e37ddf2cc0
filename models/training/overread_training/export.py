"""ONNX export and its check against PyTorch."""

import hashlib
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

OUTPUTS = ('lung_field', 'tb_logit', 'attention')


def to_onnx(model, path, size=256, opset=17, outputs=OUTPUTS):
    """Write the model with fixed shapes: one image [1, 1, size, size] -> the outputs named. Returns the number of parameters (buffers apart)."""
    model = model.eval().to(memory_format=torch.contiguous_format)
    example = torch.linspace(0, 1, size * size).reshape(1, 1, size, size)
    with torch.no_grad():
        shapes = [tuple(part.shape) for part in model(example)]
    torch.onnx.export(model, (example,), str(path), input_names=['image'], output_names=list(outputs),
                      opset_version=opset, dynamo=False, do_constant_folding=True)
    graph = onnx.load(str(path))
    onnx.checker.check_model(graph, full_check=True)
    if graph.ir_version > 9:
        graph.ir_version = 9
    for output, shape in zip(graph.graph.output, shapes):
        for place, value in zip(output.type.tensor_type.shape.dim, shape):
            place.Clear()
            place.dim_value = value
    graph.producer_name, graph.doc_string = 'overread-training', ''
    onnx.save(graph, str(path))
    return sum(p.numel() for p in model.parameters())


def session(path, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=['CPUExecutionProvider'])


def parity(model, path, images, outputs=OUTPUTS):
    """Largest absolute difference of each output between PyTorch and ONNX over images [n, size, size], and ms an image."""
    model = model.eval().to(memory_format=torch.contiguous_format)
    run, worst, spent = session(path), dict.fromkeys(outputs, 0.0), []
    for image in images:
        x = np.asarray(image, np.float32)[None, None]
        began = time.perf_counter()
        found = run.run(list(outputs), {'image': x})
        spent.append((time.perf_counter() - began) * 1000)
        with torch.no_grad():
            wanted = model(torch.from_numpy(x))
        for name, a, b in zip(outputs, found, wanted):
            if not np.isfinite(a).all():
                raise ValueError(f'{name} is not finite')
            worst[name] = max(worst[name], float(np.abs(a - b.numpy()).max()))
    return worst, float(np.median(spent))


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
