"""Stored values of DICOM files as other implementations read them.

Arguments: OUT [every]. Reads a JSON list of {"id", "path"} from standard input, writes each reading as raw little-endian values to OUT/<id>.<name>.bin and one
JSON list to standard output: {"id", "readings": {name: {"frames", "rows", "columns", "samples", "type"} or {"error"}}}.

The compressed streams are decoded by dcmtk's and gdcm's programs and by Pillow (OpenJPEG); what the uncompressed cells mean (bits
stored, high bit, sign, planes, colour) is worked out here with numpy, independently of the product's code. With 'every' each reference that can read a file does, else the first.
Needs: pydicom, numpy; dcmtk, gdcm and Pillow where they are installed.
"""
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pydicom
from pydicom.encaps import generate_pixel_data_frame

JPEG = {f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55, 57, 70)}
JPEG_LS = {f"1.2.840.10008.1.2.4.{n}" for n in (80, 81)}
JPEG_2000 = {f"1.2.840.10008.1.2.4.{n}" for n in (90, 91, 201, 202, 203)}
GDCM_2000 = {f"1.2.840.10008.1.2.4.{n}" for n in (90, 91)}
ENCAPSULATED = "1.2.840.10008.1.2.1.98"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
RLE = "1.2.840.10008.1.2.5"
OUT = sys.argv[1]
EVERY = sys.argv[2:] == ["every"]


def frames_of(ds):
    return max(1, int(ds.get("NumberOfFrames") or 1))


def meaning(cells, ds):
    """Cells of whole words to stored values: bits stored up to high bit, sign spread."""
    allocated, stored = ds.BitsAllocated, ds.get("BitsStored", ds.BitsAllocated)
    high, signed = ds.get("HighBit", stored - 1), ds.get("PixelRepresentation", 0) == 1
    wide = cells.astype(np.int64) >> (high - stored + 1)
    wide &= (1 << stored) - 1
    if signed:
        wide = np.where(wide >= 1 << (stored - 1), wide - (1 << stored), wide)
    return wide.astype(f"{'i' if signed else 'u'}{max(1, allocated // 8)}")


def to_rgb(values):
    """YBR_FULL to RGB by the inverse of the matrix of PS3.3 C.7.6.3.1.2, rounded."""
    forward = np.array([[0.2990, 0.5870, 0.1140], [-0.1687, -0.3313, 0.5000], [0.5000, -0.4187, -0.0813]])
    back = np.linalg.inv(forward)
    ybr = values.astype(np.float64) - np.array([0, 128, 128])
    return np.clip(np.round(ybr @ back.T), 0, 255).astype(np.uint8)


def partial_to_rgb(values):
    """YBR_PARTIAL to RGB by the inverse of the matrix of PS3.3 C.7.6.3.1.2 (2004), rounded."""
    forward = np.array([[0.2568, 0.5041, 0.0979], [-0.1482, -0.2910, 0.4392], [0.4392, -0.3678, -0.0714]])
    ybr = values.astype(np.float64) - np.array([16, 128, 128])
    return np.clip(np.round(ybr @ np.linalg.inv(forward).T), 0, 255).astype(np.uint8)


def native(ds, data=None):
    """Array (frames, rows, columns, samples) of an object with uncompressed cells."""
    rows, columns, samples, frames = ds.Rows, ds.Columns, ds.get("SamplesPerPixel", 1), frames_of(ds)
    photometric = ds.PhotometricInterpretation
    for keyword, kind in (("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")):
        if keyword in ds:
            return np.frombuffer(ds[keyword].value, "<" + kind)[: frames * rows * columns].reshape(frames, rows, columns, 1)
    raw = ds.PixelData if data is None else data
    big = data is None and not ds.is_little_endian
    if big and ds["PixelData"].VR == "OW" and ds.BitsAllocated <= 8:
        raw = np.frombuffer(raw, ">u2").astype("<u2").tobytes()
    if ds.BitsAllocated == 1:
        bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")
        return bits[: frames * rows * columns].reshape(frames, rows, columns, 1)
    cells = np.frombuffer(raw, f"{'>' if big else '<'}u{ds.BitsAllocated // 8}")
    if photometric in ("YBR_FULL_422", "YBR_PARTIAL_422"):
        quads = cells[: frames * rows * columns * 2].reshape(-1, 4)
        ybr = quads[:, [0, 2, 3, 1, 2, 3]]
        return (to_rgb if photometric == "YBR_FULL_422" else partial_to_rgb)(ybr.reshape(frames, rows, columns, 3))
    cells = cells[: frames * rows * columns * samples]
    if samples > 1 and ds.get("PlanarConfiguration", 0) == 1:
        cells = cells.reshape(frames, samples, rows, columns).transpose(0, 2, 3, 1)
    values = meaning(cells.reshape(frames, rows, columns, samples), ds)
    return to_rgb(values) if photometric == "YBR_FULL" else values


def by_program(path, *command):
    folder = tempfile.mkdtemp(prefix="overread-reference-")
    try:
        target = os.path.join(folder, "out.dcm")
        run = subprocess.run([*command, path, target], capture_output=True, text=True, timeout=120)
        if not os.path.exists(target):
            raise RuntimeError((run.stderr or run.stdout).strip().splitlines()[-1:] or "no output")
        ds = pydicom.dcmread(target, force=True)
        return native(ds)
    finally:
        shutil.rmtree(folder)


