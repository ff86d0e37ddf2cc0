"""Weights at half the size: batch norms folded into the convolutions, weights rounded to float16, sums still in float32."""

import copy

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def folded(model):
    """A copy in which each batch norm directly after a convolution of a Sequential is part of it."""
    out = copy.deepcopy(model).eval().to(memory_format=torch.contiguous_format)
    for block in out.modules():
        if isinstance(block, nn.Sequential):
            for place in range(len(block) - 1):
                if isinstance(block[place], nn.Conv2d) and isinstance(block[place + 1], nn.BatchNorm2d):
                    block[place], block[place + 1] = fuse_conv_bn_eval(block[place], block[place + 1]), nn.Identity()
    return out


def rounded(model, least=256):
    """`folded`, and every weight tensor of at least `least` values rounded to what float16 holds: what is measured is what is stored."""
    out = folded(model)
    for value in out.parameters():
        if value.numel() >= least:
            value.data = value.data.half().float()
    return out


def stored_as_half(path):
    """Rewrite an ONNX file so that each float32 constant that float16 holds without loss is stored as float16 and cast when it is loaded.

    Answers do not change by a bit: only constants that come back as they were are stored so.
    """
    made = onnx.load(str(path))
    kept, casts = [], []
    for constant in made.graph.initializer:
        values = numpy_helper.to_array(constant)
        small = values.astype(np.float16) if values.dtype == np.float32 and values.size >= 256 else None
        if small is None or not np.array_equal(small.astype(np.float32), values):
            kept.append(constant)
            continue
        kept.append(numpy_helper.from_array(small, constant.name + '.half'))
        casts.append(helper.make_node('Cast', [constant.name + '.half'], [constant.name], name='stored ' + constant.name, to=onnx.TensorProto.FLOAT))
    del made.graph.initializer[:]
    made.graph.initializer.extend(kept)
    nodes = [*casts, *made.graph.node]
    del made.graph.node[:]
    made.graph.node.extend(nodes)
    onnx.checker.check_model(made, full_check=True)
    onnx.save(made, str(path))
