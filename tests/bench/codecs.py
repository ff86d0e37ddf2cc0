"""Milliseconds a megapixel of the native decoders, in this process: nothing is started, read or written while the clock runs.

Argument: the folder of `codecs.ts`. gdcm reads each file once; then one call that decodes every frame is timed (libjpeg, CharLS, OpenJPEG, gdcm's RLE).
HTJ2K, which gdcm does not decode, is decoded by Pillow's OpenJPEG. Prints {name: milliseconds a megapixel}.
"""
import io
import json
import os
import sys
import time
import zlib

import gdcm
import pydicom
from pydicom.encaps import generate_pixel_data_frame

gdcm.Trace.SetWarning(False)
gdcm.Trace.SetError(False)


def by_gdcm(path):
    reader = gdcm.ImageReader()
    reader.SetFileName(path)
    if not reader.Read():
        raise RuntimeError("gdcm cannot read it")
    image = reader.GetImage()
    start = time.perf_counter()
    buffer = image.GetBuffer()
    seconds = time.perf_counter() - start
    return seconds, len(buffer)


def by_pillow(ds):
    from PIL import Image

    frames = list(generate_pixel_data_frame(ds.PixelData, int(ds.NumberOfFrames)))
    start = time.perf_counter()
    for frame in frames:
        Image.open(io.BytesIO(frame)).load()
    return time.perf_counter() - start, 0


def by_zlib(ds):
    frames = list(generate_pixel_data_frame(ds.PixelData, int(ds.NumberOfFrames)))
    start = time.perf_counter()
    for frame in frames:
        zlib.decompress(frame, wbits=-15)
    return time.perf_counter() - start, 0


results = {}
for entry in sorted(os.listdir(sys.argv[1])):
    path = os.path.join(sys.argv[1], entry)
    ds = pydicom.dcmread(path)
    megapixels = ds.Rows * ds.Columns * int(ds.NumberOfFrames) / 1e6
    name = entry[: -len(".dcm")]
    try:
        way = by_pillow if name.startswith("htj2k") else by_zlib if name.startswith("deflated") else None
        seconds, size = way(ds) if way else by_gdcm(path)
        results[name] = seconds * 1000 / megapixels
    except Exception as error:
        print(f"{name}: {error}", file=sys.stderr)
print(json.dumps(results))
