"""An image in the model's square input with its aspect kept, and boxes there and back. The reference of the product's `letterbox.ts`."""

import numpy as np

from . import preprocess


def letterbox(rows, columns, size, row_spacing=1.0, column_spacing=1.0):
    """Where an image of rows × columns lies in the square input: (top, left, height, width) in input pixels.

    Its long side, in millimetres where the pixels are not square, fills the input; the other is rounded to whole pixels (at
    least 1), and the image lies in the middle (the odd pixel of the border at the bottom or right).
    """
    high, wide = rows * row_spacing, columns * column_spacing
    longest = max(high, wide)
    height, width = (max(1, int(np.floor(side * size / longest + 0.5))) for side in (high, wide))
    return (size - height) // 2, (size - width) // 2, height, width


def laid(windowed, size, row_spacing=1.0, column_spacing=1.0):
    """A windowed image [rows, columns] letterboxed on 0: float64 [size, size]."""
    top, left, height, width = letterbox(*windowed.shape, size, row_spacing, column_spacing)
    out = np.zeros((size, size))
    out[top:top + height, left:left + width] = preprocess.resize(windowed, height, width)
    return out


def boxes_to_input(boxes, rows, columns, size, row_spacing=1.0, column_spacing=1.0):
    """Boxes in edges of the image's pixels -> edges of the input's pixels."""
    top, left, height, width = letterbox(rows, columns, size, row_spacing, column_spacing)
    return boxes * np.array([width / columns, height / rows] * 2) + np.array([left, top] * 2)


def boxes_to_image(boxes, rows, columns, size, row_spacing=1.0, column_spacing=1.0):
    """The inverse of `boxes_to_input`."""
    top, left, height, width = letterbox(rows, columns, size, row_spacing, column_spacing)
    return (boxes - np.array([left, top] * 2)) / np.array([width / columns, height / rows] * 2)