def by_pillow(ds):
    """JPEG 2000 and HTJ2K through Pillow's OpenJPEG."""
    from PIL import Image

    frames, signed, precision = [], False, 0
    for stream in generate_pixel_data_frame(ds.PixelData, frames_of(ds)):
        ssiz = stream[42]
        signed, precision = bool(ssiz & 0x80), (ssiz & 0x7F) + 1
        wide = np.array(Image.open(io.BytesIO(stream))).astype(np.int64)
        if precision > 8:
            # Pillow moves values up to 16 bits, signed ones above zero.
            wide >>= 16 - precision
        frames.append(wide.reshape(ds.Rows, ds.Columns, ds.SamplesPerPixel) - ((1 << (precision - 1)) if signed else 0))
    wide = np.stack(frames)
    if ds.get("PixelRepresentation", 0) == 1:
        wide &= (1 << precision) - 1
        wide = np.where(wide >= 1 << (precision - 1), wide - (1 << precision), wide)
        return wide.astype(f"i{ds.BitsAllocated // 8}")
    return wide.astype(f"u{ds.BitsAllocated // 8}")


def frame_by_frame(ds, inflate):
    """Encapsulated Uncompressed and Deflated Image Frame: each frame begins at a byte of its own."""
    single = pydicom.dataset.Dataset()
    single.update(ds)
    single.NumberOfFrames = 1
    single.is_little_endian = True
    frames = []
    for piece in generate_pixel_data_frame(ds.PixelData, frames_of(ds)):
        raw = zlib.decompressobj(wbits=-15).decompress(piece) if inflate else piece
        size = -(-ds.Rows * ds.Columns * ds.SamplesPerPixel * ds.BitsAllocated // 8)
        frames.append(native(single, raw[:size])[0])
    return np.stack(frames)


def by_pydicom(ds):
    """pydicom's own RLE decoder (planes)."""
    from pydicom.pixel_data_handlers import rle_handler

    data = rle_handler.get_pixeldata(ds)
    planes = np.asarray(data).tobytes()
    copy = pydicom.dataset.Dataset()
    copy.update(ds)
    copy.PlanarConfiguration = 1
    return native(copy, planes)


def readings_of(path):
    """How each reference would read the file, by its name."""
    ds = pydicom.dcmread(path, force=True)
    syntax = getattr(ds.file_meta, "TransferSyntaxUID", None) if hasattr(ds, "file_meta") else None
    ways = {}
    if syntax in JPEG:
        ways["dcmtk"] = lambda: by_program(path, "dcmdjpeg")
        ways["gdcm"] = lambda: by_program(path, "gdcmconv", "--raw")
    elif syntax in JPEG_LS:
        ways["dcmtk"] = lambda: by_program(path, "dcmdjpls")
        ways["gdcm"] = lambda: by_program(path, "gdcmconv", "--raw")
    elif syntax in JPEG_2000:
        # Pillow has no colour of more than 8 bits.
        if ds.SamplesPerPixel == 1 or ds.BitsAllocated == 8:
            ways["pillow"] = lambda: by_pillow(ds)
        if syntax in GDCM_2000:
            ways["gdcm"] = lambda: by_program(path, "gdcmconv", "--raw")
    elif syntax in (ENCAPSULATED, DEFLATED_FRAME):
        ways["pydicom"] = lambda: frame_by_frame(ds, syntax == DEFLATED_FRAME)
    elif syntax == RLE:
        ways["pydicom"] = lambda: by_pydicom(ds)
        ways["dcmtk"] = lambda: by_program(path, "dcmdrle")
    else:
        ways["pydicom"] = lambda: native(ds)
        if ds.get("BitsAllocated", 0) in (8, 16) and not str(ds.get("PhotometricInterpretation", "")).startswith("YBR"):
            ways["dcmtk"] = lambda: by_program(path, "dcmconv", "+te")
    return ways


def read(job):
    readings = {}
    try:
        ways = readings_of(job["path"])
    except Exception as error:
        return {"id": job["id"], "readings": {"pydicom": {"error": f"{type(error).__name__}: {error}"[:200]}}}
    for name, way in ways.items():
        try:
            array = np.ascontiguousarray(way())
            array.astype(array.dtype.newbyteorder("<")).tofile(os.path.join(OUT, f"{job['id']}.{name}.bin"))
            frames, rows, columns, samples = array.shape
            kind = {"u": "uint", "i": "int", "f": "float"}[array.dtype.kind] + str(array.dtype.itemsize * 8)
            readings[name] = {"frames": frames, "rows": rows, "columns": columns, "samples": samples, "type": kind}
            if not EVERY:
                break
        except Exception as error:
            readings[name] = {"error": f"{type(error).__name__}: {error}"[:200]}
    return {"id": job["id"], "readings": readings}


with ThreadPoolExecutor(max_workers=2) as pool:
    json.dump(list(pool.map(read, json.load(sys.stdin))), sys.stdout)
